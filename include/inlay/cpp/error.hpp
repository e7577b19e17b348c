// Errors of the C++ API: thrown as inlay::Error, or returned in an inlay::Result.
#pragma once

#if __cplusplus < 202002L && (!defined(_MSVC_LANG) || _MSVC_LANG < 202002L)
#error "inlay.hpp: expected C++20 or later (-std=c++20); inlay.h is for C99 and C++11"
#endif

#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <variant>

#include "inlay/inlay.h"

#if !defined(INLAY_NO_EXCEPTIONS) && !defined(__cpp_exceptions) && !defined(_CPPUNWIND)
#define INLAY_NO_EXCEPTIONS
#endif
#if defined(INLAY_NO_EXCEPTIONS)
#define INLAY_CPP_NAMESPACE returns_results
#else
#define INLAY_CPP_NAMESPACE throws_errors
#endif

namespace inlay {
inline namespace INLAY_CPP_NAMESPACE {

enum class Status : int {
  kOk = INLAY_STATUS_OK,
  kInvalidArgument = INLAY_STATUS_INVALID_ARGUMENT,
  kNotFound = INLAY_STATUS_NOT_FOUND,
  kCorrupt = INLAY_STATUS_CORRUPT,
  kUnsupported = INLAY_STATUS_UNSUPPORTED,
  kIo = INLAY_STATUS_IO,
  kOutOfMemory = INLAY_STATUS_OUT_OF_MEMORY,
  kCancelled = INLAY_STATUS_CANCELLED,
  kInternal = INLAY_STATUS_INTERNAL,
};

// what() is one line: the place, what was expected, what was found.
class Error : public std::runtime_error {
 public:
  Error(Status code, const std::string& message) : std::runtime_error(message), code_(code) {}
  Status code() const noexcept { return code_; }

 private:
  Status code_;
};

// A value or the Error that there is instead of it.
template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : content_(std::in_place_index<0>, std::move(value)) {}
  Result(Error error) : content_(std::in_place_index<1>, std::move(error)) {}

  bool ok() const noexcept { return content_.index() == 0; }
  explicit operator bool() const noexcept { return ok(); }
  // Requires !ok().
  const Error& error() const noexcept { return *std::get_if<1>(&content_); }
  // Requires ok().
  T& value() & noexcept { return *std::get_if<0>(&content_); }
  const T& value() const& noexcept { return *std::get_if<0>(&content_); }
  T&& value() && noexcept { return std::move(*std::get_if<0>(&content_)); }
  T& operator*() & noexcept { return value(); }
  const T& operator*() const& noexcept { return value(); }
  T&& operator*() && noexcept { return std::move(*this).value(); }
  T* operator->() noexcept { return &value(); }
  const T* operator->() const noexcept { return &value(); }

 private:
  std::variant<T, Error> content_;
};

// Success or the Error that there is instead of it.
template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Error error) : error_(std::move(error)) {}

  bool ok() const noexcept { return !error_; }
  explicit operator bool() const noexcept { return ok(); }
  // Requires !ok().
  const Error& error() const noexcept { return *error_; }

 private:
  std::optional<Error> error_;
};

#if defined(INLAY_NO_EXCEPTIONS)
template <class T>
using Outcome = Result<T>;
#else
template <class T>
using Outcome = T;
#endif

}  // namespace INLAY_CPP_NAMESPACE
}  // namespace inlay
