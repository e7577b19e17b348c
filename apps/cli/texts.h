// The texts that a command works on: its arguments, or the lines of the standard input.
//
//   TextSource source(embed.texts);
//   while (const auto batch = source.next()) …
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace cli {

// Texts as the C ABI takes them. Points into `texts`, which must not change meanwhile.
struct TextPointers {
  explicit TextPointers(std::span<const std::string> texts);
  std::vector<const char*> data;
  std::vector<size_t> bytes;
};

class TextSource {
 public:
  static constexpr size_t kBatch = 128;

  // The standard input when there are no arguments; on a terminal it says how to type them. While results
  // go elsewhere, the terminal shows how many texts were given.
  explicit TextSource(std::vector<std::string> arguments);
  ~TextSource();

  // The next texts, at most kBatch; nothing at the end. Lines are given as soon as they are there,
  // without "\n" or "\r\n"; what waits in the input comes together.
  std::optional<std::vector<std::string>> next();

 private:
  std::optional<std::vector<std::string>> next_arguments();
  std::optional<std::vector<std::string>> next_lines();
  bool read_more();
  void show_count(size_t more);

  std::vector<std::string> arguments_;
  size_t next_argument_ = 0;
  bool from_input_;
  bool ended_ = false;
  bool begun_ = false;
  std::string buffer_;  // read, not yet given
  size_t count_ = 0;    // of texts given
  bool counting_;       // the count is shown
};

// A text, or with --pair a text and what goes with it.
struct Input {
  std::string text, pair;
};
// Of a batch: with `pair` two arguments are a pair, and a line holds both, separated by a tab.
std::vector<Input> inputs_of(const std::vector<std::string>& batch, bool pair, bool from_arguments,
                             const char* command);

// All texts at once.
std::vector<std::string> all_texts(std::vector<std::string> arguments);

}  // namespace cli
