#include "api/arguments.h"
#include "api/handle.h"
#include "api/objects.h"
#include "tasks/reranker.h"

using namespace inlay;

struct inlay_reranker {
  std::shared_ptr<const tasks::Reranker> reranker;
};

struct inlay_ranking {
  std::vector<tasks::RankedDocument> documents;
};

inlay_error* inlay_reranker_create(const inlay_model* model, const inlay_head_options* options,
                                   inlay_reranker** reranker) {
  return api::guard([&]() -> Status {
    INLAY_TRY(api::expect_not_null(model, "model"));
    INLAY_TRY(api::expect_not_null(reranker, "reranker"));
    INLAY_ASSIGN(const inlay_head_options given, api::read_options(options));
    INLAY_ASSIGN(const tasks::Activation activation, api::read_activation(given.activation));
    INLAY_ASSIGN(auto head, tasks::ModelHead::open(model->model, tasks::RowsOf::kTexts,
                                                   api::read_threads(given.threads)));
    INLAY_ASSIGN(auto made, tasks::Reranker::create(std::move(head), activation));
    *reranker = new inlay_reranker{std::move(made)};
    return Status();
  });
}

void inlay_reranker_free(inlay_reranker* reranker) { delete reranker; }

inlay_error* inlay_reranker_rank(const inlay_reranker* reranker, const char* query,
                                 size_t query_bytes, const char* const* documents,
                                 const size_t* document_bytes, size_t count,
                                 inlay_ranking** ranking) {
  return api::guard([&]() -> Status {
    INLAY_TRY(api::expect_not_null(reranker, "reranker"));
    INLAY_TRY(api::expect_not_null(query, "query"));
    INLAY_TRY(api::expect_not_null(ranking, "ranking"));
    INLAY_ASSIGN(const auto views, api::read_texts(documents, document_bytes, count, "document"));
    INLAY_ASSIGN(auto made, reranker->reranker->rank({query, query_bytes}, views));
    *ranking = new inlay_ranking{std::move(made)};
    return Status();
  });
}

void inlay_ranking_free(inlay_ranking* ranking) { delete ranking; }

size_t inlay_ranking_count(const inlay_ranking* ranking) {
  return ranking ? ranking->documents.size() : 0;
}

inlay_ranked inlay_ranking_get(const inlay_ranking* ranking, size_t index) {
  if (index >= inlay_ranking_count(ranking)) return {};
  const tasks::RankedDocument& one = ranking->documents[index];
  return {one.document, one.score, one.truncated ? 1u : 0u};
}
