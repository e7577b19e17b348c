// Sums and products of all elements so far along an axis: what CumSum and CumProd share.
#pragma once

#include "ops/element_types.h"
#include "ops/lanes.h"
#include "ops/op.h"

namespace inlay::ops {

struct RunningParams {
  bool exclusive, reverse;
};

// Output 0 is like input 0; input 1 is an axis of it.
Status infer_running(Inference& in);
// Adds the step `run`, an instance of run_running. Fails when it is null: no such type.
Status lower_running(Lowering& low, StepFn run);

// Lines side by side, since each element waits for the one before it.
struct RunningLines {
  int64_t first, count;             // of the lines: where the first begins, and how many
  int64_t line_step, step, length;  // to the next line, and within a line
};

template <class T, template <class> class Op>
void run_lines(const RunningParams& params, const RunningLines& lines, const T* x, T* y) {
  using Wide =
      std::conditional_t<std::is_integral_v<T>, T, std::conditional_t<sizeof(T) == 2, float, T>>;
  constexpr int64_t kMost = 32;
  Wide so_far[kMost];
  for (int64_t begin = 0; begin < lines.count; begin += kMost) {
    const int64_t count = std::min(lines.count - begin, kMost);
    std::fill(so_far, so_far + count, Op<Wide>::first());
    for (int64_t i = 0; i < lines.length; ++i) {
      int64_t at = lines.first + begin * lines.line_step +
                   (params.reverse ? lines.length - 1 - i : i) * lines.step;
      for (int64_t c = 0; c < count; ++c, at += lines.line_step) {
        const Wide next = Op<Wide>::next(so_far[c], static_cast<Wide>(x[at]));
        y[at] = static_cast<T>(params.exclusive ? so_far[c] : next);
        so_far[c] = next;
      }
    }
  }
}

// Operands: x, y, which may be x. Sizes: outer, length, inner. Op: a type with
//   static T first();  static T next(T so_far, T x);
template <class T, template <class> class Op>
Status run_running(const StepCall& call) {
  const int64_t outer = call.sizes[0], length = call.sizes[1], inner = call.sizes[2];
  // Lines that lie one behind the other share no cache line: few of them at a time.
  const int64_t block = inner == 1 ? 4 : 32, row = inner == 1 ? outer : inner;
  const int64_t blocks = (row + block - 1) / block, rows = inner == 1 ? 1 : outer;
  constexpr int64_t kElementsPerTask = 1 << 14;
  for_each_range(call.run.pool(), rows * blocks, kElementsPerTask / (block * length + 1) + 1,
                 [&](int64_t begin, int64_t end) {
                   for (int64_t i = begin; i < end && !call.run.cancelled(); ++i) {
                     const int64_t first = i % blocks * block;
                     const int64_t count = std::min(row - first, block);
                     const int64_t at = i / blocks * length * inner;
                     run_lines<T, Op>(call.as<RunningParams>(),
                                      inner == 1
                                          ? RunningLines{first * length, count, length, 1, length}
                                          : RunningLines{at + first, count, 1, inner, length},
                                      call.at<const T>(0), call.at<T>(1));
                   }
                 });
  return Status();
}

using RunningTypes = Types<float, double, Half, Bfloat16, int64_t, int32_t, uint64_t, uint32_t>;

template <template <class> class Op>
StepFn find_running(DType dtype) {
  return for_type(dtype, RunningTypes(),
                  []<class T>(std::type_identity<T>) -> StepFn { return run_running<T, Op>; });
}

}  // namespace inlay::ops
