#define WIN32_LEAN_AND_MEAN
#define NOMINMAX
#include <windows.h>
// After windows.h, which they need.
#include <fcntl.h>
#include <io.h>
#include <psapi.h>
#include <shellapi.h>

#include <cstring>

#include "failure.h"
#include "system.h"

namespace cli {
namespace {

std::string narrow(std::wstring_view text) {
  const int length = static_cast<int>(text.size());
  std::string out(3 * text.size(), '\0');
  out.resize(
      static_cast<size_t>(WideCharToMultiByte(CP_UTF8, 0, text.data(), length, out.data(),
                                              static_cast<int>(out.size()), nullptr, nullptr)));
  return out;
}

std::wstring widen(std::string_view text) { return to_path(text).wstring(); }

HANDLE stream_handle(FILE* stream) {
  return reinterpret_cast<HANDLE>(_get_osfhandle(_fileno(stream)));
}

// One argument as CommandLineToArgvW reads it back: quoted, with backslashes before quotes doubled.
std::wstring quote_argument(std::wstring_view argument) {
  std::wstring out = L"\"";
  size_t backslashes = 0;
  for (const wchar_t c : argument) {
    if (c == L'"') out.append(backslashes + 1, L'\\');
    backslashes = c == L'\\' ? backslashes + 1 : 0;
    out += c;
  }
  return out.append(backslashes, L'\\') + L"\"";
}

}  // namespace

std::vector<std::string> command_line(int, char**) {
  int count = 0;
  wchar_t** arguments = CommandLineToArgvW(GetCommandLineW(), &count);
  std::vector<std::string> out;
  for (int i = 1; i < count; ++i) out.push_back(narrow(arguments[i]));
  LocalFree(arguments);
  return out;
}

void prepare_streams() {
  for (FILE* stream : {stdin, stdout, stderr}) _setmode(_fileno(stream), _O_BINARY);
  SetConsoleOutputCP(CP_UTF8);
  SetConsoleCP(CP_UTF8);
  for (FILE* stream : {stdout, stderr}) {
    DWORD mode = 0;
    const HANDLE handle = stream_handle(stream);
    if (GetConsoleMode(handle, &mode)) SetConsoleMode(handle, mode | 4);  // VT sequences
  }
}

bool is_terminal(FILE* stream) {
  DWORD mode = 0;
  return GetConsoleMode(stream_handle(stream), &mode) != 0;
}

int terminal_columns(FILE* stream) {
  CONSOLE_SCREEN_BUFFER_INFO info = {};
  if (!GetConsoleScreenBufferInfo(stream_handle(stream), &info)) return 0;
  return info.srWindow.Right - info.srWindow.Left + 1;
}

size_t read_stdin(std::span<char> buffer) {
  const int bytes = _read(0, buffer.data(), static_cast<unsigned>(buffer.size()));
  if (bytes < 0) fail("standard input: expected to read, found ", strerror(errno));
  return static_cast<size_t>(bytes);
}

std::string environment(const char* name) {
  const std::wstring wide_name = widen(name);
  std::wstring value(32768, L'\0');
  value.resize(GetEnvironmentVariableW(wide_name.c_str(), value.data(), 32768));
  return narrow(value);
}

int64_t peak_rss_bytes() {
  PROCESS_MEMORY_COUNTERS counters = {};
  K32GetProcessMemoryInfo(GetCurrentProcess(), &counters, sizeof counters);
  return static_cast<int64_t>(counters.PeakWorkingSetSize);
}

int process_id() { return static_cast<int>(GetCurrentProcessId()); }

FILE* open_file(const fs::path& path, const char* mode) {
  return _wfopen(path.c_str(), widen(mode).c_str());
}

bool seek_file(FILE* file, int64_t offset) { return _fseeki64(file, offset, SEEK_SET) == 0; }

int run_process(const std::vector<std::string>& arguments, const fs::path& log) {
  std::wstring line;
  for (const std::string& argument : arguments) {
    line += (line.empty() ? L"" : L" ") + quote_argument(widen(argument));
  }
  SECURITY_ATTRIBUTES inherit = {sizeof inherit, nullptr, TRUE};
  HANDLE output = stream_handle(stderr);
  if (!log.empty()) {
    output = CreateFileW(log.c_str(), GENERIC_WRITE, FILE_SHARE_READ, &inherit, CREATE_ALWAYS,
                         FILE_ATTRIBUTE_NORMAL, nullptr);
    if (output == INVALID_HANDLE_VALUE) return -1;
  }
  STARTUPINFOW startup = {};
  startup.cb = sizeof startup;
  startup.dwFlags = STARTF_USESTDHANDLES;
  startup.hStdInput = INVALID_HANDLE_VALUE;
  startup.hStdOutput = output;
  startup.hStdError = output;
  PROCESS_INFORMATION process = {};
  const BOOL started = CreateProcessW(nullptr, line.data(), nullptr, nullptr, TRUE, 0, nullptr,
                                      nullptr, &startup, &process);
  if (!log.empty()) CloseHandle(output);
  if (!started) return -1;
  WaitForSingleObject(process.hProcess, INFINITE);
  DWORD status = 1;
  GetExitCodeProcess(process.hProcess, &status);
  CloseHandle(process.hProcess);
  CloseHandle(process.hThread);
  return static_cast<int>(status);
}

std::unique_ptr<FileLock> FileLock::try_acquire(const fs::path& path) {
  const HANDLE file = CreateFileW(path.c_str(), GENERIC_READ | GENERIC_WRITE, 0, nullptr,
                                  OPEN_ALWAYS, FILE_ATTRIBUTE_NORMAL, nullptr);
  if (file == INVALID_HANDLE_VALUE) {
    const DWORD error = GetLastError();
    if (error == ERROR_SHARING_VIOLATION) return nullptr;
    fail(to_text(path), ": expected to make this file, found error ", error);
  }
  return std::unique_ptr<FileLock>(new FileLock(reinterpret_cast<intptr_t>(file)));
}

FileLock::~FileLock() { CloseHandle(reinterpret_cast<HANDLE>(handle_)); }

fs::path user_data_folder() {
  const std::string data = environment("LOCALAPPDATA");
  if (data.empty())
    fail("LOCALAPPDATA: expected a folder, found nothing; INLAY_MODELS names another");
  return to_path(data);
}

}  // namespace cli
