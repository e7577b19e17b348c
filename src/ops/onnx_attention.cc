// Attention (ONNX 23…): softmax(softcap(scale · q kᵀ) + mask) v for every head; queries share heads of keys
// and values, which may follow those of the past.
//
// Inputs of 4 dimensions are [batch, heads, length, size], of 3 [batch, length, heads · size]. Causal: query i
// sees keys up to past + i. A mask that is shorter than the keys hides the rest of them, and so does
// nonpad_kv_seqlen, one length a text. Where neither softcap nor scores are asked for, float32 goes to the
// attention kernel.
#include <cmath>
#include <cstring>

#include "kernels/attention.h"
#include "kernels/dot.h"
#include "ops/element_types.h"
#include "ops/lanes.h"
#include "ops/op.h"
#include "ops/strided.h"

namespace inlay::ops {
namespace {

enum Inputs : size_t { kQ, kK, kV, kMask, kPastKey, kPastValue, kLengths };
enum Outputs : size_t { kY, kPresentKey, kPresentValue, kScores };

// After which of its parts the scores are given out: "qk_matmul_output_mode".
enum class Stage : int64_t { kProduct, kSoftcap, kMask, kSoftmax };

struct Params {
  float scale;  // 0: 1 / sqrt(head size)
  float softcap;
  bool causal;
  Stage stage;
  bool mask_is_bool;
};

// A tensor as [batch, heads, length, size] by strides; the last axis has no gaps.
struct Heads {
  int64_t batch, head, row;

  int64_t at(int64_t b, int64_t h, int64_t i) const { return b * batch + h * head + i * row; }
};

// Operands: q, k, v, mask, lengths, y, scores. Sizes: as here, in this order.
struct Problem {
  int64_t batch, q_heads, kv_heads, q_length, k_length, head_size, v_size, past, mask_length;
  Heads q, k, v, y;
  int64_t mask[4];  // strides over [batch, heads, q, k]
};
constexpr size_t kTensors = 7;
static_assert(sizeof(Problem) == 25 * sizeof(int64_t));

// A block of queries of one head.
struct Block {
  int64_t b, h, kv_head, q_begin, q_rows;
  int64_t keys;  // that mask and lengths leave
};

constexpr int64_t kQueriesPerTask = 128;

Block block_of(const Problem& p, const int64_t* lengths, int64_t task) {
  const int64_t blocks = (p.q_length + kQueriesPerTask - 1) / kQueriesPerTask;
  Block out{};
  out.q_begin = task % blocks * kQueriesPerTask;
  out.q_rows = std::min(kQueriesPerTask, p.q_length - out.q_begin);
  out.h = task / blocks % p.q_heads;
  out.b = task / blocks / p.q_heads;
  out.kv_head = out.h / (p.q_heads / p.kv_heads);
  out.keys = std::min(p.k_length, p.mask_length);
  if (lengths) out.keys = std::min(out.keys, lengths[out.b]);
  return out;
}

int64_t task_count(const Problem& p) {
  return p.batch * p.q_heads * ((p.q_length + kQueriesPerTask - 1) / kQueriesPerTask);
}

float scale_of(const Params& params, const Problem& p) {
  return params.scale != 0 ? params.scale : 1.0f / std::sqrt(static_cast<float>(p.head_size));
}

Status check_lengths(const Problem& p, const int64_t* lengths) {
  for (int64_t b = 0; b < p.batch && lengths; ++b)
    if (lengths[b] < 0 || lengths[b] > p.k_length)
      return invalid("text {}: expected a length in [0, {}], found {}", b, p.k_length, lengths[b]);
  return Status();
}

// Through the kernel; the mask is float32 or none.
Status run_kernel(const StepCall& call) {
  const auto& params = call.as<Params>();
  const Problem& p = *reinterpret_cast<const Problem*>(call.sizes);
  const auto* lengths = call.at<const int64_t>(4);
  INLAY_TRY(check_lengths(p, lengths));
  const int64_t tasks = task_count(p), lanes = lane_count(call.run.pool(), tasks);
  const int64_t bytes = (kernels::attention_scratch_bytes(std::min(p.q_length, kQueriesPerTask),
                                                          p.k_length, p.head_size, p.v_size) +
                         63) /
                        64 * 64;
  INLAY_ASSIGN(std::byte* const scratch, call.run.scratch(bytes * lanes));
  for_each_in_lanes(call.run.pool(), tasks, lanes, [&](int64_t lane, int64_t task) {
    if (call.run.cancelled()) return;
    const Block block = block_of(p, lengths, task);
    kernels::AttentionArgs args{};
    args.q = call.at<const float>(0) + p.q.at(block.b, block.h, block.q_begin);
    args.k = call.at<const float>(1) + p.k.at(block.b, block.kv_head, 0);
    args.v = call.at<const float>(2) + p.v.at(block.b, block.kv_head, 0);
    args.out = call.at<float>(5) + p.y.at(block.b, block.h, block.q_begin);
    args.q_stride = p.q.row;
    args.k_stride = p.k.row;
    args.v_stride = p.v.row;
    args.out_stride = p.y.row;
    if (call.data[3])
      args.bias = call.at<const float>(3) + block.b * p.mask[0] + block.h * p.mask[1] +
                  block.q_begin * p.mask[2];
    args.bias_row_stride = p.mask[2];
    args.bias_column_stride = p.mask[3];
    args.q_rows = block.q_rows;
    args.k_rows = block.keys;
    args.head_dim = p.head_size;
    args.v_dim = p.v_size;
    args.scale = scale_of(params, p);
    args.causal = params.causal;
    args.causal_offset = p.past + block.q_begin;
    args.scratch = reinterpret_cast<float*>(scratch + lane * bytes);
    kernels::attention(args);
  });
  return Status();
}

template <class T>
void dot_rows(const T* query, const T* keys, int64_t stride, int64_t rows, int64_t n,
              Wide<T>* out) {
  for (int64_t row = 0; row < rows; ++row) {
    Wide<T> sum = 0;
    for (int64_t i = 0; i < n; ++i)
      sum += static_cast<Wide<T>>(query[i]) * static_cast<Wide<T>>(keys[row * stride + i]);
    out[row] = sum;
  }
}
template <>
void dot_rows(const float* query, const float* keys, int64_t stride, int64_t rows, int64_t n,
              float* out) {
  kernels::dot_rows(query, keys, stride, rows, n, out);
}

// One query in plain steps.
template <class T>
class Query {
 public:
  using W = Wide<T>;
  Query(const StepCall& call, const Problem& p, const Block& block, int64_t i, W* scores)
      : call_(call), params_(call.as<Params>()), p_(p), block_(block), i_(i), scores_(scores) {}

  void run() {
    const int64_t n = p_.k_length;
    dot_rows(call_.at<const T>(0) + p_.q.at(block_.b, block_.h, i_),
             call_.at<const T>(1) + p_.k.at(block_.b, block_.kv_head, 0), p_.k.row, n, p_.head_size,
             scores_);
    const W scale = static_cast<W>(scale_of(params_, p_)), cap = static_cast<W>(params_.softcap);
    for (int64_t j = 0; j < n; ++j) scores_[j] *= scale;
    give_out(Stage::kProduct);
    for (int64_t j = 0; j < n && cap > 0; ++j) scores_[j] = cap * std::tanh(scores_[j] / cap);
    give_out(Stage::kSoftcap);
    for (int64_t j = 0; j < n; ++j) scores_[j] += mask(j);
    give_out(Stage::kMask);
    softmax();
    give_out(Stage::kSoftmax);
    weigh();
  }

 private:
  W mask(int64_t j) const {
    if (j >= block_.keys || (params_.causal && j > p_.past + i_)) return -static_cast<W>(INFINITY);
    if (!call_.data[3]) return 0;
    const int64_t at =
        block_.b * p_.mask[0] + block_.h * p_.mask[1] + i_ * p_.mask[2] + j * p_.mask[3];
    if (params_.mask_is_bool) return call_.at<const bool>(3)[at] ? W{0} : -static_cast<W>(INFINITY);
    return static_cast<W>(call_.at<const T>(3)[at]);
  }

  void softmax() {
    W highest = -static_cast<W>(INFINITY), sum = 0;
    for (int64_t j = 0; j < p_.k_length; ++j) highest = std::max(highest, scores_[j]);
    for (int64_t j = 0; j < p_.k_length; ++j) sum += scores_[j] = std::exp(scores_[j] - highest);
    for (int64_t j = 0; j < p_.k_length; ++j) scores_[j] /= sum;
  }

  void weigh() {
    T* y = call_.at<T>(5) + p_.y.at(block_.b, block_.h, i_);
    for (int64_t d = 0; d < p_.v_size; ++d) {
      const T* v = call_.at<const T>(2) + p_.v.at(block_.b, block_.kv_head, 0) + d;
      W sum = 0;
      for (int64_t j = 0; j < p_.k_length; ++j) sum += scores_[j] * static_cast<W>(v[j * p_.v.row]);
      y[d] = static_cast<T>(sum);
    }
  }

  void give_out(Stage stage) const {
    if (!call_.data[6] || stage != params_.stage) return;
    T* out = call_.at<T>(6) + ((block_.b * p_.q_heads + block_.h) * p_.q_length + i_) * p_.k_length;
    for (int64_t j = 0; j < p_.k_length; ++j) out[j] = static_cast<T>(scores_[j]);
  }

  const StepCall& call_;
  const Params& params_;
  const Problem& p_;
  const Block& block_;
  int64_t i_;
  W* scores_;
};

template <class T>
Status run_plain(const StepCall& call) {
  const Problem& p = *reinterpret_cast<const Problem*>(call.sizes);
  const auto* lengths = call.at<const int64_t>(4);
  INLAY_TRY(check_lengths(p, lengths));
  const int64_t tasks = task_count(p), lanes = lane_count(call.run.pool(), tasks);
  INLAY_ASSIGN(std::byte* const scratch,
               call.run.scratch(lanes * p.k_length * static_cast<int64_t>(sizeof(Wide<T>))));
  for_each_in_lanes(call.run.pool(), tasks, lanes, [&](int64_t lane, int64_t task) {
    const Block block = block_of(p, lengths, task);
    auto* scores = reinterpret_cast<Wide<T>*>(scratch) + lane * p.k_length;
    for (int64_t i = block.q_begin; i < block.q_begin + block.q_rows; ++i) {
      if (call.run.cancelled()) return;
      Query<T>(call, p, block, i, scores).run();
    }
  });
  return Status();
}

constexpr auto kPlain = []<class T>(std::type_identity<T>) -> StepFn { return run_plain<T>; };

struct PutParams {
  int64_t element_bytes;
};

// Operands: from, to. Sizes: a walk of 4 axes over both.
Status run_put(const StepCall& call) {
  const Walk<2> walk(4, call.sizes);
  const int64_t bytes = call.as<PutParams>().element_bytes, inner = walk.inner();
  const int64_t from = walk.stride[0][walk.rank - 1], to = walk.stride[1][walk.rank - 1];
  const int64_t at_once = from == 1 && to == 1 ? inner : 1;
  for (int64_t row = 0; row < walk.outer_count() && inner > 0; ++row) {
    const auto offset = walk.offsets(row);
    for (int64_t i = 0; i < inner; i += at_once)
      std::memcpy(call.data[1] + (offset[1] + i * to) * bytes,
                  call.data[0] + (offset[0] + i * from) * bytes,
                  static_cast<size_t>(at_once * bytes));
  }
  return Status();
}

// [batch, length, heads, size] of an input of either rank.
struct Sizes {
  Expr batch, length, heads, size;
};

Result<Sizes> sizes_of(const graph::Graph& graph, const graph::Node& node, const Shape& shape,
                       std::string_view heads_key) {
  ExprPool& e = *graph.exprs;
  if (shape.size() == 4) return Sizes{shape[0], shape[2], shape[1], shape[3]};
  const int64_t heads = node.integer(heads_key, 0);
  if (shape.size() != 3)
    return invalid("{}: expected 3 or 4 dimensions, found {}", describe(graph, node), shape.size());
  if (heads <= 0)
    return invalid("{}: expected {} > 0, found {}", describe(graph, node), heads_key, heads);
  return Sizes{shape[0], shape[1], e.constant(heads), e.floor_div(shape[2], e.constant(heads))};
}

struct AllSizes {
  Sizes q, k, v;
  Expr past, total;
};

Result<AllSizes> all_sizes(const graph::Graph& graph, const graph::Node& node) {
  const auto shape = [&](size_t i) { return *graph.value(node.inputs[i]).type.shape; };
  AllSizes out{};
  INLAY_ASSIGN(out.q, sizes_of(graph, node, shape(kQ), "q_num_heads"));
  INLAY_ASSIGN(out.k, sizes_of(graph, node, shape(kK), "kv_num_heads"));
  INLAY_ASSIGN(out.v, sizes_of(graph, node, shape(kV), "kv_num_heads"));
  out.past = graph.exprs->constant(0);
  if (node.input(kPastKey) != graph::kNoValue) {
    if (shape(kPastKey).size() != 4)
      return invalid("{}: input 4: expected 4 dimensions, found {}", describe(graph, node),
                     shape(kPastKey).size());
    out.past = shape(kPastKey)[2];
  }
  out.total = graph.exprs->add(out.past, out.k.length);
  return out;
}

Status expect_past(Inference& in, size_t input, const Sizes& kv, Expr past) {
  INLAY_TRY(in.expect_dtype(input, {in.dtype(input == kPastKey ? kK : kV)}));
  INLAY_ASSIGN(const Shape shape, in.shape(input));
  if (shape.size() != 4)
    return in.error("input {}: expected 4 dimensions, found {}", input, shape.size());
  const Expr expected[] = {kv.batch, kv.heads, past, kv.size};
  for (size_t axis = 0; axis < 4; ++axis)
    INLAY_TRY(in.expect_equal(shape[axis], expected[axis], format("past, axis {}", axis)));
  return Status();
}

Status expect_mask(Inference& in, const AllSizes& s) {
  if (!in.has(kMask)) return Status();
  INLAY_TRY(in.expect_dtype(kMask, {DType::kBool, in.dtype(kQ)}));
  INLAY_ASSIGN(Shape mask, in.shape(kMask));
  if (mask.empty() || mask.size() > 4)
    return in.error("input 3: expected 1 to 4 dimensions, found {}", mask.size());
  INLAY_TRY(in.expect_equal(in.exprs().max(mask.back(), s.total), s.total, "mask's length"));
  mask.back() = s.total;
  const Shape all = {s.q.batch, s.q.heads, s.q.length, s.total};
  INLAY_ASSIGN(const Shape both, in.broadcast(all, mask));
  for (size_t axis = 0; axis < 4; ++axis)
    INLAY_TRY(in.expect_equal(both[axis], all[axis], format("mask, axis {}", axis)));
  return Status();
}

Status expect_lengths(Inference& in, Expr batch) {
  if (!in.has(kLengths)) return Status();
  INLAY_TRY(in.expect_dtype(kLengths, {DType::kInt64}));
  INLAY_ASSIGN(const Shape lengths, in.shape(kLengths));
  if (lengths.size() != 1)
    return in.error("input 6: expected 1 dimension, found {}", lengths.size());
  return in.expect_equal(lengths[0], batch, "lengths");
}

// Where a dense tensor of either rank has its heads.
void push_heads(std::vector<Expr>& out, const View& view, const Sizes& s) {
  out.push_back(view.strides[0]);
  out.push_back(view.shape.size() == 4 ? view.strides[1] : s.size);
  out.push_back(view.shape.size() == 4 ? view.strides[2] : view.strides[1]);
}

// An input as it lies where its last axis has no gaps, else a dense copy of it.
View rows_of(Lowering& low, size_t input) {
  const View view = low.view(input);
  if (low.exprs().is(view.strides.back(), 1)) return view;
  return dense_view(low.exprs(), low.dense(input), view.dtype, view.shape);
}

// A view as [batch, heads, length, size].
View as_heads(const View& view, const Sizes& s) {
  if (view.shape.size() == 4) return view;
  View out = view;
  out.shape = {s.batch, s.heads, s.length, s.size};
  out.strides = {view.strides[0], s.size, view.strides[1], view.strides[2]};
  return out;
}

// Keys or values of the past and new ones behind them, [batch, heads, past + length, size], where there are past
// ones or the result is asked for; else the new ones as they lie.
View present(Lowering& low, size_t input, size_t past_input, size_t output, const Sizes& s,
             Expr total) {
  ExprPool& e = low.exprs();
  const View fresh = rows_of(low, input);
  if (!low.has(past_input) && !low.wants(output)) return fresh;
  const Shape shape = {s.batch, s.heads, total, s.size};
  const Expr bytes = e.mul(low.count(shape), low.constant(graph::dtype_bytes(fresh.dtype)));
  const View whole =
      dense_view(e, low.wants(output) ? low.output(output) : low.memory(bytes), fresh.dtype, shape);
  const auto put = [&](const View& part, Expr begin) {
    View target = whole;
    target.shape = part.shape;
    const Expr offset = e.mul(e.mul(begin, s.size), low.constant(graph::dtype_bytes(part.dtype)));
    target.operand.byte_offset = e.add(target.operand.byte_offset, offset);
    const View both[] = {part, target};
    Lowering::StepSpec spec{run_put, {part.operand, target.operand}, {}, nullptr};
    push_walk(e, spec.sizes, part.shape, both);
    spec.params = std::make_shared<PutParams>(PutParams{graph::dtype_bytes(part.dtype)});
    low.step(std::move(spec));
  };
  if (low.has(past_input)) put(low.view(past_input), low.constant(0));
  put(as_heads(fresh, s), e.sub(total, s.length));
  return whole;
}

}  // namespace

Status infer_onnx_attention(Inference& in) {
  INLAY_TRY(in.expect_inputs(3, 7));
  if (!is_one_of(in.dtype(kQ), Floats()))
    return in.error("{} elements are not supported", graph::dtype_text(in.dtype(kQ)));
  for (size_t input : {kK, kV}) INLAY_TRY(in.expect_dtype(input, {in.dtype(kQ)}));
  INLAY_ASSIGN(const Shape q, in.shape(kQ));
  for (size_t input : {kK, kV}) {
    INLAY_ASSIGN(const Shape other, in.shape(input));
    if (other.size() != q.size())
      return in.error("input {}: expected {} dimensions, found {}", input, q.size(), other.size());
  }
  if (in.has(kPastKey) != in.has(kPastValue))
    return in.error("expected past keys and values, or none");
  INLAY_ASSIGN(const AllSizes s, all_sizes(in.graph(), in.node()));
  ExprPool& e = in.exprs();
  for (const auto& [input, sizes] : {std::pair(kQ, s.q), {kK, s.k}, {kV, s.v}}) {
    INLAY_ASSIGN(const Shape shape, in.shape(input));
    if (shape.size() == 3)
      INLAY_TRY(in.expect_equal(e.mul(sizes.heads, sizes.size), shape[2], "heads of one size"));
  }
  INLAY_TRY(in.expect_equal(s.q.batch, s.k.batch, "batch"));
  INLAY_TRY(in.expect_equal(s.k.batch, s.v.batch, "batch"));
  INLAY_TRY(in.expect_equal(s.q.size, s.k.size, "head size"));
  INLAY_TRY(in.expect_equal(s.k.heads, s.v.heads, "heads of keys and values"));
  INLAY_TRY(in.expect_equal(s.k.length, s.v.length, "keys and values"));
  INLAY_TRY(in.expect_equal(e.mod(s.q.heads, s.k.heads), in.constant(0), "heads of queries"));
  if (in.has(kPastKey)) {
    INLAY_TRY(expect_past(in, kPastKey, s.k, s.past));
    INLAY_TRY(expect_past(in, kPastValue, s.v, s.past));
  }
  INLAY_TRY(expect_mask(in, s));
  INLAY_TRY(expect_lengths(in, s.q.batch));
  const DType dtype = in.dtype(kQ);
  in.set_output(kY, dtype,
                q.size() == 4 ? Shape{s.q.batch, s.q.heads, s.q.length, s.v.size}
                              : Shape{s.q.batch, s.q.length, e.mul(s.q.heads, s.v.size)});
  in.set_output(kPresentKey, dtype, {s.k.batch, s.k.heads, s.total, s.k.size});
  in.set_output(kPresentValue, dtype, {s.v.batch, s.v.heads, s.total, s.v.size});
  in.set_output(kScores, dtype, {s.q.batch, s.q.heads, s.q.length, s.total});
  return Status();
}

Status lower_onnx_attention(Lowering& low) {
  ExprPool& e = low.exprs();
  const graph::Node& node = low.node();
  INLAY_ASSIGN(const AllSizes s, all_sizes(low.graph(), node));
  const View q = rows_of(low, kQ);
  const View k = present(low, kK, kPastKey, kPresentKey, s.k, s.total);
  const View v = present(low, kV, kPastValue, kPresentValue, s.v, s.total);
  const Operand y = low.output(kY), scores = low.output(kScores), lengths = low.dense(kLengths);
  Params params{node.real("scale", 0), node.real("softcap", 0), node.integer("is_causal", 0) != 0,
                static_cast<Stage>(node.integer("qk_matmul_output_mode", 0)), false};
  View mask{{}, DType::kUndefined, {s.total}, std::vector<Expr>(1, low.constant(0))};
  if (low.has(kMask)) {
    mask = low.view(kMask);
    params.mask_is_bool = mask.dtype == DType::kBool;
  }
  const Expr mask_length = mask.shape.back();
  std::vector<Expr> mask_strides(4, low.constant(0));
  for (size_t axis = 0; axis < mask.shape.size(); ++axis) {
    const size_t at = 4 - mask.shape.size() + axis;
    // The last axis is filled up, not repeated.
    mask_strides[at] = at == 3 ? mask.strides[axis]
                               : e.if_equal(mask.shape[axis], low.constant(1), low.constant(0),
                                            mask.strides[axis]);
  }
  std::vector<Expr> sizes = {s.q.batch, s.q.heads, s.k.heads, s.q.length, s.total,
                             s.q.size,  s.v.size,  s.past,    mask_length};
  push_heads(sizes, q, s.q);
  push_heads(sizes, k, s.k);
  push_heads(sizes, v, s.v);
  push_heads(sizes, dense_view(e, y, q.dtype, low.output_shape(kY)),
             {s.q.batch, s.q.length, s.q.heads, s.v.size});
  sizes.insert(sizes.end(), mask_strides.begin(), mask_strides.end());
  const bool fits = q.dtype == DType::kFloat32 && params.softcap == 0 && !low.wants(kScores) &&
                    !params.mask_is_bool;
  low.step({fits ? run_kernel : for_type(q.dtype, Floats(), kPlain),
            {q.operand, k.operand, v.operand, mask.operand, lengths, y, scores},
            std::move(sizes),
            std::make_shared<Params>(params)});
  return Status();
}

}  // namespace inlay::ops
