#include "ops/integer_product.h"

#include <algorithm>

#include "kernels/gemm.h"
#include "kernels/quantize.h"
#include "ops/lanes.h"
#include "ops/stop_check.h"
#include "ops/strided.h"

namespace inlay::ops {
namespace {

using kernels::IntegerGemmArgs;
using kernels::IntegerPackSource;

// Columns that one thread packs at a time; a multiple of every kernel's tile_n.
constexpr int64_t kColumnsPerUnit = 192;
constexpr int32_t kTurned = 128;  // what turning the sign bit over adds

enum Operands : size_t { kA, kB, kPacked, kAZero, kBZero, kOperands };
enum Sizes : size_t { kM, kN, kK, kARows, kAZeros, kBZeros, kShape };

Result<int64_t> layout_bytes(const PackRecipe& recipe) {
  int64_t elements = 0;
  if (__builtin_mul_overflow(recipe.k + 64, recipe.n + 64, &elements))
    return invalid("weights of {} by {} are too large", recipe.k, recipe.n);
  return kernels::integer_gemm_kernel().packed_bytes(recipe.k, recipe.n);
}

int64_t layout_units(const PackRecipe& recipe) {
  return (recipe.n + kColumnsPerUnit - 1) / kColumnsPerUnit;
}

void pack_unit(const PackRecipe& recipe, int64_t unit, std::byte* target) {
  const PackPart& part = recipe.parts[0];
  const IntegerPackSource source{part.tensor->data.data() + part.offset,
                                 part.tensor->dtype == DType::kUint8,
                                 part.k,
                                 part.n,
                                 part.k_stride,
                                 part.n_stride};
  const int64_t begin = unit * kColumnsPerUnit;
  kernels::integer_gemm_kernel().pack(source, begin, std::min(part.n, begin + kColumnsPerUnit),
                                      target);
}

// A product as its step finds it.
struct Problem {
  const StepCall& call;
  const IntegerProductParams& params;
  int64_t m, n, k;
  int64_t a_rows, a_zeros, b_zeros;
  const int64_t* shape;  // of the batch, then a's and b's strides over it
  int64_t batches = 1;
  bool one_b = true;

  Problem(const StepCall& c, const IntegerProductParams& p)
      : call(c),
        params(p),
        m(c.sizes[kM]),
        n(c.sizes[kN]),
        k(c.sizes[kK]),
        a_rows(c.sizes[kARows]),
        a_zeros(c.sizes[kAZeros]),
        b_zeros(c.sizes[kBZeros]),
        shape(c.sizes + kShape) {
    for (int64_t axis = 0; axis < p.rank; ++axis) {
      batches *= shape[axis];
      one_b = one_b && (shape[2 * p.rank + axis] == 0 || shape[axis] == 1);
    }
  }
  // Where operand 0 (a) or 1 (b) of a batch begins, in elements.
  int64_t offset(int operand, int64_t batch) const {
    const int64_t* strides = shape + (operand + 1) * params.rank;
    int64_t out = 0;
    for (int64_t axis = params.rank; axis-- > 0; batch /= shape[axis])
      out += batch % shape[axis] * strides[axis];
    return out;
  }
};

// a as the kernel wants it, zero points as numbers, sums of rows.
struct Prepared {
  const uint8_t* a;
  const int32_t* a_zero;  // one, or a_rows
  const int32_t* b_zero;  // as many as the node has, at least one
  const int32_t* row_sums;
};

bool all_zero(const int32_t* values, int64_t count) {
  return std::all_of(values, values + count, [](int32_t v) { return v == 0; });
}

Result<const uint8_t*> turned_rows(const Problem& p) {
  const auto* a = p.call.at<const uint8_t>(kA);
  if (!p.params.a_signed) return a;
  const int64_t count = p.a_rows * p.k;
  INLAY_ASSIGN(std::byte* const memory, p.call.run.scratch(count));
  auto* const turned = reinterpret_cast<uint8_t*>(memory);
  for_each_range(p.call.run.pool(), count, 1 << 15, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) turned[i] = a[i] ^ 0x80;
  });
  return turned;
}

Result<const int32_t*> row_sums(const Problem& p, const uint8_t* a) {
  INLAY_ASSIGN(std::byte* const memory,
               p.call.run.scratch(p.a_rows * static_cast<int64_t>(sizeof(int32_t))));
  auto* const sums = reinterpret_cast<int32_t*>(memory);
  for_each_range(p.call.run.pool(), p.a_rows, (1 << 15) / (p.k + 1) + 1,
                 [&](int64_t begin, int64_t end) {
                   const auto sum = kernels::quantize_kernel().sum_u8;
                   for (int64_t row = begin; row < end; ++row)
                     sums[row] = static_cast<int32_t>(sum(a + row * p.k, p.k));
                 });
  return sums;
}

Result<Prepared> prepare(const Problem& p) {
  Prepared out{};
  INLAY_ASSIGN(out.a, turned_rows(p));
  const int64_t rows = p.a_zeros > 1 ? p.a_rows : 1;
  INLAY_ASSIGN(std::byte* const memory,
               p.call.run.scratch((rows + p.b_zeros) * static_cast<int64_t>(sizeof(int32_t))));
  auto* const a_zero = reinterpret_cast<int32_t*>(memory);
  int32_t* const b_zero = a_zero + rows;
  const auto* a_from = p.call.at<const std::byte>(kAZero);
  for (int64_t row = 0; row < rows; ++row)
    read_zero_points(a_from ? a_from + row % p.a_zeros : nullptr, p.params.a_signed, 1,
                     p.params.a_signed ? kTurned : 0, a_zero + row);
  read_zero_points(p.call.at<const std::byte>(kBZero), p.params.b_signed, p.b_zeros,
                   p.params.b_signed ? 0 : -kTurned, b_zero);
  out.a_zero = a_zero;
  if (all_zero(b_zero, p.b_zeros)) return out;
  out.b_zero = b_zero;
  INLAY_ASSIGN(out.row_sums, row_sums(p, out.a));
  return out;
}

// The right side of one batch, packed into `target`.
void pack_b(const Problem& p, int64_t batch, std::byte* target) {
  const IntegerPackSource source{
      p.call.at<const uint8_t>(kB) + p.offset(1, batch), !p.params.b_signed, p.k, p.n, p.n, 1};
  const int64_t units = (p.n + kColumnsPerUnit - 1) / kColumnsPerUnit;
  p.call.run.pool().parallel_for(units, [&](int64_t unit) {
    const int64_t begin = unit * kColumnsPerUnit;
    kernels::integer_gemm_kernel().pack(source, begin, std::min(p.n, begin + kColumnsPerUnit),
                                        target);
  });
}

// Rows [first, first + m) of a, which are a batch of the result, or all of it.
IntegerGemmArgs args_of(const Problem& p, const Prepared& prepared, const IntegerResult& result,
                        int64_t a_offset, int64_t first, int64_t m) {
  const int64_t row = p.k > 0 ? a_offset / p.k : first;
  IntegerGemmArgs args{};
  args.a = prepared.a + a_offset;
  args.a_stride = p.k;
  args.a_zero = prepared.a_zero + (p.a_zeros > 1 ? row : 0);
  args.a_zero_stride = p.a_zeros > 1 ? 1 : 0;
  args.b_zero = prepared.b_zero;
  args.b_zero_stride = p.b_zeros > 1 ? 1 : 0;
  args.row_sums = prepared.row_sums ? prepared.row_sums + row : nullptr;
  args.c = result.c ? result.c + first * p.n : nullptr;
  args.y = result.y ? result.y + first * p.n : nullptr;
  args.scale = result.scale;
  args.scale_stride = result.scale_stride;
  args.bias = result.bias;
  args.m = m;
  args.n = p.n;
  args.k = p.k;
  args.activation = result.activation;
  return args;
}

Status run_batches(const Problem& p, const Prepared& prepared, const IntegerResult& result) {
  INLAY_ASSIGN(std::byte* const packed,
               p.call.run.scratch(kernels::integer_gemm_kernel().packed_bytes(p.k, p.n)));
  for (int64_t batch = 0; batch < p.batches && !p.call.run.cancelled(); ++batch) {
    if (batch == 0 || !p.one_b) pack_b(p, batch, packed);
    IntegerGemmArgs args = args_of(p, prepared, result, p.offset(0, batch), batch * p.m, p.m);
    args.b_packed = packed;
    // A zero point for each column of each batch of b.
    if (args.b_zero && p.b_zeros > p.n && p.k > 0)
      args.b_zero += p.offset(1, batch) / p.k % p.b_zeros;
    run_integer_gemm(p.call.run, args);
  }
  return Status();
}

Status expect_zero_points(Inference& in, int input, DType dtype) {
  if (input < 0 || !in.has(static_cast<size_t>(input))) return Status();
  return in.expect_dtype(static_cast<size_t>(input), {dtype});
}

Expr zero_count(Lowering& low, int input) {
  if (input < 0 || !low.has(static_cast<size_t>(input))) return low.constant(1);
  return low.count(low.input_shape(static_cast<size_t>(input)));
}

// The batch axes of a dense matrix.
View batch_of(Lowering& low, DType dtype, const Shape& shape) {
  View view = dense_view(low.exprs(), {}, dtype, shape);
  const size_t axes = shape.size() > 2 ? shape.size() - 2 : 0;
  view.shape.resize(axes);
  view.strides.resize(axes);
  return view;
}

}  // namespace

constinit const PackLayout kIntegerGemmLayout{"gemm_u8s8", layout_bytes, layout_units, pack_unit,
                                              false};

Status expect_one_or(Inference& in, int input, Expr size, std::string_view what) {
  if (input < 0 || !in.has(static_cast<size_t>(input))) return Status();
  INLAY_ASSIGN(const Shape shape, in.shape(static_cast<size_t>(input)));
  if (shape.empty()) return Status();
  ExprPool& e = in.exprs();
  const Expr found = e.if_equal(e.product(shape), e.constant(1), size, shape.back());
  return in.expect_equal(found, size, what);
}

void read_zero_points(const std::byte* from, bool is_signed, int64_t count, int32_t shift,
                      int32_t* to) {
  for (int64_t i = 0; i < count; ++i) {
    int32_t value = 0;
    if (from) {
      const auto byte = static_cast<uint8_t>(from[i]);
      value = is_signed ? static_cast<int8_t>(byte) : byte;
    }
    to[i] = value + shift;
  }
}

void run_integer_gemm(RunServices& run, IntegerGemmArgs args) {
  args.stop = stop_check(run);
  const kernels::IntegerGemmKernel& kernel = kernels::integer_gemm_kernel();
  const kernels::GemmPartition partition =
      kernels::plan_gemm(args.m, args.n, args.k, run.pool().threads());
  run.pool().parallel_for(partition.tasks(), [&](int64_t i) {
    kernels::run_block(kernel, args, kernels::gemm_block(partition, i));
  });
}

Result<Shape> infer_integer_product(Inference& in, const IntegerInputs& inputs) {
  const auto ia = static_cast<size_t>(inputs.a), ib = static_cast<size_t>(inputs.b);
  INLAY_TRY(in.expect_dtype(ib, {DType::kUint8, DType::kInt8}));
  INLAY_TRY(expect_zero_points(in, inputs.b_zero, in.dtype(ib)));
  if (in.dtype(ia) != DType::kFloat32) {
    INLAY_TRY(in.expect_dtype(ia, {DType::kUint8, DType::kInt8}));
    INLAY_TRY(expect_zero_points(in, inputs.a_zero, in.dtype(ia)));
  }
  INLAY_ASSIGN(Shape a, in.shape(ia));
  INLAY_ASSIGN(Shape b, in.shape(ib));
  if (a.empty() || b.empty()) return in.error("expected at least one dimension of both inputs");
  const bool row = a.size() == 1, column = b.size() == 1;
  if (row) a.insert(a.begin(), in.constant(1));
  if (column) b.push_back(in.constant(1));
  INLAY_TRY(in.expect_equal(a.back(), b[b.size() - 2], "inner dimensions"));
  INLAY_TRY(expect_one_or(in, inputs.b_zero, b.back(), "zero points of columns"));
  INLAY_ASSIGN(Shape shape,
               in.broadcast(Shape(a.begin(), a.end() - 2), Shape(b.begin(), b.end() - 2)));
  if (!row) shape.push_back(a[a.size() - 2]);
  if (!column) shape.push_back(b.back());
  return shape;
}

IntegerProductParams push_integer_product(Lowering& low, const IntegerInputs& inputs, Operand a,
                                          const Shape& a_shape, DType a_type, Operand a_zero,
                                          Lowering::StepSpec& spec) {
  ExprPool& e = low.exprs();
  const auto ib = static_cast<size_t>(inputs.b);
  Shape left = a_shape, right = low.input_shape(ib);
  if (left.size() == 1) left.insert(left.begin(), e.constant(1));
  if (right.size() == 1) right.push_back(e.constant(1));
  Operand b{}, packed{};
  auto part = low.input_shape(ib).size() == 2 ? low.constant_view(ib) : std::nullopt;
  if (part)
    packed = low.packed({&kIntegerGemmLayout, {*part}, part->k, part->n});
  else
    b = low.dense(ib);
  const Operand b_zero =
      inputs.b_zero < 0 ? Operand{} : low.dense(static_cast<size_t>(inputs.b_zero));
  spec.operands.insert(spec.operands.end(), {a, b, packed, a_zero, b_zero});
  const Shape rows(left.begin(), left.end() - 1);
  spec.sizes.insert(spec.sizes.end(),
                    {left[left.size() - 2], right.back(), left.back(), low.count(rows),
                     zero_count(low, inputs.a_zero), zero_count(low, inputs.b_zero)});
  const View sides[] = {batch_of(low, a_type, left),
                        batch_of(low, low.input_type(ib).dtype, right)};
  Shape batch(std::max(sides[0].shape.size(), sides[1].shape.size()), e.constant(1));
  for (const View& side : sides)
    for (size_t i = 0; i < side.shape.size(); ++i) {
      Expr& size = batch[batch.size() - side.shape.size() + i];
      size = e.broadcast(size, side.shape[i]);
    }
  push_walk(e, spec.sizes, batch, sides);
  return {static_cast<int64_t>(batch.size()), a_type == DType::kInt8,
          low.input_type(ib).dtype == DType::kInt8, static_cast<int64_t>(spec.operands.size()),
          static_cast<int64_t>(spec.sizes.size())};
}

IntegerProductParams push_integer_product(Lowering& low, const IntegerInputs& inputs,
                                          Lowering::StepSpec& spec) {
  const auto a = static_cast<size_t>(inputs.a);
  const Operand a_zero =
      inputs.a_zero < 0 ? Operand{} : low.dense(static_cast<size_t>(inputs.a_zero));
  return push_integer_product(low, inputs, low.dense(a), low.input_shape(a),
                              low.input_type(a).dtype, a_zero, spec);
}

Status run_integer_product(const StepCall& call, const IntegerProductParams& params,
                           IntegerResult result) {
  const Problem p(call, params);
  if (p.batches == 0 || p.m == 0 || p.n == 0) return Status();
  INLAY_ASSIGN(const Prepared prepared, prepare(p));
  if (!call.data[kPacked]) return run_batches(p, prepared, result);
  // A constant matrix is the right side of all batches, so that all rows are one product.
  IntegerGemmArgs args = args_of(p, prepared, result, 0, 0, p.batches * p.m);
  args.b_packed = call.data[kPacked];
  run_integer_gemm(call.run, args);
  return Status();
}

ProductSizes product_sizes(const StepCall& call, const IntegerProductParams& params) {
  const Problem p(call, params);
  return {p.batches, p.m, p.n};
}

}  // namespace inlay::ops
