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
  what_cannot_be(embedder);
  inlay_embedder_free(embedder);
}
