// The CPU time that Linux control groups allow this process, in CPUs.
//
// Both generations are read: cpu.max (v2), cpu.cfs_quota_us and cpu.cfs_period_us (v1). A limit of
// any ancestor counts, so the smallest from the process's own group up to the root is the answer.
#pragma once

#include <optional>
#include <string>

namespace inlay {

// Reads a file, or nothing when there is none.
using ReadTextFile = std::optional<std::string> (*)(const std::string& path);

// The smallest limit, rounded up to whole CPUs; 0 when there is none. `read` is given absolute
// paths
// (/proc/self/cgroup, /sys/fs/cgroup/…).
int cgroup_cpu_limit(ReadTextFile read);

}  // namespace inlay
