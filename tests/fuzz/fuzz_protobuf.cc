// Any bytes read to their end or to an error of one line. Every bytes field is tried as a message,
// a packed array and a text; the fields of a message that reads cleanly are written and read again.
#include "base/protobuf.h"
#include "fuzz_target.h"

namespace protobuf = inlay::protobuf;
using protobuf::Reader;
using protobuf::WireType;

namespace {

std::span<const std::byte> bytes_of(std::string_view text) {
  return {reinterpret_cast<const std::byte*>(text.data()), text.size()};
}

template <class T>
void try_append(const Reader& reader) {
  std::vector<T> values;
  if (reader.append(values).ok() && reader.type() == WireType::kBytes) {
    INLAY_FUZZ_CHECK(values.size() <= reader.bytes()->size());
  }
}

void copy_field(const Reader& reader, protobuf::Writer& writer) {
  switch (reader.type()) {
    case WireType::kVarint: writer.varint(reader.field(), *reader.uint64()); break;
    case WireType::kFixed32: writer.float32(reader.field(), *reader.float32()); break;
    case WireType::kFixed64: writer.float64(reader.field(), *reader.float64()); break;
    case WireType::kBytes: writer.bytes(reader.field(), *reader.bytes()); break;
  }
}

// The fields of a message in canonical form; empty when it breaks off. `budget` limits the walk
// into fields that are messages at many depths.
std::string walk(Reader reader, int& budget) {
  std::string out;
  protobuf::Writer writer(out);
  while (reader.next()) {
    INLAY_FUZZ_CHECK(reader.field() != 0);
    copy_field(reader, writer);
    if (reader.type() != WireType::kBytes || --budget < 0) continue;
    try_append<int64_t>(reader);
    try_append<int32_t>(reader);
    try_append<float>(reader);
    try_append<double>(reader);
    auto inner = reader.message();
    if (inner.ok()) walk(*inner, budget);
  }
  const inlay::Status status = reader.status();
  INLAY_FUZZ_CHECK(status.message().find('\n') == std::string_view::npos);
  if (!status.ok()) out.clear();
  return out;
}

}  // namespace

INLAY_FUZZ_TARGET(protobuf) {
  int budget = 16;
  const std::string once = walk(Reader(bytes_of(input), "input"), budget);
  INLAY_FUZZ_CHECK(once.size() <= input.size());
  INLAY_FUZZ_CHECK(walk(Reader(bytes_of(once), "again"), budget) == once);
}
