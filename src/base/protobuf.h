// The protobuf wire format (protobuf.dev/programming-guides/encoding): a reader that copies nothing
// and a writer that appends to a string. No schemas: the caller knows the field numbers.
//
//   protobuf::Reader model(file->bytes(), path);
//   while (model.next()) {
//     switch (model.field()) {
//       case 1: INLAY_ASSIGN(ir_version, model.int64()); break;
//       case 7: {
//         INLAY_ASSIGN(protobuf::Reader graph, model.message());
//         INLAY_TRY(read_graph(graph));
//       }
//     }                                   // fields that nobody asks for are skipped
//   }
//   INLAY_TRY(model.status());            // next() also ends at an error
//
//   std::string out;
//   protobuf::Writer writer(out);
//   writer.varint(1, 8);
//   writer.message(7, [&](protobuf::Writer& graph) { graph.bytes(2, "name"); });
//
// Errors are kCorrupt "model.onnx: byte 123: expected …, found …". Groups are skipped. Messages and
// groups nest at most 100 deep. What is read are views into the given bytes, which must outlive
// them. For one thread at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"

namespace inlay::protobuf {

// The wire types that fields may have; the numbers are those of the format.
enum class WireType : uint8_t { kVarint = 0, kFixed64 = 1, kBytes = 2, kFixed32 = 5 };

class Reader {
 public:
  static constexpr int kMaxDepth = 100;

  // `source` ("model.onnx") begins every message and must outlive the Reader and its sub-readers.
  Reader(std::span<const std::byte> bytes, std::string_view source)
      : Reader(bytes.data(), bytes.data(), bytes.data() + bytes.size(), source, 0) {}

  // Moves to the next field and reads it; false at the end and after an error.
  bool next();
  // The error that ended next(), or that a getter returned. To be looked at after the last next().
  Status status() const;

  uint32_t field() const { return field_; }
  WireType type() const { return type_; }
  size_t byte() const;  // where the field begins, counted from the beginning of the outermost bytes

  // The value of the field. Fails when the field's wire type is another one.
  Result<uint64_t> uint64() const;
  Result<int64_t> int64() const;
  Result<int32_t> int32() const;  // as protobuf does, keeps the low 32 bits
  Result<bool> boolean() const;
  Result<float> float32() const;
  Result<double> float64() const;
  Result<std::span<const std::byte>> bytes() const;
  Result<std::string_view> string() const;  // not checked to be UTF-8
  Result<Reader> message() const;           // fails when it is nested too deep

  // Repeated numbers: appends the field's value, or all of its values when it is packed.
  Status append(std::vector<int64_t>& values) const;   // varint
  Status append(std::vector<uint64_t>& values) const;  // varint
  Status append(std::vector<int32_t>& values) const;   // varint
  Status append(std::vector<float>& values) const;     // fixed32
  Status append(std::vector<double>& values) const;    // fixed64

  // kCorrupt "source: byte N: <message>", N being where the field begins.
  Status error(std::string_view message) const;

 private:
  Reader(const std::byte* origin, const std::byte* begin, const std::byte* end,
         std::string_view source, int depth)
      : origin_(origin), at_(begin), end_(end), field_at_(begin), source_(source), depth_(depth) {}

  bool read_field(uint32_t tag, int depth);
  bool skip_group(uint32_t number, int depth);
  bool varint(uint64_t& value);
  bool tag(uint32_t& tag);
  bool fixed(uint64_t& value, size_t size);
  bool fail(const std::byte* at, const char* expected, const char* found);
  Status expect(WireType type) const;
  template <class T>
  Status append_varints(std::vector<T>& values) const;
  template <class T>
  Status append_fixed(std::vector<T>& values, WireType single) const;

  const std::byte* origin_;
  const std::byte* at_;
  const std::byte* end_;
  const std::byte* field_at_;
  std::string_view source_;
  int depth_;

  uint32_t field_ = 0;
  WireType type_ = WireType::kVarint;
  uint64_t number_ = 0;               // of a varint or fixed field
  const std::byte* begin_ = nullptr;  // of a bytes field, number_ bytes

  const std::byte* failed_at_ = nullptr;
  const char* expected_ = "";
  const char* found_ = "";
};

// Appends fields to a string.
class Writer {
 public:
  explicit Writer(std::string& out) : out_(out) {}

  void varint(uint32_t field, uint64_t value);
  void int64(uint32_t field, int64_t value) { varint(field, static_cast<uint64_t>(value)); }
  void float32(uint32_t field, float value);
  void float64(uint32_t field, double value);
  void bytes(uint32_t field, std::string_view value);
  void bytes(uint32_t field, std::span<const std::byte> value);
  void packed(uint32_t field, std::span<const int64_t> values);
  void packed(uint32_t field, std::span<const float> values);

  // A nested message: `body` is called with a Writer of its fields. The length goes before what
  // body wrote, so each level moves its bytes once.
  template <class Body>
  void message(uint32_t field, Body&& body) {
    const size_t begin = out_.size();
    body(*this);
    insert_header(field, begin);
  }

 private:
  void raw_varint(uint64_t value);
  void tag(uint32_t field, WireType type);
  void insert_header(uint32_t field, size_t begin);

  std::string& out_;
};

}  // namespace inlay::protobuf
