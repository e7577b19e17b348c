#include <curl/curl.h>

#include <memory>

#include "failure.h"
#include "http.h"
#include "system.h"

namespace cli {
namespace {

constexpr long kConnectSeconds = 20, kStallSeconds = 30, kMaxRedirects = 10;

// What the callbacks of one transfer share.
struct Transfer {
  const HttpRequest& request;
  CURL* curl;
  HttpReply reply;
  bool replied = false, wanted = false;

  bool begin() {
    if (replied) return wanted;
    long status = 0;
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    reply.status = static_cast<int>(status);
    replied = true;
    wanted = request.on_reply(reply);
    return wanted;
  }
};

size_t on_header(char* data, size_t size, size_t count, void* user) {
  Transfer& transfer = *static_cast<Transfer*>(user);
  const std::string_view line(data, size * count);
  if (line.starts_with("HTTP/")) transfer.reply = {};  // of a redirect, or the last one
  read_http_header(line, transfer.reply);
  return line.size();
}

size_t on_data(char* data, size_t size, size_t count, void* user) {
  Transfer& transfer = *static_cast<Transfer*>(user);
  const std::span<const char> bytes(data, size * count);
  const bool go_on = transfer.begin() && transfer.request.on_body(std::as_bytes(bytes));
  return go_on ? bytes.size() : 0;
}

void set_protocols(CURL* curl, bool secure) {
#if LIBCURL_VERSION_NUM >= 0x075500
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(curl, CURLOPT_REDIR_PROTOCOLS_STR, secure ? "https" : "http,https");
#else
  constexpr long kBoth = CURLPROTO_HTTP | CURLPROTO_HTTPS;
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS, kBoth);
  curl_easy_setopt(curl, CURLOPT_REDIR_PROTOCOLS,
                   secure ? static_cast<long>(CURLPROTO_HTTPS) : kBoth);
#endif
}

// The variables by which OpenSSL and curl's own program find certificates.
void set_certificates(CURL* curl) {
  for (const char* name : {"CURL_CA_BUNDLE", "SSL_CERT_FILE"}) {
    if (const std::string file = environment(name); !file.empty()) {
      curl_easy_setopt(curl, CURLOPT_CAINFO, file.c_str());
      return;
    }
  }
}

bool is_temporary(CURLcode code) {
  switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_CONNECT:
    case CURLE_OPERATION_TIMEDOUT:
    case CURLE_PARTIAL_FILE:
    case CURLE_GOT_NOTHING:
    case CURLE_SEND_ERROR:
    case CURLE_RECV_ERROR:
    case CURLE_HTTP2:
    case CURLE_HTTP2_STREAM:
    case CURLE_SSL_CONNECT_ERROR: return true;
    default: return false;
  }
}

}  // namespace

HttpResult http_get(const HttpRequest& request) {
  const std::unique_ptr<CURL, void (*)(CURL*)> curl(curl_easy_init(), curl_easy_cleanup);
  if (!curl) return {0, "libcurl could not be started", false};
  Transfer transfer = {request, curl.get(), {}};
  char error[CURL_ERROR_SIZE] = "";
  curl_slist* headers = nullptr;
  if (request.offset > 0) {
    headers = curl_slist_append(headers, concat("Range: bytes=", request.offset, "-").c_str());
    headers = curl_slist_append(headers, ("If-Range: " + request.validator).c_str());
  }
  curl_easy_setopt(curl.get(), CURLOPT_URL, request.url.c_str());
  curl_easy_setopt(curl.get(), CURLOPT_USERAGENT, "inlay");
  curl_easy_setopt(curl.get(), CURLOPT_HTTPHEADER, headers);
  curl_easy_setopt(curl.get(), CURLOPT_FOLLOWLOCATION, 1L);
  curl_easy_setopt(curl.get(), CURLOPT_MAXREDIRS, kMaxRedirects);
  curl_easy_setopt(curl.get(), CURLOPT_CONNECTTIMEOUT, kConnectSeconds);
  curl_easy_setopt(curl.get(), CURLOPT_LOW_SPEED_LIMIT, 1L);
  curl_easy_setopt(curl.get(), CURLOPT_LOW_SPEED_TIME, kStallSeconds);
  curl_easy_setopt(curl.get(), CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl.get(), CURLOPT_ERRORBUFFER, error);
  curl_easy_setopt(curl.get(), CURLOPT_HEADERFUNCTION, on_header);
  curl_easy_setopt(curl.get(), CURLOPT_HEADERDATA, &transfer);
  curl_easy_setopt(curl.get(), CURLOPT_WRITEFUNCTION, on_data);
  curl_easy_setopt(curl.get(), CURLOPT_WRITEDATA, &transfer);
  set_protocols(curl.get(), request.url.starts_with("https://"));
  set_certificates(curl.get());
  const CURLcode code = curl_easy_perform(curl.get());
  curl_slist_free_all(headers);

  if (code == CURLE_OK) transfer.begin();  // a body of no bytes
  HttpResult result = {transfer.reply.status, "", false};
  if (code != CURLE_OK && !(transfer.replied && !transfer.wanted)) {
    result.error = error[0] ? error : curl_easy_strerror(code);
    result.temporary = is_temporary(code);
  }
  return result;
}

}  // namespace cli
