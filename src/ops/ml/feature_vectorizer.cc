// FeatureVectorizer (ai.onnx.ml 1): rows of all inputs one behind the other, as float32. "inputdimensions" says how
// many features each input gives: more than it has are 0, fewer are cut off.
#include "ops/ml/features.h"

namespace inlay::ops {
namespace {

struct Part {
  DType dtype;
  int64_t width;
};

template <class T>
void copy_row(const std::byte* from, int64_t count, float* to) {
  for (int64_t i = 0; i < count; ++i)
    to[i] = static_cast<float>(reinterpret_cast<const T*>(from)[i]);
}

using CopyRow = void (*)(const std::byte*, int64_t, float*);

CopyRow copy_of(DType dtype) {
  return for_type(dtype, ml::RowTypes(),
                  []<class T>(std::type_identity<T>) -> CopyRow { return copy_row<T>; });
}

// Operands: inputs, y. Sizes: rows, features of y, then those of each input.
Status run_feature_vectorizer(const StepCall& call) {
  const auto& parts = call.as<std::vector<Part>>();
  return ml::for_each_row(call, [&](int64_t row) {
    float* y = call.at<float>(parts.size()) + row * call.sizes[1];
    for (size_t i = 0; i < parts.size(); ++i) {
      const int64_t columns = call.sizes[2 + i], taken = std::min(columns, parts[i].width);
      copy_of(parts[i].dtype)(call.data[i] + row * columns * graph::dtype_bytes(parts[i].dtype),
                              taken, y);
      std::fill(y + taken, y + parts[i].width, 0.0f);
      y += parts[i].width;
    }
  });
}

}  // namespace

Status infer_feature_vectorizer(Inference& in) {
  const auto* widths = ml::integers(in.node(), "inputdimensions");
  INLAY_TRY(
      ml::placed(in, ml::expect_length("inputdimensions", widths ? int64_t(widths->size()) : 0,
                                       int64_t(in.input_count()), false)));
  if (!widths) return in.error("expected inputs, found none");
  constexpr int64_t kMost = int64_t{1} << 40;
  Expr rows = in.constant(1);
  int64_t width = 0;
  for (size_t i = 0; i < in.input_count(); ++i) {
    if (!in.has(i) || !is_one_of(in.dtype(i), ml::RowTypes()))
      return in.error("input {}: expected float32, float64, int32 or int64", i);
    INLAY_ASSIGN(const Shape shape, in.shape(i));
    if (shape.size() != 1 && shape.size() != 2)
      return in.error("input {}: expected rows of features, found {} dimensions", i, shape.size());
    const Expr its_rows = ml::rows_of(in.exprs(), shape).rows;
    if (i == 0) rows = its_rows;
    INLAY_TRY(in.expect_equal(rows, its_rows, "rows"));
    if ((*widths)[i] < 0 || (*widths)[i] > kMost)
      return in.error("inputdimensions: expected sizes, found {}", (*widths)[i]);
    width += (*widths)[i];
  }
  in.set_output(0, DType::kFloat32, {rows, in.constant(width)});
  return Status();
}

Status lower_feature_vectorizer(Lowering& low) {
  const auto& widths = *ml::integers(low.node(), "inputdimensions");
  auto parts = std::make_shared<std::vector<Part>>();
  Lowering::StepSpec spec{run_feature_vectorizer, {}, low.output_shape(0), parts};
  for (size_t i = 0; i < widths.size(); ++i) {
    parts->push_back({low.input_type(i).dtype, widths[i]});
    spec.operands.push_back(low.dense(i));
    spec.sizes.push_back(ml::rows_of(low.exprs(), low.input_shape(i)).columns);
  }
  spec.operands.push_back(low.output(0));
  low.step(std::move(spec));
  return Status();
}

}  // namespace inlay::ops
