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

// The loop of a function object over operands of types In... .
template <class Op, class Out, class... In>
void element_loop(const std::byte* const* in, const int64_t* strides, std::byte* out, int64_t n,
                  const void*) {
  auto* y = reinterpret_cast<Out*>(out);
  const auto loop = [&]<size_t... J>(std::index_sequence<J...>) {
    bool contiguous = ((strides[J] == 1) && ...);
    if (contiguous) {
      for (int64_t i = 0; i < n; ++i) y[i] = Op()(reinterpret_cast<const In*>(in[J])[i]...);
    } else {
      for (int64_t i = 0; i < n; ++i)
        y[i] = Op()(reinterpret_cast<const In*>(in[J])[i * strides[J]]...);
    }
  };
  loop(std::index_sequence_for<In...>());
}

// The loop of Op over inputs of one type T; the output is what Op gives for it.
template <class Op, class T, size_t kInputs>
constexpr ElementLoop loop_for() {
  if constexpr (kInputs == 1) {
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
