// What every part of the C++ API stands on: owners of C handles, and the way from an error to an outcome.
#pragma once

#include <cstdint>
#include <string>
#include <utility>

#include "inlay/cpp/error.hpp"

namespace inlay {
inline namespace INLAY_CPP_NAMESPACE {

namespace detail {

inline void free_handle(inlay_error* handle) { inlay_error_free(handle); }
inline void free_handle(char* handle) { inlay_string_free(handle); }
inline void free_handle(inlay_model* handle) { inlay_model_free(handle); }
inline void free_handle(inlay_tensor* handle) { inlay_tensor_free(handle); }
inline void free_handle(inlay_value* handle) { inlay_value_free(handle); }
inline void free_handle(inlay_session* handle) { inlay_session_free(handle); }
inline void free_handle(inlay_state* handle) { inlay_state_free(handle); }
inline void free_handle(inlay_cancel* handle) { inlay_cancel_free(handle); }
inline void free_handle(inlay_profile* handle) { inlay_profile_free(handle); }
inline void free_handle(inlay_tokenizer* handle) { inlay_tokenizer_free(handle); }
inline void free_handle(inlay_encoding* handle) { inlay_encoding_free(handle); }
inline void free_handle(inlay_encodings* handle) { inlay_encodings_free(handle); }
inline void free_handle(inlay_ids* handle) { inlay_ids_free(handle); }
inline void free_handle(inlay_decode_stream* handle) { inlay_decode_stream_free(handle); }
inline void free_handle(inlay_embedder* handle) { inlay_embedder_free(handle); }
inline void free_handle(inlay_embeddings* handle) { inlay_embeddings_free(handle); }
inline void free_handle(inlay_classifier* handle) { inlay_classifier_free(handle); }
inline void free_handle(inlay_trainer* handle) { inlay_trainer_free(handle); }
inline void free_handle(inlay_classifications* handle) { inlay_classifications_free(handle); }
inline void free_handle(inlay_token_classifier* handle) { inlay_token_classifier_free(handle); }
inline void free_handle(inlay_entities* handle) { inlay_entities_free(handle); }
inline void free_handle(inlay_reranker* handle) { inlay_reranker_free(handle); }
inline void free_handle(inlay_ranking* handle) { inlay_ranking_free(handle); }

// The owner of a C handle.
template <class T>
class Handle {
 public:
  Handle() noexcept = default;
  // Takes what the C API handed out.
  explicit Handle(T* raw) noexcept : raw_(raw) {}
  Handle(Handle&& other) noexcept : raw_(other.release()) {}
  Handle& operator=(Handle&& other) noexcept {
    Handle old(std::exchange(raw_, other.release()));
    return *this;
  }
  ~Handle() {
    if (raw_) free_handle(raw_);
  }

  explicit operator bool() const noexcept { return raw_ != nullptr; }
  // For calls of the C API; still owned here.
  T* get() const noexcept { return raw_; }
  // Gives the handle up: the caller frees it.
  T* release() noexcept { return std::exchange(raw_, nullptr); }

 private:
  T* raw_ = nullptr;
};

#if defined(INLAY_NO_EXCEPTIONS)
template <class T>
Outcome<T> fail(Error error) {
  return Outcome<T>(std::move(error));
}
#else
template <class T>
[[noreturn]] Outcome<T> fail(const Error& error) {
  throw error;
}
#endif

// Takes the C API's error; with none, what make() gives is the outcome.
template <class T, class Make>
Outcome<T> outcome(inlay_error* error, Make&& make) {
  const Handle<inlay_error> owner(error);
  if (!error) return make();
  return fail<T>(Error(static_cast<Status>(inlay_error_code(error)), inlay_error_message(error)));
}

inline Error not_as_many(const char* name, std::size_t texts, std::size_t found) {
  return Error(Status::kInvalidArgument, name + (": expected " + std::to_string(texts)) +
                                             ", one a text, found " + std::to_string(found));
}

// The outcome of an operation that writes a handle: T owns it.
template <class T, class Raw, class Call>
Outcome<T> make_handle(Call&& call) {
  Raw* raw = nullptr;
  inlay_error* const error = call(&raw);
  return outcome<T>(error, [&] { return T(raw); });
}

template <class Call>
Outcome<std::string> make_string(Call&& call) {
  char* raw = nullptr;
  inlay_error* const error = call(&raw);
  const Handle<char> owner(raw);
  return outcome<std::string>(error, [&] { return std::string(raw); });
}

// A struct of inlay.h with its size set and everything else 0.
template <class T>
T make_options() {
  T options{};
  options.struct_size = static_cast<std::uint32_t>(sizeof(T));
  return options;
}

}  // namespace detail

}  // namespace INLAY_CPP_NAMESPACE
}  // namespace inlay
