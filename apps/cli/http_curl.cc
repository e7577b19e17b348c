// libcurl is loaded by the first download: it brings three dozen libraries, which would cost every
// start of the program 8 ms.
#include <curl/curl.h>
#include <dlfcn.h>

#include <memory>

#include "failure.h"
#include "http.h"
#include "system.h"

namespace cli {
namespace {

constexpr long kConnectSeconds = 20, kStallSeconds = 30, kMaxRedirects = 10;

#if defined(__APPLE__)
constexpr const char* kLibrary = "libcurl.4.dylib";
#else
constexpr const char* kLibrary = "libcurl.so.4";
#endif

// The functions of libcurl that are used here.
struct Curl {
  decltype(&curl_easy_init) easy_init;
  decltype(&curl_easy_cleanup) easy_cleanup;
  decltype(&curl_easy_setopt) easy_setopt;
  decltype(&curl_easy_getinfo) easy_getinfo;
  decltype(&curl_easy_perform) easy_perform;
  decltype(&curl_easy_strerror) easy_strerror;
  decltype(&curl_slist_append) slist_append;
  decltype(&curl_slist_free_all) slist_free_all;
};

template <typename Function>
bool find(void* library, const char* name, Function& function) {
  function = reinterpret_cast<Function>(dlsym(library, name));
  return function != nullptr;
}

// Loads libcurl, once and for good; says in `error` why it cannot.
const Curl* load_curl(std::string& error) {
  static Curl curl;
  static const std::string problem = [] {
    void* library = dlopen(kLibrary, RTLD_NOW | RTLD_LOCAL);
    if (!library) return concat("downloads need libcurl: ", dlerror());
    const bool all = find(library, "curl_easy_init", curl.easy_init) &&
                     find(library, "curl_easy_cleanup", curl.easy_cleanup) &&
                     find(library, "curl_easy_setopt", curl.easy_setopt) &&
                     find(library, "curl_easy_getinfo", curl.easy_getinfo) &&
                     find(library, "curl_easy_perform", curl.easy_perform) &&
                     find(library, "curl_easy_strerror", curl.easy_strerror) &&
                     find(library, "curl_slist_append", curl.slist_append) &&
                     find(library, "curl_slist_free_all", curl.slist_free_all);
    return all ? std::string() : concat(kLibrary, ": expected curl_easy_ functions");
  }();
  error = problem;
  return problem.empty() ? &curl : nullptr;
}

// What the callbacks of one transfer share.
struct Transfer {
  const Curl& api;
  const HttpRequest& request;
  CURL* curl;
  HttpReply reply;
  bool replied = false, wanted = false;

  bool begin() {
    if (replied) return wanted;
    long status = 0;
    api.easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
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

void set_protocols(const Curl& api, CURL* curl, bool secure) {
#if LIBCURL_VERSION_NUM >= 0x075500
  api.easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
  api.easy_setopt(curl, CURLOPT_REDIR_PROTOCOLS_STR, secure ? "https" : "http,https");
#else
  constexpr long kBoth = CURLPROTO_HTTP | CURLPROTO_HTTPS;
  api.easy_setopt(curl, CURLOPT_PROTOCOLS, kBoth);
  api.easy_setopt(curl, CURLOPT_REDIR_PROTOCOLS,
                  secure ? static_cast<long>(CURLPROTO_HTTPS) : kBoth);
#endif
}

// The variables by which OpenSSL and curl's own program find certificates.
void set_certificates(const Curl& api, CURL* curl) {
  for (const char* name : {"CURL_CA_BUNDLE", "SSL_CERT_FILE"}) {
    if (const std::string file = environment(name); !file.empty()) {
      api.easy_setopt(curl, CURLOPT_CAINFO, file.c_str());
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
  std::string problem;
  const Curl* loaded = load_curl(problem);
  if (!loaded) return {0, problem, false};
  const Curl& api = *loaded;
  const std::unique_ptr<CURL, void (*)(CURL*)> curl(api.easy_init(), api.easy_cleanup);
  if (!curl) return {0, "libcurl could not be started", false};
  Transfer transfer = {api, request, curl.get(), {}};
  char error[CURL_ERROR_SIZE] = "";
  curl_slist* headers = nullptr;
  if (request.offset > 0) {
    headers = api.slist_append(headers, concat("Range: bytes=", request.offset, "-").c_str());
    headers = api.slist_append(headers, ("If-Range: " + request.validator).c_str());
  }
  api.easy_setopt(curl.get(), CURLOPT_URL, request.url.c_str());
  api.easy_setopt(curl.get(), CURLOPT_USERAGENT, "inlay");
  api.easy_setopt(curl.get(), CURLOPT_HTTPHEADER, headers);
  api.easy_setopt(curl.get(), CURLOPT_FOLLOWLOCATION, 1L);
  api.easy_setopt(curl.get(), CURLOPT_MAXREDIRS, kMaxRedirects);
  api.easy_setopt(curl.get(), CURLOPT_CONNECTTIMEOUT, kConnectSeconds);
  api.easy_setopt(curl.get(), CURLOPT_LOW_SPEED_LIMIT, 1L);
  api.easy_setopt(curl.get(), CURLOPT_LOW_SPEED_TIME, kStallSeconds);
  api.easy_setopt(curl.get(), CURLOPT_NOSIGNAL, 1L);
  api.easy_setopt(curl.get(), CURLOPT_ERRORBUFFER, error);
  api.easy_setopt(curl.get(), CURLOPT_HEADERFUNCTION, on_header);
  api.easy_setopt(curl.get(), CURLOPT_HEADERDATA, &transfer);
  api.easy_setopt(curl.get(), CURLOPT_WRITEFUNCTION, on_data);
  api.easy_setopt(curl.get(), CURLOPT_WRITEDATA, &transfer);
  set_protocols(api, curl.get(), request.url.starts_with("https://"));
  set_certificates(api, curl.get());
  const CURLcode code = api.easy_perform(curl.get());
  api.slist_free_all(headers);

  if (code == CURLE_OK) transfer.begin();  // a body of no bytes
  HttpResult result = {transfer.reply.status, "", false};
  if (code != CURLE_OK && !(transfer.replied && !transfer.wanted)) {
    result.error = error[0] ? error : api.easy_strerror(code);
    result.temporary = is_temporary(code);
  }
  return result;
}

}  // namespace cli
