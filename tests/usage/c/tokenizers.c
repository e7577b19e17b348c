/* Text to ids and back. */
#include <string.h>

#include "c/cases.h"
#include "support/usage.h"

static inlay_tokenizer* make_tokenizer(void) {
  inlay_model* model = NULL;
  inlay_tokenizer* tokenizer = NULL;
  CHECK_OK(inlay_model_open(usage_tiny_directory(), NULL, &model));
  CHECK_OK(inlay_tokenizer_create(model, &tokenizer));
  inlay_model_free(model);
  return tokenizer;
}

static inlay_encoding* encode(const inlay_tokenizer* tokenizer, const char* text,
                              const inlay_encode_options* options) {
  inlay_encoding* encoding = NULL;
  CHECK_OK(inlay_tokenizer_encode(tokenizer, text, strlen(text), NULL, 0, options, &encoding));
  return encoding;
}

static void one_text(const inlay_tokenizer* tokenizer) {
  const char* const tokens[] = {"[CLS]", "a", "##b", "c", "[SEP]"};
  const uint64_t offsets[] = {0, 0, 0, 1, 1, 2, 3, 4, 0, 0};
  inlay_encoding* encoding = encode(tokenizer, "AB c", NULL);
  const inlay_encoding_view view = inlay_encoding_get(encoding);
  CHECK(view.count == 5 && !view.truncated);
  for (size_t i = 0; i < view.count; ++i) {
    CHECK(strcmp(view.tokens[i], tokens[i]) == 0);
    CHECK(view.offsets[2 * i] == offsets[2 * i] && view.offsets[2 * i + 1] == offsets[2 * i + 1]);
    CHECK(view.type_ids[i] == 0 && view.attention_mask[i] == 1);
    CHECK(view.special_tokens_mask[i] == (i == 0 || i == 4 ? 1u : 0u));
  }
  inlay_encoding_free(encoding);
}

static void a_pair(const inlay_tokenizer* tokenizer) {
  inlay_encoding* encoding = NULL;
  CHECK_OK(inlay_tokenizer_encode(tokenizer, "a", 1, "b c", 3, NULL, &encoding));
  const inlay_encoding_view view = inlay_encoding_get(encoding);
  CHECK(view.count == 6); /* [CLS] a [SEP] b c [SEP] */
  CHECK(view.type_ids[2] == 0 && view.type_ids[3] == 1 && view.type_ids[5] == 1);
  inlay_encoding_free(encoding);
}

static void lengths(const inlay_tokenizer* tokenizer) {
  const char* const text = "a b c d e f g h i j k l m n";
  inlay_encode_options options = INLAY_OPTIONS_INIT(inlay_encode_options);
  inlay_encoding* encoding = encode(tokenizer, text, &options);
  CHECK(inlay_encoding_get(encoding).count == USAGE_MAX_LENGTH);
  CHECK(inlay_encoding_get(encoding).truncated == 1);
  inlay_encoding_free(encoding);

  options.max_length = 4;
  encoding = encode(tokenizer, text, &options);
  CHECK(inlay_encoding_get(encoding).count == 4);
  inlay_encoding_free(encoding);

  options.max_length = UINT32_MAX;
  options.without_special_tokens = 1;
  options.pad_to = 20;
  encoding = encode(tokenizer, text, &options);
  CHECK(inlay_encoding_get(encoding).count == 20);
  CHECK(inlay_encoding_get(encoding).truncated == 0);
  CHECK(inlay_encoding_get(encoding).attention_mask[13] == 1);
  CHECK(inlay_encoding_get(encoding).attention_mask[14] == 0);
  CHECK(strcmp(inlay_encoding_get(encoding).tokens[19], "[PAD]") == 0);
  inlay_encoding_free(encoding);
}

static void bad_texts(const inlay_tokenizer* tokenizer) {
  inlay_encode_options options = INLAY_OPTIONS_INIT(inlay_encode_options);
  inlay_encoding* encoding = NULL;
  CHECK_FAILS(inlay_tokenizer_encode(tokenizer, "ab\xff", 3, NULL, 0, NULL, &encoding),
              INLAY_STATUS_INVALID_ARGUMENT, "byte 2");
  options.max_length = 1;
  CHECK_FAILS(inlay_tokenizer_encode(tokenizer, "ab", 2, NULL, 0, &options, &encoding),
              INLAY_STATUS_INVALID_ARGUMENT, "2");
  options.max_length = 0;
  options.pad_to = UINT32_MAX;
  CHECK_FAILS(inlay_tokenizer_encode(tokenizer, "ab", 2, NULL, 0, &options, &encoding),
              INLAY_STATUS_INVALID_ARGUMENT, "4294967295");
  CHECK(encoding == NULL);
  /* Text is as long as it says, whatever is in it. */
  CHECK_OK(inlay_tokenizer_encode(tokenizer, "a\0b", 3, NULL, 0, NULL, &encoding));
  inlay_encoding_free(encoding);
}

static void back_to_text(const inlay_tokenizer* tokenizer) {
  inlay_encoding* encoding = encode(tokenizer, "abc d", NULL);
  const inlay_encoding_view view = inlay_encoding_get(encoding);
  char* text = NULL;
  CHECK_OK(inlay_tokenizer_decode(tokenizer, view.ids, view.count, 1, &text));
  CHECK(text && strcmp(text, "abc d") == 0);
  inlay_string_free(text);
  CHECK_OK(inlay_tokenizer_decode(tokenizer, view.ids, view.count, 0, &text));
  CHECK(text && strcmp(text, "[CLS] abc d [SEP]") == 0);
  inlay_string_free(text);
  CHECK_OK(inlay_tokenizer_decode(tokenizer, NULL, 0, 1, &text));
  CHECK(text && strcmp(text, "") == 0);
  inlay_string_free(text);
  inlay_encoding_free(encoding);
}

static void from_a_file(void) {
  inlay_tokenizer* tokenizer = NULL;
  CHECK_OK(inlay_tokenizer_open(usage_data("text/tiny_wordpiece.json"), &tokenizer));
  CHECK(inlay_tokenizer_vocab_size(tokenizer) > 200);
  CHECK(inlay_tokenizer_max_length(tokenizer) == 0);
  inlay_tokenizer_free(tokenizer);
  tokenizer = NULL;
  usage_write(usage_path("bad.json"), "{\"model\":", 9);
  CHECK_FAILS(inlay_tokenizer_open(usage_path("bad.json"), &tokenizer), INLAY_STATUS_CORRUPT,
              "bad.json");
  CHECK_FAILS(inlay_tokenizer_open(usage_path("none.json"), &tokenizer), INLAY_STATUS_NOT_FOUND,
              "none.json");
  CHECK(tokenizer == NULL);
}

static void a_model_without_one(void) {
  inlay_model* model = NULL;
  inlay_tokenizer* tokenizer = NULL;
  CHECK_OK(inlay_model_open(usage_tiny_onnx(), NULL, &model));
  CHECK_FAILS(inlay_tokenizer_create(model, &tokenizer), INLAY_STATUS_UNSUPPORTED,
              "tiny.onnx: expected a model directory with a tokenizer");
  inlay_model_free(model);
}

void test_tokenizers(void) {
  inlay_tokenizer* tokenizer = make_tokenizer();
  CHECK(inlay_tokenizer_vocab_size(tokenizer) == 67);
  CHECK(inlay_tokenizer_max_length(tokenizer) == USAGE_MAX_LENGTH);
  one_text(tokenizer);
  a_pair(tokenizer);
  lengths(tokenizer);
  bad_texts(tokenizer);
  back_to_text(tokenizer);
  inlay_tokenizer_free(tokenizer);
  from_a_file();
  a_model_without_one();
}
