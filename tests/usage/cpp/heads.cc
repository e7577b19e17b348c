// Models' own heads: labels of texts and pairs, and language inference.
#include "cpp/cases.h"

using inlay::Activation;
using inlay::Classifier;
using inlay::HeadOptions;
using inlay::NliOptions;
using inlay::Status;

void test_heads() {
  static const char* const kLabels[] = {"contradiction", "neutral", "entailment", nullptr};
  const auto model = inlay::Model::open(usage_tiny_head("BertForSequenceClassification", kLabels));
  CHECK(model.head() == inlay::Head::kInference && inlay::Model().head() == inlay::Head::kNone);
  const auto head = Classifier::from_head(model, HeadOptions().threads(1));
  CHECK(head.label_count() == 3 && head.label(1) == "neutral" && head.label(3).empty());
  const auto single = head.classify({"abc", "xyz"});
  CHECK(single.size() == 2 && single[0].size() == 3 && single[0].score(0) >= single[0].score(2));
  const auto pairs = head.classify_pairs({"abc", "xyz"}, {"de", "fg"});
  CHECK(pairs.size() == 2 && pairs[0].score() != single[0].score());
  const auto raw = Classifier::from_head(model, HeadOptions().activation(Activation::kNone));
  CHECK(raw.classify("abc")[0].score() == single[0].similarity());
  const auto options = NliOptions().threads(1).multi_label().hypothesis("a {}");
  const auto inference = Classifier::from_nli(model, {"ab", "cd"}, options);
  CHECK(inference.classify("xyz")[0].size() == 2 && inference.label(0) == "ab");
  CHECK_THROWS(inference.classify_pairs("a", "b"), Status::kUnsupported, "expected single texts");
  CHECK_THROWS(Classifier::from_nli(model, {}), Status::kInvalidArgument, "expected at least one");
}
