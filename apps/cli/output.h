// Writing: the standard output, and files that appear whole or not at all.
#pragma once

#include <cstdio>
#include <string>
#include <string_view>

#include "system.h"

namespace cli {

// Writes to the standard output. Fails at flush_output where it could not be written.
void print(std::string_view text);
void print_line(std::string_view text);
// Throws Failure when something that was printed did not arrive.
void flush_output();

// A line on the standard error: "inlay: <text>".
void message(std::string_view text);

// A file under a temporary name beside its place; commit() renames it. Without commit it is removed.
class OutputFile {
 public:
  explicit OutputFile(fs::path path);
  ~OutputFile();
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;

  void write(const void* data, size_t bytes);
  void rewind();  // goes back to the start, to write over what is there
  void commit();

 private:
  [[noreturn]] void fail_writing();

  fs::path path_, temporary_;
  FILE* file_;
};

// A whole file. Throws Failure when it cannot be read or is larger than `limit_bytes`.
std::string read_file(const fs::path& path, size_t limit_bytes);

}  // namespace cli
