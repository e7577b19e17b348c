#include "api/arguments.h"
#include "api/handle.h"
#include "api/objects.h"

using namespace inlay;

struct inlay_embeddings {
  tasks::Embeddings embeddings;
};

inlay_error* inlay_embedder_create(const inlay_model* model, const inlay_embedder_options* options,
                                   inlay_embedder** embedder) {
  return api::guard([&]() -> Status {
    INLAY_TRY(api::expect_not_null(model, "model"));
    INLAY_TRY(api::expect_not_null(embedder, "embedder"));
    INLAY_ASSIGN(const inlay_embedder_options given, api::read_options(options));
    tasks::EmbedderOptions chosen;
    chosen.threads = api::read_threads(given.threads);
    if (given.prompt) chosen.prompt = given.prompt;
    INLAY_ASSIGN(auto made, tasks::Embedder::create(model->model, std::move(chosen)));
    *embedder = new inlay_embedder{std::move(made)};
    return Status();
  });
}

void inlay_embedder_free(inlay_embedder* embedder) { delete embedder; }

size_t inlay_embedder_dimensions(const inlay_embedder* embedder) {
  return embedder ? embedder->embedder->dimensions() : 0;
}

inlay_error* inlay_embedder_embed(const inlay_embedder* embedder, const char* const* texts,
                                  const size_t* text_bytes, size_t count,
                                  inlay_embeddings** embeddings) {
  return api::guard([&]() -> Status {
    INLAY_TRY(api::expect_not_null(embedder, "embedder"));
    INLAY_TRY(api::expect_not_null(embeddings, "embeddings"));
    INLAY_ASSIGN(const auto views, api::read_texts(texts, text_bytes, count, "text"));
    INLAY_ASSIGN(tasks::Embeddings made, embedder->embedder->embed(views));
    *embeddings = new inlay_embeddings{std::move(made)};
    return Status();
  });
}

void inlay_embeddings_free(inlay_embeddings* embeddings) { delete embeddings; }

inlay_embeddings_view inlay_embeddings_get(const inlay_embeddings* embeddings) {
  if (!embeddings) return {};
  const tasks::Embeddings& e = embeddings->embeddings;
  return {e.count(), e.dimensions, e.data.data(), e.truncated.data()};
}
