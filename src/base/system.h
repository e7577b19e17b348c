// What differs from one operating system to another, and nothing else: one implementation a file
// (system_posix.cc for Linux and macOS, system_windows.cc), chosen by the preprocessor.
//
// All functions may be called from any thread. Text is UTF-8 on every system.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "base/status.h"

namespace inlay::system {

// The value of an environment variable; nothing when it is not set.
std::optional<std::string> environment_variable(const char* name);

// The CPUs that the affinity mask lets this process use, at least 1.
int affinity_cpu_count();

// All of a small text file, such as those under /proc; nothing when it cannot be read. At most 64
// KiB.
std::optional<std::string> read_small_file(const std::string& path);

// A regular file open for reading; closed at the end of its life.
class File {
 public:
  explicit File(intptr_t handle, size_t size) : handle_(handle), size_(size) {}
  File(File&& other) noexcept : handle_(std::exchange(other.handle_, kNone)), size_(other.size_) {}
  File& operator=(File&&) = delete;
  ~File();

  size_t size() const { return size_; }
  // Maps all of it, read-only; the mapping outlives the File. Requires size() > 0.
  Status map(const std::byte*& data) const;
  // Reads size() bytes from the beginning. Fails with kIo when the file has become shorter.
  Status read(std::span<std::byte> to) const;

 private:
  static constexpr intptr_t kNone = -1;
  intptr_t handle_;
  size_t size_;
};

// Requires a path in UTF-8 without NUL. The caller puts the path before the message.
Result<File> open_file(const std::string& path);
// False for a path that does not exist or may not be looked at.
bool is_directory(const std::string& path);
// The same for what is there and no directory.
bool is_file(const std::string& path);
void unmap_file(const std::byte* data, size_t size);

// Writes a file beside `path` and then gives it that name, so that `path` is never half written.
// Requires a path in UTF-8 without NUL. The caller puts the path before the message.
Status replace_file(const std::string& path, std::string_view content);

size_t page_bytes();
// Hints about mapped files; `data` stands at a page.
void release_pages(const std::byte* data, size_t size);
void prefetch_pages(const std::byte* data, size_t size);

// Fresh pages, zero, with huge pages where the system has them; null when there is no memory.
// `alignment` is a power of two; Windows gives its own 64 KiB at most.
void* allocate_pages(size_t size, size_t alignment);
void free_pages(void* data, size_t size);

// Asks the system for the AMX tile registers, which Linux hands out only on request. False when it
// refuses, or when this is no system that has them.
bool request_amx_tiles();

// Keeps the signals of the program away from the calling thread, which must be one of the
// library's.
void block_signals_in_this_thread();

}  // namespace inlay::system
