// Loop (ONNX 1…): a subgraph again and again, with carried values and outputs stacked over the
// rounds.
//
// Inputs: trip count int64 or none, condition bool or none, carried values. The body takes (round,
// condition, carried…) and gives (condition, carried…, scan outputs…). Carried sizes that change
// from round to round become sizes of the body's inputs, which is bound again for each.
#include <algorithm>

#include "ops/control_flow.h"

namespace inlay::ops {
namespace {

struct LoopParams {
  int body;
  size_t carried;
  std::vector<int64_t> element_bytes;                  // of carried values, then of scan outputs
  std::vector<std::vector<int64_t>> empty_scan_shape;  // a row of a scan output where no round ran
};

int64_t byte_count(const RunServices::SubgraphTensor& tensor, int64_t element_bytes) {
  for (int64_t size : tensor.shape) element_bytes *= size;
  return element_bytes;
}

// The rows of one scan output, stacked along a new first axis.
struct Stack {
  std::vector<int64_t> row_shape;
  std::vector<std::byte> bytes;

  Status push(const RunServices::SubgraphTensor& row, int64_t element_bytes, int64_t round) {
    if (round == 0) row_shape = row.shape;
    if (row.shape != row_shape)
      return invalid("scan outputs change their shape in round {}", round);
    const auto* data = reinterpret_cast<const std::byte*>(row.data);
    bytes.insert(bytes.end(), data, data + byte_count(row, element_bytes));
    return Status();
  }
};

// Operands: trip count, condition, carried values, captures. Sizes: rank and shape of each carried
// value.
Status run_loop(const StepCall& call) {
  const auto& params = call.as<LoopParams>();
  const int64_t trips = call.data[0] ? *call.at<const int64_t>(0) : INT64_MAX;
  bool condition = call.data[1] ? *call.at<const uint8_t>(1) != 0 : true;
  std::vector<RunServices::SubgraphTensor> carried(params.carried);
  const int64_t* sizes = call.sizes;
  for (size_t i = 0; i < params.carried; ++i) {
    carried[i].data = call.data[2 + i];
    carried[i].shape.assign(sizes + 1, sizes + 1 + sizes[0]);
    sizes += 1 + sizes[0];
  }
  std::vector<Stack> stacks(params.element_bytes.size() - params.carried);
  for (size_t i = 0; i < stacks.size(); ++i) stacks[i].row_shape = params.empty_scan_shape[i];
  int64_t round = 0;
  for (; round < trips && condition; ++round) {
    if (call.run.cancelled()) return Status(StatusCode::kCancelled, "the run was cancelled");
    const uint8_t condition_in = condition;
    std::vector<RunServices::SubgraphTensor> inputs = {
        {reinterpret_cast<const std::byte*>(&round), {}, nullptr},
        {reinterpret_cast<const std::byte*>(&condition_in), {}, nullptr}};
    inputs.insert(inputs.end(), carried.begin(), carried.end());
    INLAY_ASSIGN(auto outputs, call.run.run_subgraph(params.body, inputs));
    condition = *reinterpret_cast<const uint8_t*>(outputs[0].data) != 0;
    for (size_t i = 0; i < params.carried; ++i) carried[i] = std::move(outputs[1 + i]);
    for (size_t i = 0; i < stacks.size(); ++i)
      INLAY_TRY(stacks[i].push(outputs[1 + params.carried + i],
                               params.element_bytes[params.carried + i], round));
  }
  for (size_t i = 0; i < params.carried; ++i)
    INLAY_TRY(give_output(call, static_cast<int>(i), params.element_bytes[i], carried[i]));
  for (size_t i = 0; i < stacks.size(); ++i) {
    RunServices::SubgraphTensor whole{stacks[i].bytes.data(), {round}, nullptr};
    whole.shape.insert(whole.shape.end(), stacks[i].row_shape.begin(), stacks[i].row_shape.end());
    INLAY_TRY(give_output(call, static_cast<int>(params.carried + i),
                          params.element_bytes[params.carried + i], whole));
  }
  return Status();
}

// As if the body had never been inferred.
void forget_types(graph::Graph& body) {
  for (graph::Node& node : body.nodes)
    for (graph::ValueId v : node.outputs)
      if (v != graph::kNoValue) body.value(v).type.shape.reset(), body.value(v).content.reset();
  body.checks.clear();
  body.element_symbols.clear();
  body.data_symbols.clear();
}

// Carried types that hold in every round: a size that the body changes becomes a symbol of the
// body.
Status settle_carried(Inference& in, graph::Graph& body, size_t carried) {
  for (size_t i = 0; i < carried; ++i) {
    graph::Value& value = body.value(body.inputs[2 + i]);
    value.type = in.graph().value(in.node().inputs[2 + i]).type;
    if (!value.type.shape) return in.shape(2 + i).status();
  }
  std::vector<Expr> varying;  // sizes that are new in every round
  const auto varies = [&](Expr e) {
    return std::find(varying.begin(), varying.end(), e) != varying.end();
  };
  for (int attempt = 0; attempt < 8; ++attempt) {
    forget_types(body);
    INLAY_TRY(infer_subgraph(in, body));
    bool changed = false;
    for (size_t i = 0; i < carried; ++i) {
      graph::TensorType& before = body.value(body.inputs[2 + i]).type;
      const graph::TensorType& after = body.value(body.outputs[1 + i]).type;
      if (before.dtype != after.dtype)
        return in.error("carried value {}: expected {} in all rounds, found {}", i,
                        graph::dtype_text(before.dtype), graph::dtype_text(after.dtype));
      if (before.shape->size() != after.shape->size())
        return not_yet_inside(in, format("carried value {} to have one rank in all rounds", i));
      for (size_t axis = 0; axis < before.shape->size(); ++axis) {
        Expr& size = (*before.shape)[axis];
        if (size == (*after.shape)[axis] || varies(size)) continue;
        size = in.exprs().fresh_symbol(format("carried.{}.{}", i, axis));
        varying.push_back(size);
        changed = true;
      }
    }
    if (!changed) return Status();
  }
  return not_yet_inside(in, "carried values whose shapes settle");
}

}  // namespace

Status infer_loop(Inference& in) {
  graph::Graph* body = in.node().subgraph("body");
  if (!body) return in.error("expected a body");
  if (in.input_count() < 2)
    return in.error("expected at least 2 inputs, found {}", in.input_count());
  const size_t carried = in.input_count() - 2;
  if (body->inputs.size() != carried + 2 || body->outputs.size() < carried + 1 ||
      in.output_count() + 1 != body->outputs.size())
    return in.error(
        "the body's {} inputs and {} outputs do not fit {} carried values and {} outputs",
        body->inputs.size(), body->outputs.size(), carried, in.output_count());
  if (in.has(0)) INLAY_TRY(in.expect_dtype(0, {DType::kInt64}));
  if (in.has(1)) INLAY_TRY(in.expect_dtype(1, {DType::kBool}));
  body->value(body->inputs[0]).type = {DType::kInt64, Shape{}};
  body->value(body->inputs[1]).type = {DType::kBool, Shape{}};
  INLAY_TRY(settle_carried(in, *body, carried));
  for (size_t i = 0; i < in.output_count(); ++i) {
    const graph::TensorType& type = body->value(body->outputs[1 + i]).type;
    Shape shape;
    if (i >= carried) shape.push_back(in.data_size("rounds"));
    for (size_t axis = 0; axis < type.shape->size(); ++axis) {
      // Sizes that the body keeps are those of the value that went in.
      const Expr size = (*type.shape)[axis];
      const bool kept = i < carried &&
                        size == (*body->value(body->inputs[2 + i]).type.shape)[axis] &&
                        size == (*in.graph().value(in.node().inputs[2 + i]).type.shape)[axis];
      shape.push_back(kept || in.exprs().value(size) ? size : in.data_size("size"));
    }
    in.set_output(i, type.dtype, std::move(shape));
  }
  return Status();
}

Status lower_loop(Lowering& low) {
  const graph::Graph& body = *low.node().subgraph("body");
  auto params = std::make_shared<LoopParams>();
  params->carried = low.node().inputs.size() - 2;
  std::vector<Operand> operands;
  std::vector<Expr> sizes;
  for (size_t i = 0; i < low.node().inputs.size(); ++i) operands.push_back(low.dense(i));
  for (size_t i = 2; i < low.node().inputs.size(); ++i) {
    const Shape& shape = low.input_shape(i);
    sizes.push_back(low.constant(static_cast<int64_t>(shape.size())));
    sizes.insert(sizes.end(), shape.begin(), shape.end());
  }
  INLAY_ASSIGN(params->body, low.subgraph(body));
  for (size_t i = 0; i < low.node().outputs.size(); ++i) {
    if (!low.wants(i)) return low.error("output {} is left out", i);
    const graph::TensorType& type = body.value(body.outputs[1 + i]).type;
    params->element_bytes.push_back(graph::dtype_bytes(type.dtype));
    if (i >= params->carried) {
      std::vector<int64_t> row;
      for (Expr size : *type.shape) row.push_back(low.exprs().value(size).value_or(0));
      params->empty_scan_shape.push_back(std::move(row));
    }
    low.data_sized_output(i);
  }
  low.step({run_loop, std::move(operands), std::move(sizes), std::move(params)});
  return Status();
}

}  // namespace inlay::ops
