// NonZero (ONNX 9, 13): the indices of elements that are not zero, [rank, count], in row-major
// order.
#include <cstring>

#include "ops/op.h"

namespace inlay::ops {
namespace {

struct NonZeroParams {
  DType dtype;
  int64_t rank;
};

template <class T>
std::vector<int64_t> find_non_zero(const T* data, int64_t count) {
  std::vector<int64_t> found;
  for (int64_t i = 0; i < count; ++i)
    if (data[i] != T{}) found.push_back(i);
  return found;
}

std::vector<int64_t> find_non_zero(const StepCall& call, DType dtype, int64_t count) {
  switch (dtype) {
    case DType::kFloat32: return find_non_zero(call.at<const float>(0), count);
    case DType::kFloat64: return find_non_zero(call.at<const double>(0), count);
    case DType::kInt64: return find_non_zero(call.at<const int64_t>(0), count);
    case DType::kInt32: return find_non_zero(call.at<const int32_t>(0), count);
    default: return find_non_zero(call.at<const uint8_t>(0), count);
  }
}

// Operand: x. Sizes: the shape of x. One data-sized output.
Status run_non_zero(const StepCall& call) {
  const auto& params = call.as<NonZeroParams>();
  int64_t count = 1;
  for (int64_t axis = 0; axis < params.rank; ++axis) count *= call.sizes[axis];
  const std::vector<int64_t> found = find_non_zero(call, params.dtype, count);
  const int64_t shape[] = {params.rank, static_cast<int64_t>(found.size())};
  INLAY_ASSIGN(std::byte* const memory, call.run.allocate(0, shape));
  auto* out = reinterpret_cast<int64_t*>(memory);
  for (int64_t column = 0; column < shape[1]; ++column) {
    int64_t index = found[static_cast<size_t>(column)];
    for (int64_t axis = params.rank; axis-- > 0; index /= call.sizes[axis])
      out[axis * shape[1] + column] = index % call.sizes[axis];
  }
  return Status();
}

}  // namespace

Status infer_non_zero(Inference& in) {
  INLAY_TRY(in.expect_inputs(1, 1));
  INLAY_TRY(in.expect_dtype(0, {DType::kFloat32, DType::kFloat64, DType::kInt64, DType::kInt32,
                                DType::kInt8, DType::kUint8, DType::kBool}));
  INLAY_ASSIGN(const Shape shape, in.shape(0));
  in.set_output(0, DType::kInt64,
                {in.constant(static_cast<int64_t>(shape.size())), in.data_size("non_zero")});
  return Status();
}

Status lower_non_zero(Lowering& low) {
  const Operand x = low.dense(0);
  low.data_sized_output(0);
  const auto rank = static_cast<int64_t>(low.input_shape(0).size());
  low.step({run_non_zero,
            {x},
            low.input_shape(0),
            std::make_shared<NonZeroParams>(NonZeroParams{low.input_type(0).dtype, rank})});
  return Status();
}

}  // namespace inlay::ops
