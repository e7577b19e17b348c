// What operators share that run a subgraph round by round.
#pragma once

#include "ops/objects/tensor_pieces.h"

namespace inlay::ops {

// The condition of one element; `what` names it in errors.
Result<bool> condition_of(const ObjectCall& call, const AnyValue& value, std::string_view what);

// Runs subgraph "body"; fails where it does not give `outputs` values.
Result<std::vector<AnyValue>> run_body(const ObjectCall& call, std::span<const AnyValue> inputs,
                                       size_t outputs);

// The rows of an output that each round adds one to.
class Rows {
 public:
  // `index`: of the body's outputs.
  explicit Rows(size_t index) : index_(index) {}

  Status push(const ObjectCall& call, const AnyValue& row);
  // Rows along a new axis, which counts from the end where negative. Where there is none, the body's declared
  // type says what they would be.
  Result<TensorRef> stacked(const ObjectCall& call, int64_t axis, bool reversed) const;
  size_t count() const { return rows_.size(); }

 private:
  size_t index_;
  std::vector<TensorRef> rows_;
};

}  // namespace inlay::ops
