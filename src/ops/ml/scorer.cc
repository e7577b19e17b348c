#include "ops/ml/scorer.h"

#include <atomic>

#include "ops/lanes.h"

namespace inlay::ops::ml {
namespace {

constexpr int64_t kBlockRows = 64;

template <class T>
struct ScorerParams {
  std::shared_ptr<const Scorer<T>> scorer;
};

template <class To, class From>
void convert(const From* from, To* to, int64_t count) {
  for (int64_t i = 0; i < count; ++i) {
    if constexpr (std::is_same_v<To, Half>)
      to[i] = Half(static_cast<float>(from[i]));
    else if constexpr (std::is_same_v<From, Half>)
      to[i] = static_cast<To>(static_cast<float>(from[i]));
    else
      to[i] = static_cast<To>(from[i]);
  }
}

// Memory of one lane: rows as T, scores as T where they are written as another type, and the scorer's own.
template <class T, class In, class Out>
struct Lane {
  int64_t row_bytes, score_bytes, own_bytes;

  static constexpr int64_t aligned(int64_t bytes) { return (bytes + 63) / 64 * 64; }
  Lane(const Scorer<T>& scorer, int64_t columns, int64_t rows)
      : row_bytes(std::is_same_v<T, In> ? 0 : aligned(rows * columns * int64_t{sizeof(T)})),
        score_bytes(std::is_same_v<T, Out> ? 0
                                           : aligned(rows * scorer.scores() * int64_t{sizeof(T)})),
        own_bytes(aligned(scorer.scratch_bytes(rows))) {}
  int64_t bytes() const { return row_bytes + score_bytes + own_bytes; }
};

// Operands: x, labels or none, scores. Sizes: rows, columns.
template <class T, class In, class Out>
Status run_scorer(const StepCall& call) {
  const Scorer<T>& scorer = *call.as<ScorerParams<T>>().scorer;
  const int64_t rows = call.sizes[0], columns = call.sizes[1], scores = scorer.scores();
  if (rows == 0) return Status();
  // A row is never summed in pieces, so that blocks may be as small as keeps the threads busy.
  const int64_t block =
      std::min(kBlockRows, (rows + call.run.pool().threads() - 1) / call.run.pool().threads());
  const int64_t blocks = (rows + block - 1) / block;
  const int64_t lanes = lane_count(call.run.pool(), blocks);
  const Lane<T, In, Out> lane_size(scorer, columns, block);
  INLAY_ASSIGN(std::byte* const scratch, call.run.scratch(lanes * lane_size.bytes()));
  for_each_in_lanes(call.run.pool(), blocks, lanes, [&](int64_t lane, int64_t task) {
    if (call.run.cancelled()) return;
    std::byte* const memory = scratch + lane * lane_size.bytes();
    const int64_t begin = task * block, count = std::min(block, rows - begin);
    const In* in = call.at<const In>(0) + begin * columns;
    Out* out = call.data[2] ? call.at<Out>(2) + begin * scores : nullptr;
    const T* x;
    T* made;
    if constexpr (std::is_same_v<T, In>) {
      x = in;
    } else {
      convert(in, reinterpret_cast<T*>(memory), count * columns);
      x = reinterpret_cast<const T*>(memory);
    }
    if constexpr (std::is_same_v<T, Out>)
      made = out;
    else
      made = reinterpret_cast<T*>(memory + lane_size.row_bytes);
    int64_t* const labels = call.data[1] ? call.at<int64_t>(1) + begin : nullptr;
    scorer.run(x, columns, count, made, labels,
               memory + lane_size.row_bytes + lane_size.score_bytes);
    if constexpr (!std::is_same_v<T, Out>) convert(made, out, count * scores);
  });
  return Status();
}

template <class T, class Out>
StepFn scorer_step(DType in) {
  if (in == DType::kFloat16) return run_scorer<T, Half, Out>;
  return for_type(in, RowTypes(), []<class In>(std::type_identity<In>) -> StepFn {
    return run_scorer<T, In, Out>;
  });
}

template <class T>
StepFn scorer_step(DType in, DType out) {
  switch (out) {
    case DType::kFloat32: return scorer_step<T, float>(in);
    case DType::kFloat64: return scorer_step<T, double>(in);
    default: return scorer_step<T, Half>(in);
  }
}

}  // namespace

Rows rows_of(ExprPool& exprs, const Shape& shape) {
  return shape.size() == 1 ? Rows{exprs.constant(1), shape[0]} : Rows{shape[0], shape[1]};
}

Status expect_rows(Inference& in) {
  if (!is_one_of(in.dtype(0), RowTypes()))
    return in.error("{} elements are not supported", graph::dtype_text(in.dtype(0)));
  INLAY_ASSIGN(const Shape shape, in.shape(0));
  if (shape.size() != 1 && shape.size() != 2)
    return in.error("expected rows of features, found {} dimensions", shape.size());
  return Status();
}

Status infer_scores(Inference& in, DType dtype, int64_t count, bool classifies) {
  INLAY_ASSIGN(const Shape shape, in.shape(0));
  const Expr rows = rows_of(in.exprs(), shape).rows;
  if (classifies) in.set_output(0, DType::kInt64, {rows});
  in.set_output(classifies ? 1 : 0, dtype, {rows, in.constant(count)});
  return Status();
}

template <class T>
Status lower_scores(Lowering& low, std::shared_ptr<const Scorer<T>> scorer, bool classifies) {
  const size_t last = classifies ? 1 : 0;
  const Rows rows = rows_of(low.exprs(), low.input_shape(0));
  const DType out = low.wants(last) ? low.output_type(last).dtype : DType::kFloat32;
  const Operand x = low.dense(0);
  const Operand labels = classifies ? low.output(0) : Operand{};
  // Scores that nobody reads are computed all the same: labels come from them.
  Operand scores = low.output(last);
  if (scores.block < 0)
    scores = low.memory(low.exprs().mul(
        rows.rows, low.constant(scorer->scores() * graph::dtype_bytes(DType::kFloat64))));
  low.step({scorer_step<T>(low.input_type(0).dtype, out),
            {x, labels, scores},
            {rows.rows, rows.columns},
            std::make_shared<ScorerParams<T>>(ScorerParams<T>{std::move(scorer)})});
  return Status();
}

Status expect_features(Inference& in, int64_t features, bool exact) {
  INLAY_ASSIGN(const Shape shape, in.shape(0));
  const Expr columns = rows_of(in.exprs(), shape).columns, wanted = in.constant(features);
  return in.expect_equal(exact ? columns : in.exprs().min(columns, wanted), wanted, "features");
}

template Status lower_scores(Lowering&, std::shared_ptr<const Scorer<float>>, bool);
template Status lower_scores(Lowering&, std::shared_ptr<const Scorer<double>>, bool);

}  // namespace inlay::ops::ml
