// One GET over HTTP or HTTPS: http_curl.cc on Linux and macOS, http_winhttp.cc on Windows.
//
// Redirects are followed (never from https to http), certificates are checked, proxies come from
// https_proxy, http_proxy and no_proxy. Times out after 20 s without a connection and after 30 s
// without data.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>

namespace cli {

struct HttpReply {
  int status = 0;
  std::string validator;     // a strong ETag, else Last-Modified, else ""
  int64_t range_begin = -1;  // of Content-Range
};

struct HttpRequest {
  std::string url;
  int64_t offset = 0;     // more than 0: ask for the bytes from there on
  std::string validator;  // with an offset: only if the file is still this one (If-Range)
  std::function<bool(const HttpReply&)> on_reply;           // false: the body is not wanted
  std::function<bool(std::span<const std::byte>)> on_body;  // false: end the transfer
};

struct HttpResult {
  int status = 0;          // 0: no reply
  std::string error;       // "" when the body came to its end
  bool temporary = false;  // the error may go away
};

HttpResult http_get(const HttpRequest& request);

// Takes one header line into `reply`: ETag, Last-Modified, Content-Range, any case.
void read_http_header(std::string_view line, HttpReply& reply);

}  // namespace cli
