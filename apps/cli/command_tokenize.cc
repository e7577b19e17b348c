// inlay tokenize -m MODEL [--json] [--pair] [--max-length N] [--pad-to N] [--no-special] [TEXT…]
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
  std::string model;
  std::vector<std::string> texts;
  bool json = false, pair = false, no_special = false;
  int64_t max_length = -1, pad_to = 0;
};

// A text, or with --pair a text and what goes with it.
struct Input {
  std::string text, pair;
};

// Two arguments are a pair; a line holds both, separated by a tab.
std::vector<Input> inputs_of(const std::vector<std::string>& batch, bool pair,
                             bool from_arguments) {
  std::vector<Input> inputs;
  if (!pair) {
    for (const std::string& text : batch) inputs.push_back({text, ""});
  } else if (from_arguments) {
    if (batch.size() % 2 != 0)
      fail_usage("tokenize: --pair: expected an even number of texts, found ", batch.size());
    for (size_t i = 0; i < batch.size(); i += 2) inputs.push_back({batch[i], batch[i + 1]});
  } else {
    for (const std::string& line : batch) {
      const size_t tab = line.find('\t');
      if (tab == std::string::npos)
        fail("standard input: expected text<TAB>pair, found ", quote(line));
      inputs.push_back({line.substr(0, tab), line.substr(tab + 1)});
    }
  }
  return inputs;
}

template <class T>
std::span<const T> entries(const inlay_encoding_view& encoding, const T* values) {
  return {values, encoding.count};
}

void print_json(const inlay_encoding_view& encoding) {
  JsonLine line;
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
  if (encoding.truncated) line.key("truncated").boolean(true);
  print_line(line.end_object().text());
}

void print_table(const Input& input, const inlay_encoding_view& encoding) {
  Table table({{"token", Table::kFlexible, Paint::kBold},
               {"id", Table::kRight},
               {"type", Table::kRight},
               {"bytes", Table::kRight}});
  for (size_t i = 0; i < encoding.count; ++i) {
    const uint64_t begin = encoding.offsets[2 * i], end = encoding.offsets[2 * i + 1];
    table.row({encoding.tokens[i], concat(encoding.ids[i]), concat(encoding.type_ids[i]),
               begin == end ? "" : concat(begin, "-", end)});
  }
  print_line(painted(quote(input.text, 200), Paint::kCyan) +
             concat("  ", encoding.count, " tokens", encoding.truncated ? ", truncated" : ""));
  table.print(2);
}

void run_tokenize(const Tokenize& options) {
  const Tokenizer tokenizer = open_tokenizer(options.model);
  auto encode = default_options<inlay_encode_options>();
  encode.without_special_tokens = options.no_special;
  // 0 on the command line is no limit, as in `--max-length 0`; not given: the model's.
  if (options.max_length >= 0) {
    encode.max_length =
        options.max_length == 0 ? UINT32_MAX : static_cast<uint32_t>(options.max_length);
  }
  encode.pad_to = static_cast<uint32_t>(options.pad_to);

  TextSource source(options.texts);
  while (const auto batch = source.next()) {
    for (const Input& input : inputs_of(*batch, options.pair, !options.texts.empty())) {
      Encoding encoding;
      check(inlay_tokenizer_encode(tokenizer.get(), input.text.data(), input.text.size(),
                                   options.pair ? input.pair.data() : nullptr, input.pair.size(),
                                   &encode, encoding.out()));
      const inlay_encoding_view view = inlay_encoding_get(encoding.get());
      options.json ? print_json(view) : print_table(input, view);
    }
    flush_output();
  }
}

}  // namespace

void add_tokenize(Options& options) {
  auto tokenize = std::make_shared<Tokenize>();
  options.model(tokenize->model);
  options.flag("--json", tokenize->json, "one object a line");
  options.flag("--pair", tokenize->pair, "two texts a row: TEXT PAIR …, or lines text<TAB>pair");
  options.number("--max-length", tokenize->max_length, 0,
                 "cut to so many tokens; 0: never; default: the model's");
  options.number("--pad-to", tokenize->pad_to, 0, "pad to so many tokens");
  options.flag("--no-special", tokenize->no_special, "without [CLS], [SEP], …");
  options.list("TEXT", tokenize->texts, "…", "texts; without any, the lines of the standard input");
  options.on_run([tokenize] { run_tokenize(*tokenize); });
}

}  // namespace cli
