#include <cstdlib>

#include "api/handle.h"

struct inlay_error {
  inlay_status code;
  std::string message;
};

namespace inlay::api {
namespace {

// Handed out when not even an error can be allocated. Its address alone says what it is.
constinit char out_of_memory_storage = 0;

inlay_error* make_error(StatusCode code, std::string_view message) noexcept {
  try {
    return new inlay_error{static_cast<inlay_status>(code), std::string(message)};
  } catch (...) {
    return out_of_memory_error();
  }
}

}  // namespace

inlay_error* out_of_memory_error() noexcept {
  return reinterpret_cast<inlay_error*>(&out_of_memory_storage);
}

inlay_error* to_error(Status status) noexcept {
  return status.ok() ? nullptr : make_error(status.code(), status.message());
}

inlay_error* to_error(const char* what) noexcept { return make_error(StatusCode::kInternal, what); }

Result<char*> copy_string(std::string_view text) {
  auto* copy = static_cast<char*>(std::malloc(text.size() + 1));
  if (!copy) return out_of_memory("a text of {} bytes", text.size());
  std::memcpy(copy, text.data(), text.size());
  copy[text.size()] = '\0';
  return copy;
}

Result<std::string_view> read_text(const char* text, const size_t* bytes, size_t index,
                                   std::string_view name) {
  if (!text && bytes && bytes[index] == 0) return std::string_view();
  if (!text) return invalid("{} {}: expected text, found NULL", name, index);
  return bytes ? std::string_view(text, bytes[index]) : std::string_view(text);
}

}  // namespace inlay::api

using inlay::api::out_of_memory_error;

inlay_status inlay_error_code(const inlay_error* error) {
  if (!error) return INLAY_STATUS_OK;
  return error == out_of_memory_error() ? INLAY_STATUS_OUT_OF_MEMORY : error->code;
}

const char* inlay_error_message(const inlay_error* error) {
  if (!error) return "";
  return error == out_of_memory_error() ? "out of memory" : error->message.c_str();
}

void inlay_error_free(inlay_error* error) {
  if (error != out_of_memory_error()) delete error;
}

void inlay_string_free(char* text) { std::free(text); }

const char* inlay_version(void) { return INLAY_VERSION; }

inlay_error* inlay_abi_check(uint32_t abi_version) {
  if (abi_version == INLAY_ABI_VERSION) return nullptr;
  return inlay::api::guard([&]() -> inlay::Status {
    return inlay::unsupported(
        "the program was compiled for inlay ABI {}, this library is {} with ABI {}", abi_version,
        INLAY_VERSION, INLAY_ABI_VERSION);
  });
}
