// BitCast (ONNX 26…): the same bits as another type of as many.
#include "graph/packed_elements.h"
#include "ops/elementwise.h"

namespace inlay::ops {
namespace {

DType target_of(const graph::Node& node) {
  const int64_t to = node.integer("to", 0);
  return to > 0 && to <= static_cast<int64_t>(DType::kInt2) ? static_cast<DType>(to)
                                                            : DType::kUndefined;
}

// A byte is the type's element: the sign of a few bits is extended, a bool is 0 or 1.
void run_bytes(const std::byte* const* in, const int64_t* strides, std::byte* out, int64_t n,
               const void* params) {
  const auto to = *static_cast<const DType*>(params);
  auto* y = reinterpret_cast<uint8_t*>(out);
  for (int64_t i = 0; i < n; ++i) {
    const auto bits = static_cast<uint8_t>(in[0][i * strides[0]]);
    y[i] = to == DType::kBool ? uint8_t{bits != 0} : graph::element_of_bits(to, bits);
  }
}

}  // namespace

Status infer_bit_cast(Inference& in) {
  INLAY_TRY(in.expect_inputs(1, 1));
  const DType from = in.dtype(0), to = target_of(in.node());
  const int64_t bits = graph::dtype_bits(from);
  if (bits == 0 || graph::dtype_bits(to) != bits)
    return in.error("expected types of as many bits, found {} ({}) and {} ({})",
                    graph::dtype_text(from), bits, graph::dtype_text(to), graph::dtype_bits(to));
  INLAY_ASSIGN(Shape shape, in.shape(0));
  in.set_output(0, to, std::move(shape));
  return Status();
}

Status lower_bit_cast(Lowering& low) {
  const DType to = low.output_type(0).dtype;
  if (graph::is_packed(to) || to == DType::kBool)
    return lower_elementwise(low, run_bytes, std::make_shared<DType>(to), 1);
  View view = low.view(0);
  view.dtype = to;
  low.put_view(0, std::move(view));
  return Status();
}

}  // namespace inlay::ops
