#if defined(_WIN32)

#define WIN32_LEAN_AND_MEAN
#define NOMINMAX
#if !defined(_WIN32_WINNT) || _WIN32_WINNT < 0x0602
#undef _WIN32_WINNT
#define _WIN32_WINNT 0x0602  // Windows 8, for PrefetchVirtualMemory
#endif
#include <windows.h>

#include <algorithm>
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

// Paths longer than MAX_PATH must be given in full, behind a prefix.
std::wstring system_path(const std::string& path) {
  std::wstring wide = to_utf16(path);
  if (wide.size() < MAX_PATH - 12 || wide.starts_with(L"\\\\")) return wide;
  const DWORD size = GetFullPathNameW(wide.c_str(), 0, nullptr, nullptr);
  std::wstring full(size, L'\0');
  full.resize(GetFullPathNameW(wide.c_str(), size, full.data(), nullptr));
  return L"\\\\?\\" + full;
}

Status error_of(DWORD number) {
  switch (number) {
    case ERROR_FILE_NOT_FOUND:
    case ERROR_PATH_NOT_FOUND:
    case ERROR_BAD_NETPATH:
    case ERROR_INVALID_DRIVE: return not_found("expected a file, found none there");
    case ERROR_ACCESS_DENIED: return io_error("cannot open the file: permission denied");
    case ERROR_SHARING_VIOLATION:
    case ERROR_LOCK_VIOLATION: return io_error("cannot open the file: another program holds it");
    case ERROR_INVALID_NAME: return invalid("cannot open the file: no valid name of a file");
    case ERROR_FILENAME_EXCED_RANGE: return invalid("cannot open the file: the path is too long");
    case ERROR_TOO_MANY_OPEN_FILES:
      return io_error("cannot open the file: too many files are open");
    case ERROR_NOT_ENOUGH_MEMORY:
    case ERROR_OUTOFMEMORY: return out_of_memory("cannot open the file: no memory");
    default: return io_error("cannot read the file: system error {}", number);
  }
}

HANDLE handle_of(intptr_t handle) { return reinterpret_cast<HANDLE>(handle); }

}  // namespace

Result<File> open_file(const std::string& path) {
  const std::wstring wide = system_path(path);
  if (is_directory(path)) return invalid("expected a file, found a directory");
  constexpr DWORD kShare = FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE;
  const HANDLE handle = CreateFileW(wide.c_str(), GENERIC_READ, kShare, nullptr, OPEN_EXISTING,
                                    FILE_ATTRIBUTE_NORMAL, nullptr);
  if (handle == INVALID_HANDLE_VALUE) return error_of(GetLastError());
  LARGE_INTEGER size = {};
  const bool regular = GetFileType(handle) == FILE_TYPE_DISK && GetFileSizeEx(handle, &size);
  File file(reinterpret_cast<intptr_t>(handle), static_cast<size_t>(size.QuadPart));
  if (!regular) return invalid("expected a regular file, found a pipe, socket or device");
  return file;
}

bool is_directory(const std::string& path) {
  const DWORD attributes = GetFileAttributesW(system_path(path).c_str());
  return attributes != INVALID_FILE_ATTRIBUTES && (attributes & FILE_ATTRIBUTE_DIRECTORY);
}

bool is_file(const std::string& path) {
  const DWORD attributes = GetFileAttributesW(system_path(path).c_str());
  return attributes != INVALID_FILE_ATTRIBUTES && !(attributes & FILE_ATTRIBUTE_DIRECTORY);
}

File::~File() {
  if (handle_ != kNone) CloseHandle(handle_of(handle_));
}

Status File::map(const std::byte*& data) const {
  const HANDLE mapping =
      CreateFileMappingW(handle_of(handle_), nullptr, PAGE_READONLY, 0, 0, nullptr);
  if (!mapping) return error_of(GetLastError());
  const void* view = MapViewOfFile(mapping, FILE_MAP_READ, 0, 0, size_);
  const DWORD error = GetLastError();
  CloseHandle(mapping);  // the view keeps it
  if (!view) return error_of(error);
  data = static_cast<const std::byte*>(view);
  return Status();
}

Status File::read(std::span<std::byte> to) const {
  size_t done = 0;
  while (done < to.size()) {
    const auto part = static_cast<DWORD>(std::min<size_t>(to.size() - done, 1u << 30));
    DWORD n = 0;
    if (!ReadFile(handle_of(handle_), to.data() + done, part, &n, nullptr)) {
      return error_of(GetLastError());
    }
    if (n == 0) return io_error("expected {} bytes, found {}: it became shorter", to.size(), done);
    done += n;
  }
  return Status();
}

void unmap_file(const std::byte* data, size_t) { UnmapViewOfFile(data); }

namespace {

Status write_all(HANDLE file, std::string_view content) {
  while (!content.empty()) {
    const auto part = static_cast<DWORD>(std::min<size_t>(content.size(), 1u << 30));
    DWORD n = 0;
    if (!WriteFile(file, content.data(), part, &n, nullptr) || n == 0) {
      return io_error("cannot write the file: system error {}", GetLastError());
    }
    content.remove_prefix(n);
  }
  return Status();
}

// A file beside `path` that did not exist before.
Result<HANDLE> create_beside(const std::string& path, std::wstring& name) {
  DWORD error = ERROR_SUCCESS;
  for (int i = 0; i < 100; ++i) {
    name = system_path(format("{}.{}.{}.tmp", path, GetCurrentProcessId(), i));
    const HANDLE file = CreateFileW(name.c_str(), GENERIC_WRITE, 0, nullptr, CREATE_NEW,
                                    FILE_ATTRIBUTE_NORMAL, nullptr);
    if (file != INVALID_HANDLE_VALUE) return file;
    error = GetLastError();
    if (error != ERROR_FILE_EXISTS) break;
  }
  if (error == ERROR_PATH_NOT_FOUND) {
    return not_found("cannot write the file: no such folder");
  }
  if (error == ERROR_ACCESS_DENIED) return io_error("cannot write the file: permission denied");
  return io_error("cannot write the file: system error {}", error);
}

}  // namespace

Status replace_file(const std::string& path, std::string_view content) {
  if (is_directory(path)) return invalid("expected a file, found a directory");
  std::wstring name;
  INLAY_ASSIGN(const HANDLE file, create_beside(path, name));
  Status status = write_all(file, content);
  if (!CloseHandle(file) && status.ok()) {
    status = io_error("cannot write the file: system error {}", GetLastError());
  }
  constexpr DWORD kReplace = MOVEFILE_REPLACE_EXISTING | MOVEFILE_WRITE_THROUGH;
  if (status.ok() && !MoveFileExW(name.c_str(), system_path(path).c_str(), kReplace)) {
    status = io_error("cannot give the file its name: system error {}", GetLastError());
  }
  if (!status.ok()) DeleteFileW(name.c_str());
  return status;
}

size_t page_bytes() {
  SYSTEM_INFO info;
  GetSystemInfo(&info);
  return info.dwPageSize;
}

void release_pages(const std::byte* data, size_t size) {
  // Unlocking pages that are not locked takes them out of the working set.
  VirtualUnlock(const_cast<std::byte*>(data), size);
}

void prefetch_pages(const std::byte* data, size_t size) {
  WIN32_MEMORY_RANGE_ENTRY range = {const_cast<std::byte*>(data), size};
  PrefetchVirtualMemory(GetCurrentProcess(), 1, &range, 0);
}

void* allocate_pages(size_t size, size_t) {
  return VirtualAlloc(nullptr, size, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE);
}

void free_pages(void* data, size_t) { VirtualFree(data, 0, MEM_RELEASE); }

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
