#include "kernels/dot.h"

#include <cmath>
#include <iterator>

#include "kernels/choose.h"
#include "kernels/entries.h"

namespace inlay::kernels {
namespace {

constexpr const DotKernel* kTable[] = {
#if INLAY_KERNELS_X86
    &kDotAvx512,
    &kDotAvx2,
#endif
    &kDotRef,
};

constinit std::atomic<const DotKernel*> g_chosen{nullptr};

}  // namespace

KernelTable<DotKernel> dot_table() { return {kTable, std::size(kTable)}; }

const DotKernel& dot_kernel() { return choose(dot_table(), g_chosen); }

float dot(const float* a, const float* b, int64_t n) {
  float result;
  dot_rows(a, b, n, 1, n, &result);
  return result;
}

void dot_rows(const float* query, const float* matrix, int64_t stride, int64_t rows,
              int64_t columns, float* scores) {
  dot_kernel().rows(query, matrix, stride, rows, columns, scores);
}

void add_scaled(float scale, const float* x, float* y, int64_t n) {
  dot_kernel().add_scaled(scale, x, y, n);
}

float cosine(const float* a, const float* b, int64_t n) {
  const double norms = double{dot(a, a, n)} * double{dot(b, b, n)};
  if (norms == 0) return 0;
  return static_cast<float>(double{dot(a, b, n)} / std::sqrt(norms));
}

}  // namespace inlay::kernels
