#include "ops/objects/rounds.h"

#include <algorithm>

#include "ops/objects/sequences.h"

namespace inlay::ops {

Result<bool> condition_of(const ObjectCall& call, const AnyValue& value, std::string_view what) {
  const bool fits = value.is_dense() && value.tensor()->dtype == graph::DType::kBool &&
                    value.tensor()->count() == 1;
  if (!fits) return call.error("{}: expected bool of one element, found {}", what, describe(value));
  return *value.tensor()->as<uint8_t>() != 0;
}

Result<std::vector<AnyValue>> run_body(const ObjectCall& call, std::span<const AnyValue> inputs,
                                       size_t outputs) {
  if (call.host().cancelled()) return Status(StatusCode::kCancelled, "the run was cancelled");
  INLAY_ASSIGN(std::vector<AnyValue> made, call.host().run_subgraph("body", inputs));
  if (made.size() == outputs) return made;
  return call.error("expected {} outputs of the body, found {}", outputs, made.size());
}

Status Rows::push(const ObjectCall& call, const AnyValue& row) {
  if (row.kind() != ValueKind::kTensor)
    return call.error("scan outputs: expected tensors, found {}", describe(row));
  if (!rows_.empty() &&
      (rows_[0]->dtype != row.tensor()->dtype || rows_[0]->shape != row.tensor()->shape))
    return call.error("scan outputs: expected {} in each round, found {} in round {}",
                      describe(AnyValue(rows_[0])), describe(row), rows_.size());
  INLAY_TRY(call.host().reserve(memory_bytes(row)));
  rows_.push_back(row.tensor());
  return Status();
}

Result<TensorRef> Rows::stacked(const ObjectCall& call, int64_t axis, bool reversed) const {
  if (rows_.empty()) {
    const graph::Graph& body = *call.node().subgraph("body");
    const graph::TensorType type = declared_output(body, index_).tensor;
    if (type.dtype == graph::DType::kUndefined)
      return call.error("no round was run: expected a declared type of the body's output {}",
                        index_);
    std::vector<int64_t> shape;
    if (type.shape)
      for (const graph::Expr size : *type.shape)
        shape.push_back(body.exprs->value(size).value_or(0));
    INLAY_ASSIGN(const size_t at, axis_in(call, axis, shape.size() + 1));
    shape.insert(shape.begin() + static_cast<ptrdiff_t>(at), 0);
    return zeros(type.dtype, std::move(shape));
  }
  INLAY_ASSIGN(const size_t at, axis_in(call, axis, rows_[0]->shape.size() + 1));
  std::vector<TensorRef> pieces;
  for (const TensorRef& row : rows_) pieces.push_back(with_axis(row, at));
  if (reversed) std::reverse(pieces.begin(), pieces.end());
  return concatenated(pieces, at);
}

}  // namespace inlay::ops
