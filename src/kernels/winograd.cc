#include "kernels/winograd.h"

#include <iterator>

#include "kernels/choose.h"
#include "kernels/entries.h"

namespace inlay::kernels {
namespace {

constexpr const WinogradKernel* kTable[] = {
#if INLAY_KERNELS_X86
    &kWinogradAvx512,
    &kWinogradAvx2,
#endif
    &kWinogradRef,
};

constinit std::atomic<const WinogradKernel*> g_chosen{nullptr};

// A row of the transform of weights: the powers of a point over the product of its distances to the others.
struct Row {
  double one, x, x2;
};

constexpr Row row_at(double point, double distances) {
  return {1 / distances, point / distances, point * point / distances};
}

using P = WinogradPoints;
constexpr double kNearDistances = 2.0 * P::kNear2 * (P::kNear2 - P::kFar2);
constexpr double kFarDistances = 2.0 * P::kFar2 * (P::kFar2 - P::kNear2);

constexpr Row kRows2x2[] = {{1, 0, 0}, row_at(1, 2), row_at(-1, 2), {0, 0, 1}};
constexpr Row kRows4x4[] = {row_at(0, P::kProduct),
                            row_at(P::kNear, kNearDistances),
                            row_at(-P::kNear, kNearDistances),
                            row_at(P::kFar, kFarDistances),
                            row_at(-P::kFar, kFarDistances),
                            {0, 0, 1}};

double apply(const Row& row, double a, double b, double c) {
  return row.one * a + row.x * b + row.x2 * c;
}

}  // namespace

KernelTable<WinogradKernel> winograd_table() { return {kTable, std::size(kTable)}; }

const WinogradKernel& winograd_kernel() { return choose(winograd_table(), g_chosen); }

void winograd_weights(WinogradForm form, const float* window, float* points) {
  const Row* rows = form == WinogradForm::k4x4 ? kRows4x4 : kRows2x2;
  const int64_t side = winograd_side(form);
  for (int64_t i = 0; i < side; ++i) {
    double line[3];
    for (int64_t x = 0; x < 3; ++x)
      line[x] = apply(rows[i], window[x], window[3 + x], window[6 + x]);
    for (int64_t j = 0; j < side; ++j)
      *points++ = static_cast<float>(apply(rows[j], line[0], line[1], line[2]));
  }
}

}  // namespace inlay::kernels
