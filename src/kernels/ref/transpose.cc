#include <cstring>

#include "kernels/entries.h"

namespace inlay::kernels {
namespace {

void run(const float* src, int64_t src_stride, float* dst, int64_t dst_stride, int64_t rows,
         int64_t columns) {
  for (int64_t r = 0; r < rows; ++r)
    for (int64_t c = 0; c < columns; ++c)  // not as numbers: a NaN keeps its bits
      std::memcpy(dst + r * dst_stride + c, src + c * src_stride + r, sizeof(float));
}

}  // namespace

const TransposeKernel kTransposeRef = {"transpose_32_ref", 0, run};

}  // namespace inlay::kernels
