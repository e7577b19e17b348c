// Labels in words, no training.
#include <vector>

#include "cpp/cases.h"

using inlay::Classifications;
using inlay::Classifier;
using inlay::ClassifierOptions;
using inlay::Label;
using inlay::Status;

static void best_first(const inlay::Model& model) {
  const auto options = ClassifierOptions().threads(1).templates({"{}"}).temperature(0.1f);
  const auto classifier =
      Classifier::create(model, {{"first", {"ab cd", "ab ce"}}, "xyz"}, options);
  CHECK(options.templates().size() == 1 && options.c().threads == 1);
  const Classifications results = classifier.classify({"xyz", "ab cd"});
  CHECK(results.size() == 2);
  CHECK(results[0].size() == 2 && results[0].label() == "xyz" && results[1].label() == "first");
  CHECK(results[0].similarity() > 0.9999f && results[0].score(0) >= results[0].score(1));
  CHECK(!results[0].unknown() && !results[0].truncated());
  CHECK(results[9].size() == 0);
}

static void unknown(const inlay::Model& model) {
  const std::vector<Label> labels = {"ab", "xyz"};
  const auto options = ClassifierOptions().threshold(0.9999f).margin(0.01f).multi_label();
  const auto results = Classifier::create(model, labels, options).classify("0 1 2");
  CHECK(results[0].unknown() && results[0].label() == "unknown" && results[0].size() == 3);
}

void test_classification() {
  const auto model = inlay::Model::open(usage_tiny_directory());
  best_first(model);
  unknown(model);
  CHECK_THROWS(Classifier::create(model, {}), Status::kInvalidArgument, "expected at least one");
  CHECK_THROWS(Classifier::create(model, {"a"}, ClassifierOptions().templates({"about"})),
               Status::kInvalidArgument, "template \"about\"");
}
