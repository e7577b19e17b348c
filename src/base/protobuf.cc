#include "base/protobuf.h"

#include <bit>
#include <cstring>

namespace inlay::protobuf {
namespace {

constexpr uint32_t kGroupBegin = 3, kGroupEnd = 4;

const char* type_text(WireType type) {
  switch (type) {
    case WireType::kVarint: return "a varint";
    case WireType::kFixed64: return "64 bits";
    case WireType::kBytes: return "bytes";
    case WireType::kFixed32: return "32 bits";
  }
  return "";
}

// `size` bytes, the lowest first.
uint64_t little_endian(const std::byte* at, size_t size) {
  uint64_t value = 0;
  for (size_t i = 0; i < size; ++i) value |= static_cast<uint64_t>(at[i]) << (8 * i);
  return value;
}

// Reads a varint of at most ten bytes; bits beyond 64 are dropped, as protobuf does. Null at an
// error.
const std::byte* read_varint(const std::byte* at, const std::byte* end, uint64_t& value) {
  value = 0;
  for (int shift = 0; shift < 70 && at < end; shift += 7) {
    const auto byte = static_cast<uint64_t>(*at++);
    value |= (byte & 0x7f) << shift;
    if (byte < 0x80) return at;
  }
  return nullptr;
}

// A number as its bits.
template <class T>
T from_bits(uint64_t bits) {
  if constexpr (sizeof(T) == 4) {
    return std::bit_cast<T>(static_cast<uint32_t>(bits));
  } else {
    return std::bit_cast<T>(bits);
  }
}

}  // namespace

bool Reader::fail(const std::byte* at, const char* expected, const char* found) {
  failed_at_ = at;
  expected_ = expected;
  found_ = found;
  at_ = end_;
  return false;
}

Status Reader::status() const {
  if (expected_[0] == '\0') return Status();
  return corrupt("{}: byte {}: expected {}, found {}", source_, failed_at_ - origin_, expected_,
                 found_);
}

size_t Reader::byte() const { return static_cast<size_t>(field_at_ - origin_); }

Status Reader::error(std::string_view message) const {
  return corrupt("{}: byte {}: {}", source_, byte(), message);
}

bool Reader::next() {
  if (at_ == end_) return false;
  field_at_ = at_;
  uint32_t tag_bits = 0;
  if (!tag(tag_bits)) return false;
  // A group is no field of its own: the next field behind it is.
  while ((tag_bits & 7) == kGroupBegin) {
    if (!skip_group(tag_bits >> 3, depth_ + 1)) return false;
    if (at_ == end_) return false;
    field_at_ = at_;
    if (!tag(tag_bits)) return false;
  }
  return read_field(tag_bits, depth_);
}

bool Reader::varint(uint64_t& value) {
  const std::byte* after = read_varint(at_, end_, value);
  if (!after) {
    const bool cut = end_ - at_ < 10;
    return fail(at_, "a varint", cut ? "the end of the message" : "more than 10 bytes");
  }
  at_ = after;
  return true;
}

bool Reader::tag(uint32_t& tag) {
  const std::byte* begin = at_;
  uint64_t value = 0;
  if (!varint(value)) return false;
  if (value > UINT32_MAX) return fail(begin, "a field number below 2^29", "a larger one");
  if (value < 8) return fail(begin, "a field number", "0");
  tag = static_cast<uint32_t>(value);
  return true;
}

bool Reader::fixed(uint64_t& value, size_t size) {
  if (static_cast<size_t>(end_ - at_) < size) {
    return fail(at_, size == 4 ? "4 bytes" : "8 bytes", "the end of the message");
  }
  value = little_endian(at_, size);
  at_ += size;
  return true;
}

// Reads the field behind its tag.
bool Reader::read_field(uint32_t tag, int depth) {
  field_ = tag >> 3;
  switch (tag & 7) {
    case 0: type_ = WireType::kVarint; return varint(number_);
    case 1: type_ = WireType::kFixed64; return fixed(number_, 8);
    case 5: type_ = WireType::kFixed32; return fixed(number_, 4);
    case 2: {
      type_ = WireType::kBytes;
      const std::byte* length_at = at_;
      if (!varint(number_)) return false;
      if (number_ > static_cast<uint64_t>(end_ - at_)) {
        return fail(length_at, "a length inside the message", "one that runs over its end");
      }
      begin_ = at_;
      at_ += number_;
      return true;
    }
    case kGroupBegin: return skip_group(tag >> 3, depth + 1);
    case kGroupEnd: return fail(field_at_, "a field", "the end of a group that was not begun");
    default: return fail(field_at_, "a wire type of 0 to 5", "a larger one");
  }
}

// Skips up to the end tag of the group, which is `depth` levels down.
bool Reader::skip_group(uint32_t number, int depth) {
  const std::byte* group_at = field_at_;
  if (depth > kMaxDepth) return fail(group_at, "at most 100 levels", "more");
  while (at_ != end_) {
    field_at_ = at_;
    uint32_t tag_bits = 0;
    if (!tag(tag_bits)) return false;
    if ((tag_bits & 7) == kGroupEnd) {
      return tag_bits >> 3 == number || fail(field_at_, "the end of the open group", "another's");
    }
    if (!read_field(tag_bits, depth)) return false;
  }
  return fail(group_at, "a group with an end", "the end of the message");
}

Status Reader::expect(WireType type) const {
  if (type_ == type) return Status();
  return error(
      format("field {}: expected {}, found {}", field_, type_text(type), type_text(type_)));
}

Result<uint64_t> Reader::uint64() const {
  INLAY_TRY(expect(WireType::kVarint));
  return number_;
}
Result<int64_t> Reader::int64() const {
  INLAY_TRY(expect(WireType::kVarint));
  return static_cast<int64_t>(number_);
}
Result<int32_t> Reader::int32() const {
  INLAY_TRY(expect(WireType::kVarint));
  return static_cast<int32_t>(static_cast<uint32_t>(number_));
}
Result<bool> Reader::boolean() const {
  INLAY_TRY(expect(WireType::kVarint));
  return number_ != 0;
}
Result<float> Reader::float32() const {
  INLAY_TRY(expect(WireType::kFixed32));
  return from_bits<float>(number_);
}
Result<double> Reader::float64() const {
  INLAY_TRY(expect(WireType::kFixed64));
  return from_bits<double>(number_);
}
Result<std::span<const std::byte>> Reader::bytes() const {
  INLAY_TRY(expect(WireType::kBytes));
  return std::span<const std::byte>(begin_, static_cast<size_t>(number_));
}
Result<std::string_view> Reader::string() const {
  INLAY_TRY(expect(WireType::kBytes));
  return std::string_view(reinterpret_cast<const char*>(begin_), static_cast<size_t>(number_));
}
Result<Reader> Reader::message() const {
  INLAY_TRY(expect(WireType::kBytes));
  if (depth_ >= kMaxDepth)
    return error(format("expected at most {} levels, found more", kMaxDepth));
  return Reader(origin_, begin_, begin_ + number_, source_, depth_ + 1);
}

template <class T>
Status Reader::append_varints(std::vector<T>& values) const {
  if (type_ == WireType::kVarint) {
    values.push_back(static_cast<T>(number_));
    return Status();
  }
  INLAY_TRY(expect(WireType::kBytes));
  const std::byte* end = begin_ + number_;
  for (const std::byte* at = begin_; at != end;) {
    uint64_t value = 0;
    const std::byte* after = read_varint(at, end, value);
    if (!after) return corrupt("{}: byte {}: expected a packed varint", source_, at - origin_);
    values.push_back(static_cast<T>(value));
    at = after;
  }
  return Status();
}

template <class T>
Status Reader::append_fixed(std::vector<T>& values, WireType single) const {
  if (type_ == single) {
    values.push_back(from_bits<T>(number_));
    return Status();
  }
  INLAY_TRY(expect(WireType::kBytes));
  if (number_ % sizeof(T) != 0) {
    return error(format("field {}: expected packed numbers of {} bytes, found {} bytes", field_,
                        sizeof(T), number_));
  }
  const size_t before = values.size(), count = static_cast<size_t>(number_) / sizeof(T);
  values.resize(before + count);
  if constexpr (std::endian::native == std::endian::little) {
    if (count > 0) std::memcpy(values.data() + before, begin_, count * sizeof(T));
  } else {
    for (size_t i = 0; i < count; ++i) {
      values[before + i] = from_bits<T>(little_endian(begin_ + i * sizeof(T), sizeof(T)));
    }
  }
  return Status();
}

Status Reader::append(std::vector<int64_t>& values) const { return append_varints(values); }
Status Reader::append(std::vector<uint64_t>& values) const { return append_varints(values); }
Status Reader::append(std::vector<int32_t>& values) const { return append_varints(values); }
Status Reader::append(std::vector<float>& values) const {
  return append_fixed(values, WireType::kFixed32);
}
Status Reader::append(std::vector<double>& values) const {
  return append_fixed(values, WireType::kFixed64);
}

void Writer::raw_varint(uint64_t value) {
  for (; value >= 0x80; value >>= 7) out_ += static_cast<char>((value & 0x7f) | 0x80);
  out_ += static_cast<char>(value);
}

void Writer::tag(uint32_t field, WireType type) {
  raw_varint(static_cast<uint64_t>(field) << 3 | static_cast<uint64_t>(type));
}

void Writer::varint(uint32_t field, uint64_t value) {
  tag(field, WireType::kVarint);
  raw_varint(value);
}

void Writer::float32(uint32_t field, float value) {
  tag(field, WireType::kFixed32);
  const auto bits = std::bit_cast<uint32_t>(value);
  for (int i = 0; i < 4; ++i) out_ += static_cast<char>(bits >> (8 * i));
}

void Writer::float64(uint32_t field, double value) {
  tag(field, WireType::kFixed64);
  const auto bits = std::bit_cast<uint64_t>(value);
  for (int i = 0; i < 8; ++i) out_ += static_cast<char>(bits >> (8 * i));
}

void Writer::bytes(uint32_t field, std::string_view value) {
  tag(field, WireType::kBytes);
  raw_varint(value.size());
  out_ += value;
}

void Writer::bytes(uint32_t field, std::span<const std::byte> value) {
  bytes(field, std::string_view(reinterpret_cast<const char*>(value.data()), value.size()));
}

void Writer::packed(uint32_t field, std::span<const int64_t> values) {
  message(field, [&](Writer& body) {
    for (const int64_t value : values) body.raw_varint(static_cast<uint64_t>(value));
  });
}

void Writer::packed(uint32_t field, std::span<const float> values) {
  tag(field, WireType::kBytes);
  raw_varint(4 * values.size());
  for (const float value : values) {
    const auto bits = std::bit_cast<uint32_t>(value);
    for (int i = 0; i < 4; ++i) out_ += static_cast<char>(bits >> (8 * i));
  }
}

void Writer::insert_header(uint32_t field, size_t begin) {
  std::string header;
  Writer writer(header);
  writer.tag(field, WireType::kBytes);
  writer.raw_varint(out_.size() - begin);
  out_.insert(begin, header);
}

}  // namespace inlay::protobuf
