#include "base/cpu_quota.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <string_view>

namespace inlay {
namespace {

constexpr std::string_view kMount = "/sys/fs/cgroup";

// The part of `text` before `end`, which is taken off it together with `end`.
std::string_view take_until(std::string_view& text, char end) {
  const size_t at = text.find(end);
  const std::string_view part = text.substr(0, at);
  text = at == std::string_view::npos ? std::string_view() : text.substr(at + 1);
  return part;
}

// A positive number at the start of `text`; 0 for "max", -1, or what is no number.
int64_t positive_number(std::string_view text) {
  int64_t value = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), value);
  return parsed.ec == std::errc() && value > 0 ? value : 0;
}

int cpus(int64_t quota_us, int64_t period_us) {
  if (quota_us == 0 || period_us == 0) return 0;
  const int64_t whole = quota_us / period_us + (quota_us % period_us != 0);
  return static_cast<int>(std::clamp<int64_t>(whole, 1, 1 << 20));
}

// cpu.max holds "max 100000" or "150000 100000".
int limit_v2(ReadTextFile read, const std::string& folder) {
  const auto text = read(folder + "/cpu.max");
  if (!text) return 0;
  std::string_view rest = *text;
  const int64_t quota_us = positive_number(take_until(rest, ' '));
  return cpus(quota_us, positive_number(rest));
}

int limit_v1(ReadTextFile read, const std::string& folder) {
  const auto quota = read(folder + "/cpu.cfs_quota_us");
  const auto period = read(folder + "/cpu.cfs_period_us");
  if (!quota || !period) return 0;
  return cpus(positive_number(*quota), positive_number(*period));
}

int smaller_limit(int a, int b) {
  if (a == 0 || b == 0) return std::max(a, b);
  return std::min(a, b);
}

// The smallest limit of `group` ("/a/b") and its ancestors below `mount`. Inside a container the
// path may be the host's and lead nowhere; the root is then the container's own group.
int smallest_limit(ReadTextFile read, const std::string& mount, std::string group,
                   int (*limit)(ReadTextFile, const std::string&)) {
  int smallest = 0;
  for (;;) {
    while (!group.empty() && group.back() == '/') group.pop_back();
    smallest = smaller_limit(smallest, limit(read, mount + group));
    if (group.empty()) return smallest;
    group.resize(std::min(group.rfind('/'), group.size() - 1));
  }
}

bool lists_cpu(std::string_view controllers) {
  while (!controllers.empty()) {
    if (take_until(controllers, ',') == "cpu") return true;
  }
  return false;
}

}  // namespace

int cgroup_cpu_limit(ReadTextFile read) {
  const auto groups = read("/proc/self/cgroup");
  if (!groups) return 0;
  int smallest = 0;
  std::string_view rest = *groups;
  while (!rest.empty()) {  // "0::/user.slice" (v2) or "4:cpu,cpuacct:/docker/1f2e" (v1)
    std::string_view line = take_until(rest, '\n');
    const std::string_view hierarchy = take_until(line, ':');
    const std::string_view controllers = take_until(line, ':');
    const std::string mount(kMount);
    if (hierarchy == "0") {
      smallest = smaller_limit(smallest, smallest_limit(read, mount, std::string(line), limit_v2));
    } else if (lists_cpu(controllers)) {
      smallest = smaller_limit(smallest,
                               smallest_limit(read, mount + "/cpu", std::string(line), limit_v1));
    }
  }
  return smallest;
}

}  // namespace inlay
