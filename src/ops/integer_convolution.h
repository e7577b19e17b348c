// Convolutions of 8-bit integers: rows of patches times packed filters, in whole sums of 32 bits.
//
// A run first puts the channels of its input side by side, so that a row of patches is a few pieces of it.
#pragma once

#include "ops/lowering.h"
#include "ops/op.h"

namespace inlay::ops {

// Inputs of a node that are the operands of a convolution.
struct ConvolutionInputs {
  size_t x, w, x_zero, w_zero;
};

// Checks types, shapes and attributes; [batch, filters, …] as Conv computes it.
Result<Shape> infer_integer_convolution(Inference& in, const ConvolutionInputs& inputs);

struct IntegerConvolutionParams {
  bool x_signed, w_signed;
  int64_t groups;
  bool depthwise;   // a channel and a filter a group
  int64_t axes;     // spatial ones
  size_t operands;  // those of the convolution are the first
  size_t sizes;
};
Result<IntegerConvolutionParams> push_integer_convolution(Lowering& low,
                                                          const ConvolutionInputs& inputs,
                                                          Lowering::StepSpec& spec);

// The results of `count` neighbouring positions of `filters` filters: element i * stride + j is position
// `position` + i of filter `filter` + j in batch `batch`. Whole sums, or floats where the result has scales.
struct ConvolutionSums {
  int64_t batch, filter, filters, stride, position, count;
  int64_t all_filters, all_positions;
  const int32_t* sums;
  const float* floats;
  std::byte* memory;  // of the caller's, a byte an element
};
using ConvolutionWriter = void (*)(const ConvolutionSums& sums, const void* target);
struct ConvolutionResult {
  ConvolutionWriter write;  // called from many threads, for disjoint parts
  const void* target;
  const int32_t* bias = nullptr;  // a filter, or null
  const float* scale = nullptr;   // a filter; null: whole sums
};
Status run_integer_convolution(const StepCall& call, const IntegerConvolutionParams& params,
                               const ConvolutionResult& result);

}  // namespace inlay::ops
