// Documents by their relevance to a query.
#include <string>
#include <vector>

#include "cpp/cases.h"

using inlay::Reranker;

void test_ranking() {
  static const char* const kLabels[] = {"relevance", nullptr};
  const auto model = inlay::Model::open(usage_tiny_head("BertForSequenceClassification", kLabels));
  const std::vector<std::string> documents = {"abc", "xyz", "12"};
  const auto ranking = Reranker::create(model).rank("query", documents);
  CHECK(ranking.size() == 3 && ranking[0].score >= ranking[1].score);
  CHECK(ranking[0].document != ranking[1].document && ranking[3].score == 0);
  const auto options = inlay::HeadOptions().activation(inlay::Activation::kSoftmax);
  CHECK_THROWS(Reranker::create(model, options), inlay::Status::kInvalidArgument, "one label");
  CHECK_THROWS(Reranker().rank("query", documents), inlay::Status::kInvalidArgument, "reranker");
}
