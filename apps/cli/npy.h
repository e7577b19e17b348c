// NumPy's .npy files, versions 1 to 3 (numpy/lib/format.py describes them).
//
// The types are those of inlay_dtype but strings; bfloat16, which NumPy lacks, is read from the two-byte
// void type that ml_dtypes writes. Big-endian data is swapped; Fortran order is refused with advice.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "array.h"
#include "output.h"

namespace cli {

// Reads an array. `place` begins every error: "<place>: expected …, found …".
Array read_npy(std::span<const std::byte> file, std::string_view place);

// What stands before the data, padded to a multiple of 64 bytes. Requires a type that NumPy has.
std::string npy_header(inlay_dtype dtype, std::span<const int64_t> shape);

// False for the types of inlay_dtype that NumPy lacks: bfloat16 and strings.
bool npy_has(inlay_dtype dtype);

void write_npy(const fs::path& path, const inlay_tensor_view& tensor);

// A float32 array [rows, columns] whose number of rows shows itself at the end.
class NpyRowWriter {
 public:
  NpyRowWriter(fs::path path, size_t columns);
  // Requires `columns` values.
  void append(std::span<const float> row);
  void commit();

 private:
  std::string header() const;

  OutputFile file_;
  int64_t rows_ = 0, columns_;
};

}  // namespace cli
