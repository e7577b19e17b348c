// The header of an .npy file: a Python dictionary with three keys.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

#include "inlay/inlay.h"

namespace cli {

struct NpyHeader {
  inlay_dtype dtype;
  bool swap_bytes;  // the data is big-endian
  std::vector<int64_t> shape;
  size_t data_offset;  // bytes before the data
};

// Reads the header at the beginning of `file`. Throws Failure "<place>: expected …, found …".
NpyHeader read_npy_header(std::span<const std::byte> file, std::string_view place);

// '<f4' for float32; null where NumPy has no such type.
const char* npy_descr(inlay_dtype dtype);

}  // namespace cli
