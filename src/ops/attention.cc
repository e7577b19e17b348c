// Attention (domain "inlay"): softmax(scale · q kᵀ + bias) v for every row and head.
//
// Inputs: q [batch, q_length, heads · head_dim], k [batch, k_length, heads · head_dim],
// v [batch, k_length, heads · v_dim], bias broadcastable to [batch, heads, q_length, k_length] or
// none. Attributes: "heads", "scale", "causal" (with the queries as the last of the keys).
#include "ops/attention.h"

#include "ops/lanes.h"
#include "ops/stop_check.h"
#include "ops/strided.h"

namespace inlay::ops {
namespace {

// Keys are packed anew for each task, so heads are cut only where there are too few of them for the threads.
constexpr int64_t kFewestQueries = 128;
constexpr int64_t kTasksPerLane = 4;

struct AttentionTask {
  int32_t row, head;
  int64_t q_begin, q_rows;
};

int64_t queries_per_task(std::span<const AttentionRow> rows, const AttentionParams& params,
                         int threads) {
  if (params.window >= 0)
    return kFewestQueries;  // a task looks at all keys that one of its queries sees
  int64_t longest = 1;
  for (const AttentionRow& row : rows) longest = std::max(longest, row.q_rows);
  const int64_t heads = std::max<int64_t>(1, static_cast<int64_t>(rows.size()) * params.heads);
  const int64_t pieces = threads == 1 ? 1 : divide_up(kTasksPerLane * threads, heads);
  return std::max(kFewestQueries, divide_up(longest, pieces));
}

std::vector<AttentionTask> cut(std::span<const AttentionRow> rows, int64_t heads, int64_t queries) {
  std::vector<AttentionTask> tasks;
  for (size_t row = 0; row < rows.size(); ++row)
    for (int64_t head = 0; head < heads; ++head)
      for (int64_t begin = 0; begin < rows[row].q_rows; begin += queries)
        tasks.push_back({static_cast<int32_t>(row), static_cast<int32_t>(head), begin,
                         std::min(queries, rows[row].q_rows - begin)});
  return tasks;
}

struct KeyRange {
  int64_t begin, end;
};

// The keys that a block of queries may see. Depends on the block's place alone.
KeyRange keys_of(const AttentionTask& task, const AttentionRow& row, int64_t window) {
  if (window < 0) return {0, row.k_rows};
  return {std::max<int64_t>(0, task.q_begin - window),
          std::min(row.k_rows, task.q_begin + task.q_rows + window)};
}

// Everything of a task but the scratch.
kernels::AttentionArgs kernel_args(const AttentionTask& task, const AttentionRow& row,
                                   const AttentionParams& params, const AttentionLayout& layout) {
  const int64_t q = row.q_begin + task.q_begin;
  const KeyRange keys = keys_of(task, row, params.window);
  const int64_t k = row.k_begin + keys.begin;
  kernels::AttentionArgs args{};
  args.q = layout.q + q * layout.q_stride + task.head * layout.head_dim;
  args.k = layout.k + k * layout.k_stride + task.head * layout.head_dim;
  args.v = layout.v + k * layout.v_stride + task.head * layout.v_dim;
  args.q_stride = layout.q_stride;
  args.k_stride = layout.k_stride;
  args.v_stride = layout.v_stride;
  args.out = layout.out + q * layout.out_stride + task.head * layout.v_dim;
  args.out_stride = layout.out_stride;
  if (layout.bias)
    args.bias = layout.bias + task.row * layout.bias_strides[0] +
                task.head * layout.bias_strides[1] + task.q_begin * layout.bias_strides[2] +
                keys.begin * layout.bias_strides[3];
  args.bias_row_stride = layout.bias_strides[2];
  args.bias_column_stride = layout.bias_strides[3];
  args.q_rows = task.q_rows;
  args.k_rows = keys.end - keys.begin;
  args.head_dim = layout.head_dim;
  args.v_dim = layout.v_dim;
  args.scale = params.scale;
  args.causal = params.causal;
  args.causal_offset = row.k_rows - row.q_rows + task.q_begin - keys.begin;
  return args;
}

}  // namespace

Status run_attention_rows(const StepCall& call, const AttentionParams& params,
                          const AttentionLayout& layout, std::span<const AttentionRow> rows) {
  const int64_t queries = queries_per_task(rows, params, call.run.pool().threads());
  const std::vector<AttentionTask> tasks = cut(rows, params.heads, queries);
  const auto count = static_cast<int64_t>(tasks.size());
  const int64_t lanes = lane_count(call.run.pool(), count);
  int64_t scratch_bytes = 0;
  for (const AttentionRow& row : rows)
    scratch_bytes = std::max(
        scratch_bytes, kernels::attention_scratch_bytes(std::min(row.q_rows, queries), row.k_rows,
                                                        layout.head_dim, layout.v_dim));
  scratch_bytes = (scratch_bytes + 63) / 64 * 64;
  INLAY_ASSIGN(std::byte* const scratch, call.run.scratch(scratch_bytes * lanes));
  const auto args_of = [&](int64_t i) {
    const AttentionTask& task = tasks[static_cast<size_t>(i)];
    return kernel_args(task, rows[static_cast<size_t>(task.row)], params, layout);
  };
  for_each_in_lanes(call.run.pool(), count, lanes, [&](int64_t lane, int64_t i) {
    if (call.run.cancelled()) return;
    kernels::AttentionArgs args = args_of(i), next;
    if (i + lanes < count) {  // lanes take tasks in turn, mostly
      next = args_of(i + lanes);
      args.next = &next;
    }
    args.scratch = reinterpret_cast<float*>(scratch + lane * scratch_bytes);
    args.stop = stop_check(call.run);
    kernels::attention(args);
  });
  return Status();
}

View attention_operand(Lowering& low, size_t input) {
  View view = low.view(input);
  if (low.exprs().is(view.strides.back(), 1)) return view;
  return dense_view(low.exprs(), low.dense(input), view.dtype, view.shape);
}

namespace {

// Operands: q, k, v, bias, out. Sizes: batch, q_length, k_length, head_dim, v_dim, then the batch
// and token strides of q, k and v, then the four strides of the bias.
Status run_attention(const StepCall& call) {
  const auto& params = call.as<AttentionParams>();
  const int64_t* s = call.sizes;
  const int64_t batch = s[0], q_length = s[1], k_length = s[2];
  const int64_t q_batch = s[5], k_batch = s[7], v_batch = s[9];
  AttentionLayout layout{};
  layout.q_stride = s[6];
  layout.k_stride = s[8];
  layout.v_stride = s[10];
  layout.head_dim = s[3];
  layout.v_dim = s[4];
  layout.out_stride = params.heads * layout.v_dim;
  layout.bias = nullptr;
  std::copy(s + 11, s + 15, layout.bias_strides);
  // Rows of the batch at equal distances in tokens run together, others one by one.
  const bool even = q_batch == q_length * layout.q_stride &&
                    k_batch == k_length * layout.k_stride && v_batch == k_length * layout.v_stride;
  std::vector<AttentionRow> rows;
  for (int64_t b = 0; b < batch; ++b)
    rows.push_back(even ? AttentionRow{b * q_length, q_length, b * k_length, k_length}
                        : AttentionRow{0, q_length, 0, k_length});
  const auto place = [&](int64_t b) {
    layout.q = call.at<const float>(0) + b * q_batch;
    layout.k = call.at<const float>(1) + b * k_batch;
    layout.v = call.at<const float>(2) + b * v_batch;
    layout.bias = call.data[3] ? call.at<const float>(3) + b * layout.bias_strides[0] : nullptr;
    layout.out = call.at<float>(4) + b * q_length * layout.out_stride;
  };
  place(0);
  if (even) return run_attention_rows(call, params, layout, rows);
  for (int64_t b = 0; b < batch; ++b) {
    place(b);
    INLAY_TRY(run_attention_rows(call, params, layout, std::span(rows).subspan(0, 1)));
  }
  return Status();
}

}  // namespace

Status infer_attention(Inference& in) {
  INLAY_TRY(in.expect_inputs(3, 4));
  const int64_t heads = in.node().integer("heads", 0);
  if (heads <= 0) return in.error("expected heads > 0, found {}", heads);
  Shape shapes[3];
  for (size_t i = 0; i < 3; ++i) {
    INLAY_TRY(in.expect_dtype(i, {DType::kFloat32}));
    INLAY_ASSIGN(shapes[i], in.shape(i));
    if (shapes[i].size() != 3)
      return in.error("input {}: expected 3 dimensions, found {}", i, shapes[i].size());
    INLAY_TRY(in.expect_equal(in.exprs().mod(shapes[i][2], in.constant(heads)), in.constant(0),
                              "sizes that heads divide"));
  }
  INLAY_TRY(in.expect_equal(shapes[0][0], shapes[1][0], "batch"));
  INLAY_TRY(in.expect_equal(shapes[1][0], shapes[2][0], "batch"));
  INLAY_TRY(in.expect_equal(shapes[1][1], shapes[2][1], "key and value length"));
  INLAY_TRY(in.expect_equal(shapes[0][2], shapes[1][2], "query and key size"));
  if (in.has(3)) {
    INLAY_TRY(in.expect_dtype(3, {DType::kFloat32}));
    INLAY_ASSIGN(const Shape bias, in.shape(3));
    INLAY_ASSIGN(
        const Shape all,
        in.broadcast({shapes[0][0], in.constant(heads), shapes[0][1], shapes[1][1]}, bias));
    if (all.size() != 4)
      return in.error("input 3: expected at most 4 dimensions, found {}", bias.size());
  }
  in.set_output(0, DType::kFloat32, {shapes[0][0], shapes[0][1], shapes[2][2]});
  return Status();
}

Status lower_attention(Lowering& low) {
  ExprPool& e = low.exprs();
  const View q = attention_operand(low, 0), k = attention_operand(low, 1),
             v = attention_operand(low, 2);
  const Expr heads = low.constant(low.node().integer("heads", 1));
  std::vector<Expr> sizes = {q.shape[0], q.shape[1], k.shape[1], e.floor_div(q.shape[2], heads),
                             e.floor_div(v.shape[2], heads)};
  for (const View* view : {&q, &k, &v}) {
    sizes.push_back(view->strides[0]);
    sizes.push_back(view->strides[1]);
  }
  Operand bias;
  std::vector<Expr> bias_strides(4, low.constant(0));
  if (low.has(3)) {
    const View view = low.view(3);
    bias = view.operand;
    bias_strides = broadcast_strides(e, view, {q.shape[0], heads, q.shape[1], k.shape[1]});
  }
  sizes.insert(sizes.end(), bias_strides.begin(), bias_strides.end());
  const Operand out = low.output(0);
  low.step({run_attention,
            {q.operand, k.operand, v.operand, bias, out},
            std::move(sizes),
            std::make_shared<AttentionParams>(
                AttentionParams{low.node().integer("heads", 1), low.node().real("scale", 1.0f),
                                low.node().integer("causal", 0) != 0})});
  return Status();
}

}  // namespace inlay::ops
