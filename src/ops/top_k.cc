// TopK (ONNX 10…): the k greatest or least elements along an axis with their indices, in order; of equal ones
// the first come first.
#include <algorithm>
#include <bit>
#include <span>
#include <vector>

#include "kernels/reduction.h"
#include "ops/element_types.h"
#include "ops/gathering.h"

namespace inlay::ops {
namespace {

// An element as a number that is less the better the element is; NaNs are greater than all numbers.
struct Candidate {
  uint64_t rank;
  int64_t index;
  bool operator<(const Candidate& other) const {
    return rank != other.rank ? rank < other.rank : index < other.index;
  }
};

template <class T>
uint64_t rank_of(T x, bool largest) {
  constexpr uint64_t kTop = uint64_t{1} << 63;
  uint64_t order;
  if constexpr (std::is_integral_v<T>) {
    order = static_cast<uint64_t>(x);
    if constexpr (std::is_signed_v<T>) order ^= kTop;
  } else {
    const auto value = static_cast<double>(x);
    const auto bits = std::bit_cast<uint64_t>(value == 0 ? 0.0 : value);
    order = bits & kTop ? ~bits : bits | kTop;
    if (value != value) order = UINT64_MAX;
  }
  return largest ? ~order : order;
}

// The best `k` of a line that comes element by element: up to twice as many are kept, and thinned out.
class Selection {
 public:
  explicit Selection(int64_t k) : k_(static_cast<size_t>(k)) {
    constexpr size_t kLeastRoom = 16;
    room_ = std::max(2 * k_, kLeastRoom);
  }

  void clear() {
    kept_.clear();
    full_ = false;
  }
  // Indices come in ascending order.
  void add(Candidate candidate) {
    if (full_ && !(candidate < worst_)) return;
    kept_.push_back(candidate);
    if (kept_.size() >= room_) thin_out();
  }
  // Whether only what is better than worst() counts from here on.
  bool full() const { return full_; }
  const Candidate& worst() const { return worst_; }
  // In order.
  std::span<const Candidate> best() {
    if (kept_.size() > k_) thin_out();
    std::sort(kept_.begin(), kept_.end());
    return kept_;
  }

 private:
  void thin_out() {
    if (k_ == 0) return kept_.clear();
    const auto last = kept_.begin() + static_cast<std::ptrdiff_t>(k_) - 1;
    std::nth_element(kept_.begin(), last, kept_.end());
    worst_ = *last;
    full_ = true;
    kept_.resize(k_);
  }

  size_t k_, room_;
  std::vector<Candidate> kept_;
  Candidate worst_{};
  bool full_ = false;
};

struct TopKParams {
  bool largest;
};

template <class T>
void select_line(const T* x, int64_t begin, int64_t length, int64_t stride, bool largest,
                 Selection& selection) {
  for (int64_t i = begin; i < length; ++i) selection.add({rank_of(x[i * stride], largest), i});
}

// What is not good enough is skipped many elements at a time.
void select_floats(const float* x, int64_t length, bool largest, Selection& selection) {
  const kernels::ReductionKernel& kernel = kernels::reduction_kernel();
  const kernels::Find better = largest ? kernels::Find::kNotAtMost : kernels::Find::kBelow;
  for (int64_t i = 0; i < length; ++i) {
    if (selection.full()) {
      const float worst = x[selection.worst().index];
      if (worst != worst) return select_line(x, i, length, 1, largest, selection);
      i += kernel.find(better, x + i, length - i, worst);
      if (i >= length) return;
    }
    selection.add({rank_of(x[i], largest), i});
  }
}

// Operands: x, values, indices. Sizes: outer, length, inner, k.
template <class T>
Status run_top_k(const StepCall& call) {
  const bool largest = call.as<TopKParams>().largest;
  const int64_t length = call.sizes[1], inner = call.sizes[2], k = call.sizes[3];
  if (k < 0 || k > length) return invalid("expected k in [0, {}], found {}", length, k);
  constexpr int64_t kElementsPerTask = 1 << 13;
  for_each_range(call.run.pool(), call.sizes[0] * inner, kElementsPerTask / (length + 1) + 1,
                 [&](int64_t begin, int64_t end) {
                   Selection selection(k);
                   for (int64_t line = begin; line < end && !call.run.cancelled(); ++line) {
                     const T* x =
                         call.at<const T>(0) + line / inner * length * inner + line % inner;
                     selection.clear();
                     if constexpr (std::is_same_v<T, float>) {
                       if (inner == 1) select_floats(x, length, largest, selection);
                     }
                     if (!std::is_same_v<T, float> || inner != 1)
                       select_line(x, 0, length, inner, largest, selection);
                     int64_t at = line / inner * k * inner + line % inner;
                     for (const Candidate& one : selection.best()) {
                       if (call.data[1]) call.at<T>(1)[at] = x[one.index * inner];
                       if (call.data[2]) call.at<int64_t>(2)[at] = one.index;
                       at += inner;
                     }
                   }
                 });
  return Status();
}

constexpr auto kTopK = []<class T>(std::type_identity<T>) -> StepFn { return run_top_k<T>; };

}  // namespace

Status infer_top_k(Inference& in) {
  INLAY_TRY(in.expect_inputs(2, 2));
  if (!is_one_of(in.dtype(0), Numbers()))
    return in.error("{} elements are not supported", graph::dtype_text(in.dtype(0)));
  INLAY_ASSIGN(Shape shape, in.shape(0));
  INLAY_ASSIGN(const int axis, in.axis(in.node().integer("axis", -1), shape.size()));
  INLAY_ASSIGN(const std::vector<Expr> k, in.content_or_read(1));
  if (k.size() != 1) return in.error("input 1: expected one k, found {}", k.size());
  shape[static_cast<size_t>(axis)] = k[0];
  in.set_output(0, in.dtype(0), shape);
  in.set_output(1, DType::kInt64, shape);
  return Status();
}

Status lower_top_k(Lowering& low) {
  const int64_t axis = low.node().integer("axis", -1);
  const AxisSizes sizes = split_at(low.exprs(), low.input_shape(0), axis);
  const Expr k = (*low.graph().value(low.node().input(1)).content)[0];
  const Operand x = low.dense(0);
  low.step({for_type(low.input_type(0).dtype, Numbers(), kTopK),
            {x, low.output(0), low.output(1)},
            {sizes.outer, sizes.size, sizes.inner, k},
            std::make_shared<TopKParams>(TopKParams{low.node().integer("largest", 1) != 0})});
  return Status();
}

}  // namespace inlay::ops
