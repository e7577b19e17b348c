// inlay_text_bench TOKENIZER_JSON TEXTS: times tokenizing and loading, a turn at a time.
//
// TEXTS holds texts in UTF-8 with a byte 0 behind each. Each line of standard input asks for one
// thing; the answer is a line of JSON. So that peers can take turns, nothing runs in between.
//
//   ids      all texts to ids:              {"tokens": 1234, "ms": 1.2, "cpu_ms": 1.2}
//   offsets  the same with offsets:         {"tokens": 1234, "ms": 1.5, "cpu_ms": 1.5}
//   batch_ids N, batch N   all texts as one batch over N threads: {"tokens": …} or {"texts": …}
//   load     loads the tokenizer anew:      {"ms": 3.4, "cpu_ms": 3.4}
//   memory   bytes that a load allocates and keeps: {"bytes": 1234}; 0 where that is not known
//   list     the ids of each text:          {"ids": [[1, 2], [3]]}
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#if defined(__GLIBC__)
#include <malloc.h>
#endif

#include "base/json_writer.h"
#include "base/thread_pool.h"
#include "text/tokenizer.h"

namespace inlay::text {
namespace {

using Shared = std::shared_ptr<const Tokenizer>;

[[noreturn]] void end(const std::string& message) {
  std::fprintf(stderr, "inlay_text_bench: %s\n", message.c_str());
  std::exit(1);
}

// Time since it was made: on the clock, and of this process's work.
class Watch {
 public:
  void write(json::Writer& json) const {
    const std::chrono::duration<double, std::milli> passed = Clock::now() - begin_;
    const auto worked = static_cast<double>(std::clock() - cpu_begin_);
    json.member("ms", passed.count()).member("cpu_ms", worked * 1e3 / CLOCKS_PER_SEC);
  }

 private:
  using Clock = std::chrono::steady_clock;
  Clock::time_point begin_ = Clock::now();
  std::clock_t cpu_begin_ = std::clock();
};

size_t allocated_bytes() {
#if defined(__GLIBC__)
  const struct mallinfo2 info = mallinfo2();
  return info.uordblks + info.hblkhd;
#else
  return 0;
#endif
}

Shared load(const std::string& path) {
  const auto file = MappedFile::open(path);
  if (!file.ok()) end(std::string(file.message()));
  auto tokenizer = Tokenizer::from_json(*file, path);
  if (!tokenizer.ok()) end(std::string(tokenizer.message()));
  return std::move(tokenizer).value();
}

class Bench {
 public:
  Bench(std::string path, std::string_view texts)
      : path_(std::move(path)), tokenizer_(load(path_)) {
    while (!texts.empty()) {
      const size_t size = std::min(texts.find('\0'), texts.size());
      texts_.push_back(texts.substr(0, size));
      texts.remove_prefix(std::min(size + 1, texts.size()));
    }
  }

  // {"error": …} for a question that it does not know.
  std::string answer(std::string_view question) {
    json::Writer json;
    json.begin_object();
    if (question == "ids" || question == "offsets") {
      const Watch watch;
      json.member("tokens", question == "ids" ? count_ids() : count_offsets());
      watch.write(json);
    } else if (question.starts_with("batch_ids ")) {
      const auto pool = pool_of(question.substr(10));
      const Watch watch;
      json.member("tokens", batch_ids(*pool));
      watch.write(json);
    } else if (question.starts_with("batch ")) {
      const auto pool = pool_of(question.substr(6));
      const Watch watch;
      json.member("texts", batch(*pool));
      watch.write(json);
    } else if (question == "load") {
      const Watch watch;
      const Shared loaded = load(path_);
      watch.write(json);
    } else if (question == "memory") {
      const size_t before = allocated_bytes();
      const Shared loaded = load(path_);
      json.member("bytes", allocated_bytes() - before);
    } else if (question == "list") {
      json.key("ids").begin_array();
      for (const std::string_view text : texts_) json.array(ids(text));
      json.end_array();
    } else {
      json.member("error", "expected ids, offsets, batch, batch_ids, load, memory or list");
    }
    return std::move(json.end_object()).text();
  }

 private:
  const std::vector<int32_t>& ids(std::string_view text) {
    ids_.clear();
    const auto truncated = tokenizer_->encode_ids(text, 0, ids_);
    if (!truncated.ok()) end(std::string(truncated.message()));
    return ids_;
  }
  size_t count_ids() {
    size_t tokens = 0;
    for (const std::string_view text : texts_) tokens += ids(text).size();
    return tokens;
  }
  size_t count_offsets() const {
    size_t tokens = 0;
    for (const std::string_view text : texts_) {
      const auto encoding = tokenizer_->encode(text, std::nullopt, {});
      if (!encoding.ok()) end(std::string(encoding.message()));
      tokens += encoding->size();
    }
    return tokens;
  }

  static std::unique_ptr<ThreadPool> pool_of(std::string_view threads) {
    return std::make_unique<ThreadPool>(std::max(1, std::atoi(std::string(threads).c_str())));
  }
  size_t batch_ids(ThreadPool& pool) {
    std::vector<size_t> begins;
    const Status done = tokenizer_->encode_ids_batch(texts_, 0, &pool, ids_, begins);
    if (!done.ok()) end(std::string(done.message()));
    return ids_.size();
  }
  size_t batch(ThreadPool& pool) const {
    std::vector<TextPair> pairs;
    for (const std::string_view text : texts_) pairs.push_back({text});
    const auto encodings = tokenizer_->encode_batch(pairs, {}, &pool);
    if (!encodings.ok()) end(std::string(encodings.message()));
    return encodings->size();
  }

  std::string path_;
  Shared tokenizer_;
  std::vector<std::string_view> texts_;
  std::vector<int32_t> ids_;
};

int run(const char* tokenizer, const char* texts) {
  const auto file = MappedFile::open(texts);
  if (!file.ok()) end(std::string(file.message()));
  Bench bench(tokenizer, (*file)->text());
  for (std::string line; std::getline(std::cin, line);) {
    std::printf("%s\n", bench.answer(line).c_str());
    std::fflush(stdout);
  }
  return 0;
}

}  // namespace
}  // namespace inlay::text

int main(int count, char** arguments) {
  if (count == 3) return inlay::text::run(arguments[1], arguments[2]);
  std::fprintf(stderr, "usage: inlay_text_bench TOKENIZER_JSON TEXTS\n");
  return 2;
}
