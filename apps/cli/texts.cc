#include "texts.h"

#include <algorithm>
#include <utility>

#include "failure.h"
#include "output.h"

namespace cli {

constexpr size_t kMaxLineBytes = size_t{1} << 28;  // an input that never ends is no text

TextPointers::TextPointers(std::span<const std::string> texts) {
  for (const std::string& text : texts) {
    data.push_back(text.data());
    bytes.push_back(text.size());
  }
}

TextSource::TextSource(std::vector<std::string> arguments)
    : arguments_(std::move(arguments)),
      from_input_(arguments_.empty()),
      counting_(from_input_ && is_terminal(stderr) && !is_terminal(stdout) && !is_terminal(stdin)) {
  if (from_input_ && is_terminal(stdin))
    message("type texts, a line each; the end of file ends them");
}

TextSource::~TextSource() {
  if (counting_ && count_ > 0) fputs("\r\x1b[K", stderr);
}

void TextSource::show_count(size_t more) {
  count_ += more;
  if (counting_) fprintf(stderr, "\r%zu texts", count_);
}

std::optional<std::vector<std::string>> TextSource::next() {
  auto batch = from_input_ ? next_lines() : next_arguments();
  if (batch) show_count(batch->size());
  return batch;
}

std::optional<std::vector<std::string>> TextSource::next_arguments() {
  if (next_argument_ == arguments_.size()) return std::nullopt;
  const size_t end = std::min(next_argument_ + kBatch, arguments_.size());
  std::vector<std::string> batch;
  while (next_argument_ < end) batch.push_back(std::move(arguments_[next_argument_++]));
  return batch;
}

bool TextSource::read_more() {
  const size_t before = buffer_.size();
  buffer_.resize(before + (1 << 16));
  const size_t bytes = read_stdin({buffer_.data() + before, buffer_.size() - before});
  buffer_.resize(before + bytes);
  ended_ = bytes == 0;
  if (!begun_ && buffer_.size() >= 3) {
    if (buffer_.starts_with("\xef\xbb\xbf")) buffer_.erase(0, 3);  // as PowerShell's pipes begin
    begun_ = true;
  }
  return !ended_;
}

std::optional<std::vector<std::string>> TextSource::next_lines() {
  size_t searched = 0;
  while (buffer_.find('\n', searched) == std::string::npos && !ended_) {
    searched = buffer_.size();
    if (searched > kMaxLineBytes)
      fail("standard input: expected lines of at most ", kMaxLineBytes,
           " bytes, found a longer one");
    read_more();
  }
  std::vector<std::string> batch;
  size_t begin = 0;
  while (batch.size() < kBatch && begin < buffer_.size()) {
    size_t end = buffer_.find('\n', begin);
    if (end == std::string::npos && !ended_) break;
    end = std::min(end, buffer_.size());
    const bool carriage_return = end > begin && buffer_[end - 1] == '\r';
    batch.push_back(buffer_.substr(begin, end - begin - (carriage_return ? 1 : 0)));
    begin = std::min(end + 1, buffer_.size());
  }
  buffer_.erase(0, begin);
  if (batch.empty()) return std::nullopt;
  return batch;
}

std::vector<Input> inputs_of(const std::vector<std::string>& batch, bool pair, bool from_arguments,
                             const char* command) {
  std::vector<Input> inputs;
  if (!pair) {
    for (const std::string& text : batch) inputs.push_back({text, ""});
  } else if (from_arguments) {
    if (batch.size() % 2 != 0)
      fail_usage(command, ": --pair: expected an even number of texts, found ", batch.size());
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

std::vector<std::string> all_texts(std::vector<std::string> arguments) {
  TextSource source(std::move(arguments));
  std::vector<std::string> texts;
  while (auto batch = source.next()) {
    for (std::string& text : *batch) texts.push_back(std::move(text));
  }
  return texts;
}

}  // namespace cli
