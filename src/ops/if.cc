// If (ONNX 1…): one of two subgraphs, chosen by a condition of one element.
#include "ops/control_flow.h"

namespace inlay::ops {
namespace {

struct IfParams {
  int then_branch, else_branch;
  std::vector<int64_t> element_bytes;  // of each output
};

// Operand: the condition, then captures. Each output is data-sized.
Status run_if(const StepCall& call) {
  const auto& params = call.as<IfParams>();
  const bool condition = *call.at<const uint8_t>(0) != 0;
  INLAY_ASSIGN(const auto outputs,
               call.run.run_subgraph(condition ? params.then_branch : params.else_branch, {}));
  for (size_t i = 0; i < outputs.size(); ++i)
    INLAY_TRY(give_output(call, static_cast<int>(i), params.element_bytes[i], outputs[i]));
  return Status();
}

}  // namespace

Status infer_if(Inference& in) {
  INLAY_TRY(in.expect_inputs(1, 1));
  INLAY_TRY(in.expect_dtype(0, {DType::kBool}));
  graph::Graph* branches[2] = {in.node().subgraph("then_branch"),
                               in.node().subgraph("else_branch")};
  for (graph::Graph* branch : branches) {
    if (!branch) return in.error("expected then_branch and else_branch");
    if (branch->outputs.size() != in.output_count())
      return in.error("expected {} outputs of each branch, found {}", in.output_count(),
                      branch->outputs.size());
    Status inferred = infer_subgraph(in, *branch);
    // A branch that cannot be right may be there for other inputs, and never run.
    if (inferred.code() == StatusCode::kInvalidArgument)
      return Status(StatusCode::kNotYet, std::string(inferred.message()));
    INLAY_TRY(std::move(inferred));
  }
  for (size_t i = 0; i < in.output_count(); ++i) {
    INLAY_ASSIGN(graph::TensorType merged,
                 merge_types(in, branches[0]->value(branches[0]->outputs[i]).type,
                             branches[1]->value(branches[1]->outputs[i]).type));
    in.set_output(i, merged.dtype, std::move(*merged.shape));
  }
  return Status();
}

Status lower_if(Lowering& low) {
  auto params = std::make_shared<IfParams>();
  const Operand condition = low.dense(0);
  INLAY_ASSIGN(params->then_branch, low.subgraph(*low.node().subgraph("then_branch")));
  INLAY_ASSIGN(params->else_branch, low.subgraph(*low.node().subgraph("else_branch")));
  for (size_t i = 0; i < low.node().outputs.size(); ++i) {
    if (!low.wants(i)) return low.error("output {} is left out", i);
    low.data_sized_output(i);
    params->element_bytes.push_back(graph::dtype_bytes(low.output_type(i).dtype));
  }
  low.step({run_if, {condition}, {}, std::move(params)});
  return Status();
}

}  // namespace inlay::ops
