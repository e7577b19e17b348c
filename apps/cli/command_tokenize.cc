// inlay tokenize -m MODEL|--vocab FILE [--like NAME] [--json] [--pair] [--words] [--max-length N]
//     [--stride N] [--overflow] [--pad-to N] [--no-special] [--char-offsets] [--save FILE] [TEXT…]
#include <limits>
#include <memory>

#include "commands.h"
#include "json.h"
#include "model_argument.h"
#include "output.h"
#include "table.h"
#include "texts.h"

namespace cli {
namespace {

struct Tokenize {
  TokenizerArgument tokenizer;
  std::vector<std::string> texts;
  std::string save;
  bool json = false, pair = false, words = false, no_special = false;
  bool truncate_left = false, pad_left = false, overflow = false;
  bool char_offsets = false, replace_invalid = false;
  int64_t max_length = -1, stride = 0, pad_to = 0;
};

template <class T>
std::span<const T> entries(const inlay_encoding_view& encoding, const T* values) {
  return {values, encoding.count};
}

void write_json(JsonLine& line, const inlay_encoding_view& encoding, bool words) {
  line.begin_object().key("ids").integers(entries(encoding, encoding.ids));
  line.key("tokens").begin_array();
  for (size_t i = 0; i < encoding.count; ++i) line.string(encoding.tokens[i]);
  line.end_array();
  line.key("type_ids").integers(entries(encoding, encoding.type_ids));
  line.key("attention_mask").integers(entries(encoding, encoding.attention_mask));
  line.key("special_tokens_mask").integers(entries(encoding, encoding.special_tokens_mask));
  line.key("offsets").begin_array();
  for (size_t i = 0; i < encoding.count; ++i) {
    line.integers(std::span<const uint64_t>(encoding.offsets + 2 * i, 2));
  }
  line.end_array();
  if (words) line.key("word_ids").integers(entries(encoding, encoding.word_ids));
  if (encoding.truncated) line.key("truncated").boolean(true);
}

// One object; with --overflow what was cut stands in it.
void print_json(const Encoding& encoding, const Tokenize& options) {
  JsonLine line;
  write_json(line, inlay_encoding_get(encoding.get()), options.words);
  if (options.overflow) {
    line.key("overflowing").begin_array();
    for (size_t i = 0; i < inlay_encoding_overflow_count(encoding.get()); ++i) {
      write_json(line, inlay_encoding_overflow(encoding.get(), i), options.words);
      line.end_object();
    }
    line.end_array();
  }
  print_line(line.end_object().text());
}

void print_table(const inlay_encoding_view& encoding, const Tokenize& options) {
  Table table({{"token", Table::kFlexible, Paint::kBold},
               {"id", Table::kRight},
               {"type", Table::kRight},
               {options.char_offsets ? "characters" : "bytes", Table::kRight}});
  for (size_t i = 0; i < encoding.count; ++i) {
    const uint64_t begin = encoding.offsets[2 * i], end = encoding.offsets[2 * i + 1];
    table.row({encoding.tokens[i], concat(encoding.ids[i]), concat(encoding.type_ids[i]),
               begin == end ? "" : concat(begin, "-", end)});
  }
  table.print(2);
}

void print_tables(const std::string& text, const Encoding& encoding, const Tokenize& options) {
  const inlay_encoding_view view = inlay_encoding_get(encoding.get());
  print_line(painted(quote(text, 200), Paint::kCyan) +
             concat("  ", view.count, " tokens", view.truncated ? ", truncated" : ""));
  print_table(view, options);
  const size_t windows = options.overflow ? inlay_encoding_overflow_count(encoding.get()) : 0;
  for (size_t i = 0; i < windows; ++i) {
    const inlay_encoding_view window = inlay_encoding_overflow(encoding.get(), i);
    print_line(concat("  window ", i + 2, ", ", window.count, " tokens"));
    print_table(window, options);
  }
}

inlay_encode_options encode_options(const Tokenize& options) {
  auto encode = default_options<inlay_encode_options>();
  encode.without_special_tokens = options.no_special;
  // 0 on the command line is no limit, as in `--max-length 0`; not given: the model's.
  if (options.max_length >= 0) {
    encode.max_length =
        options.max_length == 0 ? UINT32_MAX : static_cast<uint32_t>(options.max_length);
  }
  encode.pad_to = static_cast<uint32_t>(options.pad_to);
  encode.pad_left = options.pad_left;
  encode.stride = static_cast<uint32_t>(options.stride);
  encode.truncate_left = options.truncate_left;
  encode.character_offsets = options.char_offsets;
  encode.replace_invalid_utf8 = options.replace_invalid;
  return encode;
}

// The words of a line, between spaces and tabs.
std::vector<std::string> words_of(const std::string& line) {
  std::vector<std::string> words;
  for (size_t begin = 0; (begin = line.find_first_not_of(" \t", begin)) != std::string::npos;) {
    const size_t end = std::min(line.find_first_of(" \t", begin), line.size());
    words.push_back(line.substr(begin, end - begin));
    begin = end;
  }
  return words;
}

Encoding encode_words(const inlay_tokenizer* tokenizer, const std::vector<std::string>& words,
                      const inlay_encode_options& options) {
  const TextPointers pointers(words);
  Encoding encoding;
  check(inlay_tokenizer_encode_words(tokenizer, pointers.data.data(), pointers.bytes.data(),
                                     words.size(), nullptr, nullptr, 0, &options, encoding.out()));
  return encoding;
}

Encoding encode_text(const inlay_tokenizer* tokenizer, const Input& input, bool pair,
                     const inlay_encode_options& options) {
  Encoding encoding;
  check(inlay_tokenizer_encode(tokenizer, input.text.data(), input.text.size(),
                               pair ? input.pair.data() : nullptr, input.pair.size(), &options,
                               encoding.out()));
  return encoding;
}

void check_usage(const Tokenize& options) {
  if (options.words && options.pair) fail_usage("tokenize: expected --words or --pair, found both");
}

void run_tokenize(const Tokenize& options) {
  check_usage(options);
  const Tokenizer tokenizer = options.tokenizer.open("tokenize");
  if (!options.save.empty()) {
    check(inlay_tokenizer_save(tokenizer.get(), options.save.c_str()));
    if (options.texts.empty()) return;
  }
  const inlay_encode_options encode = encode_options(options);
  const auto print = [&](const std::string& text, const Encoding& encoding) {
    options.json ? print_json(encoding, options) : print_tables(text, encoding, options);
  };
  TextSource source(options.texts);
  while (const auto batch = source.next()) {
    for (const Input& input : inputs_of(*batch, options.pair, !options.texts.empty(), "tokenize")) {
      const Encoding encoding = options.words
                                    ? encode_words(tokenizer.get(), words_of(input.text), encode)
                                    : encode_text(tokenizer.get(), input, options.pair, encode);
      print(input.text, encoding);
    }
    flush_output();
  }
}

}  // namespace

void add_tokenize(Options& options) {
  auto tokenize = std::make_shared<Tokenize>();
  tokenize->tokenizer.add_to(options);
  options.flag("--json", tokenize->json, "one object a line");
  options.flag("--pair", tokenize->pair, "two texts a row: TEXT PAIR …, or lines text<TAB>pair");
  options.flag("--words", tokenize->words,
               "each word of a text for itself; offsets are relative to it");
  options.number("--max-length", tokenize->max_length, 0,
                 "cut to so many tokens; 0: never; default: the model's");
  options.flag("--truncate-left", tokenize->truncate_left, "cut at the begin, not at the end");
  options.flag("--overflow", tokenize->overflow, "also what was cut, in windows of that length");
  options.number("--stride", tokenize->stride, 0, "how many tokens neighbouring windows share");
  options.number("--pad-to", tokenize->pad_to, 0, "pad to so many tokens");
  options.flag("--pad-left", tokenize->pad_left, "pad at the begin, not at the end");
  options.flag("--no-special", tokenize->no_special, "without [CLS], [SEP], …");
  options.flag("--char-offsets", tokenize->char_offsets, "offsets count characters, not bytes");
  options.flag("--replace-invalid", tokenize->replace_invalid,
               "read what is not UTF-8 as U+FFFD instead of failing");
  options.text("--save", tokenize->save, "FILE",
               "write the tokenizer as a tokenizer.json; without TEXT that is all");
  options.list("TEXT", tokenize->texts, "…", "texts; without any, the lines of the standard input");
  options.on_run([tokenize] { run_tokenize(*tokenize); });
}

}  // namespace cli
