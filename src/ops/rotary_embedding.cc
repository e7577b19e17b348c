// RotaryEmbedding (ONNX 23…): pairs of each head's first elements turned by the angle of their position; the
// others stay. A pair is (i, i + half), or (2i, 2i + 1) where "interleaved".
#include "ops/element_types.h"
#include "ops/gathering.h"

namespace inlay::ops {
namespace {

struct RotaryParams {
  bool interleaved;
  bool heads_first;  // [batch, heads, length, size]; else [batch, length, heads · size]
  int64_t rotated;   // elements of a head; 0: all
};

// Operands: x, cos, sin, positions or none, y. Sizes: batch, length, heads, head size, rows of the caches.
template <class T>
Status run_rotary(const StepCall& call) {
  const auto& params = call.as<RotaryParams>();
  const int64_t batch = call.sizes[0], length = call.sizes[1], heads = call.sizes[2];
  const int64_t size = call.sizes[3], rows = call.sizes[4];
  const int64_t half = (params.rotated ? params.rotated : size) / 2;
  const auto* positions = call.at<const int64_t>(3);
  for (int64_t i = 0; i < batch * length && positions; ++i)
    if (positions[i] < 0 || positions[i] >= rows)
      return invalid("position {}: expected one in [0, {}), found {}", i, rows, positions[i]);
  constexpr int64_t kElementsPerTask = 1 << 14;
  const auto turn = [&](int64_t token, int64_t head) {
    const int64_t at = params.heads_first
                           ? ((token / length * heads + head) * length + token % length) * size
                           : (token * heads + head) * size;
    const T* x = call.at<const T>(0) + at;
    T* y = call.at<T>(4) + at;
    const int64_t row = (positions ? positions[token] : token) * half;
    for (int64_t i = 0; i < half; ++i) {
      const int64_t a = params.interleaved ? 2 * i : i, b = params.interleaved ? a + 1 : i + half;
      const auto cos = static_cast<Wide<T>>(call.at<const T>(1)[row + i]);
      const auto sin = static_cast<Wide<T>>(call.at<const T>(2)[row + i]);
      const auto left = static_cast<Wide<T>>(x[a]), right = static_cast<Wide<T>>(x[b]);
      y[a] = static_cast<T>(cos * left - sin * right);
      y[b] = static_cast<T>(sin * left + cos * right);
    }
    for (int64_t i = 2 * half; i < size; ++i) y[i] = x[i];
  };
  for_each_range(call.run.pool(), batch * length, kElementsPerTask / (heads * size + 1) + 1,
                 [&](int64_t begin, int64_t end) {
                   for (int64_t token = begin; token < end; ++token)
                     for (int64_t head = 0; head < heads; ++head) turn(token, head);
                 });
  return Status();
}

constexpr auto kRotary = []<class T>(std::type_identity<T>) -> StepFn { return run_rotary<T>; };

}  // namespace

Status infer_rotary_embedding(Inference& in) {
  INLAY_TRY(in.expect_inputs(3, 4));
  if (!is_one_of(in.dtype(0), Floats()))
    return in.error("{} elements are not supported", graph::dtype_text(in.dtype(0)));
  INLAY_ASSIGN(Shape x, in.shape(0));
  if (x.size() != 3 && x.size() != 4)
    return in.error("input 0: expected 3 or 4 dimensions, found {}", x.size());
  const int64_t heads = in.node().integer("num_heads", 0);
  if (x.size() == 3 && heads <= 0) return in.error("expected num_heads > 0, found {}", heads);
  ExprPool& e = in.exprs();
  const Expr length = x[x.size() - 2];
  const Expr size = x.size() == 4 ? x[3] : e.floor_div(x[2], in.constant(heads));
  const int64_t rotated = in.node().integer("rotary_embedding_dim", 0);
  if (rotated < 0 || rotated % 2)
    return in.error("rotary_embedding_dim: expected an even number of at least 0, found {}",
                    rotated);
  const Expr used = rotated ? in.constant(rotated) : size;
  INLAY_TRY(in.expect_equal(e.max(used, size), size, "elements of a head"));
  const Expr half = e.floor_div(used, in.constant(2));
  const size_t rank = in.has(3) ? 2 : 3;
  for (size_t input : {1, 2}) {
    INLAY_TRY(in.expect_dtype(input, {in.dtype(0)}));
    INLAY_ASSIGN(const Shape cache, in.shape(input));
    if (cache.size() != rank)
      return in.error("input {}: expected {} dimensions, found {}", input, rank, cache.size());
    INLAY_TRY(in.expect_equal(cache.back(), half, "half of the elements"));
    if (rank == 2) {
      INLAY_ASSIGN(const Shape cos, in.shape(1));
      INLAY_TRY(in.expect_equal(cache[0], cos[0], "positions"));
      continue;
    }
    INLAY_TRY(in.expect_equal(cache[0], x[0], "batch"));
    INLAY_TRY(in.expect_equal(cache[1], length, "length"));
  }
  if (in.has(3)) {
    INLAY_TRY(in.expect_dtype(3, {DType::kInt64}));
    INLAY_ASSIGN(const Shape positions, in.shape(3));
    if (positions.size() != 2)
      return in.error("input 3: expected 2 dimensions, found {}", positions.size());
    INLAY_TRY(in.expect_equal(positions[0], x[0], "batch"));
    INLAY_TRY(in.expect_equal(positions[1], length, "length"));
  }
  in.set_output(0, in.dtype(0), std::move(x));
  return Status();
}

Status lower_rotary_embedding(Lowering& low) {
  ExprPool& e = low.exprs();
  const Shape& shape = low.input_shape(0);
  const bool heads_first = shape.size() == 4;
  const Expr heads = heads_first ? shape[1] : low.constant(low.node().integer("num_heads", 1));
  const Expr length = heads_first ? shape[2] : shape[1];
  const Expr size = heads_first ? shape[3] : e.floor_div(shape[2], heads);
  const Operand x = low.dense(0), cos = low.dense(1), sin = low.dense(2), positions = low.dense(3);
  low.step({for_type(low.input_type(0).dtype, Floats(), kRotary),
            {x, cos, sin, positions, low.output(0)},
            {shape[0], length, heads, size, low.input_shape(1)[0]},
            std::make_shared<RotaryParams>(
                RotaryParams{low.node().integer("interleaved", 0) != 0, heads_first,
                             low.node().integer("rotary_embedding_dim", 0)})});
  return Status();
}

}  // namespace inlay::ops
