#if defined(_WIN32)

#define WIN32_LEAN_AND_MEAN
#define NOMINMAX
#if !defined(_WIN32_WINNT) || _WIN32_WINNT < 0x0602
#undef _WIN32_WINNT
#define _WIN32_WINNT 0x0602  // Windows 8, for PrefetchVirtualMemory
#endif
#include <windows.h>

#include <bit>

#include "base/system.h"

namespace inlay::system {
namespace {

std::wstring to_utf16(std::string_view text) {
  const int size = static_cast<int>(text.size());
  std::wstring wide(text.size(), L'\0');
  const int length = MultiByteToWideChar(CP_UTF8, 0, text.data(), size, wide.data(), size);
  wide.resize(static_cast<size_t>(length));
  return wide;
}

std::string to_utf8(std::wstring_view wide) {
  const int size = static_cast<int>(wide.size());
  std::string text(3 * wide.size(), '\0');  // a UTF-16 unit is at most three bytes
  const int length = WideCharToMultiByte(CP_UTF8, 0, wide.data(), size, text.data(),
                                         static_cast<int>(text.size()), nullptr, nullptr);
  text.resize(static_cast<size_t>(length));
  return text;
}

}  // namespace

std::optional<std::string> environment_variable(const char* name) {
  const std::wstring wide_name = to_utf16(name);
  std::wstring value(64, L'\0');
  for (;;) {
    SetLastError(ERROR_SUCCESS);
    const DWORD length =
        GetEnvironmentVariableW(wide_name.c_str(), value.data(), static_cast<DWORD>(value.size()));
    if (length == 0 && GetLastError() == ERROR_ENVVAR_NOT_FOUND) return std::nullopt;
    const bool fits = length < value.size();
    value.resize(length);  // without the NUL when it fits, with it when it does not
    if (fits) return to_utf8(value);
  }
}

int affinity_cpu_count() {
  // The mask covers one processor group only; without a narrower mask the process has all groups.
  DWORD_PTR process = 0, whole = 0;
  if (GetProcessAffinityMask(GetCurrentProcess(), &process, &whole) && process != 0 &&
      process != whole) {
    return std::popcount(static_cast<uint64_t>(process));
  }
  const DWORD count = GetActiveProcessorCount(ALL_PROCESSOR_GROUPS);
  return count > 0 ? static_cast<int>(count) : 1;
}

std::optional<std::string> read_small_file(const std::string&) { return std::nullopt; }

bool request_amx_tiles() {
  // Windows 11 and Server 2022 have it; looked up by name so that older ones still load the
  // library.
  using EnableFeatures = BOOL(WINAPI*)(ULONG64);
  constexpr ULONG64 kTileData = 1u << 18;
  const HMODULE kernel = GetModuleHandleW(L"kernel32.dll");
  if (!kernel) return false;
  const auto found = GetProcAddress(kernel, "EnableProcessOptionalXStateFeatures");
  const auto enable = std::bit_cast<EnableFeatures>(found);
  return enable && enable(kTileData);
}

void block_signals_in_this_thread() {}

}  // namespace inlay::system

#endif
