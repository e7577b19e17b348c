// What every file of the C ABI uses: the error boundary, argument checks, options of older programs.
#pragma once

#include <cstring>
#include <exception>
#include <new>
#include <stdexcept>
#include <string>
#include <string_view>

#include "base/status.h"
#include "inlay/inlay.h"

namespace inlay::api {

// The error object of a status; null for OK. When memory for it is lacking, out_of_memory_error().
inlay_error* to_error(Status status) noexcept;
// The error of an exception's message.
inlay_error* to_error(const char* what) noexcept;
// A constant, for when nothing can be allocated.
inlay_error* out_of_memory_error() noexcept;

// Runs body, which returns a Status; nothing that it throws leaves the library.
template <class Body>
inlay_error* guard(Body&& body) noexcept {
  try {
    return to_error(body());
  } catch (const std::bad_alloc&) {
    return out_of_memory_error();
  } catch (const std::length_error&) {  // a container asked for more than there can be
    return out_of_memory_error();
  } catch (const std::exception& e) {
    return to_error(e.what());
  } catch (...) {
    return to_error("an exception of an unknown type");
  }
}

inline Status expect_not_null(const void* pointer, std::string_view name) {
  return pointer ? Status() : invalid("{}: expected a pointer, found NULL", name);
}

// Options as this library knows them: fields that an older program lacks are 0. Fails for a struct_size
// that no program can have, and for a newer program's fields that are not 0.
template <class Options>
Result<Options> read_options(const Options* options) {
  Options out{};
  out.struct_size = sizeof(Options);
  if (!options) return out;
  const size_t given = options->struct_size;
  if (given < sizeof(uint32_t) || given > 4096)
    return invalid("options: expected struct_size to be set with INLAY_OPTIONS_INIT, found {}",
                   given);
  std::memcpy(static_cast<void*>(&out), options, given < sizeof(Options) ? given : sizeof(Options));
  const auto* bytes = reinterpret_cast<const unsigned char*>(options);
  for (size_t i = sizeof(Options); i < given; ++i)
    if (bytes[i] != 0)
      return unsupported("options: byte {} is set, which this version does not know", i);
  out.struct_size = sizeof(Options);
  return out;
}

// A copy for inlay_string_free.
Result<char*> copy_string(std::string_view text);

// Text of a length in bytes, or NUL-terminated where lengths is null.
Result<std::string_view> read_text(const char* text, const size_t* bytes, size_t index,
                                   std::string_view name);

}  // namespace inlay::api
