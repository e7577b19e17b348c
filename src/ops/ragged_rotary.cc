// RaggedRotary (domain "inlay"): turns each pair of a head's elements by an angle that grows with the
// token's place in its text (Su et al. 2021).
//
//   out[t, i]     = x[t, i] cos(p θ_i) - x[t, i + d/2] sin(p θ_i)          θ_i = theta^(-2i / d)
//   out[t, i+d/2] = x[t, i + d/2] cos(p θ_i) + x[t, i] sin(p θ_i)          p: the place, 0 for the first
//
// Inputs: x [tokens, heads · d] with d even, row_offsets int64 [rows + 1]. Attributes: "heads", "theta".
#include <cmath>

#include "ops/lanes.h"
#include "ops/op.h"
#include "ops/row_offsets.h"
#include "ops/strided.h"

namespace inlay::ops {
namespace {

struct RotaryParams {
  int64_t heads;
  float theta;
};

// [places, half] cosines, then as many sines. Angles are turned on step by step, in double, which is
// exact enough for a million places and much quicker than as many calls of cos.
void fill_angles(int64_t places, int64_t half, double theta, float* cosines, float* sines) {
  for (int64_t i = 0; i < half; ++i) {
    const double step = std::pow(theta, -static_cast<double>(i) / static_cast<double>(half));
    const double step_cos = std::cos(step), step_sin = std::sin(step);
    double c = 1, s = 0;
    for (int64_t place = 0; place < places; ++place) {
      cosines[place * half + i] = static_cast<float>(c);
      sines[place * half + i] = static_cast<float>(s);
      const double turned = c * step_cos - s * step_sin;
      s = s * step_cos + c * step_sin;
      c = turned;
    }
  }
}

struct Rotation {
  const float *cosines, *sines;
  int64_t heads, half;
};

void turn(const Rotation& r, int64_t place, const float* x, float* out) {
  const float *cosines = r.cosines + place * r.half, *sines = r.sines + place * r.half;
  for (int64_t head = 0; head < r.heads; ++head, x += 2 * r.half, out += 2 * r.half)
    for (int64_t i = 0; i < r.half; ++i) {
      const float a = x[i], b = x[i + r.half];
      out[i] = a * cosines[i] - b * sines[i];
      out[i + r.half] = b * cosines[i] + a * sines[i];
    }
}

// Operands: x, row_offsets, out. Sizes: tokens, columns, rows, stride of x.
Status run_ragged_rotary(const StepCall& call) {
  const auto& params = call.as<RotaryParams>();
  const int64_t tokens = call.sizes[0], columns = call.sizes[1], stride = call.sizes[3];
  const int64_t half = columns / params.heads / 2;
  INLAY_ASSIGN(std::byte* const token_memory,
               call.run.scratch(tokens * int64_t{sizeof(int32_t)} + 64));
  auto* const places = reinterpret_cast<int32_t*>(token_memory);
  INLAY_ASSIGN(const RowOffsets offsets,
               RowOffsets::read(call.at<const int64_t>(1), call.sizes[2], tokens));
  offsets.fill_places(0, places);
  const int64_t longest = offsets.longest();
  INLAY_ASSIGN(std::byte* const angles,
               call.run.scratch(2 * longest * half * int64_t{sizeof(float)} + 64));
  auto* const cosines = reinterpret_cast<float*>(angles);
  float* const sines = cosines + longest * half;
  fill_angles(longest, half, params.theta, cosines, sines);
  const Rotation rotation{cosines, sines, params.heads, half};
  constexpr int64_t kTokensPerTask = 16;
  for_each_range(call.run.pool(), tokens, kTokensPerTask, [&](int64_t begin, int64_t end) {
    for (int64_t t = begin; t < end; ++t)
      turn(rotation, places[t], call.at<const float>(0) + t * stride,
           call.at<float>(2) + t * columns);
  });
  return Status();
}

}  // namespace

Status infer_ragged_rotary(Inference& in) {
  INLAY_TRY(in.expect_inputs(2, 2));
  INLAY_TRY(in.expect_dtype(0, {DType::kFloat32}));
  INLAY_TRY(expect_row_offsets(in, 1));
  INLAY_ASSIGN(Shape x, in.shape(0));
  const int64_t heads = in.node().integer("heads", 0);
  if (heads <= 0) return in.error("expected heads > 0, found {}", heads);
  if (x.size() != 2) return in.error("input 0: expected 2 dimensions, found {}", x.size());
  INLAY_TRY(in.expect_equal(in.exprs().mod(x[1], in.constant(2 * heads)), in.constant(0),
                            "pairs that heads divide"));
  in.set_output(0, DType::kFloat32, std::move(x));
  return Status();
}

Status lower_ragged_rotary(Lowering& low) {
  ExprPool& e = low.exprs();
  View x = low.view(0);
  if (!e.is(x.strides.back(), 1)) x = dense_view(e, low.dense(0), x.dtype, x.shape);
  const Operand offsets = low.dense(1);
  low.step({run_ragged_rotary,
            {x.operand, offsets, low.output(0)},
            {x.shape[0], x.shape[1], row_count(low, 1), x.strides[0]},
            std::make_shared<RotaryParams>(
                RotaryParams{low.node().integer("heads", 1), low.node().real("theta", 10000)})});
  return Status();
}

}  // namespace inlay::ops
