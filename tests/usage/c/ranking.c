/* Documents by their relevance to a query. */
#include "c/cases.h"
#include "support/usage.h"

static const char* const kLabels[] = {"relevance", NULL};
static const char* const kDocuments[] = {"abc", "0 1 2 3 4 5 6 7 8 9 0 1 2 3", "xyz"};

static void best_first(const inlay_model* model) {
  const size_t bytes[] = {3, 27, 3};
  inlay_head_options options = INLAY_OPTIONS_INIT(inlay_head_options);
  inlay_reranker* reranker = NULL;
  inlay_ranking* ranking = NULL;
  options.threads = 1;
  CHECK_OK(inlay_reranker_create(model, &options, &reranker));
  CHECK_OK(inlay_reranker_rank(reranker, "query", 5, kDocuments, bytes, 3, &ranking));
  inlay_reranker_free(reranker);
  CHECK(inlay_ranking_count(ranking) == 3);
  size_t seen = 0;
  for (size_t i = 0; i < 3; ++i) {
    const inlay_ranked one = inlay_ranking_get(ranking, i);
    CHECK(one.score > 0 && one.score < 1 && one.truncated == (one.document == 1));
    CHECK(i == 0 || one.score <= inlay_ranking_get(ranking, i - 1).score);
    seen |= (size_t)1 << one.document;
  }
  CHECK(seen == 7 && inlay_ranking_get(ranking, 3).score == 0);
  inlay_ranking_free(ranking);
}

static void what_cannot_be(const inlay_model* model) {
  inlay_head_options options = INLAY_OPTIONS_INIT(inlay_head_options);
  inlay_reranker* reranker = NULL;
  inlay_ranking* ranking = NULL;
  options.activation = INLAY_ACTIVATION_SOFTMAX;
  CHECK_FAILS(inlay_reranker_create(model, &options, &reranker), INLAY_STATUS_INVALID_ARGUMENT,
              "expected sigmoid or none for one label");
  CHECK_OK(inlay_reranker_create(model, NULL, &reranker));
  CHECK_FAILS(inlay_reranker_rank(reranker, NULL, 0, kDocuments, NULL, 1, &ranking),
              INLAY_STATUS_INVALID_ARGUMENT, "query: expected a pointer, found NULL");
  CHECK_FAILS(inlay_reranker_rank(reranker, "q", 1, NULL, NULL, 1, &ranking),
              INLAY_STATUS_INVALID_ARGUMENT, "documents: expected a pointer, found NULL");
  inlay_reranker_free(reranker);
}

void test_ranking(void) {
  inlay_model* model = NULL;
  CHECK_OK(
      inlay_model_open(usage_tiny_head("BertForSequenceClassification", kLabels), NULL, &model));
  best_first(model);
  what_cannot_be(model);
  inlay_model_free(model);
}
