// Errors as values: Status, Result<T>, INLAY_TRY.
//
//   Result<MappedFile> open(const std::string& path);
//
//   Status load(const std::string& path) {
//     INLAY_ASSIGN(MappedFile file, open(path));
//     if (file.size() < 8) return invalid("{}: expected at least 8 bytes, found {}", path,
//     file.size()); INLAY_TRY(check_header(file)); return Status();
//   }
//
// A message is one line: what was expected, what was found, where. A Status that is OK is one null
// pointer. Safe to move between threads; not for concurrent use.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>

#include "base/format.h"

namespace inlay {

// The numbers are those of inlay_status in inlay.h.
enum class StatusCode : int {
  kOk = 0,
  kInvalidArgument = 1,  // the caller's value, shape or text is not what was asked for
  kNotFound = 2,         // no such file, input, label, tensor
  kCorrupt = 3,          // a file breaks its format
  kUnsupported = 4,      // valid, but nothing here does it
  kIo = 5,               // the system refused: permission, disk, read error
  kOutOfMemory = 6,      // memory or a ceiling on it
  kCancelled = 7,
  kInternal = 8,  // a defect of inlay
  // A plan needs what only a run knows. Never leaves runtime/, which waits for the run or says kUnsupported.
  kNotYet = 1000,
};

class [[nodiscard]] Status {
 public:
  Status() = default;
  Status(StatusCode code, std::string message, int64_t about = -1)
      : error_(code == StatusCode::kOk ? nullptr : new Error{code, std::move(message), about}) {}

  bool ok() const { return error_ == nullptr; }
  StatusCode code() const { return error_ ? error_->code : StatusCode::kOk; }
  // One line without a full stop; empty when OK. Lives as long as this Status.
  std::string_view message() const {
    return error_ ? std::string_view(error_->message) : std::string_view();
  }
  // What a kNotYet waits for: a value of the graph, or -1.
  int64_t about() const { return error_ ? error_->about : -1; }
  // The same error with "place: " before its message.
  Status at(std::string_view place) && {
    if (error_) error_->message = format("{}: {}", place, error_->message);
    return std::move(*this);
  }

 private:
  struct Error {
    StatusCode code;
    std::string message;
    int64_t about;
  };
  std::unique_ptr<Error> error_;
};

template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value)
      : value_(std::in_place_index<0>, std::move(value)) {}  // NOLINT: implicit on purpose
  Result(Status status) : value_(std::in_place_index<1>, std::move(status)) {}  // NOLINT
  template <class U>
    requires(std::is_convertible_v<U &&, T> && !std::is_same_v<std::remove_cvref_t<U>, T> &&
             !std::is_same_v<std::remove_cvref_t<U>, Status> &&
             !std::is_same_v<std::remove_cvref_t<U>, Result>)
  Result(U&& value) : value_(std::in_place_index<0>, std::forward<U>(value)) {}  // NOLINT

  bool ok() const { return value_.index() == 0; }
  // Requires !ok() for a Status that holds an error; OK gives an OK Status.
  Status status() && { return ok() ? Status() : std::move(*std::get_if<1>(&value_)); }
  std::string_view message() const {
    return ok() ? std::string_view() : std::get_if<1>(&value_)->message();
  }
  StatusCode code() const { return ok() ? StatusCode::kOk : std::get_if<1>(&value_)->code(); }

  // Requires ok().
  T& value() & { return *std::get_if<0>(&value_); }
  const T& value() const& { return *std::get_if<0>(&value_); }
  T&& value() && { return std::move(*std::get_if<0>(&value_)); }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T&& operator*() && { return std::move(*this).value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

 private:
  std::variant<T, Status> value_;
};

// invalid("{}: expected {} bytes, found {}", …): an error of that kind with a formatted message.
template <class... Args>
Status invalid(std::string_view pattern, const Args&... args) {
  return Status(StatusCode::kInvalidArgument, format(pattern, args...));
}
template <class... Args>
Status not_found(std::string_view pattern, const Args&... args) {
  return Status(StatusCode::kNotFound, format(pattern, args...));
}
template <class... Args>
Status corrupt(std::string_view pattern, const Args&... args) {
  return Status(StatusCode::kCorrupt, format(pattern, args...));
}
template <class... Args>
Status unsupported(std::string_view pattern, const Args&... args) {
  return Status(StatusCode::kUnsupported, format(pattern, args...));
}
template <class... Args>
Status io_error(std::string_view pattern, const Args&... args) {
  return Status(StatusCode::kIo, format(pattern, args...));
}
template <class... Args>
Status out_of_memory(std::string_view pattern, const Args&... args) {
  return Status(StatusCode::kOutOfMemory, format(pattern, args...));
}
template <class... Args>
Status internal_error(std::string_view pattern, const Args&... args) {
  return Status(StatusCode::kInternal, format(pattern, args...));
}

}  // namespace inlay

#define INLAY_CONCAT_(a, b) a##b
#define INLAY_CONCAT(a, b) INLAY_CONCAT_(a, b)

// Returns from the enclosing function with the error of `expression`, a Status, if it has one.
#define INLAY_TRY(expression)                                                         \
  do {                                                                                \
    if (auto inlay_status_ = (expression); !inlay_status_.ok()) return inlay_status_; \
  } while (false)

// INLAY_ASSIGN(auto x, f()): declares or assigns x from a Result, or returns its error.
#define INLAY_ASSIGN(target, expression) \
  INLAY_ASSIGN_(INLAY_CONCAT(inlay_result_, __LINE__), target, expression)
#define INLAY_ASSIGN_(result, target, expression)      \
  auto result = (expression);                          \
  if (!result.ok()) return std::move(result).status(); \
  target = std::move(result).value()
