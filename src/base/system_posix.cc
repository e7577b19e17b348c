#if !defined(_WIN32)

#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>

#include "base/system.h"

#if defined(__linux__)
#include <sched.h>
#include <sys/syscall.h>
#endif

namespace inlay::system {
namespace {

// The number of bytes read, 0 at the end, -1 with errno set.
ssize_t read_some(int file, void* to, size_t size) {
  for (;;) {
    const ssize_t n = ::read(file, to, size);
    if (n >= 0 || errno != EINTR) return n;
  }
}

Status write_all(int file, std::string_view content) {
  while (!content.empty()) {
    const ssize_t n = ::write(file, content.data(), content.size());
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return io_error("cannot write the file: system error {}", n < 0 ? errno : 0);
    content.remove_prefix(static_cast<size_t>(n));
  }
  return Status();
}

// A file beside `path` that did not exist before.
Result<int> create_beside(const std::string& path, std::string& name) {
  for (int i = 0; i < 100; ++i) {
    name = format("{}.{}.{}.tmp", path, static_cast<long>(getpid()), i);
    const int file = ::open(name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (file >= 0) return file;
    if (errno != EEXIST) break;
  }
  switch (errno) {
    case ENOENT:
    case ENOTDIR: return not_found("cannot write the file: no such folder");
    case EACCES:
    case EPERM:
    case EROFS: return io_error("cannot write the file: permission denied");
    default: return io_error("cannot write the file: system error {}", errno);
  }
}

// strerror's words depend on the locale, and it is not thread-safe.
Status error_of(int number) {
  switch (number) {
    case ENOENT:
    case ENOTDIR: return not_found("expected a file, found none there");
    case EACCES:
    case EPERM: return io_error("cannot open the file: permission denied");
    case ENAMETOOLONG: return invalid("cannot open the file: the path is too long");
    case ELOOP: return io_error("cannot open the file: too many symbolic links");
    case EMFILE:
    case ENFILE: return io_error("cannot open the file: too many files are open");
    case ENOMEM: return out_of_memory("cannot open the file: no memory");
    default: return io_error("cannot read the file: system error {}", number);
  }
}

Status expect_regular(mode_t mode) {
  if (S_ISREG(mode)) return Status();
  if (S_ISDIR(mode)) return invalid("expected a file, found a directory");
  return invalid("expected a regular file, found a pipe, socket or device");
}

}  // namespace

Result<File> open_file(const std::string& path) {
  // O_NONBLOCK: opening a pipe must not wait for its writer. It means nothing for regular files.
  const int handle = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (handle < 0) return error_of(errno);
  struct stat info;
  if (fstat(handle, &info) != 0) info = {};
  File file(handle, static_cast<size_t>(info.st_size));
  INLAY_TRY(expect_regular(info.st_mode));
  return file;
}

bool is_directory(const std::string& path) {
  struct stat info;
  return ::stat(path.c_str(), &info) == 0 && S_ISDIR(info.st_mode);
}

bool is_file(const std::string& path) {
  struct stat info;
  return ::stat(path.c_str(), &info) == 0 && !S_ISDIR(info.st_mode);
}

File::~File() {
  if (handle_ != kNone) ::close(static_cast<int>(handle_));
}

Status File::map(const std::byte*& data) const {
  void* mapping = mmap(nullptr, size_, PROT_READ, MAP_PRIVATE, static_cast<int>(handle_), 0);
  if (mapping == MAP_FAILED) return error_of(errno);
  data = static_cast<const std::byte*>(mapping);
  return Status();
}

Status File::read(std::span<std::byte> to) const {
  size_t done = 0;
  while (done < to.size()) {
    const ssize_t n = read_some(static_cast<int>(handle_), to.data() + done, to.size() - done);
    if (n < 0) return error_of(errno);
    if (n == 0) return io_error("expected {} bytes, found {}: it became shorter", to.size(), done);
    done += static_cast<size_t>(n);
  }
  return Status();
}

void unmap_file(const std::byte* data, size_t size) { munmap(const_cast<std::byte*>(data), size); }

size_t page_bytes() { return static_cast<size_t>(sysconf(_SC_PAGESIZE)); }

void release_pages(const std::byte* data, size_t size) {
  madvise(const_cast<std::byte*>(data), size, MADV_DONTNEED);
}

void prefetch_pages(const std::byte* data, size_t size) {
  madvise(const_cast<std::byte*>(data), size, MADV_WILLNEED);
}

void* allocate_pages(size_t size, size_t alignment) {
  // Maps more than is asked for and gives back what stands before and behind the aligned part.
  const size_t page = page_bytes();
  const size_t rounded = (size + page - 1) / page * page;
  constexpr int kFlags = MAP_PRIVATE | MAP_ANONYMOUS;
  void* mapping = mmap(nullptr, rounded + alignment, PROT_READ | PROT_WRITE, kFlags, -1, 0);
  if (mapping == MAP_FAILED) return nullptr;
  auto* begin = static_cast<std::byte*>(mapping);
  const size_t past = reinterpret_cast<uintptr_t>(begin) % alignment;
  const size_t before = past == 0 ? 0 : alignment - past;
  if (before > 0) munmap(begin, before);
  std::byte* data = begin + before;
  if (alignment > before) munmap(data + rounded, alignment - before);
#if defined(MADV_HUGEPAGE)
  madvise(data, rounded, MADV_HUGEPAGE);
#endif
  return data;
}

void free_pages(void* data, size_t size) { munmap(data, size); }

Status replace_file(const std::string& path, std::string_view content) {
  if (is_directory(path)) return invalid("expected a file, found a directory");
  std::string name;
  INLAY_ASSIGN(const int file, create_beside(path, name));
  Status status = write_all(file, content);
  if (::close(file) != 0 && status.ok()) {
    status = io_error("cannot write the file: system error {}", errno);
  }
  if (status.ok() && ::rename(name.c_str(), path.c_str()) != 0) {
    status = io_error("cannot give the file its name: system error {}", errno);
  }
  if (!status.ok()) ::unlink(name.c_str());
  return status;
}

std::optional<std::string> environment_variable(const char* name) {
  const char* value = std::getenv(name);
  if (!value) return std::nullopt;
  return std::string(value);
}

int affinity_cpu_count() {
#if defined(__linux__)
  // The kernel refuses (EINVAL) a set smaller than its own: 1,024 CPUs first, then up to 65,536.
  for (int cpus = 1024; cpus <= 65536; cpus *= 8) {
    cpu_set_t* set = CPU_ALLOC(cpus);
    if (!set) break;
    const size_t size = CPU_ALLOC_SIZE(cpus);
    const int count = sched_getaffinity(0, size, set) == 0 ? CPU_COUNT_S(size, set) : 0;
    CPU_FREE(set);
    if (count > 0) return count;
  }
#endif
  return static_cast<int>(std::max(1L, sysconf(_SC_NPROCESSORS_ONLN)));
}

std::optional<std::string> read_small_file(const std::string& path) {
  constexpr size_t kLimitBytes = 65536;
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (file < 0) return std::nullopt;
  std::string text;
  char part[4096];
  ssize_t n = 0;
  while (text.size() < kLimitBytes && (n = read_some(file, part, sizeof part)) > 0) {
    text.append(part, static_cast<size_t>(n));
  }
  ::close(file);
  if (n < 0) return std::nullopt;
  return text;
}

bool request_amx_tiles() {
#if defined(__linux__) && defined(__x86_64__)
  // Linux Documentation/arch/x86/xstate.rst: arch_prctl(ARCH_REQ_XCOMP_PERM, XFEATURE_XTILEDATA).
  constexpr long kRequestPermission = 0x1023, kTileData = 18;
  return syscall(SYS_arch_prctl, kRequestPermission, kTileData) == 0;
#else
  return false;
#endif
}

void block_signals_in_this_thread() {
  sigset_t set;
  sigfillset(&set);
  // Faults of the thread itself must still reach the program's handlers.
  for (const int fault : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGABRT, SIGPROF}) {
    sigdelset(&set, fault);
  }
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
}

}  // namespace inlay::system

#endif
