// RaggedAttention (domain "inlay"): attention of each text of a batch over itself, without padding.
//
// Inputs: q, k [tokens, heads · head_dim], v [tokens, heads · v_dim], row_offsets int64 [rows + 1]
// with row_offsets[0] = 0, ascending, row_offsets[rows] = tokens. Attributes: "heads", "scale",
// "causal". Optional: relative_bias f32 [heads, 2 · span - 1], added to the scores: its element
// span - 1 + d is for keys d tokens behind the query; farther keys take the first or the last one.
// "window": how far from the query the bias is more than -inf; -1, the default: everywhere.
// Or relative_keys and relative_queries f32 [2 · span, heads · head_dim], of which one may be left out:
// see disentangled_attention.h. "buckets" and "max_distance": how distances become their rows.
#include <algorithm>
#include <optional>

#include "ops/disentangled_attention.h"
#include "ops/row_offsets.h"

namespace inlay::ops {
namespace {

struct RaggedParams {
  AttentionParams attention;
  DistanceBuckets buckets;
};

std::vector<AttentionRow> attention_rows(const RowOffsets& offsets) {
  std::vector<AttentionRow> out;
  for (int64_t row = 0; row < offsets.rows(); ++row) {
    const int64_t begin = offsets.begin(row), length = offsets.length(row);
    out.push_back({begin, length, begin, length});
  }
  return out;
}

// Spreads the biases of a call's distances out, so that attention finds those of one query side by side:
// [heads, 2 · longest - 1].
void spread_bias(const float* table, int64_t span, int64_t heads, int64_t longest, float* out) {
  for (int64_t head = 0; head < heads; ++head, table += 2 * span - 1)
    for (int64_t d = 1 - longest; d < longest; ++d)
      *out++ = table[span - 1 + std::clamp(d, 1 - span, span - 1)];
}

Status add_relative_bias(const StepCall& call, int64_t heads, int64_t span, int64_t longest,
                         AttentionLayout& layout) {
  const int64_t width = 2 * longest - 1;
  INLAY_ASSIGN(std::byte* const scratch, call.run.scratch(heads * width * int64_t{sizeof(float)}));
  auto* const spread = reinterpret_cast<float*>(scratch);
  spread_bias(call.at<const float>(5), span, heads, longest, spread);
  layout.bias = spread + longest - 1;
  layout.bias_strides[1] = width;
  layout.bias_strides[2] = -1;
  layout.bias_strides[3] = 1;
  return Status();
}

DistanceTables distance_tables(const StepCall& call, const RaggedParams& params) {
  return {call.at<const float>(6), call.at<const float>(7), call.sizes[9],
          call.sizes[10],          call.sizes[8] / 2,       params.buckets};
}

// Operands: q, k, v, row_offsets, out, relative_bias, relative_keys, relative_queries. Sizes: tokens,
// rows, head_dim, v_dim, strides of q, k, v, columns of relative_bias, rows and strides of the others.
Status run_ragged_attention(const StepCall& call) {
  const auto& ragged = call.as<RaggedParams>();
  const AttentionParams& params = ragged.attention;
  const int64_t* s = call.sizes;
  INLAY_ASSIGN(const RowOffsets offsets, RowOffsets::read(call.at<const int64_t>(3), s[1], s[0]));
  AttentionLayout layout{};
  layout.q = call.at<const float>(0);
  layout.k = call.at<const float>(1);
  layout.v = call.at<const float>(2);
  layout.out = call.at<float>(4);
  layout.head_dim = s[2];
  layout.v_dim = s[3];
  layout.q_stride = s[4];
  layout.k_stride = s[5];
  layout.v_stride = s[6];
  layout.out_stride = params.heads * layout.v_dim;
  const std::vector<AttentionRow> rows = attention_rows(offsets);
  if (call.data[6] || call.data[7])
    return run_disentangled_rows(call, params, layout, distance_tables(call, ragged), rows);
  const int64_t longest = std::max<int64_t>(1, offsets.longest());
  if (call.data[5])
    INLAY_TRY(add_relative_bias(call, params.heads, (s[7] + 1) / 2, longest, layout));
  return run_attention_rows(call, params, layout, rows);
}

Status check_relative_bias(Inference& in, int64_t heads) {
  if (!in.has(4)) return Status();
  INLAY_TRY(in.expect_dtype(4, {DType::kFloat32}));
  INLAY_ASSIGN(const Shape bias, in.shape(4));
  if (bias.size() != 2) return in.error("input 4: expected 2 dimensions, found {}", bias.size());
  INLAY_TRY(in.expect_equal(bias[0], in.constant(heads), "heads"));
  return in.expect_equal(in.exprs().mod(bias[1], in.constant(2)), in.constant(1),
                         "an odd number of distances");
}

Status check_distance_tables(Inference& in, Expr columns) {
  if (!in.has(5) && !in.has(6)) return Status();
  const graph::Node& node = in.node();
  if (in.has(4) || node.integer("causal", 0) != 0 || node.integer("window", -1) >= 0)
    return in.error(
        "expected no other bias, window or causal mask beside relative keys or queries");
  const int64_t buckets = node.integer("buckets", 0), most = node.integer("max_distance", 0);
  if (buckets != 0 && (buckets < 4 || most - 1 <= buckets / 2))
    return in.error("expected at least 4 buckets for more distances, found {} for {}", buckets,
                    most);
  std::optional<Expr> rows;
  for (size_t i : {5, 6}) {
    if (!in.has(i)) continue;
    INLAY_TRY(in.expect_dtype(i, {DType::kFloat32}));
    INLAY_ASSIGN(const Shape table, in.shape(i));
    if (table.size() != 2)
      return in.error("input {}: expected 2 dimensions, found {}", i, table.size());
    INLAY_TRY(in.expect_equal(table[1], columns, "columns of relative keys or queries"));
    INLAY_TRY(in.expect_equal(in.exprs().mod(table[0], in.constant(2)), in.constant(0),
                              "an even number of distances"));
    if (rows) INLAY_TRY(in.expect_equal(*rows, table[0], "relative keys and queries"));
    rows = table[0];
  }
  return Status();
}

}  // namespace

Status infer_ragged_attention(Inference& in) {
  INLAY_TRY(in.expect_inputs(4, 7));
  const int64_t heads = in.node().integer("heads", 0);
  if (heads <= 0) return in.error("expected heads > 0, found {}", heads);
  Shape shapes[3];
  for (size_t i = 0; i < 3; ++i) {
    INLAY_TRY(in.expect_dtype(i, {DType::kFloat32}));
    INLAY_ASSIGN(shapes[i], in.shape(i));
    if (shapes[i].size() != 2)
      return in.error("input {}: expected 2 dimensions, found {}", i, shapes[i].size());
    INLAY_TRY(in.expect_equal(shapes[i][0], shapes[0][0], "tokens"));
    INLAY_TRY(in.expect_equal(in.exprs().mod(shapes[i][1], in.constant(heads)), in.constant(0),
                              "sizes that heads divide"));
  }
  INLAY_TRY(in.expect_equal(shapes[0][1], shapes[1][1], "query and key size"));
  INLAY_TRY(expect_row_offsets(in, 3));
  INLAY_TRY(check_relative_bias(in, heads));
  INLAY_TRY(check_distance_tables(in, shapes[0][1]));
  in.set_output(0, DType::kFloat32, shapes[2]);
  return Status();
}

Status lower_ragged_attention(Lowering& low) {
  ExprPool& e = low.exprs();
  const View q = attention_operand(low, 0), k = attention_operand(low, 1),
             v = attention_operand(low, 2);
  const Expr heads = low.constant(low.node().integer("heads", 1));
  const Expr rows = row_count(low, 3);
  const Operand offsets = low.dense(3);
  const Operand bias = low.dense(4);
  std::vector<Expr> sizes = {q.shape[0],
                             rows,
                             e.floor_div(q.shape[1], heads),
                             e.floor_div(v.shape[1], heads),
                             q.strides[0],
                             k.strides[0],
                             v.strides[0],
                             low.has(4) ? low.input_shape(4)[1] : low.constant(0)};
  std::vector<Operand> operands = {q.operand, k.operand, v.operand, offsets, low.output(0), bias};
  sizes.resize(11, low.constant(0));
  for (size_t table : {5, 6}) {
    operands.emplace_back();
    if (!low.has(table)) continue;
    const View view = attention_operand(low, table);
    operands.back() = view.operand;
    sizes[8] = view.shape[0];
    sizes[4 + table] = view.strides[0];
  }
  const graph::Node& node = low.node();
  low.step({run_ragged_attention, std::move(operands), std::move(sizes),
            std::make_shared<RaggedParams>(
                RaggedParams{{node.integer("heads", 1), node.real("scale", 1.0f),
                              node.integer("causal", 0) != 0, node.integer("window", -1)},
                             {node.integer("buckets", 0), node.integer("max_distance", 0)}})});
  return Status();
}

}  // namespace inlay::ops
