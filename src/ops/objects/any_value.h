// Values of a model that need not be dense tensors of numbers: strings, sequences, maps and nothing at all.
//
// Copies share what they hold, which never changes. An ONNX optional is its element, or Kind::kNone where it is
// empty: no operator can tell a tensor from an optional that holds it.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "graph/graph.h"

namespace inlay::ops {

class AnyValue;

// What elements of a sequence are; of an empty sequence too.
enum class ValueKind : uint8_t { kNone, kTensor, kSequence, kMap };

struct Sequence {
  static constexpr int kMaxDepth = 16;
  ValueKind kind = ValueKind::kTensor;
  // Of tensors, or of what lies in sequences of sequences; of a map's values.
  graph::DType dtype = graph::DType::kUndefined;
  int depth = 1;  // of sequences in it, with itself
  std::vector<AnyValue> elements;
};

// Keys in ascending order, int64 [n] or string [n], each once; values [n] of their own type.
struct Map {
  graph::TensorRef keys, values;
};

class AnyValue {
 public:
  AnyValue() = default;  // nothing
  AnyValue(graph::TensorRef tensor) : kind_(ValueKind::kTensor), tensor_(std::move(tensor)) {}
  AnyValue(Sequence sequence)
      : kind_(ValueKind::kSequence),
        sequence_(std::make_shared<const Sequence>(std::move(sequence))) {}
  AnyValue(Map map) : kind_(ValueKind::kMap), map_(std::make_shared<const Map>(std::move(map))) {}

  ValueKind kind() const { return kind_; }
  bool is_dense() const {
    return kind_ == ValueKind::kTensor && tensor_->dtype != graph::DType::kString;
  }
  // For a value of that kind only.
  const graph::TensorRef& tensor() const { return tensor_; }
  const Sequence& sequence() const { return *sequence_; }
  const Map& map() const { return *map_; }

 private:
  ValueKind kind_ = ValueKind::kNone;
  graph::TensorRef tensor_;
  std::shared_ptr<const Sequence> sequence_;
  std::shared_ptr<const Map> map_;
};

// Whether the sequence takes the element: its kind and element type are the sequence's, or the sequence has
// neither yet and takes them on. Nothing is no element, nor is what is nested deeper than kMaxDepth.
bool admit(Sequence& sequence, const AnyValue& element);

// "float32", "sequences": what a sequence is of, for errors.
std::string elements_text(const Sequence& sequence);
// "string [2, ?]", "a sequence of float32", "a map from int64 to float32", "nothing": for errors.
std::string describe(const AnyValue& value);
// Memory that the value keeps, each shared part counted anew.
int64_t memory_bytes(const AnyValue& value);

}  // namespace inlay::ops
