#define WIN32_LEAN_AND_MEAN
#define NOMINMAX
#include <windows.h>
// After windows.h, which it needs.
#include <winhttp.h>

#include <algorithm>
#include <memory>
#include <type_traits>
#include <vector>

#include "failure.h"
#include "http.h"
#include "system.h"

namespace cli {
namespace {

constexpr int kConnectMs = 20'000, kStallMs = 30'000;

struct CloseHandle {
  void operator()(void* handle) const { WinHttpCloseHandle(handle); }
};
using Internet = std::unique_ptr<void, CloseHandle>;

std::wstring widen(std::string_view text) { return to_path(text).wstring(); }

// Header values are ASCII where the program looks at them.
std::string narrow(std::wstring_view text) {
  std::string out;
  for (const wchar_t c : text) out += c < 128 ? static_cast<char>(c) : '?';
  return out;
}

HttpResult system_error(const char* what) {
  return {0, concat(what, " failed with error ", GetLastError()), true};
}

std::string first_environment(const char* lower, const char* upper) {
  const std::string value = environment(lower);
  return value.empty() ? environment(upper) : value;
}

// A session that uses the proxy of the variables, or else the system's.
Internet open_session(bool secure) {
  const std::string proxy = secure ? first_environment("https_proxy", "HTTPS_PROXY")
                                   : first_environment("http_proxy", "HTTP_PROXY");
  if (proxy.empty()) {
    return Internet(WinHttpOpen(L"inlay", WINHTTP_ACCESS_TYPE_DEFAULT_PROXY, WINHTTP_NO_PROXY_NAME,
                                WINHTTP_NO_PROXY_BYPASS, 0));
  }
  std::string bypass = first_environment("no_proxy", "NO_PROXY");
  std::replace(bypass.begin(), bypass.end(), ',', ';');
  const std::wstring name =
      widen(proxy.substr(proxy.find("://") == std::string::npos ? 0 : proxy.find("://") + 3));
  return Internet(WinHttpOpen(L"inlay", WINHTTP_ACCESS_TYPE_NAMED_PROXY, name.c_str(),
                              bypass.empty() ? WINHTTP_NO_PROXY_BYPASS : widen(bypass).c_str(), 0));
}

HttpReply read_reply(void* request) {
  HttpReply reply;
  DWORD status = 0, bytes = sizeof status;
  WinHttpQueryHeaders(request, WINHTTP_QUERY_STATUS_CODE | WINHTTP_QUERY_FLAG_NUMBER,
                      WINHTTP_HEADER_NAME_BY_INDEX, &status, &bytes, WINHTTP_NO_HEADER_INDEX);
  reply.status = static_cast<int>(status);
  bytes = 0;
  WinHttpQueryHeaders(request, WINHTTP_QUERY_RAW_HEADERS_CRLF, WINHTTP_HEADER_NAME_BY_INDEX,
                      nullptr, &bytes, WINHTTP_NO_HEADER_INDEX);
  std::wstring headers(bytes / sizeof(wchar_t) + 1, L'\0');
  if (!WinHttpQueryHeaders(request, WINHTTP_QUERY_RAW_HEADERS_CRLF, WINHTTP_HEADER_NAME_BY_INDEX,
                           headers.data(), &bytes, WINHTTP_NO_HEADER_INDEX)) {
    return reply;
  }
  const std::string lines = narrow(headers);
  for (size_t begin = 0; begin < lines.size();) {
    const size_t end = std::min(lines.find('\n', begin), lines.size());
    read_http_header(std::string_view(lines).substr(begin, end - begin), reply);
    begin = end + 1;
  }
  return reply;
}

// The Content-Length that was announced; -1 when none was.
int64_t announced_bytes(void* request) {
  wchar_t text[32] = {};
  DWORD bytes = sizeof text - sizeof(wchar_t);
  if (!WinHttpQueryHeaders(request, WINHTTP_QUERY_CONTENT_LENGTH, WINHTTP_HEADER_NAME_BY_INDEX,
                           text, &bytes, WINHTTP_NO_HEADER_INDEX)) {
    return -1;
  }
  return _wtoi64(text);
}

HttpResult read_body(void* request, const HttpRequest& wanted, int status) {
  std::vector<std::byte> buffer(1 << 16);
  const int64_t announced = announced_bytes(request);
  for (int64_t received = 0;;) {
    DWORD bytes = 0;
    if (!WinHttpReadData(request, buffer.data(), static_cast<DWORD>(buffer.size()), &bytes)) {
      return {status, concat("reading failed with error ", GetLastError()), true};
    }
    received += bytes;
    if (bytes == 0) {
      if (announced >= 0 && received < announced)
        return {status, "the connection was closed early", true};
      return {status, "", false};
    }
    if (!wanted.on_body(std::span(buffer).first(bytes)))
      return {status, "the transfer was ended", false};
  }
}

}  // namespace

HttpResult http_get(const HttpRequest& request) {
  const std::wstring url = widen(request.url);
  wchar_t host[256] = {}, path[4096] = {};
  URL_COMPONENTS parts = {};
  parts.dwStructSize = sizeof parts;
  parts.lpszHostName = host;
  parts.dwHostNameLength = 255;
  parts.lpszUrlPath = path;
  parts.dwUrlPathLength = 4095;
  if (!WinHttpCrackUrl(url.c_str(), 0, 0, &parts)) return {0, "the address cannot be read", false};
  const bool secure = parts.nScheme == INTERNET_SCHEME_HTTPS;

  const Internet session = open_session(secure);
  if (!session) return system_error("WinHttpOpen");
  WinHttpSetTimeouts(session.get(), kConnectMs, kConnectMs, kStallMs, kStallMs);
  const Internet connection(WinHttpConnect(session.get(), host, parts.nPort, 0));
  if (!connection) return system_error("WinHttpConnect");
  const Internet handle(WinHttpOpenRequest(connection.get(), L"GET", path, nullptr,
                                           WINHTTP_NO_REFERER, WINHTTP_DEFAULT_ACCEPT_TYPES,
                                           secure ? WINHTTP_FLAG_SECURE : 0));
  if (!handle) return system_error("WinHttpOpenRequest");
  std::string headers;
  if (request.offset > 0) {
    headers = concat("Range: bytes=", request.offset, "-\r\nIf-Range: ", request.validator, "\r\n");
  }
  const std::wstring wide_headers = widen(headers);
  const bool sent = WinHttpSendRequest(
      handle.get(), headers.empty() ? WINHTTP_NO_ADDITIONAL_HEADERS : wide_headers.c_str(),
      static_cast<DWORD>(wide_headers.size()), WINHTTP_NO_REQUEST_DATA, 0, 0, 0);
  if (!sent) return system_error("connecting");
  if (!WinHttpReceiveResponse(handle.get(), nullptr)) return system_error("waiting for the reply");

  const HttpReply reply = read_reply(handle.get());
  if (!request.on_reply(reply)) return {reply.status, "", false};
  return read_body(handle.get(), request, reply.status);
}

}  // namespace cli
