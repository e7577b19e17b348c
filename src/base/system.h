// What differs from one operating system to another, and nothing else: one implementation a file
// (system_posix.cc for Linux and macOS, system_windows.cc), chosen by the preprocessor.
//
// All functions may be called from any thread. Text is UTF-8 on every system.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "base/status.h"

namespace inlay::system {

// The value of an environment variable; nothing when it is not set.
std::optional<std::string> environment_variable(const char* name);

// The CPUs that the affinity mask lets this process use, at least 1.
int affinity_cpu_count();

// All of a small text file, such as those under /proc; nothing when it cannot be read. At most 64
// KiB.
std::optional<std::string> read_small_file(const std::string& path);

// Asks the system for the AMX tile registers, which Linux hands out only on request. False when it
// refuses, or when this is no system that has them.
bool request_amx_tiles();

// Keeps the signals of the program away from the calling thread, which must be one of the
// library's.
void block_signals_in_this_thread();

}  // namespace inlay::system
