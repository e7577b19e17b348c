/* Texts to vectors. */
#include <string.h>

#include "c/cases.h"
#include "support/usage.h"

static inlay_embedder* make_embedder(const char* prompt) {
  inlay_embedder_options options = INLAY_OPTIONS_INIT(inlay_embedder_options);
  inlay_model* model = NULL;
  inlay_embedder* embedder = NULL;
  options.threads = 2;
  options.prompt = prompt;
  CHECK_OK(inlay_model_open(usage_tiny_directory(), NULL, &model));
  CHECK_OK(inlay_embedder_create(model, &options, &embedder));
  inlay_model_free(model);
  return embedder;
}

static int rows_equal(inlay_embeddings_view view, size_t a, size_t b) {
  return memcmp(view.data + a * view.dimensions, view.data + b * view.dimensions,
                view.dimensions * sizeof(float)) == 0;
}

static void texts_with_and_without_lengths(const inlay_embedder* embedder) {
  const char* const texts[] = {"ab cd", "q ab cd", "a b c d e f g h i j k l m n", ""};
  const size_t bytes[] = {5, 7, 5, 0};
  inlay_embeddings* embeddings = NULL;
  CHECK(inlay_embedder_dimensions(embedder) == USAGE_DIMENSIONS);
  CHECK_OK(inlay_embedder_embed(embedder, texts, NULL, 4, &embeddings));
  inlay_embeddings_view view = inlay_embeddings_get(embeddings);
  CHECK(view.count == 4 && view.dimensions == USAGE_DIMENSIONS);
  CHECK(!view.truncated[0] && view.truncated[2] == 1);
  CHECK(!rows_equal(view, 0, 1));
  inlay_embeddings_free(embeddings);

  CHECK_OK(inlay_embedder_embed(embedder, texts, bytes, 4, &embeddings));
  view = inlay_embeddings_get(embeddings);
  CHECK(!view.truncated[2]); /* "a b c" */
  inlay_embeddings_free(embeddings);

  CHECK_OK(inlay_embedder_embed(embedder, NULL, NULL, 0, &embeddings));
  CHECK(inlay_embeddings_get(embeddings).count == 0);
  inlay_embeddings_free(embeddings);
}

static void a_prompt_goes_before_the_text(const inlay_embedder* plain) {
  const char* const texts[] = {"ab cd", "q ab cd"};
  inlay_embedder* prompted = make_embedder("query");
  inlay_embeddings *with = NULL, *without = NULL;
  CHECK_OK(inlay_embedder_embed(prompted, texts, NULL, 1, &with));
  CHECK_OK(inlay_embedder_embed(plain, texts, NULL, 2, &without));
  CHECK(memcmp(inlay_embeddings_get(with).data,
               inlay_embeddings_get(without).data + USAGE_DIMENSIONS,
               USAGE_DIMENSIONS * sizeof(float)) == 0);
  inlay_embeddings_free(with);
  inlay_embeddings_free(without);
  inlay_embedder_free(prompted);
}

static inlay_embedder* make_with(const inlay_embedder_options* options) {
  inlay_model* model = NULL;
  inlay_embedder* embedder = NULL;
  CHECK_OK(inlay_model_open(usage_tiny_directory(), NULL, &model));
  CHECK_OK(inlay_embedder_create(model, options, &embedder));
  inlay_model_free(model);
  return embedder;
}

static void fewer_dimensions_and_windows(const inlay_embedder* plain) {
  const char* const texts[] = {"a b c", "a b c d e f g h i j k l m n"};
  inlay_embedder_options options = INLAY_OPTIONS_INIT(inlay_embedder_options);
  inlay_embeddings *all = NULL, *cut = NULL, *windows = NULL;
  inlay_embedder* embedder = NULL;
  options.dimensions = 5;
  options.raw = 1;
  options.prompt_text = "";
  embedder = make_with(&options);
  CHECK(inlay_embedder_dimensions(embedder) == 5);
  CHECK_OK(inlay_embedder_embed(embedder, texts, NULL, 2, &cut));
  CHECK_OK(inlay_embedder_embed(plain, texts, NULL, 2, &all));
  CHECK(memcmp(inlay_embeddings_get(cut).data + 5,
               inlay_embeddings_get(all).data + USAGE_DIMENSIONS, 5 * sizeof(float)) == 0);
  inlay_embedder_free(embedder);
  options.dimensions = 0;
  options.chunk = 1;
  options.chunk_overlap = 3;
  embedder = make_with(&options);
  CHECK_OK(inlay_embedder_embed(embedder, texts, NULL, 2, &windows));
  CHECK(!inlay_embeddings_get(windows).truncated[1] && inlay_embeddings_get(all).truncated[1]);
  CHECK(memcmp(inlay_embeddings_get(windows).data, inlay_embeddings_get(all).data,
               USAGE_DIMENSIONS * sizeof(float)) == 0);
  CHECK(memcmp(inlay_embeddings_get(windows).data + USAGE_DIMENSIONS,
               inlay_embeddings_get(all).data + USAGE_DIMENSIONS,
               USAGE_DIMENSIONS * sizeof(float)) != 0);
  inlay_embedder_free(embedder);
  inlay_embeddings_free(all);
  inlay_embeddings_free(cut);
  inlay_embeddings_free(windows);
}

static void similarities(const inlay_embedder* embedder) {
  const char* const texts[] = {"ab cd", "xyz"};
  float matrix[4] = {0};
  inlay_embeddings* both = NULL;
  CHECK_OK(inlay_embedder_embed(embedder, texts, NULL, 2, &both));
  CHECK_OK(inlay_similarity(both, both, INLAY_SIMILARITY_MODEL, matrix, 4));
  CHECK(matrix[0] > 0.9999f && matrix[3] > 0.9999f && matrix[1] == matrix[2] && matrix[1] < 0.999f);
  CHECK_OK(inlay_similarity(both, both, INLAY_SIMILARITY_EUCLIDEAN, matrix, 4));
  CHECK(matrix[0] == 0 && matrix[1] < 0);
  CHECK_FAILS(inlay_similarity(both, both, INLAY_SIMILARITY_DOT, matrix, 3),
              INLAY_STATUS_INVALID_ARGUMENT, "similarity_count: expected 2 * 2, found 3");
  CHECK_FAILS(inlay_similarity(both, NULL, INLAY_SIMILARITY_DOT, matrix, 4),
              INLAY_STATUS_INVALID_ARGUMENT, "b: expected a pointer");
  inlay_embeddings_free(both);
}

static void options_that_do_not_fit(void) {
  inlay_embedder_options options = INLAY_OPTIONS_INIT(inlay_embedder_options);
  inlay_model* model = NULL;
  inlay_embedder* embedder = NULL;
  CHECK_OK(inlay_model_open(usage_tiny_directory(), NULL, &model));
  options.dimensions = USAGE_DIMENSIONS + 1;
  CHECK_FAILS(inlay_embedder_create(model, &options, &embedder), INLAY_STATUS_INVALID_ARGUMENT,
              "dimensions: expected at most 16");
  options.dimensions = 0;
  options.chunk_overlap = 2;
  CHECK_FAILS(inlay_embedder_create(model, &options, &embedder), INLAY_STATUS_INVALID_ARGUMENT,
              "chunk_overlap: expected chunk");
  options.chunk_overlap = 0;
  options.prompt = options.prompt_text = "query";
  CHECK_FAILS(inlay_embedder_create(model, &options, &embedder), INLAY_STATUS_INVALID_ARGUMENT,
              "prompt: expected a name or a text");
  CHECK(embedder == NULL);
  inlay_model_free(model);
}

static void what_cannot_be(const inlay_embedder* embedder) {
  const char* const bad[] = {"ab", "\xc3("};
  const char* const missing[] = {"ab", NULL};
  inlay_embedder_options options = INLAY_OPTIONS_INIT(inlay_embedder_options);
  inlay_embeddings* embeddings = NULL;
  inlay_embedder* other = NULL;
  inlay_model* model = NULL;
  CHECK_FAILS(inlay_embedder_embed(embedder, bad, NULL, 2, &embeddings),
              INLAY_STATUS_INVALID_ARGUMENT, "text 1: ");
  CHECK_FAILS(inlay_embedder_embed(embedder, missing, NULL, 2, &embeddings),
              INLAY_STATUS_INVALID_ARGUMENT, "text 1: expected text, found NULL");
  CHECK(embeddings == NULL);
  CHECK_OK(inlay_model_open(usage_tiny_directory(), NULL, &model));
  options.prompt = "passage";
  CHECK_FAILS(inlay_embedder_create(model, &options, &other), INLAY_STATUS_NOT_FOUND,
              "expected a prompt of the model (\"query\"), found \"passage\"");
  inlay_model_free(model);
  CHECK_OK(inlay_model_open(usage_tiny_onnx(), NULL, &model));
  CHECK_FAILS(inlay_embedder_create(model, NULL, &other), INLAY_STATUS_UNSUPPORTED, "tiny.onnx");
  inlay_model_free(model);
  CHECK(other == NULL);
}

void test_embeddings(void) {
  inlay_embedder* embedder = make_embedder(NULL);
  texts_with_and_without_lengths(embedder);
  a_prompt_goes_before_the_text(embedder);
  fewer_dimensions_and_windows(embedder);
  similarities(embedder);
  options_that_do_not_fit();
  what_cannot_be(embedder);
  inlay_embedder_free(embedder);
}
