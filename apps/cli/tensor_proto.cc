#include "tensor_proto.h"

#include "array.h"
#include "output.h"

namespace cli {
namespace {

// Fields of TensorProto in onnx.proto; the key is number << 3 | wire type (0: varint, 2: bytes).
constexpr uint64_t kDims = 1 << 3, kDataType = 2 << 3, kName = 8 << 3 | 2, kRawData = 9 << 3 | 2;

void put_varint(std::string& out, uint64_t value) {
  for (; value >= 0x80; value >>= 7) out += static_cast<char>(value | 0x80);
  out += static_cast<char>(value);
}

void put_field(std::string& out, uint64_t key, uint64_t value) {
  put_varint(out, key);
  put_varint(out, value);
}

}  // namespace

void write_tensor_proto(const fs::path& path, std::string_view name,
                        const inlay_tensor_view& tensor) {
  std::string head;
  for (uint32_t i = 0; i < tensor.rank; ++i)
    put_field(head, kDims, static_cast<uint64_t>(tensor.shape[i]));
  put_field(head, kDataType, tensor.dtype);
  put_field(head, kName, name.size());
  head += name;
  const auto count = static_cast<size_t>(element_count(tensor.shape, tensor.rank));
  const size_t bytes = packed_bytes(tensor.dtype, count);
  put_field(head, kRawData, bytes);
  OutputFile file(path);
  file.write(head.data(), head.size());
  file.write(tensor.data, bytes);
  file.commit();
}

}  // namespace cli
