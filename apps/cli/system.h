// What differs between systems, behind one seam: system_posix.cc and system_windows.cc.
//
// All text is UTF-8; paths become std::filesystem::path by to_path and text again by to_text.
#pragma once

#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace cli {

namespace fs = std::filesystem;

// The program's arguments without its own name, as UTF-8.
std::vector<std::string> command_line(int argc, char** argv);

// Makes the standard streams take and give UTF-8 bytes as they are.
void prepare_streams();

bool is_terminal(FILE* stream);
// Columns of the terminal behind `stream`; 0 when it is none.
int terminal_columns(FILE* stream);

// Waits for bytes of the standard input and reads what is there. Returns 0 at its end.
size_t read_stdin(std::span<char> buffer);

// An environment variable; "" when it is not set.
std::string environment(const char* name);

// The most physical memory that the process has held.
int64_t peak_rss_bytes();
int process_id();

// fopen with a path in UTF-8; null on failure, with errno.
FILE* open_file(const fs::path& path, const char* mode);
// Moves the position of `file` to `offset` bytes from the start; false on failure.
bool seek_file(FILE* file, int64_t offset);

// Runs a program of the search path and waits for it. Its output goes to the file `log`, or, when
// `log` is empty, to the standard error. Returns its exit status; -1 when it could not be started.
int run_process(const std::vector<std::string>& arguments, const fs::path& log);

// A lock on a file that ends with the object or the process, whichever comes first.
class FileLock {
 public:
  // Null when another process holds the lock. Throws Failure when the file cannot be made.
  static std::unique_ptr<FileLock> try_acquire(const fs::path& path);
  ~FileLock();

 private:
  explicit FileLock(intptr_t handle) : handle_(handle) {}
  intptr_t handle_;
};

// Where the user's application data lies: $XDG_DATA_HOME or ~/.local/share; %LOCALAPPDATA%.
fs::path user_data_folder();

inline fs::path to_path(std::string_view text) {
  return fs::path(std::u8string(text.begin(), text.end()));
}
inline std::string to_text(const fs::path& path) {
  const std::u8string text = path.generic_u8string();
  return {text.begin(), text.end()};
}

}  // namespace cli
