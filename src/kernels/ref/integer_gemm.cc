// The oracle: sums of products one by one, modulo 2^32.
#include "kernels/entries.h"
#include "kernels/ref/activation_ref.h"

namespace inlay::kernels {
namespace {

constexpr int64_t kTileN = 16;

int64_t packed_bytes(int64_t k, int64_t n) { return (k * n + 63) / 64 * 64; }

// Column after column.
void pack(const IntegerPackSource& source, int64_t column_begin, int64_t column_end, void* packed) {
  const auto* from = static_cast<const uint8_t*>(source.data);
  auto* to = static_cast<int8_t*>(packed);
  for (int64_t n = column_begin; n < column_end; ++n) {
    for (int64_t k = 0; k < source.k; ++k) {
      const uint8_t bits = from[k * source.k_stride + n * source.n_stride];
      to[n * source.k + k] = static_cast<int8_t>(source.is_unsigned ? bits ^ 0x80 : bits);
    }
  }
}

uint32_t sum(const IntegerGemmArgs& args, int64_t row, int64_t column) {
  const int32_t a_zero = args.a_zero ? args.a_zero[row * args.a_zero_stride] : 0;
  const int32_t b_zero = args.b_zero ? args.b_zero[column * args.b_zero_stride] : 0;
  const uint8_t* a = args.a + row * args.a_stride;
  const int8_t* b = static_cast<const int8_t*>(args.b_packed) + column * args.k;
  uint32_t total = args.whole_bias ? static_cast<uint32_t>(args.whole_bias[column]) : 0;
  for (int64_t k = 0; k < args.k; ++k) {
    total += static_cast<uint32_t>((a[k] - a_zero) * (b[k] - b_zero));
  }
  return total;
}

void run(const IntegerGemmArgs& args, int64_t row_begin, int64_t row_end, int64_t column_begin,
         int64_t column_end) {
  for (int64_t row = row_begin; row < row_end && !args.stop(); ++row) {
    for (int64_t column = column_begin; column < column_end; ++column) {
      const auto total = static_cast<int32_t>(sum(args, row, column));
      if (args.c) {
        args.c[row * args.n + column] = total;
        continue;
      }
      const float scaled = static_cast<float>(total) * args.scale[column * args.scale_stride];
      const float value = args.bias ? scaled + args.bias[column] : scaled;
      args.y[row * args.n + column] = static_cast<float>(activation_ref(args.activation, value));
    }
  }
}

}  // namespace

const IntegerGemmKernel kIntegerGemmRef = {
    "integer_gemm_u8s8_1x16_ref", 0, 1, kTileN, packed_bytes, pack, run};

}  // namespace inlay::kernels
