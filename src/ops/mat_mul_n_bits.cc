// MatMulNBits (com.microsoft): A [.., K] times constant weights of 2, 4 or 8 bits, quantized in blocks
// along K, plus a bias. Weights are laid out as float32 panels once.
//
// Inputs: A, B uint8 [N, blocks, block_size · bits / 8], scales [N · blocks], zero points or none, none
// (g_idx), bias or none. Zero points are packed as the weights are, a row of bytes for each column of the
// result; without them they are the middle of the range.
#include <algorithm>

#include "ops/packed_gemm.h"
#include "ops/weights.h"

namespace inlay::ops {
namespace {

enum Input : size_t { kA, kB, kScales, kZeroPoints, kGroups, kBias };
enum Part : size_t { kWeights, kFactors, kZeros };

// Columns that one thread packs at a time; a multiple of every kernel's tile_n.
constexpr int64_t kColumnsPerUnit = 192;

// How PackPart carries a description of blocks: weights have k, n, bits (k_stride), block_size (n_stride).
struct Blocks {
  int64_t k, n, bits, size;

  explicit Blocks(const PackPart& part)
      : k(part.k), n(part.n), bits(part.k_stride), size(part.n_stride) {}
  int64_t count() const { return (k + size - 1) / size; }
  int64_t bytes() const { return size * bits / 8; }
  int64_t zero_bytes() const { return (count() * bits + 7) / 8; }
};

int32_t element_at(const graph::Tensor& tensor, int64_t row, int64_t index, int64_t bits) {
  const auto byte = static_cast<uint32_t>(tensor.data[static_cast<size_t>(row + index * bits / 8)]);
  return static_cast<int32_t>(byte >> index * bits % 8 & ((1u << bits) - 1));
}

// Column n of the weights as floats.
void dequantize_column(const PackRecipe& recipe, int64_t n, float* out) {
  const Blocks blocks(recipe.parts[kWeights]);
  const graph::Tensor &weights = *recipe.parts[kWeights].tensor,
                      &scales = *recipe.parts[kFactors].tensor;
  const graph::Tensor* zeros = recipe.parts[kZeros].tensor.get();
  for (int64_t block = 0; block < blocks.count(); ++block) {
    const float scale = read_weight(scales, n * blocks.count() + block);
    const int32_t zero = zeros ? element_at(*zeros, n * blocks.zero_bytes(), block, blocks.bits)
                               : 1 << (blocks.bits - 1);
    const int64_t row = (n * blocks.count() + block) * blocks.bytes();
    const int64_t end = std::min(blocks.size, blocks.k - block * blocks.size);
    for (int64_t i = 0; i < end; ++i)
      *out++ = static_cast<float>(element_at(weights, row, i, blocks.bits) - zero) * scale;
  }
}

Result<int64_t> layout_bytes(const PackRecipe& recipe) {
  return kernels::gemm_kernel().packed_bytes(recipe.k, recipe.n);
}

int64_t layout_units(const PackRecipe& recipe) {
  return (recipe.n + kColumnsPerUnit - 1) / kColumnsPerUnit;
}

void pack_unit(const PackRecipe& recipe, int64_t unit, std::byte* target) {
  std::vector<float> column(static_cast<size_t>(recipe.k));
  const int64_t begin = unit * kColumnsPerUnit;
  for (int64_t n = begin; n < std::min(recipe.n, begin + kColumnsPerUnit); ++n) {
    dequantize_column(recipe, n, column.data());
    const kernels::PackSource source{
        column.data(), kernels::Element::kF32, recipe.k, 1, 1, recipe.k, 1.0f, n};
    kernels::gemm_kernel().pack(source, recipe.k, recipe.n, 0, 1, reinterpret_cast<float*>(target));
  }
}

constinit const PackLayout kBlocksLayout{"gemm_n_bits", layout_bytes, layout_units, pack_unit,
                                         false};

// Operands: A, weights, bias or none, y. Sizes: m, k, n.
Status run_mat_mul(const StepCall& call) {
  kernels::GemmArgs args{};
  args.a = call.at<const float>(0);
  args.a_stride = args.k = call.sizes[1];
  args.b_packed = call.at<const float>(1);
  args.bias = call.at<const float>(2);
  args.c = call.at<float>(3);
  args.c_stride = args.n = call.sizes[2];
  args.m = call.sizes[0];
  return run_gemm(call.run, args);
}

// The attributes, as PackPart carries them.
PackPart blocks_of(const graph::Node& node, graph::TensorRef weights) {
  return {std::move(weights),
          0,
          node.integer("K", 0),
          node.integer("N", 0),
          node.integer("bits", 4),
          node.integer("block_size", 0),
          1};
}

Status expect_count(Inference& in, size_t input, int64_t count, std::string_view what) {
  const graph::TensorRef tensor = in.constant_tensor(input);
  if (!tensor) return in.error("input {}: expected constant {}", input, what);
  if (tensor->count() != count)
    return in.error("input {}: expected {} {}, found {}", input, count, what, tensor->count());
  return Status();
}

}  // namespace

Status infer_mat_mul_n_bits(Inference& in) {
  INLAY_TRY(in.expect_inputs(3, 6));
  INLAY_TRY(in.expect_dtype(kA, {DType::kFloat32}));
  INLAY_TRY(in.expect_dtype(kB, {DType::kUint8}));
  INLAY_TRY(in.expect_dtype(kScales, {DType::kFloat32}));
  const Blocks blocks(blocks_of(in.node(), nullptr));
  constexpr int64_t kMost = int64_t{1} << 30;
  if (blocks.k < 1 || blocks.n < 1 || blocks.k > kMost || blocks.n > kMost)
    return in.error("expected K and N of 1 to 2^30, found {} and {}", blocks.k, blocks.n);
  if (blocks.bits != 2 && blocks.bits != 4 && blocks.bits != 8)
    return in.error("bits: expected 2, 4 or 8, found {}", blocks.bits);
  if (blocks.size < 16 || blocks.size > kMost || (blocks.size & (blocks.size - 1)) != 0)
    return in.error("block_size: expected a power of two from 16 on, found {}", blocks.size);
  if (in.has(kGroups)) return in.error("input {}: groups (g_idx) are not supported", int{kGroups});
  const int64_t count = blocks.n * blocks.count();
  INLAY_TRY(expect_count(in, kB, count * blocks.bytes(), "bytes of weights"));
  INLAY_TRY(expect_count(in, kScales, count, "scales"));
  if (in.has(kZeroPoints)) {
    INLAY_TRY(in.expect_dtype(kZeroPoints, {DType::kUint8}));
    INLAY_TRY(
        expect_count(in, kZeroPoints, blocks.n * blocks.zero_bytes(), "bytes of zero points"));
  }
  if (in.has(kBias)) {
    INLAY_TRY(in.expect_dtype(kBias, {DType::kFloat32}));
    INLAY_ASSIGN(const Shape bias, in.shape(kBias));
    INLAY_TRY(in.expect_equal(in.exprs().product(bias), in.constant(blocks.n), "bias"));
  }
  INLAY_ASSIGN(Shape shape, in.shape(kA));
  if (shape.empty()) return in.error("input 0: expected at least one dimension");
  INLAY_TRY(in.expect_equal(shape.back(), in.constant(blocks.k), "inner dimension"));
  shape.back() = in.constant(blocks.n);
  in.set_output(0, DType::kFloat32, std::move(shape));
  return Status();
}

Status lower_mat_mul_n_bits(Lowering& low) {
  const PackPart weights = blocks_of(low.node(), low.constant_tensor(kB));
  const PackPart scales{low.constant_tensor(kScales), 0, 0, 0, 0, 0, 1};
  const PackPart zeros{
      low.has(kZeroPoints) ? low.constant_tensor(kZeroPoints) : nullptr, 0, 0, 0, 0, 0, 1};
  Shape rows = low.input_shape(kA);
  rows.pop_back();
  low.step(
      {run_mat_mul,
       {low.dense(kA), low.packed({&kBlocksLayout, {weights, scales, zeros}, weights.k, weights.n}),
        low.dense(kBias), low.output(0)},
       {low.count(rows), low.constant(weights.k), low.constant(weights.n)},
       nullptr});
  return Status();
}

}  // namespace inlay::ops
