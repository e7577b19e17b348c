#include <fcntl.h>
#include <spawn.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "failure.h"
#include "system.h"

extern char** environ;

namespace cli {

std::vector<std::string> command_line(int argc, char** argv) {
  return argc > 0 ? std::vector<std::string>(argv + 1, argv + argc) : std::vector<std::string>();
}

void prepare_streams() {}

bool is_terminal(FILE* stream) { return isatty(fileno(stream)) == 1; }

int terminal_columns(FILE* stream) {
  winsize size = {};
  return ioctl(fileno(stream), TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

size_t read_stdin(std::span<char> buffer) {
  for (;;) {
    const ssize_t bytes = read(STDIN_FILENO, buffer.data(), buffer.size());
    if (bytes >= 0) return static_cast<size_t>(bytes);
    if (errno != EINTR) fail("standard input: expected to read, found ", strerror(errno));
  }
}

std::string environment(const char* name) {
  const char* value = getenv(name);
  return value ? value : "";
}

int64_t peak_rss_bytes() {
  rusage usage = {};
  getrusage(RUSAGE_SELF, &usage);
#if defined(__APPLE__)
  return usage.ru_maxrss;
#else
  return int64_t{usage.ru_maxrss} * 1024;
#endif
}

int process_id() { return getpid(); }

FILE* open_file(const fs::path& path, const char* mode) { return fopen(path.c_str(), mode); }

bool seek_file(FILE* file, int64_t offset) { return fseeko(file, offset, SEEK_SET) == 0; }

int run_process(const std::vector<std::string>& arguments, const fs::path& log) {
  std::vector<char*> argv;
  for (const std::string& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);

  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  if (!log.empty()) {
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, log.c_str(),
                                     O_WRONLY | O_CREAT | O_TRUNC, 0644);
  }
  posix_spawn_file_actions_adddup2(&actions, STDERR_FILENO, STDOUT_FILENO);
  pid_t child = 0;
  const int error = posix_spawnp(&child, argv[0], &actions, nullptr, argv.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (error != 0) return -1;

  int status = 0;
  while (waitpid(child, &status, 0) < 0) {
    if (errno != EINTR) return -1;
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

std::unique_ptr<FileLock> FileLock::try_acquire(const fs::path& path) {
  const int file = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (file < 0) fail(to_text(path), ": expected to make this file, found ", strerror(errno));
  if (flock(file, LOCK_EX | LOCK_NB) != 0) {
    close(file);
    return nullptr;
  }
  return std::unique_ptr<FileLock>(new FileLock(file));
}

FileLock::~FileLock() { close(static_cast<int>(handle_)); }

fs::path user_data_folder() {
  const std::string data = environment("XDG_DATA_HOME");
  if (!data.empty() && data[0] == '/') return to_path(data);
  const std::string home = environment("HOME");
  if (home.empty()) fail("HOME: expected a folder, found nothing; INLAY_MODELS names another");
  return to_path(home) / ".local" / "share";
}

}  // namespace cli
