/* Opening and describing models; option structs of other versions. */
#include <stdio.h>
#include <string.h>

#include "c/cases.h"
#include "support/usage.h"

static void describe(const char* path, const char* expected) {
  inlay_model* model = NULL;
  char* json = NULL;
  CHECK_OK(inlay_model_open(path, NULL, &model));
  CHECK_OK(inlay_model_describe(model, &json));
  CHECK(json && json[0] == '{' && strstr(json, expected));
  inlay_string_free(json);
  inlay_model_free(model);
}

static void options_are_taken(const char* path) {
  inlay_model_options options = INLAY_OPTIONS_INIT(inlay_model_options);
  inlay_model* model = NULL;
  options.copy_files = 1;
  options.without_rewrites = 1;
  CHECK_OK(inlay_model_open(path, &options, &model));
  inlay_model_free(model);
}

static void bad_files(void) {
  inlay_model* model = NULL;
  usage_write(usage_path("bad.onnx"), "\x08\x08\x3a\x7f", 4);
  CHECK_FAILS(inlay_model_open(usage_path("bad.onnx"), NULL, &model), INLAY_STATUS_CORRUPT,
              "bad.onnx");
  CHECK_FAILS(inlay_model_open(usage_path("none.onnx"), NULL, &model), INLAY_STATUS_NOT_FOUND,
              "none.onnx");
  CHECK_FAILS(inlay_model_open("", NULL, &model), INLAY_STATUS_INVALID_ARGUMENT, "empty");
  CHECK(model == NULL);
}

/* A struct as a program of another version has it: its size first. */
struct newer_options {
  inlay_model_options known;
  uint32_t unknown;
};

static void options_of_other_versions(const char* path) {
  struct newer_options newer = {INLAY_OPTIONS_INIT(inlay_model_options), 0};
  inlay_model_options options = INLAY_OPTIONS_INIT(inlay_model_options);
  inlay_model* model = NULL;

  newer.known.struct_size = sizeof newer;
  CHECK_OK(inlay_model_open(path, &newer.known, &model));
  inlay_model_free(model);
  newer.unknown = 1;
  model = NULL;
  CHECK_FAILS(inlay_model_open(path, &newer.known, &model), INLAY_STATUS_UNSUPPORTED,
              "byte 12 is set");

  options.struct_size = sizeof(uint32_t); /* older: before there were any options */
  CHECK_OK(inlay_model_open(path, &options, &model));
  inlay_model_free(model);
  model = NULL;
  options.struct_size = 0;
  CHECK_FAILS(inlay_model_open(path, &options, &model), INLAY_STATUS_INVALID_ARGUMENT,
              "expected struct_size to be set with INLAY_OPTIONS_INIT, found 0");
  options.struct_size = 1u << 30;
  CHECK_FAILS(inlay_model_open(path, &options, &model), INLAY_STATUS_INVALID_ARGUMENT,
              "found 1073741824");
  CHECK(model == NULL);
}

void test_models(void) {
  const char* onnx = usage_tiny_onnx();
  describe(onnx, "\"operators\":{\"Add\":1,\"Mul\":1}");
  describe(usage_tiny_directory(), "\"last_hidden_state\"");
  options_are_taken(onnx);
  bad_files();
  options_of_other_versions(onnx);
}
