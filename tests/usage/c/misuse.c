/* NULL wherever there should be something: an error or nothing at all, never a crash. */
#include "c/cases.h"
#include "support/usage.h"

#define REFUSES_NULL(call, name) \
  CHECK_FAILS(call, INLAY_STATUS_INVALID_ARGUMENT, name ": expected a pointer, found NULL")

static void freeing_null(void) {
  inlay_error_free(NULL);
  inlay_string_free(NULL);
  inlay_model_free(NULL);
  inlay_tensor_free(NULL);
  inlay_session_free(NULL);
  inlay_state_free(NULL);
  inlay_cancel_free(NULL);
  inlay_profile_free(NULL);
  inlay_tokenizer_free(NULL);
  inlay_encoding_free(NULL);
  inlay_embedder_free(NULL);
  inlay_embeddings_free(NULL);
  inlay_classifier_free(NULL);
  inlay_classifications_free(NULL);
}

static void getters_of_null(void) {
  CHECK(inlay_tensor_get(NULL).data == NULL && inlay_tensor_get(NULL).rank == 0);
  CHECK(inlay_session_input_count(NULL) == 0 && inlay_session_output_count(NULL) == 0);
  CHECK(inlay_session_input(NULL, 0).name == NULL && inlay_session_output(NULL, 0).name == NULL);
  CHECK(inlay_tokenizer_vocab_size(NULL) == 0 && inlay_tokenizer_max_length(NULL) == 0);
  CHECK(inlay_encoding_get(NULL).count == 0);
  CHECK(inlay_embedder_dimensions(NULL) == 0);
  CHECK(inlay_embeddings_get(NULL).count == 0);
  CHECK(inlay_classifications_count(NULL) == 0);
  CHECK(inlay_classifications_get(NULL, 0).label_count == 0);
  inlay_state_reset(NULL);
  inlay_cancel_raise(NULL);
  inlay_cancel_reset(NULL);
}

static void making_from_null(void) {
  inlay_session* session = NULL;
  inlay_state* state = NULL;
  inlay_tokenizer* tokenizer = NULL;
  inlay_embedder* embedder = NULL;
  inlay_classifier* classifier = NULL;
  inlay_model* model = NULL;
  char* text = NULL;
  REFUSES_NULL(inlay_model_open(NULL, NULL, &model), "path");
  REFUSES_NULL(inlay_model_describe(NULL, &text), "model");
  REFUSES_NULL(inlay_session_create(NULL, NULL, &session), "model");
  REFUSES_NULL(inlay_state_create(NULL, &state), "session");
  REFUSES_NULL(inlay_tokenizer_create(NULL, &tokenizer), "model");
  REFUSES_NULL(inlay_tokenizer_open(NULL, &tokenizer), "path");
  REFUSES_NULL(inlay_embedder_create(NULL, NULL, &embedder), "model");
  REFUSES_NULL(inlay_classifier_create(NULL, NULL, 0, NULL, &classifier), "model");
}

static void using_null(void) {
  inlay_tensor* tensor = NULL;
  inlay_encoding* encoding = NULL;
  inlay_embeddings* embeddings = NULL;
  inlay_classifications* result = NULL;
  char* text = NULL;
  REFUSES_NULL(inlay_session_run(NULL, NULL, NULL, NULL, 0, NULL, 1, &tensor), "session");
  REFUSES_NULL(inlay_tokenizer_encode(NULL, "a", 1, NULL, 0, NULL, &encoding), "tokenizer");
  REFUSES_NULL(inlay_tokenizer_decode(NULL, NULL, 0, 1, &text), "tokenizer");
  REFUSES_NULL(inlay_embedder_embed(NULL, NULL, NULL, 0, &embeddings), "embedder");
  REFUSES_NULL(inlay_classifier_classify(NULL, NULL, NULL, 0, &result), "classifier");
}

static void nowhere_to_write(const inlay_model* model) {
  const inlay_label label = {"a", NULL, 0};
  REFUSES_NULL(inlay_model_open(usage_path("."), NULL, NULL), "model");
  REFUSES_NULL(inlay_model_describe(model, NULL), "json");
  REFUSES_NULL(inlay_session_create(model, NULL, NULL), "session");
  REFUSES_NULL(inlay_cancel_create(NULL), "cancel");
  REFUSES_NULL(inlay_profile_create(NULL), "profile");
  REFUSES_NULL(inlay_profile_trace(NULL, NULL), "profile");
  REFUSES_NULL(inlay_tokenizer_create(model, NULL), "tokenizer");
  REFUSES_NULL(inlay_tokenizer_open(usage_data("text/tiny_wordpiece.json"), NULL), "tokenizer");
  REFUSES_NULL(inlay_embedder_create(model, NULL, NULL), "embedder");
  REFUSES_NULL(inlay_classifier_create(model, &label, 1, NULL, NULL), "classifier");
  REFUSES_NULL(inlay_kernels_describe(NULL), "json");
  REFUSES_NULL(inlay_devices_describe(NULL), "json");
}

static void parts_that_are_missing(const inlay_model* model) {
  const inlay_tensor_view shapeless = {INLAY_DTYPE_FLOAT32, 2, NULL, NULL};
  const char *const names[] = {"input_ids"}, *const nothing[] = {NULL};
  inlay_session* session = NULL;
  inlay_tokenizer* tokenizer = NULL;
  inlay_embedder* embedder = NULL;
  inlay_classifier* classifier = NULL;
  inlay_tensor* tensor = NULL;
  inlay_encoding* encoding = NULL;
  inlay_embeddings* embeddings = NULL;
  inlay_state* state = NULL;
  char* text = NULL;
  CHECK_OK(inlay_session_create(model, NULL, &session));
  REFUSES_NULL(inlay_session_run(session, NULL, NULL, NULL, 0, NULL, 1, NULL), "outputs");
  REFUSES_NULL(inlay_session_run(session, NULL, NULL, NULL, 1, NULL, 1, &tensor), "input_names");
  REFUSES_NULL(inlay_session_run(session, NULL, nothing, &shapeless, 1, NULL, 1, &tensor),
               "input_names");
  REFUSES_NULL(inlay_session_run(session, NULL, names, NULL, 1, NULL, 1, &tensor), "inputs");
  REFUSES_NULL(inlay_session_run(session, NULL, names, &shapeless, 1, NULL, 1, &tensor), "shape");
  REFUSES_NULL(inlay_session_run(session, NULL, NULL, NULL, 0, nothing, 1, &tensor),
               "output_names");
  REFUSES_NULL(inlay_state_create(session, NULL), "state");
  CHECK_OK(inlay_state_create(session, &state));
  inlay_state_free(state);
  inlay_session_free(session);

  CHECK_OK(inlay_tokenizer_create(model, &tokenizer));
  REFUSES_NULL(inlay_tokenizer_encode(tokenizer, NULL, 1, NULL, 0, NULL, &encoding), "text");
  REFUSES_NULL(inlay_tokenizer_encode(tokenizer, "a", 1, NULL, 1, NULL, &encoding), "pair");
  REFUSES_NULL(inlay_tokenizer_encode(tokenizer, "a", 1, NULL, 0, NULL, NULL), "encoding");
  REFUSES_NULL(inlay_tokenizer_decode(tokenizer, NULL, 1, 1, &text), "ids");
  REFUSES_NULL(inlay_tokenizer_decode(tokenizer, NULL, 0, 1, NULL), "text");
  CHECK_OK(inlay_tokenizer_encode(tokenizer, NULL, 0, NULL, 0, NULL, &encoding));
  inlay_encoding_free(encoding);
  inlay_tokenizer_free(tokenizer);

  CHECK_OK(inlay_embedder_create(model, NULL, &embedder));
  REFUSES_NULL(inlay_embedder_embed(embedder, NULL, NULL, 1, &embeddings), "texts");
  REFUSES_NULL(inlay_embedder_embed(embedder, NULL, NULL, 0, NULL), "embeddings");
  inlay_embedder_free(embedder);
  REFUSES_NULL(inlay_classifier_create(model, NULL, 1, NULL, &classifier), "labels");
}

void test_misuse(void) {
  inlay_model* model = NULL;
  freeing_null();
  getters_of_null();
  making_from_null();
  using_null();
  CHECK_OK(inlay_model_open(usage_tiny_directory(), NULL, &model));
  nowhere_to_write(model);
  parts_that_are_missing(model);
  inlay_model_free(model);
}
