// inlay detokenize -m MODEL|--vocab FILE [--like NAME] [--keep-special] [ID…]
#include <charconv>
#include <memory>

#include "commands.h"
#include "model_argument.h"
#include "output.h"
#include "texts.h"

namespace cli {
namespace {

struct Detokenize {
  TokenizerArgument tokenizer;
  std::vector<std::string> ids;
  bool keep_special = false;
};

// Ids separated by spaces, tabs, commas or brackets, so that a JSON array is taken as it is.
std::vector<uint32_t> read_ids(std::string_view text) {
  static constexpr std::string_view kSeparators = " \t,[]";
  std::vector<uint32_t> ids;
  for (;;) {
    text.remove_prefix(std::min(text.find_first_not_of(kSeparators), text.size()));
    if (text.empty()) return ids;
    const std::string_view word = text.substr(0, text.find_first_of(kSeparators));
    uint32_t id = 0;
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), id);
    if (error != std::errc() || end != word.data() + word.size()) {
      fail("detokenize: expected an id from 0 to ", UINT32_MAX, ", found ", quote(word));
    }
    ids.push_back(id);
    text.remove_prefix(word.size());
  }
}

void print_text(const Tokenizer& tokenizer, const std::vector<uint32_t>& ids, bool keep_special) {
  LibraryText text;
  check(inlay_tokenizer_decode(tokenizer.get(), ids.data(), ids.size(), keep_special ? 0 : 1,
                               text.out()));
  print_line(text.get());
}

void run_detokenize(const Detokenize& options) {
  const Tokenizer tokenizer = options.tokenizer.open("detokenize");
  if (!options.ids.empty()) {
    std::vector<uint32_t> all;
    for (const std::string& argument : options.ids) {
      const std::vector<uint32_t> ids = read_ids(argument);
      all.insert(all.end(), ids.begin(), ids.end());
    }
    print_text(tokenizer, all, options.keep_special);
    return;
  }
  TextSource source({});
  while (const auto batch = source.next()) {
    for (const std::string& line : *batch)
      print_text(tokenizer, read_ids(line), options.keep_special);
    flush_output();
  }
}

}  // namespace

void add_detokenize(Options& options) {
  auto detokenize = std::make_shared<Detokenize>();
  detokenize->tokenizer.add_to(options);
  options.flag("--keep-special", detokenize->keep_special, "with [CLS], [SEP], …");
  options.list("ID", detokenize->ids, "…",
               "ids of one text; without any, a text for each input line");
  options.on_run([detokenize] { run_detokenize(*detokenize); });
}

}  // namespace cli
