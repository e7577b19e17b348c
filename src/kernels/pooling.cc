#include "kernels/pooling.h"

#include <iterator>

#include "kernels/choose.h"
#include "kernels/entries.h"

namespace inlay::kernels {
namespace {

constexpr const PoolingKernel* kTable[] = {
#if INLAY_KERNELS_X86
    &kPoolingAvx512,
    &kPoolingAvx2,
#endif
    &kPoolingRef,
};

constinit std::atomic<const PoolingKernel*> g_chosen{nullptr};

}  // namespace

KernelTable<PoolingKernel> pooling_table() { return {kTable, std::size(kTable)}; }

const PoolingKernel& pooling_kernel() { return choose(pooling_table(), g_chosen); }

void sum_rows(const float* x, int64_t stride, int64_t rows, int64_t columns, float* y) {
  pooling_kernel().sum(x, stride, rows, columns, 1.0f, y);
}

void mean_rows(const float* x, int64_t stride, int64_t rows, int64_t columns, float* y) {
  const float scale = rows > 0 ? 1.0f / static_cast<float>(rows) : 0.0f;
  pooling_kernel().sum(x, stride, rows, columns, scale, y);
}

void weighted_sum_rows(const float* x, int64_t stride, const float* weights, int64_t rows,
                       int64_t columns, float* y) {
  pooling_kernel().weighted_sum(x, stride, weights, rows, columns, y);
}

void max_rows(const float* x, int64_t stride, int64_t rows, int64_t columns, float* y) {
  pooling_kernel().max(x, stride, rows, columns, y);
}

void l2_normalize(const float* x, float* y, int64_t columns, float epsilon) {
  pooling_kernel().l2_normalize(x, y, columns, epsilon);
}

}  // namespace inlay::kernels
