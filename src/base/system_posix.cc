#if !defined(_WIN32)

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
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

}  // namespace

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
