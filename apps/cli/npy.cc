#include "npy.h"

#include <algorithm>
#include <cstring>

#include "failure.h"
#include "npy_header.h"

namespace cli {
namespace {

// Room for the number of rows to grow while rows are written.
constexpr size_t kRowHeaderBytes = 128;

void swap_elements(Array& array) {
  const bool complex =
      array.dtype == INLAY_DTYPE_COMPLEX64 || array.dtype == INLAY_DTYPE_COMPLEX128;
  const size_t bytes = element_bytes(array.dtype) / (complex ? 2 : 1);  // of a number
  for (size_t i = 0; i < array.data.size(); i += bytes) {
    std::reverse(array.data.data() + i, array.data.data() + i + bytes);
  }
}

// `least` bytes or, when the dictionary is longer, the next multiple of 64.
std::string padded_header(inlay_dtype dtype, std::span<const int64_t> shape, size_t least) {
  std::string text =
      concat("{'descr': '", npy_descr(dtype), "', 'fortran_order': False, 'shape': (");
  for (const int64_t size : shape) text += concat(size, ", ");
  if (shape.size() > 1) text.resize(text.size() - 2);
  if (shape.size() == 1) text.pop_back();
  text += "), }";
  constexpr size_t kPrefix = 10;
  const size_t total = std::max(least, (kPrefix + text.size() + 1 + 63) / 64 * 64);
  text.append(total - kPrefix - text.size() - 1, ' ');
  text += '\n';
  const char length[] = {static_cast<char>(text.size() & 255), static_cast<char>(text.size() >> 8)};
  return std::string("\x93NUMPY\x01\x00", 8) + std::string(length, 2) + text;
}

}  // namespace

Array read_npy(std::span<const std::byte> file, std::string_view place) {
  const NpyHeader header = read_npy_header(file, place);
  const std::span<const std::byte> data = file.subspan(header.data_offset);
  const int64_t count = element_count(header.shape.data(), header.shape.size());
  const size_t bytes = element_bytes(header.dtype);
  if (count < 0 || data.size() / bytes < static_cast<size_t>(count) ||
      data.size() != static_cast<size_t>(count) * bytes) {
    fail(place, ": expected ", shape_text(header.shape.data(), header.shape.size()),
         " elements of ", dtype_name(header.dtype), " (", bytes, " bytes each), found ",
         data.size(), " bytes of data");
  }
  Array array = {header.dtype, header.shape, {data.begin(), data.end()}};
  if (header.swap_bytes) swap_elements(array);
  return array;
}

std::string npy_header(inlay_dtype dtype, std::span<const int64_t> shape) {
  return padded_header(dtype, shape, 0);
}

bool npy_has(inlay_dtype dtype) { return npy_descr(dtype) != nullptr; }

void write_npy(const fs::path& path, const inlay_tensor_view& tensor) {
  const std::string header = npy_header(tensor.dtype, {tensor.shape, tensor.rank});
  const auto count = static_cast<size_t>(element_count(tensor.shape, tensor.rank));
  OutputFile file(path);
  file.write(header.data(), header.size());
  file.write(tensor.data, count * element_bytes(tensor.dtype));
  file.commit();
}

std::string NpyRowWriter::header() const {
  const int64_t shape[] = {rows_, columns_};
  return padded_header(INLAY_DTYPE_FLOAT32, shape, kRowHeaderBytes);
}

NpyRowWriter::NpyRowWriter(fs::path path, size_t columns)
    : file_(std::move(path)), columns_(static_cast<int64_t>(columns)) {
  const std::string start = header();
  file_.write(start.data(), start.size());
}

void NpyRowWriter::append(std::span<const float> row) {
  file_.write(row.data(), row.size_bytes());
  ++rows_;
}

void NpyRowWriter::commit() {
  const std::string start = header();
  file_.rewind();
  file_.write(start.data(), start.size());
  file_.commit();
}

}  // namespace cli
