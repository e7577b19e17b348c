#include "npy_header.h"

#include <charconv>
#include <cstring>
#include <optional>
#include <string>

#include "failure.h"

namespace cli {
namespace {

constexpr size_t kMaxHeaderBytes = 1 << 20;
constexpr size_t kMaxRank = 64;

struct Descr {
  inlay_dtype dtype;
  const char* text;
};

constexpr Descr kDescrs[] = {
    {INLAY_DTYPE_FLOAT32, "<f4"},   {INLAY_DTYPE_FLOAT64, "<f8"},     {INLAY_DTYPE_FLOAT16, "<f2"},
    {INLAY_DTYPE_INT8, "|i1"},      {INLAY_DTYPE_INT16, "<i2"},       {INLAY_DTYPE_INT32, "<i4"},
    {INLAY_DTYPE_INT64, "<i8"},     {INLAY_DTYPE_UINT8, "|u1"},       {INLAY_DTYPE_UINT16, "<u2"},
    {INLAY_DTYPE_UINT32, "<u4"},    {INLAY_DTYPE_UINT64, "<u8"},      {INLAY_DTYPE_BOOL, "|b1"},
    {INLAY_DTYPE_COMPLEX64, "<c8"}, {INLAY_DTYPE_COMPLEX128, "<c16"},
};

// Reads the dictionary's text: strings, booleans and a tuple of integers, as NumPy writes them.
class HeaderParser {
 public:
  HeaderParser(std::string_view text, std::string_view place) : text_(text), place_(place) {}

  void parse(NpyHeader& header) {
    need('{');
    while (!take('}')) {
      const std::string_view key = string();
      need(':');
      if (key == "descr") {
        read_descr(header);
      } else if (key == "fortran_order") {
        read_order();
      } else if (key == "shape") {
        header.shape = tuple();
        has_shape_ = true;
      } else {
        expected("the keys descr, fortran_order and shape");
      }
      if (!take(',')) {
        need('}');
        break;
      }
    }
    skip_space();
    if (!text_.empty()) expected("the end of the header");
    if (!has_descr_ || !has_order_ || !has_shape_) expected("descr, fortran_order and shape");
  }

 private:
  [[noreturn]] void expected(std::string_view what) const {
    fail(place_, ": .npy header: expected ", what, ", found ",
         text_.empty() ? "the end" : quote(text_, 40));
  }
  void skip_space() {
    text_.remove_prefix(std::min(text_.find_first_not_of(" \t\r\n"), text_.size()));
  }
  bool take(char c) {
    skip_space();
    if (!text_.starts_with(c)) return false;
    text_.remove_prefix(1);
    return true;
  }
  void need(char c) {
    if (!take(c)) expected(quote(std::string_view(&c, 1)));
  }
  bool take_word(std::string_view word) {
    skip_space();
    if (!text_.starts_with(word)) return false;
    text_.remove_prefix(word.size());
    return true;
  }

  std::string_view string() {
    skip_space();
    const char mark = text_.empty() ? '\0' : text_[0];
    if (mark != '\'' && mark != '"') expected("a string");
    const size_t end = text_.find(mark, 1);
    if (end == std::string_view::npos) expected("the end of a string");
    const std::string_view value = text_.substr(1, end - 1);
    text_.remove_prefix(end + 1);
    return value;
  }

  std::vector<int64_t> tuple() {
    std::vector<int64_t> shape;
    need('(');
    while (!take(')')) {
      skip_space();
      int64_t size = 0;
      const auto [end, error] = std::from_chars(text_.data(), text_.data() + text_.size(), size);
      if (error != std::errc() || size < 0) expected("a size");
      if (shape.size() == kMaxRank) expected("at most 64 dimensions");
      shape.push_back(size);
      text_.remove_prefix(static_cast<size_t>(end - text_.data()));
      if (text_.starts_with('L')) text_.remove_prefix(1);  // as Python 2 wrote integers
      if (!take(',')) {
        need(')');
        break;
      }
    }
    return shape;
  }

  void read_descr(NpyHeader& header) {
    skip_space();
    if (text_.starts_with('[')) {
      fail(place_, ": .npy header: expected numbers, found a structured type");
    }
    const std::string descr(string());
    has_descr_ = true;
    if (descr == "|V2" || descr == "<V2" || descr == "bfloat16") {
      header.dtype = INLAY_DTYPE_BFLOAT16;
      return;
    }
    for (const Descr& known : kDescrs) {
      if (descr.empty() || descr.substr(1) != known.text + 1) continue;
      if (std::string_view("<>|=").find(descr[0]) == std::string_view::npos) continue;
      header.dtype = known.dtype;
      header.swap_bytes = descr[0] == '>';
      return;
    }
    fail(place_, ": .npy header: expected a type such as <f4 or <i8, found ", quote(descr));
  }

  void read_order() {
    has_order_ = true;
    if (take_word("False")) return;
    if (!take_word("True")) expected("True or False");
    fail(place_,
         ": expected rows first (C order), found Fortran order; "
         "save it with numpy.save(file, numpy.ascontiguousarray(array))");
  }

  std::string_view text_, place_;
  bool has_descr_ = false, has_order_ = false, has_shape_ = false;
};

}  // namespace

const char* npy_descr(inlay_dtype dtype) {
  for (const Descr& known : kDescrs) {
    if (known.dtype == dtype) return known.text;
  }
  return nullptr;
}

NpyHeader read_npy_header(std::span<const std::byte> file, std::string_view place) {
  const std::string_view text(reinterpret_cast<const char*>(file.data()), file.size());
  if (!text.starts_with("\x93NUMPY") || text.size() < 10) {
    fail(place, ": expected an .npy file, found ", text.empty() ? "an empty file" : quote(text, 8));
  }
  const auto byte = [&](size_t i) { return static_cast<uint8_t>(text[i]); };
  const int version = byte(6);
  if (version < 1 || version > 3) fail(place, ": expected .npy version 1 to 3, found ", version);
  const size_t prefix = version == 1 ? 10 : 12;
  if (text.size() < prefix) fail(place, ": expected an .npy header, found the end of the file");
  size_t length = byte(8) | size_t{byte(9)} << 8;
  if (version > 1) length |= size_t{byte(10)} << 16 | size_t{byte(11)} << 24;
  if (length > kMaxHeaderBytes || length > text.size() - prefix) {
    fail(place, ": expected an .npy header of ", length, " bytes, found ", text.size() - prefix,
         " bytes of file");
  }
  NpyHeader header = {INLAY_DTYPE_UNDEFINED, false, {}, prefix + length};
  HeaderParser(text.substr(prefix, length), place).parse(header);
  return header;
}

}  // namespace cli
