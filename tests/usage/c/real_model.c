/* The real all-MiniLM-L6-v2: tokens that belong together, vectors that mean something. */
#include <math.h>
#include <string.h>

#include "c/cases.h"
#include "support/usage.h"

static float cosine(inlay_embeddings_view view, size_t a, size_t b) {
  const float *x = view.data + a * view.dimensions, *y = view.data + b * view.dimensions;
  float sum = 0;
  for (size_t i = 0; i < view.dimensions; ++i) sum += x[i] * y[i];
  return sum;
}

static void tokens(const inlay_model* model) {
  const char* const text = "The linker fails.";
  inlay_tokenizer* tokenizer = NULL;
  inlay_encoding* encoding = NULL;
  char* decoded = NULL;
  CHECK_OK(inlay_tokenizer_create(model, &tokenizer));
  CHECK_OK(inlay_tokenizer_encode(tokenizer, text, strlen(text), NULL, 0, NULL, &encoding));
  const inlay_encoding_view view = inlay_encoding_get(encoding);
  CHECK(view.count > 4 && strcmp(view.tokens[0], "[CLS]") == 0);
  CHECK(strcmp(view.tokens[1], "the") == 0 && view.offsets[2] == 0 && view.offsets[3] == 3);
  CHECK_OK(inlay_tokenizer_decode(tokenizer, view.ids, view.count, 1, &decoded));
  CHECK(strcmp(decoded, "the linker fails.") == 0);
  inlay_string_free(decoded);
  inlay_encoding_free(encoding);
  inlay_tokenizer_free(tokenizer);
}

static void vectors(const inlay_model* model) {
  const char* const texts[] = {"A man is eating food.", "A man is eating a piece of bread.",
                               "The linker fails with an undefined reference."};
  inlay_embedder* embedder = NULL;
  inlay_embeddings* embeddings = NULL;
  CHECK_OK(inlay_embedder_create(model, NULL, &embedder));
  CHECK(inlay_embedder_dimensions(embedder) == 384);
  CHECK_OK(inlay_embedder_embed(embedder, texts, NULL, 3, &embeddings));
  const inlay_embeddings_view view = inlay_embeddings_get(embeddings);
  CHECK(fabsf(cosine(view, 0, 0) - 1) < 1e-5f);
  CHECK(cosine(view, 0, 1) > 0.6f && cosine(view, 0, 2) < 0.3f);
  inlay_embeddings_free(embeddings);
  inlay_embedder_free(embedder);
}

static void labels(const inlay_model* model) {
  const char* const texts[] = {"How long should I boil the eggs?"};
  const inlay_label all[] = {{"programming", NULL, 0}, {"cooking", NULL, 0}};
  inlay_classifier* classifier = NULL;
  inlay_classifications* result = NULL;
  CHECK_OK(inlay_classifier_create(model, all, 2, NULL, &classifier));
  CHECK_OK(inlay_classifier_classify(classifier, texts, NULL, 1, &result));
  CHECK(strcmp(inlay_classifications_get(result, 0).labels[0], "cooking") == 0);
  inlay_classifications_free(result);
  inlay_classifier_free(classifier);
}

void test_real_model(void) {
  inlay_model* model = NULL;
  CHECK_OK(inlay_model_open(usage_real_model(), NULL, &model));
  tokens(model);
  vectors(model);
  labels(model);
  inlay_model_free(model);
}
