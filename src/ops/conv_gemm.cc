// Convolution as a product of weights [m, c · taps] and windows [c · taps, positions], of which a few
// panels at a time are written into cache, used for all rows of weights and forgotten.
#include "kernels/gemm.h"
#include "kernels/patches.h"
#include "ops/convolution.h"
#include "ops/lanes.h"
#include "ops/stop_check.h"
#include "ops/weights.h"

namespace inlay::ops {
namespace {

constexpr int64_t kCachedBytes = 256 * 1024;  // a part of a second-level cache
constexpr int64_t kLineFloats = 16;

Result<int64_t> rows_bytes(const PackRecipe& recipe) {
  int64_t elements = 0;
  if (recipe.k < 0 || recipe.n < 0 ||
      __builtin_mul_overflow(odd_lines(recipe.k), recipe.n, &elements) ||
      elements > INT64_MAX / int64_t{sizeof(float)})
    return invalid("weights of {} by {} are too large", recipe.k, recipe.n);
  return elements * static_cast<int64_t>(sizeof(float));
}

int64_t part_units(const PackRecipe& recipe) { return static_cast<int64_t>(recipe.parts.size()); }

void pack_rows(const PackRecipe& recipe, int64_t unit, std::byte* target) {
  const int64_t stride = odd_lines(recipe.k);
  auto* to = reinterpret_cast<float*>(target);
  for (int64_t i = 0; i < unit; ++i) to += recipe.parts[static_cast<size_t>(i)].n * stride;
  const PackPart& part = recipe.parts[static_cast<size_t>(unit)];
  for (int64_t row = 0; row < part.n; ++row, to += stride) {
    const int64_t from = part.offset + row * part.n_stride;
    for (int64_t i = 0; i < stride; ++i)
      to[i] = i < part.k ? part.scale * read_weight(*part.tensor, from + i * part.k_stride) : 0;
  }
}

kernels::PatchArgs patch_args(const ConvProblem& p) {
  kernels::PatchArgs args{};
  args.channels = p.group_channels();
  for (size_t a = 0; a < 3; ++a) {
    const Axis& axis = p.axes[a];
    args.axis[a] = {axis.in, axis.out, axis.kernel, axis.stride, axis.dilation, axis.front};
  }
  return args;
}

// How the work is cut: blocks of columns, and where these are few, blocks of rows.
struct Cut {
  int64_t columns, column_blocks, rows, row_blocks;
};

Cut cut_of(const ConvProblem& p, int64_t k, int threads) {
  const kernels::GemmKernel& gemm = kernels::gemm_kernel();
  const int64_t positions = out_count(p.axes), products = p.n * p.groups;
  const int64_t panels = divide_up(positions, gemm.tile_n);
  const int64_t panel_bytes = std::max<int64_t>(gemm.packed_bytes(k, gemm.tile_n), 1);
  int64_t blocks = divide_up(panels, std::max<int64_t>(kCachedBytes / panel_bytes, 1));
  if (threads > 1)
    blocks =
        std::clamp(divide_up(int64_t{4} * threads, products), blocks, std::max(blocks, panels));
  const int64_t width = divide_up(panels, blocks);
  blocks = divide_up(panels, width);
  const int64_t tiles = divide_up(p.group_rows(), gemm.tile_m);
  const int64_t row_blocks = std::clamp<int64_t>(divide_up(threads, products * blocks), 1, tiles);
  const int64_t rows = divide_up(tiles, row_blocks) * gemm.tile_m;
  return {width * gemm.tile_n, blocks, rows, divide_up(p.group_rows(), rows)};
}

}  // namespace

int64_t odd_lines(int64_t floats) { return (divide_up(floats, kLineFloats) | 1) * kLineFloats; }

constinit const PackLayout kWeightRowsLayout{"weight_rows_f32", rows_bytes, part_units, pack_rows,
                                             false};

Status run_conv_gemm(const StepCall& call) {
  const ConvProblem p(call, 3);
  INLAY_TRY(check_axes(p.axes));
  const int64_t positions = out_count(p.axes), k = p.group_channels() * tap_count(p.axes);
  const int64_t rows = p.group_rows();
  if (p.n * p.m * positions == 0) return Status();
  const auto& params = call.as<ConvParams>();
  const kernels::GemmKernel& gemm = kernels::gemm_kernel();
  ThreadPool& pool = call.run.pool();
  const Cut cut = cut_of(p, k, pool.threads());
  const int64_t tasks = p.n * p.groups * cut.column_blocks * cut.row_blocks;
  const int64_t lanes = lane_count(pool, tasks);
  const int64_t bytes = std::max<int64_t>(gemm.packed_bytes(k, cut.columns), 64);
  INLAY_ASSIGN(std::byte* const scratch, call.run.scratch(bytes * lanes));
  const int64_t stride = params.packed ? odd_lines(k) : k;
  for_each_in_lanes(pool, tasks, lanes, [&](int64_t lane, int64_t task) {
    if (call.run.cancelled()) return;
    auto* const packed = reinterpret_cast<float*>(scratch + lane * bytes);
    const int64_t row_begin = task % cut.row_blocks * cut.rows;
    task /= cut.row_blocks;
    const int64_t begin = task % cut.column_blocks * cut.columns;
    const int64_t product = task / cut.column_blocks, group = product % p.groups;
    const int64_t end = std::min(positions, begin + cut.columns);
    kernels::PatchArgs patches = patch_args(p);
    patches.x = call.at<const float>(0) + product * patches.channels * in_count(p.axes);
    kernels::patches_kernel().pack(patches, begin, end, gemm.tile_n, packed);
    kernels::GemmArgs args{};
    args.a = call.at<const float>(1) + group * rows * stride;
    args.a_stride = stride;
    args.b_packed = packed;
    args.row_bias = call.data[2] ? call.at<const float>(2) + group * rows : nullptr;
    const int64_t offset = product * rows * positions + begin;
    args.residual = call.data[3] ? call.at<const float>(3) + offset : nullptr;
    args.c = call.at<float>(4) + offset;
    args.residual_stride = args.c_stride = positions;
    args.residual_first = true;
    args.m = rows;
    args.n = end - begin;
    args.k = k;
    args.activation = params.activation;
    args.stop = stop_check(call.run);
    gemm.run(args, row_begin, std::min(rows, row_begin + cut.rows), 0, args.n);
  });
  return Status();
}

}  // namespace inlay::ops
