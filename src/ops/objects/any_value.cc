#include "ops/objects/any_value.h"

#include <algorithm>

#include "base/format.h"

namespace inlay::ops {
namespace {

graph::DType dtype_of(const AnyValue& value) {
  switch (value.kind()) {
    case ValueKind::kTensor: return value.tensor()->dtype;
    case ValueKind::kSequence: return value.sequence().dtype;
    case ValueKind::kMap: return value.map().values->dtype;
    case ValueKind::kNone: break;
  }
  return graph::DType::kUndefined;
}

int64_t bytes_of(const graph::Tensor& tensor) {
  auto bytes = static_cast<int64_t>(tensor.data.size());
  for (const std::string& text : tensor.strings)
    bytes += static_cast<int64_t>(sizeof(std::string) + text.capacity());
  return bytes;
}

}  // namespace

std::string elements_text(const Sequence& sequence) {
  switch (sequence.kind) {
    case ValueKind::kTensor: return std::string(graph::dtype_text(sequence.dtype));
    case ValueKind::kSequence: return "sequences";
    case ValueKind::kMap: return "maps";
    case ValueKind::kNone: break;
  }
  return "nothing";
}

bool admit(Sequence& sequence, const AnyValue& element) {
  const graph::DType dtype = dtype_of(element);
  const bool is_open = sequence.elements.empty() && sequence.dtype == graph::DType::kUndefined;
  const int inner_depth = element.kind() == ValueKind::kSequence ? element.sequence().depth : 0;
  if (element.kind() == ValueKind::kNone || inner_depth >= Sequence::kMaxDepth) return false;
  sequence.depth = std::max(sequence.depth, inner_depth + 1);
  if (is_open) sequence.kind = element.kind();
  if (sequence.dtype == graph::DType::kUndefined) sequence.dtype = dtype;
  return element.kind() == sequence.kind &&
         (dtype == sequence.dtype || dtype == graph::DType::kUndefined);
}

std::string describe(const AnyValue& value) {
  switch (value.kind()) {
    case ValueKind::kTensor: {
      const graph::Tensor& tensor = *value.tensor();
      return format("{} {}", graph::dtype_text(tensor.dtype), graph::shape_text(tensor.shape));
    }
    case ValueKind::kSequence: return format("a sequence of {}", elements_text(value.sequence()));
    case ValueKind::kMap:
      return format("a map from {} to {}", graph::dtype_text(value.map().keys->dtype),
                    graph::dtype_text(value.map().values->dtype));
    case ValueKind::kNone: break;
  }
  return "nothing";
}

int64_t memory_bytes(const AnyValue& value) {
  switch (value.kind()) {
    case ValueKind::kTensor: return bytes_of(*value.tensor());
    case ValueKind::kSequence: {
      int64_t bytes = 0;
      for (const AnyValue& element : value.sequence().elements)
        bytes += static_cast<int64_t>(sizeof element) + memory_bytes(element);
      return bytes;
    }
    case ValueKind::kMap: return bytes_of(*value.map().keys) + bytes_of(*value.map().values);
    case ValueKind::kNone: break;
  }
  return 0;
}

}  // namespace inlay::ops
