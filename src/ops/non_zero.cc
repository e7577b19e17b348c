// NonZero (ONNX 9, 13): the indices of elements that are not zero, [rank, count], in row-major
// order.
#include <algorithm>

#include "ops/element_types.h"
#include "ops/op.h"

namespace inlay::ops {
namespace {

struct NonZeroParams {
  int64_t element_bytes;
  int sign_bits;  // 1: a sign alone is zero
  int64_t rank;
};

template <class T>
int64_t count_non_zero(const T* x, int sign_bits, int64_t n) {
  int64_t count = 0;
  for (int64_t i = 0; i < n; ++i) count += static_cast<T>(x[i] << sign_bits) != 0;
  return count;
}

constexpr int64_t kChunk = 256;

// The places in [0, n), n <= kChunk, of elements that are not zero; returns their count.
template <class T>
int64_t find_non_zero(const T* x, int sign_bits, int64_t n, int64_t base, int64_t* places) {
  int64_t count = 0;
  for (int64_t i = 0; i < n; ++i) {
    places[count] = base + i;
    count += static_cast<T>(x[i] << sign_bits) != 0;
  }
  return count;
}

// The axes of the index `row` into all axes but the last, for `found` columns from `column` on.
void write_leading_axes(int64_t row, const StepCall& call, int64_t rank, int64_t columns,
                        int64_t column, int64_t found, int64_t* out) {
  for (int64_t axis = rank - 1; axis-- > 0; row /= call.sizes[axis])
    std::fill_n(out + axis * columns + column, found, row % call.sizes[axis]);
}

// Operand: x. Sizes: the shape of x. One data-sized output.
template <class T>
Status run_non_zero(const StepCall& call) {
  const auto& params = call.as<NonZeroParams>();
  const int64_t rank = params.rank, inner = rank > 0 ? call.sizes[rank - 1] : 1;
  int64_t rows = 1;
  for (int64_t axis = 0; axis + 1 < rank; ++axis) rows *= call.sizes[axis];
  const T* x = call.at<const T>(0);
  const int64_t shape[] = {rank, count_non_zero(x, params.sign_bits, rows * inner)};
  INLAY_ASSIGN(std::byte* const memory, call.run.allocate(0, shape));
  auto* out = reinterpret_cast<int64_t*>(memory);
  if (rank == 0) return Status();
  int64_t column = 0;
  for (int64_t row = 0; row < rows; ++row)
    for (int64_t i = 0; i < inner; i += kChunk) {
      int64_t places[kChunk];
      const int64_t found = find_non_zero(x + row * inner + i, params.sign_bits,
                                          std::min(kChunk, inner - i), i, places);
      std::copy_n(places, found, out + (rank - 1) * shape[1] + column);
      write_leading_axes(row, call, rank, shape[1], column, found, out);
      column += found;
    }
  return Status();
}

// Elements are looked at as bits.
constexpr auto kNonZero = []<class T>(std::type_identity<T>) -> StepFn { return run_non_zero<T>; };

DType unsigned_of_width(int64_t bytes) {
  return bytes == 8   ? DType::kUint64
         : bytes == 4 ? DType::kUint32
         : bytes == 2 ? DType::kUint16
                      : DType::kUint8;
}

}  // namespace

Status infer_non_zero(Inference& in) {
  INLAY_TRY(in.expect_inputs(1, 1));
  if (!is_one_of(in.dtype(0), NumbersAndBool()))
    return in.error("{} elements are not supported", graph::dtype_text(in.dtype(0)));
  INLAY_ASSIGN(const Shape shape, in.shape(0));
  in.set_output(0, DType::kInt64,
                {in.constant(static_cast<int64_t>(shape.size())), in.data_size("non_zero")});
  return Status();
}

Status lower_non_zero(Lowering& low) {
  const Operand x = low.dense(0);
  low.data_sized_output(0);
  const auto rank = static_cast<int64_t>(low.input_shape(0).size());
  const DType dtype = low.input_type(0).dtype;
  const int64_t bytes = graph::dtype_bytes(dtype);
  low.step({for_type(unsigned_of_width(bytes), UnsignedIntegers(), kNonZero),
            {x},
            low.input_shape(0),
            std::make_shared<NonZeroParams>(
                NonZeroParams{bytes, is_one_of(dtype, Floats()) ? 1 : 0, rank})});
  return Status();
}

}  // namespace inlay::ops
