// Text to ids and back.
#include "cpp/cases.h"

using inlay::EncodeOptions;
using inlay::Encoding;
using inlay::Offset;
using inlay::Status;
using inlay::Tokenizer;

static void one_text(const Tokenizer& tokenizer) {
  const Encoding encoding = tokenizer.encode("AB c");
  CHECK(encoding.size() == 5 && encoding.ids().size() == 5 && !encoding.truncated());
  CHECK(encoding.token(0) == "[CLS]" && encoding.token(2) == "##b");
  CHECK((encoding.offset(3) == Offset{3, 4}));
  CHECK(encoding.type_ids()[1] == 0 && encoding.attention_mask()[4] == 1);
  CHECK(encoding.special_tokens_mask()[4] == 1 && encoding.special_tokens_mask()[3] == 0);
  CHECK(encoding.c().count == 5);
  CHECK(tokenizer.decode(encoding.ids()) == "ab c");
  CHECK(tokenizer.decode(encoding.ids(), false) == "[CLS] ab c [SEP]");
}

static void a_pair(const Tokenizer& tokenizer) {
  CHECK(tokenizer.encode_pair("a", "b").type_ids()[3] == 1);
  CHECK(tokenizer.encode_pair("a", std::string_view()).size() == 4);  // [CLS] a [SEP] [SEP]
}

static void lengths(const Tokenizer& tokenizer) {
  const std::string text = "a b c d e f g h i j k l m n";
  CHECK(tokenizer.encode(text).size() == USAGE_MAX_LENGTH && tokenizer.encode(text).truncated());
  CHECK(tokenizer.encode(text, EncodeOptions().max_length(4)).size() == 4);
  CHECK(tokenizer.encode(text, EncodeOptions().unlimited_length()).size() == 16);
  const Encoding padded = tokenizer.encode("a", EncodeOptions().without_special_tokens().pad_to(3));
  CHECK(padded.size() == 3 && padded.attention_mask()[0] == 1 && padded.attention_mask()[1] == 0);
  CHECK(EncodeOptions().c().struct_size == sizeof(inlay_encode_options));
}

void test_tokenizers() {
  const Tokenizer tokenizer = Tokenizer::create(inlay::Model::open(usage_tiny_directory()));
  CHECK(tokenizer.vocab_size() == 67 && tokenizer.max_length() == USAGE_MAX_LENGTH);
  one_text(tokenizer);
  a_pair(tokenizer);
  lengths(tokenizer);
  CHECK_THROWS(tokenizer.encode("ab\xff"), Status::kInvalidArgument, "byte 2");
  CHECK(Tokenizer::open(usage_data("text/tiny_wordpiece.json")).max_length() == 0);
  CHECK_THROWS(Tokenizer::open(usage_path("none.json")), Status::kNotFound, "none.json");
}
