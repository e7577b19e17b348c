// Entities in texts.
#include "cpp/cases.h"

using inlay::Aggregation;
using inlay::Status;
using inlay::TokenClassifier;
using inlay::TokenClassifierOptions;

void test_entities() {
  static const char* const kLabels[] = {"O", "B-X", "I-X", nullptr};
  const auto model = inlay::Model::open(usage_tiny_head("BertForTokenClassification", kLabels));
  CHECK(model.head() == inlay::Head::kTokens);
  const auto options = TokenClassifierOptions()
                           .threads(1)
                           .aggregation(Aggregation::kNone)
                           .stride(2)
                           .character_offsets()
                           .ignored_labels({});
  CHECK(options.has_ignored_labels() && options.ignored_labels().empty());
  const auto results =
      TokenClassifier::create(model, options).classify({"\xc3\xa4 1", "0 1 2 3 4 5 6 7 8 9 0 1 2"});
  CHECK(results.size() == 2 && results[0].size() == 2 && results[1].size() == 13);
  CHECK(results[0].entities()[1].begin == 2 && results[0].entities()[1].end == 3);
  CHECK(!results[1].truncated() && results[2].size() == 0);
  const auto cut = TokenClassifier::create(model, TokenClassifierOptions().truncate());
  CHECK(cut.classify("0 1 2 3 4 5 6 7 8 9 0 1 2")[0].truncated());
  CHECK(TokenClassifierOptions().stride(0).c().stride == UINT32_MAX);
  CHECK_THROWS(TokenClassifier::create(model, TokenClassifierOptions().stride(10)),
               Status::kInvalidArgument, "stride");
}
