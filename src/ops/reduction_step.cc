#include "ops/reduction_step.h"

#include <algorithm>
#include <limits>
#include <numeric>

#include "kernels/convert.h"
#include "ops/reduction_loops.h"

namespace inlay::ops {
namespace {

// `n` elements as C.
template <class C>
using LoadFn = void (*)(const std::byte* x, int64_t stride, int64_t n, C* out);
// `n` totals as elements of a type.
template <class C>
using StoreFn = void (*)(const TotalOf<C>* totals, int64_t n, std::byte* y);

template <class C>
struct StepParams : ReduceParams {
  Reduction reduction;
  Reduce op;
  LoadFn<C> load;
  StoreFn<C> store;
  bool as_they_are;  // elements are of C
  int64_t element_bytes;
  TotalOf<C> start;
};

template <class T, class C>
void load_elements(const std::byte* x, int64_t stride, int64_t n, C* out) {
  const T* from = reinterpret_cast<const T*>(x);
  for (int64_t i = 0; i < n; ++i) out[i] = static_cast<C>(from[i * stride]);
}
void load_half(const std::byte* x, int64_t stride, int64_t n, float* out) {
  if (stride != 1) return load_elements<Half>(x, stride, n, out);
  kernels::convert_kernel().widen_f16(reinterpret_cast<const uint16_t*>(x), n, out);
}
void load_bfloat16(const std::byte* x, int64_t stride, int64_t n, float* out) {
  if (stride != 1) return load_elements<Bfloat16>(x, stride, n, out);
  kernels::convert_kernel().widen_bf16(reinterpret_cast<const uint16_t*>(x), n, out);
}
// uint64 in the order of int64.
constexpr uint64_t kTop = uint64_t{1} << 63;
void load_ordered(const std::byte* x, int64_t stride, int64_t n, int64_t* out) {
  const auto* from = reinterpret_cast<const uint64_t*>(x);
  for (int64_t i = 0; i < n; ++i) out[i] = static_cast<int64_t>(from[i * stride] ^ kTop);
}

template <class T, class C>
void store_totals(const TotalOf<C>* totals, int64_t n, std::byte* y) {
  for (int64_t i = 0; i < n; ++i) {
    if constexpr (std::is_integral_v<C> || std::is_integral_v<T>)
      reinterpret_cast<T*>(y)[i] = static_cast<T>(totals[i]);
    else
      reinterpret_cast<T*>(y)[i] = from_sum<T>(totals[i]);
  }
}
void store_ordered(const int64_t* totals, int64_t n, std::byte* y) {
  for (int64_t i = 0; i < n; ++i)
    reinterpret_cast<uint64_t*>(y)[i] = static_cast<uint64_t>(totals[i]) ^ kTop;
}

Reduce op_of(Reduction reduction) {
  switch (reduction) {
    case Reduction::kL1: return Reduce::kSumAbs;
    case Reduction::kL2:
    case Reduction::kSumSquare: return Reduce::kSumSquares;
    case Reduction::kLogSumExp: return Reduce::kSumExp;
    case Reduction::kMax: return Reduce::kMax;
    case Reduction::kMin: return Reduce::kMin;
    case Reduction::kProduct: return Reduce::kProduct;
    default: return Reduce::kSum;
  }
}
bool is_extreme(Reduction reduction) {
  return reduction == Reduction::kMax || reduction == Reduction::kMin;
}

// What totals of `count` elements each become, but for kLogSumExp.
void finish(Reduction reduction, int64_t* totals, int64_t n, int64_t count) {
  if (reduction != Reduction::kMean) return;
  for (int64_t i = 0; i < n; ++i) totals[i] = count ? totals[i] / count : 0;
}
void finish(Reduction reduction, double* totals, int64_t n, int64_t count) {
  const auto divisor = static_cast<double>(count);
  if (reduction == Reduction::kMean)
    for (int64_t i = 0; i < n; ++i) totals[i] /= divisor;
  if (reduction == Reduction::kL2)
    for (int64_t i = 0; i < n; ++i) totals[i] = std::sqrt(totals[i]);
  if (reduction == Reduction::kLogSum)
    for (int64_t i = 0; i < n; ++i) totals[i] = std::log(totals[i]);
}

// A Walk whose order is of no matter: the axis whose elements are nearest comes last, and axes along which
// nothing changes first.
Walk<1> nearest_last(int64_t rank, const int64_t* sizes) {
  std::vector<int64_t> order(static_cast<size_t>(rank)), sorted;
  std::iota(order.begin(), order.end(), 0);
  const auto distance = [&](int64_t a) {
    const int64_t stride = sizes[rank + a];
    return stride == 0 ? INT64_MAX : std::abs(stride);
  };
  std::stable_sort(order.begin(), order.end(),
                   [&](int64_t a, int64_t b) { return distance(a) > distance(b); });
  for (int64_t list : {int64_t{0}, rank})
    for (int64_t a : order) sorted.push_back(sizes[list + a]);
  return Walk<1>(rank, sorted.data());
}

// Some outputs at a time, which lie side by side.
template <class C>
class Reducer {
 public:
  explicit Reducer(const StepCall& call)
      : call_(call),
        params_(call.as<StepParams<C>>()),
        kept_(params_.kept, call.sizes),
        reduced_(nearest_last(params_.reduced, call.sizes + 2 * params_.kept)),
        kept_stride_(kept_.stride[0][kept_.rank - 1]),
        stride_(reduced_.stride[0][reduced_.rank - 1]),
        count_(reduced_.outer_count() * reduced_.inner()) {}

  void run() {
    const int64_t row = kept_.inner(), threads = call_.run.pool().threads();
    const int64_t wanted =
        threads > 1 ? kept_.outer_count() * row / (int64_t{4} * threads) : kMostBlock;
    const int64_t block = std::clamp<int64_t>(wanted, kLeastBlock, kMostBlock);
    const int64_t blocks = (row + block - 1) / block;
    constexpr int64_t kElementsPerTask = 1 << 14;
    for_each_range(call_.run.pool(), kept_.outer_count() * blocks,
                   kElementsPerTask / (std::min(block, row) * count_ + 1) + 1,
                   [&](int64_t begin, int64_t end) {
                     for (int64_t i = begin; i < end && !call_.run.cancelled(); ++i) {
                       const int64_t first = i % blocks * block;
                       reduce(i / blocks, first, std::min(block, row - first));
                     }
                   });
  }

 private:
  static constexpr int64_t kLeastBlock = 64, kMostBlock = 512;
  static constexpr int64_t kBetweenLooks = 1 << 20;  // at whether the run was cancelled

  // Outputs [first, first + n) of row `row`.
  void reduce(int64_t row, int64_t first, int64_t n) const {
    TotalOf<C> totals[kMostBlock];
    const int64_t from = kept_.offsets(row)[0] + first * kept_stride_;
    if (params_.op == Reduce::kSumExp) {
      if constexpr (std::is_floating_point_v<C>) log_sum_exp(from, n, totals);
    } else {
      std::fill(totals, totals + n, params_.start);
      go_through(params_.op, from, n, nullptr, totals);
      finish(params_.reduction, totals, n, count_);
    }
    params_.store(totals, n, call_.data[1] + (row * kept_.inner() + first) * params_.element_bytes);
  }

  // Exponents are taken of distances from the greatest element; where that is infinite or no number, it is the
  // result.
  void log_sum_exp(int64_t from, int64_t n, TotalOf<C>* totals) const {
    C highest[kMostBlock], about[kMostBlock];
    std::fill(totals, totals + n, -__builtin_inf());
    go_through(Reduce::kMax, from, n, nullptr, totals);
    for (int64_t i = 0; i < n; ++i) {
      highest[i] = static_cast<C>(totals[i]);
      about[i] = highest[i] - highest[i] == 0 ? highest[i] : 0;
    }
    std::fill(totals, totals + n, 0.0);
    go_through(Reduce::kSumExp, from, n, about, totals);
    for (int64_t i = 0; i < n; ++i) {
      const auto most = static_cast<double>(highest[i]);
      totals[i] = most - most == 0 ? most + std::log(totals[i]) : most;
    }
  }

  // All elements of `n` outputs, the first of which lies at `from`.
  void go_through(Reduce op, int64_t from, int64_t n, const C* about, TotalOf<C>* totals) const {
    const bool by_columns = kept_stride_ == 1 && stride_ != 1 && n > 1;
    // How a row's sum is cut must not depend on `n`, which is as threads share the work; a column's never shows.
    const int64_t piece = by_columns ? std::max<int64_t>(kBetweenLooks / n, 1) : kBetweenLooks;
    for (int64_t row = 0; row < reduced_.outer_count(); ++row) {
      const int64_t at = from + reduced_.offsets(row)[0];
      for (int64_t i = 0; i < reduced_.inner() && !call_.run.cancelled(); i += piece) {
        const int64_t length = std::min(reduced_.inner() - i, piece), first = at + i * stride_;
        if (by_columns)
          columns(op, first, length, {nullptr, stride_, length, n, about, totals});
        else
          some_rows(op, first, {nullptr, kept_stride_, n, length, about, totals});
      }
    }
  }

  void some_rows(Reduce op, int64_t at, const ReduceLines<C>& all) const {
    const int64_t step = std::max<int64_t>(kBetweenLooks / (all.columns + 1), 1);
    for (int64_t r = 0; r < all.rows && !call_.run.cancelled(); r += step)
      rows(op, at + r * all.stride,
           {nullptr, all.stride, std::min(step, all.rows - r), all.columns,
            all.about ? all.about + r : nullptr, all.totals + r});
  }

  const std::byte* element(int64_t at) const { return call_.data[0] + at * params_.element_bytes; }

  void columns(Reduce op, int64_t at, int64_t length, ReduceLines<C> lines) const {
    if (params_.as_they_are) {
      lines.x = reinterpret_cast<const C*>(element(at));
      return reduce_columns(lines, op);
    }
    C elements[kMostBlock];
    lines.x = elements;
    lines.rows = 1;
    for (int64_t i = 0; i < length; ++i) {
      params_.load(element(at + i * stride_), 1, lines.columns, elements);
      reduce_columns(lines, op);
    }
  }

  void rows(Reduce op, int64_t at, const ReduceLines<C>& lines) const {
    if (params_.as_they_are && stride_ == 1) {
      ReduceLines<C> direct = lines;
      direct.x = reinterpret_cast<const C*>(element(at));
      return reduce_rows(direct, op);
    }
    C elements[kMostBlock];
    for (int64_t r = 0; r < lines.rows; ++r)
      for (int64_t i = 0; i < lines.columns; i += kMostBlock) {
        const int64_t n = std::min(lines.columns - i, kMostBlock);
        params_.load(element(at + r * lines.stride + i * stride_), stride_, n, elements);
        const C* about = lines.about ? lines.about + r : nullptr;
        reduce_rows(ReduceLines<C>{elements, 0, 1, n, about, lines.totals + r}, op);
      }
  }

  const StepCall& call_;
  const StepParams<C>& params_;
  const Walk<1> kept_, reduced_;
  const int64_t kept_stride_, stride_, count_;
};

template <class C>
Status run_reduction(const StepCall& call) {
  INLAY_TRY(check_reduction(call));
  Reducer<C>(call).run();
  return Status();
}

// What an extreme of no elements is.
int64_t least_of(DType dtype) {
  switch (dtype) {
    case DType::kInt8: return INT8_MIN;
    case DType::kUint8:
    case DType::kUint32:
    case DType::kBool: return 0;
    case DType::kInt32: return INT32_MIN;
    default: return INT64_MIN;
  }
}
int64_t greatest_of(DType dtype) {
  switch (dtype) {
    case DType::kInt8: return INT8_MAX;
    case DType::kUint8: return UINT8_MAX;
    case DType::kUint32: return UINT32_MAX;
    case DType::kBool: return 1;
    case DType::kInt32: return INT32_MAX;
    default: return INT64_MAX;
  }
}

using FloatCarried = Types<float, Half, Bfloat16, int8_t, uint8_t, bool>;
using WideIntegers = Types<int64_t, int32_t, uint64_t, uint32_t>;
using DoubleCarried = Types<double, int64_t, int32_t, uint64_t, uint32_t>;

template <class C>
TotalOf<C> start_of(Reduction reduction, DType dtype) {
  if (reduction == Reduction::kProduct) return 1;
  if (!is_extreme(reduction)) return 0;
  const bool low = reduction == Reduction::kMax;
  if (is_one_of(dtype, Floats())) return static_cast<TotalOf<C>>(low ? -INFINITY : INFINITY);
  return static_cast<TotalOf<C>>(low ? least_of(dtype) : greatest_of(dtype));
}

template <class C, class Carried>
StepParams<C> params_for(ReduceParams axes, Reduction reduction, DType dtype, Carried types) {
  StepParams<C> params{
      axes,
      reduction,
      op_of(reduction),
      for_type(dtype, types,
               []<class T>(std::type_identity<T>) -> LoadFn<C> { return load_elements<T, C>; }),
      for_type(dtype, types,
               []<class T>(std::type_identity<T>) -> StoreFn<C> { return store_totals<T, C>; }),
      dtype == kDType<C>,
      graph::dtype_bytes(dtype),
      start_of<C>(reduction, dtype)};
  return params;
}

// Integers are reduced as integers where the result is one of them by its nature.
bool as_integers(Reduction reduction, DType dtype) {
  if (!is_one_of(dtype, WideIntegers())) return false;
  return reduction != Reduction::kL1 && reduction != Reduction::kL2 &&
         reduction != Reduction::kLogSum && reduction != Reduction::kLogSumExp;
}

}  // namespace

StepFn find_reduction(Reduction reduction, DType dtype) {
  if (as_integers(reduction, dtype)) return run_reduction<int64_t>;
  if (is_one_of(dtype, DoubleCarried())) return run_reduction<double>;
  if (is_one_of(dtype, Floats())) return run_reduction<float>;
  return is_extreme(reduction) && is_one_of(dtype, FloatCarried()) ? run_reduction<float> : nullptr;
}

std::shared_ptr<const void> reduction_params(ReduceParams axes, Reduction reduction, DType dtype) {
  if (as_integers(reduction, dtype)) {
    auto params = params_for<int64_t>(axes, reduction, dtype, WideIntegers());
    if (dtype == DType::kUint64 && is_extreme(reduction)) {
      params.load = load_ordered;
      params.store = store_ordered;
    }
    return std::make_shared<StepParams<int64_t>>(params);
  }
  if (is_one_of(dtype, DoubleCarried()))
    return std::make_shared<StepParams<double>>(
        params_for<double>(axes, reduction, dtype, DoubleCarried()));
  auto params = params_for<float>(axes, reduction, dtype, FloatCarried());
  if (dtype == DType::kFloat16) params.load = load_half;
  if (dtype == DType::kBfloat16) params.load = load_bfloat16;
  return std::make_shared<StepParams<float>>(params);
}

}  // namespace inlay::ops
