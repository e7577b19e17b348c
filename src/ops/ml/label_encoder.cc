// LabelEncoder (ai.onnx.ml 1, 2, 4) from numbers to numbers: each element by a table. Tables of strings are
// objects/label_encoder.cc's.
#include <cstring>

#include "ops/elementwise.h"
#include "ops/ml/label_map.h"
#include "ops/ml/scorer.h"

namespace inlay::ops {
namespace {

struct LabelParams {
  explicit LabelParams(const ml::LabelMap& made)
      : map(made), index(*made.keys, made.repeated, INT64_MAX) {}
  ml::LabelMap map;
  ml::KeyIndex index;
};

template <class T>
void encode(const std::byte* const* in, const int64_t* strides, std::byte* out, int64_t n,
            const void* params) {
  const auto& labels = *static_cast<const LabelParams*>(params);
  const int64_t bytes = graph::dtype_bytes(labels.map.values->dtype);
  for (int64_t i = 0; i < n; ++i) {
    const T key = reinterpret_cast<const T*>(in[0])[i * strides[0]];
    const int64_t found = labels.index.find(ml::key_code(key));
    std::memcpy(out + i * bytes,
                found < 0 ? labels.map.fallback->data.data()
                          : labels.map.values->data.data() + found * bytes,
                static_cast<size_t>(bytes));
  }
}

}  // namespace

Status infer_label_encoder(Inference& in) {
  INLAY_TRY(in.expect_inputs(1, 1));
  const auto map = ml::label_encoder(in.node(), in.dtype(0));
  INLAY_TRY(ml::placed(in, map));
  if (!is_one_of(in.dtype(0), ml::LabelTypes()) || !is_one_of(map->values->dtype, ml::LabelTypes()))
    return in.error("from {} to {} is not supported", graph::dtype_text(in.dtype(0)),
                    graph::dtype_text(map->values->dtype));
  return infer_elementwise(in, map->values->dtype);
}

Status lower_label_encoder(Lowering& low) {
  const DType dtype = low.input_type(0).dtype;
  INLAY_ASSIGN(const ml::LabelMap map, ml::label_encoder(low.node(), dtype));
  return lower_elementwise(
      low,
      for_type(dtype, ml::LabelTypes(),
               []<class T>(std::type_identity<T>) -> ElementLoop { return encode<T>; }),
      std::make_shared<LabelParams>(map));
}

}  // namespace inlay::ops
