// FlexAttention (ai.onnx.preview 1): attention of 4-dimensional heads whose scores and weights go through
// subgraphs of the model ("score_mod", "prob_mod"), in float32 or float64 as "softmax_precision" says.
#include <cmath>
#include <cstring>

#include "ops/control_flow.h"
#include "ops/element_types.h"
#include "ops/lanes.h"

namespace inlay::ops {
namespace {

struct FlexParams {
  float scale;              // 0: 1 / sqrt(head size)
  int score_mod, prob_mod;  // -1: none
};

// Operands: q, k, v, y, then captures. Sizes: as here, in this order.
struct FlexSizes {
  int64_t batch, q_heads, kv_heads, q_length, k_length, head_size, v_size;

  int64_t rows() const { return batch * q_heads * q_length; }
  // The head of keys and values, of all of the batch, for a row of queries.
  int64_t kv_of(int64_t row) const {
    const int64_t head = row / q_length % q_heads, b = row / q_length / q_heads;
    return b * kv_heads + head / (q_heads / kv_heads);
  }
};

template <class Body>
void for_each_row(const StepCall& call, const FlexSizes& p, const Body& body) {
  constexpr int64_t kProductsPerTask = 1 << 14;
  for_each_range(call.run.pool(), p.rows(), kProductsPerTask / (p.k_length * p.head_size + 1) + 1,
                 [&](int64_t begin, int64_t end) {
                   for (int64_t row = begin; row < end && !call.run.cancelled(); ++row) body(row);
                 });
}

// Scores or weights through a subgraph, in place.
Status modify(const StepCall& call, const FlexSizes& p, int subgraph, std::byte* data,
              int64_t bytes) {
  if (subgraph < 0) return Status();
  RunServices::SubgraphTensor input;
  input.data = data;
  input.shape = {p.batch, p.q_heads, p.q_length, p.k_length};
  INLAY_ASSIGN(const auto outputs, call.run.run_subgraph(subgraph, std::span(&input, 1)));
  if (outputs.size() != 1 || outputs[0].shape != input.shape)
    return invalid("expected a subgraph that keeps the shape of its input");
  if (bytes > 0) std::memcpy(data, outputs[0].data, static_cast<size_t>(bytes));
  return Status();
}

template <class C>
void softmax_row(C* x, int64_t n) {
  C highest = -static_cast<C>(INFINITY), sum = 0;
  for (int64_t i = 0; i < n; ++i) highest = std::max(highest, x[i]);
  for (int64_t i = 0; i < n; ++i) sum += x[i] = std::exp(x[i] - highest);
  for (int64_t i = 0; i < n; ++i) x[i] /= sum;
}

template <class T, class C>
Status run_flex(const StepCall& call) {
  const auto& params = call.as<FlexParams>();
  const FlexSizes& p = *reinterpret_cast<const FlexSizes*>(call.sizes);
  const int64_t n = p.k_length, bytes = p.rows() * n * static_cast<int64_t>(sizeof(C));
  INLAY_ASSIGN(std::byte* const scratch, call.run.scratch(bytes));
  C* scores = reinterpret_cast<C*>(scratch);
  const C scale =
      params.scale != 0 ? static_cast<C>(params.scale) : 1 / std::sqrt(static_cast<C>(p.head_size));
  for_each_row(call, p, [&](int64_t row) {
    const T* q = call.at<const T>(0) + row * p.head_size;
    const T* k = call.at<const T>(1) + p.kv_of(row) * n * p.head_size;
    for (int64_t j = 0; j < n; ++j) {
      C sum = 0;
      for (int64_t i = 0; i < p.head_size; ++i)
        sum += static_cast<C>(q[i]) * static_cast<C>(k[j * p.head_size + i]);
      scores[row * n + j] = scale * sum;
    }
  });
  INLAY_TRY(modify(call, p, params.score_mod, scratch, bytes));
  for_each_row(call, p, [&](int64_t row) { softmax_row(scores + row * n, n); });
  INLAY_TRY(modify(call, p, params.prob_mod, scratch, bytes));
  for_each_row(call, p, [&](int64_t row) {
    const T* v = call.at<const T>(2) + p.kv_of(row) * n * p.v_size;
    for (int64_t i = 0; i < p.v_size; ++i) {
      C sum = 0;
      for (int64_t j = 0; j < n; ++j)
        sum += scores[row * n + j] * static_cast<C>(v[j * p.v_size + i]);
      call.at<T>(3)[row * p.v_size + i] = static_cast<T>(static_cast<Wide<T>>(sum));
    }
  });
  return Status();
}

constexpr auto kInFloat = []<class T>(std::type_identity<T>) -> StepFn {
  return run_flex<T, float>;
};
constexpr auto kInDouble = []<class T>(std::type_identity<T>) -> StepFn {
  return run_flex<T, double>;
};

DType precision_of(const graph::Node& node, DType dtype) {
  const DType usual = dtype == DType::kFloat64 ? dtype : DType::kFloat32;
  return static_cast<DType>(node.integer("softmax_precision", static_cast<int64_t>(usual)));
}

Status infer_modifier(Inference& in, std::string_view key, const graph::TensorType& type) {
  graph::Graph* sub = in.node().subgraph(key);
  if (!sub) return Status();
  if (sub->inputs.size() != 1 || sub->outputs.size() != 1)
    return in.error("{}: expected one input and one output, found {} and {}", key,
                    sub->inputs.size(), sub->outputs.size());
  sub->value(sub->inputs[0]).type = type;
  INLAY_TRY(infer_subgraph(in, *sub));
  const graph::TensorType& made = sub->value(sub->outputs[0]).type;
  if (made.dtype != type.dtype)
    return in.error("{}: expected {}, found {}", key, graph::dtype_text(type.dtype),
                    graph::dtype_text(made.dtype));
  return Status();
}

}  // namespace

Status infer_flex_attention(Inference& in) {
  INLAY_TRY(in.expect_inputs(3, 3));
  if (!is_one_of(in.dtype(0), Floats()))
    return in.error("{} elements are not supported", graph::dtype_text(in.dtype(0)));
  Shape shapes[3];
  for (size_t i = 0; i < 3; ++i) {
    INLAY_TRY(in.expect_dtype(i, {in.dtype(0)}));
    INLAY_ASSIGN(shapes[i], in.shape(i));
    if (shapes[i].size() != 4)
      return in.error("input {}: expected 4 dimensions, found {}", i, shapes[i].size());
  }
  const auto &q = shapes[0], &k = shapes[1], &v = shapes[2];
  for (const Shape* other : {&k, &v}) INLAY_TRY(in.expect_equal((*other)[0], q[0], "batch"));
  INLAY_TRY(in.expect_equal(k[1], v[1], "heads of keys and values"));
  INLAY_TRY(in.expect_equal(k[2], v[2], "keys and values"));
  INLAY_TRY(in.expect_equal(k[3], q[3], "head size"));
  INLAY_TRY(in.expect_equal(in.exprs().mod(q[1], k[1]), in.constant(0), "heads of queries"));
  const DType precision = precision_of(in.node(), in.dtype(0));
  if (precision != DType::kFloat32 && precision != DType::kFloat64)
    return in.error("softmax_precision: {} is not supported", graph::dtype_text(precision));
  const graph::TensorType scores{precision, Shape{q[0], q[1], q[2], k[2]}};
  INLAY_TRY(infer_modifier(in, "score_mod", scores));
  INLAY_TRY(infer_modifier(in, "prob_mod", scores));
  in.set_output(0, in.dtype(0), {q[0], q[1], q[2], v[3]});
  return Status();
}

Status lower_flex_attention(Lowering& low) {
  const DType dtype = low.input_type(0).dtype;
  const Shape &q = low.input_shape(0), &k = low.input_shape(1);
  const Operand queries = low.dense(0), keys = low.dense(1), values = low.dense(2);
  auto params = std::make_shared<FlexParams>(FlexParams{low.node().real("scale", 0), -1, -1});
  if (const graph::Graph* sub = low.node().subgraph("score_mod")) {
    INLAY_ASSIGN(params->score_mod, low.subgraph(*sub));
  }
  if (const graph::Graph* sub = low.node().subgraph("prob_mod")) {
    INLAY_ASSIGN(params->prob_mod, low.subgraph(*sub));
  }
  const bool in_float = precision_of(low.node(), dtype) == DType::kFloat32;
  low.step({in_float ? for_type(dtype, Floats(), kInFloat) : for_type(dtype, Floats(), kInDouble),
            {queries, keys, values, low.output(0)},
            {q[0], q[1], k[1], q[2], k[2], q[3], low.input_shape(2)[3]},
            std::move(params)});
  return Status();
}

}  // namespace inlay::ops
