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

static void from_a_vocabulary() {
  const std::string vocabulary = "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\nhello\nHello\n";
  usage_write(usage_path("vocab.txt"), vocabulary.data(), vocabulary.size());
  const Tokenizer lower = Tokenizer::from_vocabulary(usage_path("vocab.txt"));
  CHECK(lower.encode("Hello").ids()[1] == 5);
  const Tokenizer cased = Tokenizer::from_vocabulary_bytes(vocabulary, "", "bert-base-cased");
  CHECK(cased.encode("Hello").ids()[1] == 6 && cased.max_length() == 512);
  cased.save(usage_path("cased.json"));
  CHECK(Tokenizer::open(usage_path("cased.json")).encode("Hello").ids()[1] == 6);
  CHECK_THROWS(Tokenizer::from_vocabulary(usage_path("vocab.txt"), "no-such-model"),
               Status::kNotFound, "no-such-model");
}

static void words_and_windows(const Tokenizer& tokenizer) {
  const Encoding words = tokenizer.encode_words({"ab", "c"});
  CHECK(words.word_ids()[0] == -1 && words.word_ids()[2] == 0 && words.word_ids()[3] == 1);
  CHECK((words.offset(3) == Offset{0, 1}));
  const Encoding cut = tokenizer.encode("a b c d e", EncodeOptions().max_length(5).stride(1));
  CHECK(cut.overflow_count() == 1 && cut.overflow(0).token(1) == "c");
  CHECK(cut.overflow(0).size() == 5 && cut.overflow(0).type_ids()[0] == 0);
  CHECK(cut.overflow(0).attention_mask()[0] == 1 && cut.overflow(0).word_ids()[0] == -1);
  CHECK(cut.overflow(0).special_tokens_mask()[0] == 1 && !cut.overflow(0).truncated());
  CHECK((cut.overflow(0).offset(1) == Offset{4, 5}) && cut.overflow(0).c().count == 5);
  CHECK(cut.view().ids().size() == 5);
  const auto left = EncodeOptions().max_length(5).truncate_left();
  CHECK(tokenizer.encode("a b c d e", left).token(1) == "c");
  const auto only = EncodeOptions().max_length(6).truncation(inlay::Truncation::kOnlyFirst);
  CHECK(tokenizer.encode_pair("a b c d", "e f", only).token(1) == "a");
  CHECK(tokenizer.encode("\u00e9 a", EncodeOptions().character_offsets()).offset(2).begin == 2);
  CHECK(tokenizer.encode("\xff a", EncodeOptions().replace_invalid_utf8()).offset(1).begin == 2);
}

static void pairs_of_words(const Tokenizer& tokenizer) {
  const Encoding pair = tokenizer.encode_words_pair({"ab", "c"}, {"d", "ef"});
  CHECK(pair.size() == 9);  // [CLS] a ##b c [SEP] d e ##f [SEP]
  CHECK(pair.type_ids()[4] == 0 && pair.type_ids()[5] == 1 && pair.type_ids()[8] == 1);
  CHECK(pair.word_ids()[3] == 1 && pair.word_ids()[5] == 0 && pair.word_ids()[7] == 1);
  CHECK((pair.offset(7) == Offset{1, 2}));
  const Encoding nothing = tokenizer.encode_words_pair({"a"}, std::vector<std::string>());
  CHECK(nothing.size() == 4 && nothing.type_ids()[3] == 1);  // [CLS] a [SEP] [SEP]
  CHECK(tokenizer.encode_words({"a"}).size() == 3);
  const auto cut = EncodeOptions().max_length(6).stride(1);
  const Encoding windows = tokenizer.encode_words_pair({"a", "b", "c"}, {"d"}, cut);
  CHECK(windows.truncated() && windows.overflow_count() == 1);
  CHECK(windows.overflow(0).token(1) == "b" && windows.overflow(0).token(4) == "d");
  CHECK_THROWS(tokenizer.encode_words_pair({"a"}, {"b", "\xff"}), Status::kInvalidArgument,
               "word 1");
}

static void many_pairs(const Tokenizer& tokenizer) {
  const std::vector<std::string> texts = {"a b", "c"}, pairs = {"d", "e f"};
  const inlay::Encodings all = tokenizer.encode_batch_pairs(texts, pairs, {}, 2);
  CHECK(all.size() == 2 && all.at(0).size() == 6 && all.at(1).size() == 6);
  CHECK(all.at(0).token(4) == "d" && all.at(0).type_ids()[4] == 1 && all.overflow_count(0) == 0);
  CHECK((all.at(1).offset(4) == Offset{2, 3}) && all.at(1).type_ids()[3] == 1);
  const auto cut = EncodeOptions().max_length(5);
  const inlay::Encodings windows = tokenizer.encode_batch_pairs(texts, pairs, cut);
  CHECK(windows.overflow_count(0) == 1 && windows.overflow(0, 0).token(1) == "b");
  CHECK(windows.overflow_count(1) == 1 && windows.overflow(1, 0).token(3) == "f");
  CHECK(tokenizer.encode_batch_pairs({}, {}).size() == 0);
  CHECK_THROWS(tokenizer.encode_batch_pairs(texts, {"d"}), Status::kInvalidArgument,
               "expected 2, one a text, found 1");
}

static void many_texts(const Tokenizer& tokenizer) {
  const std::vector<std::string> texts = {"a b c", "ab", ""};
  const auto options = EncodeOptions().pad_to_longest().pad_left();
  const inlay::Encodings all = tokenizer.encode_batch(texts, options, 2);
  CHECK(all.size() == 3 && all.at(1).size() == 5 && all.at(1).attention_mask()[0] == 0);
  CHECK(tokenizer.encode("a", EncodeOptions().pad_to_multiple(8)).size() == 8);
  const inlay::Ids ids = tokenizer.encode_ids(texts);
  CHECK(ids.size() == 3 && ids.at(0).size() == 5 && ids.at(2).size() == 2);
  CHECK(ids.c().begins[3] == 11);
}

static void as_ids_come(const Tokenizer& tokenizer) {
  inlay::DecodeStream stream = tokenizer.decode_stream();
  std::string all;
  const inlay::Encoding encoding = tokenizer.encode("ab c");
  for (const std::uint32_t id : encoding.ids()) all += stream.push(id);
  all += stream.flush();
  CHECK(all == "ab c");
  stream.reset();
}

void test_tokenizers() {
  const Tokenizer tokenizer = Tokenizer::create(inlay::Model::open(usage_tiny_directory()));
  CHECK(tokenizer.vocab_size() == 67 && tokenizer.max_length() == USAGE_MAX_LENGTH);
  one_text(tokenizer);
  a_pair(tokenizer);
  lengths(tokenizer);
  words_and_windows(tokenizer);
  pairs_of_words(tokenizer);
  many_pairs(tokenizer);
  many_texts(tokenizer);
  as_ids_come(tokenizer);
  from_a_vocabulary();
  CHECK_THROWS(tokenizer.encode("ab\xff"), Status::kInvalidArgument, "byte 2");
  CHECK(Tokenizer::open(usage_data("text/tiny_wordpiece.json")).max_length() == 0);
  CHECK_THROWS(Tokenizer::open(usage_path("none.json")), Status::kNotFound, "none.json");
}
