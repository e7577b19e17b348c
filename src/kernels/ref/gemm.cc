// The oracle: sums in double, rounded once before the residual is added.
#include "kernels/entries.h"
#include "kernels/ref/activation_ref.h"
#include "kernels/ref/element_ref.h"

namespace inlay::kernels {
namespace {

constexpr int64_t kTileN = 16;

int64_t packed_bytes(int64_t k, int64_t n) {
  return (n + kTileN - 1) / kTileN * kTileN * k * static_cast<int64_t>(sizeof(float));
}

float* packed_element(float* packed, int64_t k_total, int64_t k, int64_t n) {
  return packed + n / kTileN * kTileN * k_total + k * kTileN + n % kTileN;
}

void pack(const PackSource& source, int64_t k_total, int64_t n_total, int64_t column_begin,
          int64_t column_end, float* packed) {
  for (int64_t n = column_begin; n < column_end; ++n) {
    for (int64_t k = 0; k < k_total; ++k) {
      *packed_element(packed, k_total, k, source.n_offset + n) =
          source.scale *
          element_ref(source.data, source.element, k * source.k_stride + n * source.n_stride);
    }
  }
  if (source.n_offset + column_end != n_total || column_begin == column_end) return;
  for (int64_t n = n_total; n % kTileN != 0; ++n) {
    for (int64_t k = 0; k < k_total; ++k) *packed_element(packed, k_total, k, n) = 0;
  }
}

double sum(const GemmArgs& args, int64_t row, int64_t column) {
  double total = args.bias ? args.bias[column] : args.row_bias ? args.row_bias[row] : 0;
  const float* b = args.b_packed + column / kTileN * kTileN * args.k + column % kTileN;
  for (int64_t k = 0; k < args.k; ++k) {
    total += double{args.a[row * args.a_stride + k]} * double{b[k * kTileN]};
  }
  return total;
}

void run(const GemmArgs& args, int64_t row_begin, int64_t row_end, int64_t column_begin,
         int64_t column_end) {
  for (int64_t row = row_begin; row < row_end && !args.stop(); ++row) {
    for (int64_t column = column_begin; column < column_end; ++column) {
      const double residual =
          args.residual ? args.residual[row * args.residual_stride + column] : 0;
      const double before = args.residual_first ? residual : 0;
      const double value = activation_ref(args.activation, sum(args, row, column) + before);
      args.c[row * args.c_stride + column] = static_cast<float>(value + (residual - before));
    }
  }
}

int64_t no_row_memory(int64_t, int64_t) { return 0; }

}  // namespace

const GemmKernel kGemmRef = {"gemm_f32_1x16_ref", 0,    1,   kTileN,
                             packed_bytes,        pack, run, no_row_memory};

}  // namespace inlay::kernels
