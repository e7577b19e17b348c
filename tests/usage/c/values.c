/* Strings, sequences, optionals and maps as values, and a model over them. */
#include <string.h>

#include "c/cases.h"
#include "support/usage.h"

static inlay_value* strings(const char* const* texts, size_t count) {
  const int64_t shape[] = {(int64_t)count};
  inlay_value* value = NULL;
  CHECK_OK(inlay_value_from_strings(texts, NULL, shape, 1, &value));
  return value;
}

static inlay_value* tensor(inlay_dtype dtype, int64_t count, const void* data) {
  const inlay_tensor_view view = {dtype, 1, &count, data};
  inlay_value* value = NULL;
  CHECK_OK(inlay_value_from_tensor(&view, &value));
  return value;
}

static void tensors(void) {
  float numbers[] = {1, 2, 3};
  const unsigned char packed[] = {0x21, 0x03}; /* int4: 1, 2, 3 */
  inlay_value* value = tensor(INLAY_DTYPE_FLOAT32, 3, numbers);
  numbers[0] = 9; /* the value has its own */
  CHECK(inlay_value_get_kind(value) == INLAY_VALUE_TENSOR && inlay_value_count(value) == 3);
  CHECK(((const float*)inlay_value_tensor(value).data)[0] == 1);
  CHECK(inlay_value_string(value, 0, NULL) == NULL && inlay_value_element(value, 0) == NULL);
  inlay_value_free(value);
  value = tensor(INLAY_DTYPE_INT4, 3, packed);
  CHECK(inlay_value_count(value) == 3);
  CHECK(memcmp(inlay_value_tensor(value).data, packed, sizeof packed) == 0);
  inlay_value_free(value);
}

static void texts(void) {
  const char* const two[] = {"a\0b", ""};
  const size_t bytes[] = {3, 0};
  const int64_t shape[] = {2, 1};
  size_t found = 7;
  inlay_value* value = NULL;
  CHECK_OK(inlay_value_from_strings(two, bytes, shape, 2, &value));
  CHECK(inlay_value_tensor(value).dtype == INLAY_DTYPE_STRING &&
        inlay_value_tensor(value).rank == 2);
  CHECK(inlay_value_tensor(value).data == NULL);
  CHECK(memcmp(inlay_value_string(value, 0, &found), "a\0b", 4) == 0 && found == 3);
  CHECK(inlay_value_string(value, 2, &found) == NULL && found == 0);
  inlay_value_free(value);
}

static void bad_values(void) {
  const float numbers[] = {1};
  const int64_t keys[] = {4, 4}, negative[] = {-1};
  const char* const text[] = {"a"};
  inlay_value *one = tensor(INLAY_DTYPE_FLOAT32, 1, numbers), *texts_value = strings(text, 1);
  inlay_value *twice = tensor(INLAY_DTYPE_INT64, 2, keys), *out = NULL;
  const inlay_value* const mixed[] = {one, texts_value};
  const inlay_tensor_view none = {INLAY_DTYPE_FLOAT32, 0, NULL, NULL};
  CHECK_FAILS(inlay_value_from_sequence(mixed, 2, INLAY_DTYPE_UNDEFINED, &out),
              INLAY_STATUS_INVALID_ARGUMENT,
              "expected an element for a sequence of float32, found string [1]");
  CHECK_FAILS(inlay_value_from_map(twice, twice, &out), INLAY_STATUS_INVALID_ARGUMENT,
              "expected each key once, found 4 twice");
  CHECK_FAILS(inlay_value_from_map(one, one, &out), INLAY_STATUS_INVALID_ARGUMENT,
              "expected keys int64 [n] or string [n]");
  CHECK_FAILS(inlay_value_from_map(twice, NULL, &out), INLAY_STATUS_INVALID_ARGUMENT, "values");
  CHECK_FAILS(inlay_value_from_tensor(&none, &out), INLAY_STATUS_INVALID_ARGUMENT,
              "tensor: expected data, found NULL");
  CHECK_FAILS(inlay_value_from_strings(text, NULL, negative, 1, &out),
              INLAY_STATUS_INVALID_ARGUMENT, "strings: size -1 on axis 0");
  CHECK_FAILS(inlay_value_from_nothing(NULL), INLAY_STATUS_INVALID_ARGUMENT, "value: expected");
  CHECK(out == NULL);
  inlay_value_free(one);
  inlay_value_free(twice);
  inlay_value_free(texts_value);
}

static void maps(void) {
  const char* const keys[] = {"b", "a"};
  const float scores[] = {2, 1};
  inlay_value *key_value = strings(keys, 2), *score_value = tensor(INLAY_DTYPE_FLOAT32, 2, scores);
  inlay_value* map = NULL;
  CHECK_OK(inlay_value_from_map(key_value, score_value, &map));
  inlay_value_free(key_value);
  inlay_value_free(score_value);
  CHECK(inlay_value_get_kind(map) == INLAY_VALUE_MAP && inlay_value_count(map) == 2);
  CHECK(strcmp(inlay_value_string(inlay_value_map_keys(map), 0, NULL), "a") == 0);
  CHECK(((const float*)inlay_value_tensor(inlay_value_map_values(map)).data)[0] == 1);
  inlay_value_free(map);
  CHECK(inlay_value_map_keys(NULL) == NULL && inlay_value_map_values(NULL) == NULL);
}

static inlay_session* make_session(void) {
  inlay_model* model = NULL;
  inlay_session* session = NULL;
  char* json = NULL;
  CHECK_OK(inlay_model_open(usage_values_onnx(), NULL, &model));
  CHECK_OK(inlay_model_describe(model, &json));
  CHECK(strstr(json, "\"type\":\"a sequence of string of any rank\"") != NULL);
  CHECK(strstr(json, "\"interpreted\":true") != NULL);
  inlay_string_free(json);
  CHECK_OK(inlay_session_create(model, NULL, &session));
  inlay_model_free(model);
  return session;
}

static void says_its_types(const inlay_session* session) {
  const inlay_value_type* type = inlay_session_input_type(session, 0);
  CHECK(type->kind == INLAY_VALUE_SEQUENCE && type->dtype == INLAY_DTYPE_UNDEFINED);
  CHECK(type->element->kind == INLAY_VALUE_TENSOR && type->element->element == NULL);
  CHECK(type->element->dtype == INLAY_DTYPE_STRING);
  CHECK(inlay_session_input(session, 0).dtype == INLAY_DTYPE_STRING);
  CHECK(inlay_session_input_type(session, 2)->kind == INLAY_VALUE_OPTIONAL);
  type = inlay_session_output_type(session, 3);
  CHECK(type->kind == INLAY_VALUE_MAP && type->dtype == INLAY_DTYPE_INT64);
  CHECK(type->element->dtype == INLAY_DTYPE_FLOAT32);
  CHECK(inlay_session_input_type(session, 4) == NULL);
  CHECK(inlay_session_output_type(NULL, 0) == NULL);
}

static const char* const kNames[] = {"list", "texts", "maybe", "scores"};

static void runs(const inlay_session* session) {
  const char* const text[] = {"x", "y"};
  const int64_t keys[] = {7};
  const float score[] = {0.5f};
  inlay_value* key_value = tensor(INLAY_DTYPE_INT64, 1, keys);
  inlay_value* score_value = tensor(INLAY_DTYPE_FLOAT32, 1, score);
  inlay_value *inputs[4] = {NULL, strings(text, 2), NULL, NULL}, *outputs[4] = {0};
  const inlay_value* given[4];
  int i;
  CHECK_OK(inlay_value_from_sequence(NULL, 0, INLAY_DTYPE_STRING, &inputs[0]));
  CHECK_OK(inlay_value_from_nothing(&inputs[2]));
  CHECK_OK(inlay_value_from_map(key_value, score_value, &inputs[3]));
  for (i = 0; i < 4; ++i) given[i] = inputs[i];
  CHECK_OK(inlay_session_run_values(session, NULL, kNames, given, 4, NULL, 4, outputs));
  CHECK(inlay_value_get_kind(outputs[0]) == INLAY_VALUE_SEQUENCE);
  CHECK(inlay_value_count(outputs[0]) == 1);
  CHECK(strcmp(inlay_value_string(inlay_value_element(outputs[0], 0), 1, NULL), "y") == 0);
  CHECK(inlay_value_element(outputs[0], 1) == NULL);
  CHECK(*(const unsigned char*)inlay_value_tensor(outputs[1]).data == 0);
  CHECK(inlay_value_get_kind(outputs[2]) == INLAY_VALUE_NONE && inlay_value_count(outputs[2]) == 0);
  CHECK(inlay_value_get_kind(outputs[3]) == INLAY_VALUE_MAP);
  for (i = 0; i < 4; ++i) inlay_value_free(outputs[i]);
  given[0] = score_value;
  CHECK_FAILS(inlay_session_run_values(session, NULL, kNames, given, 4, NULL, 4, outputs),
              INLAY_STATUS_INVALID_ARGUMENT,
              "input \"list\": expected a sequence of string of any rank, found float32 [1]");
  given[0] = NULL;
  CHECK_FAILS(inlay_session_run_values(session, NULL, kNames, given, 4, NULL, 4, outputs),
              INLAY_STATUS_INVALID_ARGUMENT, "inputs: expected a pointer");
  for (i = 0; i < 4; ++i) inlay_value_free(inputs[i]);
  inlay_value_free(key_value);
  inlay_value_free(score_value);
}

/* A model over tensors takes values too. */
static void runs_tensors(void) {
  const char *const names[] = {"x"}, *const wanted[] = {"product"};
  const float numbers[] = {1, 2, 3};
  const int64_t shape[] = {1, 3};
  const inlay_tensor_view view = {INLAY_DTYPE_FLOAT32, 2, shape, numbers};
  inlay_model* model = NULL;
  inlay_session* session = NULL;
  inlay_value *input = NULL, *output = NULL;
  const inlay_value* given[1];
  CHECK_OK(inlay_model_open(usage_tiny_onnx(), NULL, &model));
  CHECK_OK(inlay_session_create(model, NULL, &session));
  CHECK_OK(inlay_value_from_tensor(&view, &input));
  given[0] = input;
  CHECK_OK(inlay_session_run_values(session, NULL, names, given, 1, wanted, 1, &output));
  CHECK(((const float*)inlay_value_tensor(output).data)[2] == 9);
  CHECK(inlay_session_input_type(session, 0)->kind == INLAY_VALUE_TENSOR);
  inlay_value_free(input);
  inlay_value_free(output);
  inlay_session_free(session);
  inlay_model_free(model);
}

void test_values(void) {
  inlay_session* session = make_session();
  tensors();
  texts();
  bad_values();
  maps();
  says_its_types(session);
  runs(session);
  inlay_session_free(session);
  runs_tensors();
}
