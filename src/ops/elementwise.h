// Operators that compute each output element from the elements at its place in broadcast inputs.
//
// An operator says its inner loop for an element type; what is here walks broadcast shapes, shares
// the work between threads and writes over an input that nobody needs any more.
#pragma once

#include <memory>
#include <optional>
#include <type_traits>

#include "ops/content.h"
#include "ops/element_types.h"
#include "ops/op.h"

#if defined(__GNUC__) && !defined(__clang__)
#define INLAY_NO_OVERLAP _Pragma("GCC ivdep")
#else
#define INLAY_NO_OVERLAP
#endif

namespace inlay::ops {

// n elements: out[i] from in[j][i * strides[j]]. Strides are in elements; out has no gaps and may
// be the same memory as an input of stride 1.
using ElementLoop = void (*)(const std::byte* const* in, const int64_t* strides, std::byte* out,
                             int64_t n, const void* params);

// Output 0 has the shape that all inputs broadcast to.
Status infer_elementwise(Inference& in, DType out);
// The same where all inputs have one type, which is the output's and one of `Allowed`.
Status infer_same_type(Inference& in, size_t at_least, size_t at_most);

// Computes output 0 from the first `inputs` inputs (0: all) in one step. Fails when `loop` is null: no loop for
// the type.
Status lower_elementwise(Lowering& low, ElementLoop loop,
                         std::shared_ptr<const void> params = nullptr, size_t inputs = 0);
// Adds a step for one operand after the other: out = loop(in0, in1), out = loop(out, in2), …, and at the end
// out = last(out) where that is given; one operand alone is the output as it stands.
Status lower_variadic(Lowering& low, ElementLoop loop, ElementLoop last = nullptr,
                      std::shared_ptr<const void> params = nullptr);

// Two steps that the functions above made, one right behind the other, as one that goes through both piece by piece,
// while the elements are near. None where they are no such steps or go over other shapes, or where one of them
// writes what the other reads at another place.
std::optional<Lowering::StepSpec> join_elementwise(const Lowering::StepSpec& first,
                                                   const Lowering::StepSpec& second);

// Runs `dense`, which takes operands without gaps, over copies of those that have other strides.
struct OperandBytes {
  size_t inputs;
  int64_t bytes[4];  // of an element of each input, then of the output
};
void loop_with_strides(ElementLoop dense, const OperandBytes& operands, const std::byte* const* in,
                       const int64_t* strides, std::byte* out, int64_t n);

// y[i] = Op()(x[i]...), where y is one of x or does not overlap it.
template <class Op, class Out, class... In>
void dense_loop(Out* y, int64_t n, const In*... x) {
  constexpr int64_t kBlock = 32;  // a count that is known makes vectors of it
  int64_t i = 0;
  for (; i + kBlock <= n; i += kBlock) {
    INLAY_NO_OVERLAP
    for (int64_t k = 0; k < kBlock; ++k) y[i + k] = Op()(x[i + k]...);
  }
  for (; i < n; ++i) y[i] = Op()(x[i]...);
}

// The loop of a function object over operands of types In... .
template <class Op, class Out, class... In>
void element_loop(const std::byte* const* in, const int64_t* strides, std::byte* out, int64_t n,
                  const void*) {
  const auto loop = [&]<size_t... J>(std::index_sequence<J...>) {
    if (!((strides[J] == 1) && ...)) {
      static constexpr OperandBytes kOperands = {sizeof...(In), {sizeof(In)..., sizeof(Out)}};
      return loop_with_strides(element_loop<Op, Out, In...>, kOperands, in, strides, out, n);
    }
    dense_loop<Op>(reinterpret_cast<Out*>(out), n, reinterpret_cast<const In*>(in[J])...);
  };
  loop(std::index_sequence_for<In...>());
}

// Runs `floats`, which takes float32, over copies of inputs of `type`, float16 or bfloat16.
struct HalfOperands {
  size_t inputs;
  DType type;
  int64_t output_bytes;  // 2: the output has their type too, else it is what `floats` writes
};
void loop_over_halves(ElementLoop floats, const HalfOperands& operands, const std::byte* const* in,
                      const int64_t* strides, std::byte* out, int64_t n, const void* params);

template <class T>
inline constexpr bool kIsHalf = std::is_same_v<T, Half> || std::is_same_v<T, Bfloat16>;

template <class Op, class T, size_t kInputs>
void half_loop(const std::byte* const* in, const int64_t* strides, std::byte* out, int64_t n,
               const void* params);

// The loop of Op over inputs of one type T; the output is what Op gives for it.
template <class Op, class T, size_t kInputs>
constexpr ElementLoop loop_for() {
  if constexpr (kIsHalf<T>) {
    return half_loop<Op, T, kInputs>;
  } else if constexpr (kInputs == 1) {
    using Out = decltype(Op()(T()));
    return element_loop<Op, Out, T>;
  } else if constexpr (kInputs == 2) {
    using Out = decltype(Op()(T(), T()));
    return element_loop<Op, Out, T, T>;
  } else {
    using Out = decltype(Op()(T(), T(), T()));
    return element_loop<Op, Out, T, T, T>;
  }
}

template <class Op, class T, size_t kInputs>
void half_loop(const std::byte* const* in, const int64_t* strides, std::byte* out, int64_t n,
               const void* params) {
  const auto output_bytes = []<size_t... J>(std::index_sequence<J...>) {
    return static_cast<int64_t>(sizeof(Op()((void(J), T())...)));
  };
  static constexpr HalfOperands kOperands = {kInputs, kDType<T>,
                                             output_bytes(std::make_index_sequence<kInputs>())};
  loop_over_halves(loop_for<Op, float, kInputs>(), kOperands, in, strides, out, n, params);
}

// find_loop<Op, 2>(dtype, Numbers()): null where dtype is none of the types.
template <class Op, size_t kInputs, class... Ts>
ElementLoop find_loop(DType dtype, Types<Ts...> types) {
  return for_type(dtype, types, []<class T>(std::type_identity<T>) -> ElementLoop {
    return loop_for<Op, T, kInputs>();
  });
}

// Integer arithmetic that wraps around instead of being undefined.
template <class T>
T wrapping_add(T a, T b) {
  if constexpr (std::is_integral_v<T>)
    return static_cast<T>(static_cast<uint64_t>(a) + static_cast<uint64_t>(b));
  else
    return a + b;
}
template <class T>
T wrapping_sub(T a, T b) {
  if constexpr (std::is_integral_v<T>)
    return static_cast<T>(static_cast<uint64_t>(a) - static_cast<uint64_t>(b));
  else
    return a - b;
}
template <class T>
T wrapping_mul(T a, T b) {
  if constexpr (std::is_integral_v<T>)
    return static_cast<T>(static_cast<uint64_t>(a) * static_cast<uint64_t>(b));
  else
    return a * b;
}

}  // namespace inlay::ops
