#include <cmath>

#include "kernels/entries.h"

namespace inlay::kernels {
namespace {

double next(Reduce op, double total, float x, float about) {
  switch (op) {
    case Reduce::kSum: return total + double{x};
    case Reduce::kSumAbs: return total + std::fabs(double{x});
    case Reduce::kSumSquares: return std::fma(double{x}, double{x}, total);
    case Reduce::kProduct: return total * double{x};
    case Reduce::kMax: return double{x} > total || (x != x && total == total) ? x : total;
    case Reduce::kMin: return double{x} < total || (x != x && total == total) ? x : total;
    case Reduce::kSumExp: return total + std::exp(double{x} - double{about});
  }
  return total;
}

void rows(const ReduceArgs& args, Reduce op) {
  for (int64_t r = 0; r < args.rows; ++r)
    for (int64_t c = 0; c < args.columns; ++c)
      args.totals[r] =
          next(op, args.totals[r], args.x[r * args.stride + c], args.about ? args.about[r] : 0.0f);
}

void columns(const ReduceArgs& args, Reduce op) {
  for (int64_t r = 0; r < args.rows; ++r)
    for (int64_t c = 0; c < args.columns; ++c)
      args.totals[c] =
          next(op, args.totals[c], args.x[r * args.stride + c], args.about ? args.about[c] : 0.0f);
}

void moments(const float* x, int64_t n, float about, double* sums) {
  sums[0] = sums[1] = 0;
  for (int64_t i = 0; i < n; ++i) {
    const double distance = double{x[i]} - double{about};
    sums[0] += distance;
    sums[1] += distance * distance;
  }
}

int64_t find(Find what, const float* x, int64_t n, float value) {
  for (int64_t i = 0; i < n; ++i) {
    if (what == Find::kEqual && x[i] == value) return i;
    if (what == Find::kBelow && x[i] < value) return i;
    if (what == Find::kNotAtMost && !(x[i] <= value)) return i;
  }
  return n;
}

void arg_columns(const ArgArgs& args) {
  for (int64_t c = 0; c < args.columns; ++c) {
    int32_t best = 0;
    for (int64_t r = 1; r < args.rows; ++r) {
      const float now = args.x[r * args.stride + c], then = args.x[best * args.stride + c];
      const bool better = args.least ? now < then : now > then;
      if (better || (args.last && now == then)) best = static_cast<int32_t>(r);
    }
    args.index[c] = best;
  }
}

}  // namespace

const ReductionKernel kReductionRef = {"reduction_f32_ref", 0, rows, columns, moments, find,
                                       arg_columns};

}  // namespace inlay::kernels
