// Loop (ONNX 1…) over what is no dense tensor of numbers, or whose carried values change their rank.
//
// Inputs: trip count or none, condition or none, carried values. The body takes (round, condition, carried…)
// and gives (condition, carried…, scan outputs…).
#include "ops/objects/rounds.h"

namespace inlay::ops {
namespace {

AnyValue round_number(int64_t round) {
  return graph::make_tensor(graph::DType::kInt64, {}, std::vector{round});
}

AnyValue boolean(bool value) {
  return graph::make_tensor(graph::DType::kBool, {}, std::vector{static_cast<uint8_t>(value)});
}

}  // namespace

Status eval_object_loop(ObjectCall& call) {
  int64_t trips = INT64_MAX;
  if (call.has(0)) {
    INLAY_ASSIGN(trips, call.integer(0));
  }
  bool condition = true;
  if (call.has(1)) {
    INLAY_ASSIGN(condition, condition_of(call, call.input(1), "input 1"));
  }
  const size_t carried_count = call.input_count() < 2 ? 0 : call.input_count() - 2;
  const size_t outputs = call.node().outputs.size();
  if (outputs < carried_count)
    return call.error("expected {} outputs for carried values, found {}", carried_count, outputs);
  std::vector<AnyValue> carried;
  for (size_t i = 0; i < carried_count; ++i) carried.push_back(call.input(2 + i));
  std::vector<Rows> rows;
  for (size_t i = carried_count; i < outputs; ++i) rows.emplace_back(1 + i);
  for (int64_t round = 0; round < trips && condition; ++round) {
    std::vector<AnyValue> inputs = {round_number(round), boolean(condition)};
    inputs.insert(inputs.end(), carried.begin(), carried.end());
    INLAY_ASSIGN(std::vector<AnyValue> made, run_body(call, inputs, 1 + outputs));
    INLAY_ASSIGN(condition, condition_of(call, made[0], "the body's output 0"));
    for (size_t i = 0; i < carried_count; ++i) carried[i] = std::move(made[1 + i]);
    for (size_t i = 0; i < rows.size(); ++i)
      INLAY_TRY(rows[i].push(call, made[1 + carried_count + i]));
  }
  for (size_t i = 0; i < carried_count; ++i) INLAY_TRY(call.set_output(i, std::move(carried[i])));
  for (size_t i = 0; i < rows.size(); ++i) {
    if (!call.wants(carried_count + i)) continue;
    INLAY_ASSIGN(TensorRef whole, rows[i].stacked(call, 0, false));
    INLAY_TRY(call.set_output(carried_count + i, std::move(whole)));
  }
  return Status();
}

}  // namespace inlay::ops
