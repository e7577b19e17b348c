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

static const char kVocabulary[] = "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\nhello\nHello\n";

static void from_a_vocabulary(void) {
  inlay_tokenizer* tokenizer = NULL;
  inlay_encoding* encoding = NULL;
  usage_write(usage_path("vocab.txt"), kVocabulary, sizeof kVocabulary - 1);
  CHECK_OK(inlay_tokenizer_from_vocabulary(usage_path("vocab.txt"), NULL, &tokenizer));
  encoding = encode(tokenizer, "Hello", NULL);
  CHECK(inlay_encoding_get(encoding).ids[1] == 5);
  inlay_encoding_free(encoding);
  inlay_tokenizer_free(tokenizer);
  CHECK_OK(inlay_tokenizer_from_vocabulary_bytes(kVocabulary, sizeof kVocabulary - 1, NULL, 0,
                                                 "bert-base-cased", &tokenizer));
  CHECK(inlay_tokenizer_max_length(tokenizer) == 512);
  encoding = encode(tokenizer, "Hello", NULL);
  CHECK(inlay_encoding_get(encoding).ids[1] == 6);
  inlay_encoding_free(encoding);
  inlay_tokenizer_free(tokenizer);
  tokenizer = NULL;
  CHECK_FAILS(inlay_tokenizer_from_vocabulary(usage_path("vocab.txt"), "no-such-model", &tokenizer),
              INLAY_STATUS_NOT_FOUND, "no-such-model");
  CHECK(tokenizer == NULL);
}

static void to_a_file(const inlay_tokenizer* tokenizer) {
  inlay_tokenizer* again = NULL;
  CHECK_OK(inlay_tokenizer_save(tokenizer, usage_path("saved.json")));
  CHECK_OK(inlay_tokenizer_open(usage_path("saved.json"), &again));
  CHECK(inlay_tokenizer_vocab_size(again) == inlay_tokenizer_vocab_size(tokenizer));
  inlay_tokenizer_free(again);
  CHECK_FAILS(inlay_tokenizer_save(tokenizer, usage_path("no-folder/saved.json")),
              INLAY_STATUS_NOT_FOUND, "saved.json");
}

static void words(const inlay_tokenizer* tokenizer) {
  const char* const given[] = {"ab", "c"};
  const char* const pair[] = {"d", "ef"};
  inlay_encoding* encoding = NULL;
  inlay_encoding_view view;
  CHECK_OK(inlay_tokenizer_encode_words(tokenizer, given, NULL, 2, NULL, NULL, 0, NULL, &encoding));
  view = inlay_encoding_get(encoding); /* [CLS] a ##b c [SEP] */
  CHECK(view.count == 5 && view.word_ids[0] == -1);
  CHECK(view.word_ids[1] == 0 && view.word_ids[2] == 0 && view.word_ids[3] == 1);
  CHECK(view.offsets[6] == 0 && view.offsets[7] == 1); /* of the word "c" */
  inlay_encoding_free(encoding);
  CHECK_OK(inlay_tokenizer_encode_words(tokenizer, given, NULL, 2, pair, NULL, 2, NULL, &encoding));
  view = inlay_encoding_get(encoding); /* [CLS] a ##b c [SEP] d e ##f [SEP] */
  CHECK(view.count == 9 && view.type_ids[4] == 0 && view.type_ids[5] == 1);
  CHECK(view.word_ids[5] == 0 && view.word_ids[7] == 1 && view.offsets[14] == 1);
  inlay_encoding_free(encoding);
  CHECK_OK(inlay_tokenizer_encode_words(tokenizer, NULL, NULL, 0, NULL, NULL, 0, NULL, &encoding));
  CHECK(inlay_encoding_get(encoding).count == 2); /* [CLS] [SEP] */
  inlay_encoding_free(encoding);
}

static void pairs(const inlay_tokenizer* tokenizer) {
  const char* const texts[] = {"a b", "c"};
  const char* const seconds[] = {"d", "e f"};
  const char* const bad[] = {"d", "\xff"};
  inlay_encodings* encodings = NULL;
  inlay_encoding_view view;
  CHECK_OK(
      inlay_tokenizer_encode_batch(tokenizer, texts, NULL, seconds, NULL, 2, NULL, 2, &encodings));
  view = inlay_encoding_get(inlay_encodings_get(encodings, 1)); /* [CLS] c [SEP] e f [SEP] */
  CHECK(view.count == 6 && view.type_ids[2] == 0 && view.type_ids[3] == 1);
  CHECK(view.offsets[8] == 2 && view.offsets[9] == 3);
  inlay_encodings_free(encodings);
  CHECK_FAILS(
      inlay_tokenizer_encode_batch(tokenizer, texts, NULL, bad, NULL, 2, NULL, 1, &encodings),
      INLAY_STATUS_INVALID_ARGUMENT, "text 1");
}

static void windows(const inlay_tokenizer* tokenizer) {
  inlay_encode_options options = INLAY_OPTIONS_INIT(inlay_encode_options);
  inlay_encoding* encoding = NULL;
  options.max_length = 5;
  options.stride = 1;
  encoding = encode(tokenizer, "a b c d e", &options); /* a b c, c d e */
  CHECK(inlay_encoding_overflow_count(encoding) == 1);
  CHECK(strcmp(inlay_encoding_overflow(encoding, 0).tokens[1], "c") == 0);
  CHECK(inlay_encoding_overflow(encoding, 1).count == 0);
  inlay_encoding_free(encoding);
  options.truncate_left = 1;
  options.stride = 0;
  encoding = encode(tokenizer, "a b c d e", &options);
  CHECK(strcmp(inlay_encoding_get(encoding).tokens[1], "c") == 0);
  inlay_encoding_free(encoding);
  options.truncation = INLAY_TRUNCATION_ONLY_SECOND;
  CHECK_FAILS(inlay_tokenizer_encode(tokenizer, "a b c d e", 9, NULL, 0, &options, &encoding),
              INLAY_STATUS_INVALID_ARGUMENT, "OnlySecond");
}

static void units_of_offsets(const inlay_tokenizer* tokenizer) {
  inlay_encode_options options = INLAY_OPTIONS_INIT(inlay_encode_options);
  inlay_encoding* encoding = NULL;
  options.character_offsets = 1;
  encoding = encode(tokenizer, "\xc3\xa9 a", &options);
  CHECK(inlay_encoding_get(encoding).offsets[4] == 2);
  inlay_encoding_free(encoding);
  options.character_offsets = 0;
  options.replace_invalid_utf8 = 1;
  encoding = encode(tokenizer, "\xff a", &options); /* U+FFFD is no token of BERT's */
  CHECK(inlay_encoding_get(encoding).offsets[2] == 2);
  inlay_encoding_free(encoding);
}

static void many_texts(const inlay_tokenizer* tokenizer) {
  const char* const texts[] = {"a b c", "ab", ""};
  const char* const bad[] = {"a", "\xff"};
  inlay_encode_options options = INLAY_OPTIONS_INIT(inlay_encode_options);
  inlay_encodings* encodings = NULL;
  inlay_ids* ids = NULL;
  options.pad_to_longest = 1;
  options.pad_left = 1;
  CHECK_OK(
      inlay_tokenizer_encode_batch(tokenizer, texts, NULL, NULL, NULL, 3, &options, 2, &encodings));
  CHECK(inlay_encodings_count(encodings) == 3 && inlay_encodings_get(encodings, 3) == NULL);
  CHECK(inlay_encoding_get(inlay_encodings_get(encodings, 1)).count == 5);
  CHECK(inlay_encoding_get(inlay_encodings_get(encodings, 1)).attention_mask[0] == 0);
  inlay_encodings_free(encodings);
  CHECK_OK(inlay_tokenizer_encode_ids(tokenizer, texts, NULL, 3, 0, 1, &ids));
  CHECK(inlay_ids_get(ids).count == 3 && inlay_ids_get(ids).begins[3] == 5 + 4 + 2);
  CHECK(inlay_ids_get(NULL).count == 0);
  inlay_ids_free(ids);
  CHECK_FAILS(inlay_tokenizer_encode_ids(tokenizer, bad, NULL, 2, 0, 1, &ids),
              INLAY_STATUS_INVALID_ARGUMENT, "text 1");
}

static void as_ids_come(const inlay_tokenizer* tokenizer) {
  inlay_encoding* encoding = encode(tokenizer, "ab c", NULL);
  const inlay_encoding_view view = inlay_encoding_get(encoding);
  inlay_decode_stream* stream = NULL;
  char* text = NULL;
  char all[64] = "";
  CHECK_OK(inlay_decode_stream_create(tokenizer, 1, &stream));
  for (size_t i = 0; i < view.count; ++i) {
    CHECK_OK(inlay_decode_stream_push(stream, &view.ids[i], 1, &text));
    strcat(all, text);
    inlay_string_free(text);
  }
  CHECK_OK(inlay_decode_stream_flush(stream, &text));
  strcat(all, text);
  inlay_string_free(text);
  CHECK(strcmp(all, "ab c") == 0);
  inlay_decode_stream_reset(stream);
  inlay_decode_stream_free(stream);
  inlay_encoding_free(encoding);
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
  to_a_file(tokenizer);
  words(tokenizer);
  pairs(tokenizer);
  windows(tokenizer);
  units_of_offsets(tokenizer);
  many_texts(tokenizer);
  as_ids_come(tokenizer);
  inlay_tokenizer_free(tokenizer);
  from_a_file();
  from_a_vocabulary();
  a_model_without_one();
}
