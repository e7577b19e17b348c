#include "ops/blocks.h"

#include "ops/gathering.h"
#include "ops/strided.h"

namespace inlay::ops {

Result<int64_t> check_blocks(Inference& in) {
  INLAY_TRY(in.expect_inputs(1, 1));
  INLAY_TRY(expect_dense_elements(in, 0));
  INLAY_ASSIGN(const Shape shape, in.shape(0));
  const int64_t size = in.node().integer("blocksize", 0);
  if (shape.size() != 4) return in.error("input 0: expected 4 dimensions, found {}", shape.size());
  if (size < 1 || size > INT32_MAX)
    return in.error("blocksize: expected an integer in [1, 2^31), found {}", size);
  return size;
}

Status lower_permuted_copy(Lowering& low, const Shape& shape, const std::vector<size_t>& order) {
  const View whole = dense_view(low.exprs(), low.dense(0), low.input_type(0).dtype, shape);
  View permuted{whole.operand, whole.dtype, {}, {}};
  for (size_t axis : order) {
    permuted.shape.push_back(whole.shape[axis]);
    permuted.strides.push_back(whole.strides[axis]);
  }
  low.step(copy_step(low.exprs(), permuted, low.output(0)));
  return Status();
}

}  // namespace inlay::ops
