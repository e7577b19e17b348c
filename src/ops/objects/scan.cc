// Scan (ONNX 8, 9…): a subgraph over the slices of its inputs, with states from round to round.
//
// Inputs: states, then scan inputs. The body takes (states…, slices…) and gives (states…, rows…). In version 8
// everything has a batch in front, and an input before all others says how long each of its sequences is.
#include "ops/objects/rounds.h"

namespace inlay::ops {
namespace {

struct Scanned {
  TensorRef tensor;
  size_t axis;
  bool reversed;
};

std::vector<int64_t> list(const ObjectCall& call, std::string_view key) {
  const std::vector<int64_t>* given = call.node().integers(key);
  return given ? *given : std::vector<int64_t>();
}

int64_t entry(const std::vector<int64_t>& numbers, size_t i) {
  return i < numbers.size() ? numbers[i] : 0;
}

Result<TensorRef> any_tensor(const ObjectCall& call, size_t i) {
  const AnyValue value = call.input(i);
  if (value.kind() == ValueKind::kTensor) return value.tensor();
  return call.error("input {}: expected a tensor, found {}", i, describe(value));
}

// How many inputs are scanned.
Result<size_t> scan_count(const ObjectCall& call, size_t inputs) {
  const int64_t given = call.node().integer("num_scan_inputs", 0);
  if (given < 1 || static_cast<uint64_t>(given) > inputs)
    return call.error("num_scan_inputs: expected 1 to {}, found {}", inputs, given);
  return static_cast<size_t>(given);
}

// Goes through `length` slices; `states` are the last ones then.
Status run_rounds(const ObjectCall& call, std::span<const Scanned> scanned, int64_t length,
                  std::vector<AnyValue>& states, std::vector<Rows>& rows) {
  for (int64_t round = 0; round < length; ++round) {
    std::vector<AnyValue> inputs = states;
    for (const Scanned& input : scanned) {
      const int64_t at = input.reversed ? length - 1 - round : round;
      INLAY_ASSIGN(const TensorRef piece, slice(input.tensor, input.axis, at, 1));
      inputs.push_back(without_axis(piece, input.axis));
    }
    INLAY_ASSIGN(std::vector<AnyValue> made, run_body(call, inputs, states.size() + rows.size()));
    for (size_t i = 0; i < rows.size(); ++i) INLAY_TRY(rows[i].push(call, made[states.size() + i]));
    made.resize(states.size());
    states = std::move(made);
  }
  return Status();
}

Status expect_outputs(const ObjectCall& call, size_t states) {
  if (call.node().outputs.size() >= states) return Status();
  return call.error("expected {} outputs for states, found {}", states, call.node().outputs.size());
}

std::vector<Rows> rows_behind(const ObjectCall& call, size_t states) {
  std::vector<Rows> rows;
  for (size_t i = states; i < call.node().outputs.size(); ++i) rows.emplace_back(i);
  return rows;
}

}  // namespace

Status eval_scan(ObjectCall& call) {
  INLAY_ASSIGN(const size_t scan_inputs, scan_count(call, call.input_count()));
  const size_t state_count = call.input_count() - scan_inputs;
  INLAY_TRY(expect_outputs(call, state_count));
  const auto axes = list(call, "scan_input_axes"), directions = list(call, "scan_input_directions");
  std::vector<AnyValue> states;
  for (size_t i = 0; i < state_count; ++i) states.push_back(call.input(i));
  std::vector<Scanned> scanned;
  for (size_t i = 0; i < scan_inputs; ++i) {
    INLAY_ASSIGN(TensorRef tensor, any_tensor(call, state_count + i));
    INLAY_ASSIGN(const size_t axis, axis_in(call, entry(axes, i), tensor->shape.size()));
    scanned.push_back({std::move(tensor), axis, entry(directions, i) != 0});
    if (scanned[i].tensor->shape[axis] != scanned[0].tensor->shape[scanned[0].axis])
      return call.error("expected scan inputs of one length, found {} and {}",
                        scanned[0].tensor->shape[scanned[0].axis], scanned[i].tensor->shape[axis]);
  }
  std::vector<Rows> rows = rows_behind(call, state_count);
  INLAY_TRY(run_rounds(call, scanned, scanned[0].tensor->shape[scanned[0].axis], states, rows));
  for (size_t i = 0; i < state_count; ++i) INLAY_TRY(call.set_output(i, std::move(states[i])));
  const auto out_axes = list(call, "scan_output_axes");
  const auto out_directions = list(call, "scan_output_directions");
  for (size_t i = 0; i < rows.size(); ++i) {
    if (!call.wants(state_count + i)) continue;
    INLAY_ASSIGN(TensorRef whole,
                 rows[i].stacked(call, entry(out_axes, i), entry(out_directions, i) != 0));
    INLAY_TRY(call.set_output(state_count + i, std::move(whole)));
  }
  return Status();
}

namespace {

// The sizes that all inputs of version 8 share.
struct Batch {
  int64_t size, length;
  std::vector<int64_t> lengths;  // of each sequence
};

Result<Batch> batch_of(const ObjectCall& call, size_t states) {
  Batch batch{-1, -1, {}};
  for (size_t i = 1; i < call.input_count(); ++i) {
    INLAY_ASSIGN(const TensorRef tensor, any_tensor(call, i));
    const bool is_scanned = i > states;
    if (tensor->shape.size() < (is_scanned ? 2u : 1u))
      return call.error("input {}: expected a batch, found {}", i, describe(call.input(i)));
    if (batch.size < 0) batch.size = tensor->shape[0];
    if (is_scanned && batch.length < 0) batch.length = tensor->shape[1];
    if (tensor->shape[0] != batch.size || (is_scanned && tensor->shape[1] != batch.length))
      return call.error("input {}: expected a batch of {} and a length of {}, found {}", i,
                        batch.size, batch.length, describe(call.input(i)));
  }
  batch.lengths.assign(static_cast<size_t>(batch.size), batch.length);
  if (!call.has(0)) return batch;
  INLAY_ASSIGN(const TensorRef given, call.tensor(0));
  const auto lengths = graph::integer_elements(*given);
  if (!lengths || lengths->size() != batch.lengths.size())
    return call.error("input 0: expected {} lengths, found {}", batch.size,
                      describe(call.input(0)));
  for (const int64_t length : *lengths)
    if (length < 0 || length > batch.length)
      return call.error("input 0: expected lengths of 0 to {}, found {}", batch.length, length);
  batch.lengths = *lengths;
  return batch;
}

// The rows of one sequence, with zeros behind them.
Result<TensorRef> padded(const ObjectCall& call, const Rows& rows, int64_t length) {
  INLAY_ASSIGN(TensorRef whole, rows.stacked(call, 0, false));
  std::vector<int64_t> rest = whole->shape;
  rest[0] = length - whole->shape[0];
  if (rest[0] == 0) return whole;
  INLAY_ASSIGN(TensorRef behind, zeros(whole->dtype, std::move(rest)));
  const TensorRef both[] = {std::move(whole), std::move(behind)};
  return concatenated(both, 0);
}

Result<TensorRef> at_batch(const TensorRef& tensor, int64_t index) {
  INLAY_ASSIGN(const TensorRef piece, slice(tensor, 0, index, 1));
  return without_axis(piece, 0);
}

// Outputs of version 8: a piece a sequence of the batch.
class Batched {
 public:
  explicit Batched(size_t outputs) : pieces_(outputs) {}

  Status push(const ObjectCall& call, size_t output, const AnyValue& value) {
    if (value.kind() != ValueKind::kTensor)
      return call.error("output {}: expected a tensor, found {}", output, describe(value));
    pieces_[output].push_back(with_axis(value.tensor(), 0));
    return Status();
  }

  Status give(ObjectCall& call) const {
    for (size_t i = 0; i < pieces_.size(); ++i) {
      if (!call.wants(i)) continue;
      if (pieces_[i].empty()) return call.error("expected a batch of at least 1, found 0");
      auto whole = concatenated(pieces_[i], 0);
      if (!whole.ok()) return call.error("output {}: {}", i, whole.message());
      INLAY_TRY(call.set_output(i, std::move(*whole)));
    }
    return Status();
  }

 private:
  std::vector<std::vector<TensorRef>> pieces_;
};

}  // namespace

Status eval_scan_8(ObjectCall& call) {
  if (call.input_count() < 2)
    return call.error("expected at least 2 inputs, found {}", call.input_count());
  INLAY_ASSIGN(const size_t scan_inputs, scan_count(call, call.input_count() - 1));
  const size_t state_count = call.input_count() - 1 - scan_inputs;
  INLAY_TRY(expect_outputs(call, state_count));
  INLAY_ASSIGN(const Batch batch, batch_of(call, state_count));
  const auto directions = list(call, "directions");
  Batched outputs(call.node().outputs.size());
  for (int64_t b = 0; b < batch.size; ++b) {
    std::vector<AnyValue> states;
    for (size_t i = 0; i < state_count; ++i) {
      INLAY_ASSIGN(TensorRef state, at_batch(call.input(1 + i).tensor(), b));
      states.push_back(std::move(state));
    }
    std::vector<Scanned> scanned;
    for (size_t i = 0; i < scan_inputs; ++i) {
      INLAY_ASSIGN(TensorRef input, at_batch(call.input(1 + state_count + i).tensor(), b));
      scanned.push_back({std::move(input), 0, entry(directions, i) != 0});
    }
    std::vector<Rows> rows = rows_behind(call, state_count);
    INLAY_TRY(run_rounds(call, scanned, batch.lengths[static_cast<size_t>(b)], states, rows));
    for (size_t i = 0; i < state_count; ++i) INLAY_TRY(outputs.push(call, i, states[i]));
    for (size_t i = 0; i < rows.size(); ++i) {
      INLAY_ASSIGN(TensorRef whole, padded(call, rows[i], batch.length));
      INLAY_TRY(outputs.push(call, state_count + i, std::move(whole)));
    }
  }
  return outputs.give(call);
}

}  // namespace inlay::ops
