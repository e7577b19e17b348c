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
    if (given.prompt_text) chosen.prompt_text = given.prompt_text;
    chosen.dimensions = given.dimensions;
    chosen.raw = given.raw != 0;
    chosen.chunk = given.chunk != 0;
    chosen.chunk_overlap = given.chunk_overlap;
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

inlay_error* inlay_similarity(const inlay_embeddings* a, const inlay_embeddings* b,
                              inlay_similarity_function function, float* similarities,
                              size_t similarity_count) {
  return api::guard([&]() -> Status {
    INLAY_TRY(api::expect_not_null(a, "a"));
    INLAY_TRY(api::expect_not_null(b, "b"));
    if (similarity_count > 0) INLAY_TRY(api::expect_not_null(similarities, "similarities"));
    const tasks::Embeddings &left = a->embeddings, &right = b->embeddings;
    if (left.dimensions != right.dimensions)
      return invalid("similarity: expected vectors of the same dimensions, found {} and {}",
                     left.dimensions, right.dimensions);
    if (similarity_count != left.count() * right.count())
      return invalid("similarity_count: expected {} * {}, found {}", left.count(), right.count(),
                     similarity_count);
    const auto number = static_cast<uint32_t>(function);
    if (number > INLAY_SIMILARITY_MANHATTAN)
      return invalid("function: expected an inlay_similarity_function, found {}", number);
    const auto chosen =
        number == INLAY_SIMILARITY_MODEL ? left.similarity : static_cast<tasks::Similarity>(number);
    tasks::similarity_matrix(chosen, left.data, right.data, left.dimensions, similarities);
    return Status();
  });
}
