#include "output.h"

#include <cerrno>
#include <cstring>
#include <utility>

#include "failure.h"

namespace cli {

void print(std::string_view text) { fwrite(text.data(), 1, text.size(), stdout); }

void print_line(std::string_view text) {
  print(text);
  putc('\n', stdout);
}

void flush_output() {
  if (fflush(stdout) != 0 || ferror(stdout)) {
    fail("standard output: expected to write, found ", strerror(errno));
  }
}

void message(std::string_view text) {
  fprintf(stderr, "inlay: %.*s\n", static_cast<int>(text.size()), text.data());
}

OutputFile::OutputFile(fs::path path) : path_(std::move(path)) {
  temporary_ = path_;
  temporary_ += concat(".tmp-", process_id());
  file_ = open_file(temporary_, "wb");
  if (!file_) fail_writing();
}

OutputFile::~OutputFile() {
  if (file_) fclose(file_);
  std::error_code ignored;
  if (!temporary_.empty()) fs::remove(temporary_, ignored);
}

void OutputFile::write(const void* data, size_t bytes) {
  if (bytes > 0 && fwrite(data, 1, bytes, file_) != bytes) fail_writing();
}

void OutputFile::rewind() {
  if (!seek_file(file_, 0)) fail_writing();
}

void OutputFile::commit() {
  if (fclose(std::exchange(file_, nullptr)) != 0) fail_writing();
  std::error_code error;
  fs::rename(temporary_, path_, error);
  if (error) fail(to_text(path_), ": expected to write this file, found: ", error.message());
  temporary_.clear();
}

void OutputFile::fail_writing() {
  fail(to_text(path_), ": expected to write this file, found: ", strerror(errno));
}

std::string read_file(const fs::path& path, size_t limit_bytes) {
  FILE* file = open_file(path, "rb");
  if (!file) fail(to_text(path), ": expected a file to read, found: ", strerror(errno));
  std::string content;
  char buffer[1 << 16];
  size_t bytes = 0;
  while (content.size() <= limit_bytes && (bytes = fread(buffer, 1, sizeof buffer, file)) > 0) {
    content.append(buffer, bytes);
  }
  const bool failed = ferror(file) != 0;
  fclose(file);
  if (failed) fail(to_text(path), ": expected a file to read, found: ", strerror(errno));
  if (content.size() > limit_bytes) {
    fail(to_text(path), ": expected at most ", limit_bytes, " bytes, found more");
  }
  return content;
}

}  // namespace cli
