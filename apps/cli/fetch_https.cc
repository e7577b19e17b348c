// A download that goes on where it was left: `part` holds what came so far, `part`.from what it is a
// part of (the server's ETag or date), which goes back to the server as If-Range.
#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <thread>

#include "failure.h"
#include "fetch.h"
#include "http.h"
#include "output.h"

namespace cli {
namespace {

constexpr int kTries = 5;  // without a new byte
constexpr int kMostTries = 100;
constexpr std::chrono::milliseconds kFirstPause(200);  // doubled after each try

int64_t size_of(const fs::path& path) {
  std::error_code error;
  const auto bytes = fs::file_size(path, error);
  return error ? 0 : static_cast<int64_t>(bytes);
}

void remove_file(const fs::path& path) {
  std::error_code ignored;
  fs::remove(path, ignored);
}

bool is_temporary_status(int status) { return status == 408 || status == 429 || status >= 500; }

// One file on its way.
class Download {
 public:
  Download(const std::string& url, const ManifestFile& file, const fs::path& part,
           Progress& progress)
      : url_(url),
        file_(file),
        part_(part),
        from_(fs::path(part) += ".from"),
        progress_(progress) {}

  void run() {
    for (int tries = 1, all = 1; !try_once(); ++tries, ++all) {
      if (received_ > 0) tries = 1;
      if (tries >= kTries || all >= kMostTries) fail(url_, ": ", problem_);
      progress_.clear();
      message(url_ + ": " + problem_ + "; trying again");
      std::this_thread::sleep_for(kFirstPause * (1 << (tries - 1)));
    }
    remove_file(from_);
  }

 private:
  // True when the whole file is there; false, with problem_, when it is worth another try.
  bool try_once() {
    HttpRequest request = {url_, size_of(part_), "", {}, {}};
    received_ = 0;
    problem_.clear();
    if (request.offset > 0) {
      std::error_code ignored;
      if (fs::exists(from_, ignored)) request.validator = read_file(from_, 1 << 16);
    }
    if (request.validator.empty() || request.offset > file_.bytes) request.offset = 0;
    if (request.offset == file_.bytes && request.offset > 0) return true;
    request.on_reply = [&](const HttpReply& reply) { return begin(reply, request.offset); };
    request.on_body = [&](std::span<const std::byte> bytes) { return write(bytes); };
    const HttpResult result = http_get(request);
    const bool closed = !output_ || fclose(output_) == 0;
    output_ = nullptr;
    if (!closed) fail(to_text(part_), ": expected to write this file, found: ", strerror(errno));
    return is_done(result);
  }

  bool is_done(const HttpResult& result) {
    if (result.status == 416) {
      remove_file(part_);
      problem_ = "expected the rest of the file, found 416";
      return false;
    }
    if (result.status != 0 && result.status != 200 && result.status != 206) {
      problem_ = concat("expected 200 OK, found status ", result.status);
      if (!is_temporary_status(result.status)) fail(url_, ": ", problem_);
      return false;
    }
    if (!problem_.empty()) fail(url_, ": ", problem_);
    if (!result.error.empty()) {
      problem_ = "expected a file, found: " + result.error;
      if (!result.temporary) fail(url_, ": ", problem_);
      return false;
    }
    if (size_of(part_) == file_.bytes) return true;
    problem_ = concat("expected ", file_.bytes, " bytes, found the end after ", size_of(part_));
    return false;
  }

  bool begin(const HttpReply& reply, int64_t offset) {
    if (reply.status != 200 && reply.status != 206) return false;
    const bool goes_on = reply.status == 206;
    if (goes_on && reply.range_begin != offset) {
      problem_ =
          concat("expected the bytes from ", offset, " on, found those from ", reply.range_begin);
      return false;
    }
    at_ = goes_on ? offset : 0;
    output_ = open_file(part_, goes_on ? "ab" : "wb");
    if (!output_) {
      problem_ = concat("expected to write ", to_text(part_), ", found: ", strerror(errno));
      return false;
    }
    if (!goes_on) remember(reply.validator);
    progress_.update(at_);
    return true;
  }

  void remember(const std::string& validator) {
    remove_file(from_);
    if (validator.empty()) return;
    OutputFile from(from_);
    from.write(validator.data(), validator.size());
    from.commit();
  }

  bool write(std::span<const std::byte> bytes) {
    if (at_ + static_cast<int64_t>(bytes.size()) > file_.bytes) {
      problem_ = concat("expected ", file_.bytes, " bytes, found more");
      return false;
    }
    if (fwrite(bytes.data(), 1, bytes.size(), output_) != bytes.size()) {
      problem_ = concat("expected to write ", to_text(part_), ", found: ", strerror(errno));
      return false;
    }
    at_ += static_cast<int64_t>(bytes.size());
    received_ += static_cast<int64_t>(bytes.size());
    progress_.update(at_);
    return true;
  }

  const std::string& url_;
  const ManifestFile& file_;
  const fs::path& part_;
  const fs::path from_;
  Progress& progress_;
  FILE* output_ = nullptr;
  int64_t at_ = 0, received_ = 0;
  std::string problem_;
};

class HttpsFetcher : public Fetcher {
 public:
  explicit HttpsFetcher(const std::string& url) : url_(url) {}
  std::string name() const override { return url_; }
  void fetch(const ManifestFile& file, const fs::path& part, Progress& progress) override {
    const std::string url = url_ + "/" + file.path;
    Download(url, file, part, progress).run();
  }

 private:
  std::string url_;
};

}  // namespace

std::unique_ptr<Fetcher> make_https_fetcher(const std::string& url) {
  return std::make_unique<HttpsFetcher>(url);
}

}  // namespace cli
