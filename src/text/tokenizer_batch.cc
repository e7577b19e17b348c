// Batches: texts in stretches of about equal bytes, each stretch a task.
#include <algorithm>
#include <atomic>
#include <limits>
#include <mutex>

#include "base/thread_pool.h"
#include "text/tokenizer.h"

namespace inlay::text {
namespace {

constexpr size_t kMinBytes = size_t{4} << 10;  // of a stretch: less is not worth waking a thread
constexpr size_t kMaxBytes = size_t{64} << 10;
constexpr size_t kStretchesPerThread = 8;  // so that threads end at about the same time

struct Stretch {
  size_t begin = 0, end = 0;  // texts
};

// Cuts texts of bytes(i) bytes. A text counts for a little even when it is empty.
template <class Bytes>
std::vector<Stretch> cut_batch(size_t count, const ThreadPool* pool, Bytes&& bytes) {
  constexpr size_t kBytesOfAnyText = 16;
  size_t total = 0;
  for (size_t i = 0; i < count; ++i) total += kBytesOfAnyText + bytes(i);
  const size_t threads = pool ? static_cast<size_t>(pool->threads()) : 1;
  const size_t target =
      threads == 1 ? total
                   : std::clamp(total / (threads * kStretchesPerThread), kMinBytes, kMaxBytes);
  std::vector<Stretch> out;
  size_t begin = 0, held = 0;
  for (size_t i = 0; i < count; ++i) {
    held += kBytesOfAnyText + bytes(i);
    if (held < target && i + 1 < count) continue;
    out.push_back({begin, i + 1});
    begin = i + 1;
    held = 0;
  }
  return out;
}

// The error of the first text that fails, whichever thread meets it.
class FirstError {
 public:
  // True when the text comes behind one that has failed: nobody will ask for it.
  bool is_before(size_t index) const { return index_.load(std::memory_order_relaxed) < index; }
  void note(size_t index, Status status) {
    const std::lock_guard lock(mutex_);
    if (index_.load(std::memory_order_relaxed) <= index) return;
    index_.store(index, std::memory_order_relaxed);
    status_ = std::move(status).at(format("text {}", index));
  }
  Status take() { return std::move(status_); }

 private:
  std::mutex mutex_;
  std::atomic<size_t> index_ = std::numeric_limits<size_t>::max();
  Status status_;
};

// Calls one(stretch, text) for every text until it fails; returns the first failure.
template <class One>
Status run(const std::vector<Stretch>& stretches, ThreadPool* pool, One&& one) {
  FirstError error;
  const auto task = [&](int64_t s) {
    const auto stretch = static_cast<size_t>(s);
    for (size_t i = stretches[stretch].begin; i < stretches[stretch].end; ++i) {
      if (error.is_before(i)) return;
      if (Status status = one(stretch, i); !status.ok()) return error.note(i, std::move(status));
    }
  };
  const auto count = static_cast<int64_t>(stretches.size());
  if (pool && count > 1) {
    pool->parallel_for(count, task);
  } else {
    for (int64_t s = 0; s < count; ++s) task(s);
  }
  return error.take();
}

// Pads as one batch: the length is the same in every stretch.
Status pad_batch(const std::vector<Stretch>& stretches, ThreadPool* pool, Padding padding,
                 std::vector<Encoding>& batch) {
  if (!padding.length) {
    padding.length = 0;
    for (const Encoding& e : batch) padding.length = std::max(*padding.length, e.size());
  }
  return run(stretches, pool, [&](size_t, size_t i) { return pad({&batch[i], 1}, padding); });
}

// The ids of a stretch's texts, on cache lines of their own.
struct alignas(64) StretchIds {
  std::vector<int32_t> ids;
};

}  // namespace

Result<std::vector<Encoding>> Tokenizer::encode_batch(std::span<const TextPair> texts,
                                                      const EncodeOptions& options,
                                                      ThreadPool* pool) const {
  const auto bytes = [&](size_t i) {
    return texts[i].text.size() + texts[i].pair.value_or(std::string_view()).size();
  };
  const std::vector<Stretch> stretches = cut_batch(texts.size(), pool, bytes);
  EncodeOptions each = options;
  each.padding = std::nullopt;
  std::vector<Encoding> out(texts.size());
  INLAY_TRY(run(stretches, pool, [&](size_t, size_t i) -> Status {
    INLAY_ASSIGN(out[i], encode(texts[i].text, texts[i].pair, each));
    return Status();
  }));
  if (options.padding) INLAY_TRY(pad_batch(stretches, pool, *options.padding, out));
  return out;
}

Status Tokenizer::encode_ids_batch(std::span<const std::string_view> texts, size_t max_tokens,
                                   ThreadPool* pool, std::vector<int32_t>& ids,
                                   std::vector<size_t>& begins) const {
  ids.clear();
  begins.assign(texts.size() + 1, 0);
  const std::vector<Stretch> stretches =
      cut_batch(texts.size(), pool, [&](size_t i) { return texts[i].size(); });
  std::vector<StretchIds> parts(stretches.size());
  // begins[i + 1] is the end of text i in its part first, in `ids` at last.
  Status failed = run(stretches, pool, [&](size_t stretch, size_t i) -> Status {
    std::vector<int32_t>& part = stretches.size() == 1 ? ids : parts[stretch].ids;
    INLAY_TRY(encode_ids(texts[i], max_tokens, part).status());
    begins[i + 1] = part.size();
    return Status();
  });
  if (!failed.ok()) {
    ids.clear();
    begins.clear();
    return failed;
  }
  if (stretches.size() <= 1) return Status();
  size_t total = 0;
  for (const StretchIds& part : parts) total += part.ids.size();
  ids.reserve(total);
  for (size_t s = 0; s < stretches.size(); ++s) {
    for (size_t i = stretches[s].begin; i < stretches[s].end; ++i) begins[i + 1] += ids.size();
    ids.insert(ids.end(), parts[s].ids.begin(), parts[s].ids.end());
  }
  return Status();
}

}  // namespace inlay::text
