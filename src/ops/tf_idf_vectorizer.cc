// TfIdfVectorizer (ONNX 9) of numbers: how often each n-gram of a pool comes in a row. Strings are
// objects/tf_idf_vectorizer.cc's, which says their places in the pool as uint32, the highest for none.
#include <algorithm>

#include "ops/lanes.h"
#include "ops/ngrams.h"
#include "ops/op.h"

namespace inlay::ops {
namespace {

// Operands: x, y. Sizes: rows, words.
template <class T>
Status run_tf_idf_vectorizer(const StepCall& call) {
  const auto& ngrams = *call.as<std::shared_ptr<const Ngrams>>();
  const int64_t rows = call.sizes[0], words = call.sizes[1];
  const int64_t lanes = lane_count(call.run.pool(), rows);
  INLAY_ASSIGN(std::byte* const scratch,
               call.run.scratch(lanes * words * int64_t{sizeof(int64_t)} + 1));
  for_each_in_lanes(call.run.pool(), rows, lanes, [&](int64_t lane, int64_t row) {
    if (call.run.cancelled()) return;
    auto* wide = reinterpret_cast<int64_t*>(scratch) + lane * words;
    const T* x = call.at<const T>(0) + row * words;
    std::transform(x, x + words, wide, [](T word) { return static_cast<int64_t>(word); });
    ngrams.count({wide, static_cast<size_t>(words)}, call.at<float>(1) + row * ngrams.outputs());
  });
  return Status();
}

}  // namespace

Status infer_tf_idf_vectorizer(Inference& in) {
  INLAY_TRY(in.expect_inputs(1, 1));
  const bool texts = in.node().attributes.count("pool_strings") > 0;
  if (texts)
    INLAY_TRY(in.expect_dtype(0, {DType::kUint32}));
  else
    INLAY_TRY(in.expect_dtype(0, {DType::kInt32, DType::kInt64}));
  INLAY_ASSIGN(Shape shape, in.shape(0));
  if (shape.empty() || shape.size() > 2)
    return in.error("expected 1 or 2 dimensions, found {}", shape.size());
  const auto ngrams = Ngrams::read(in.node());
  if (!ngrams.ok()) return in.error("{}", ngrams.message());
  shape.back() = in.constant((*ngrams)->outputs());
  in.set_output(0, DType::kFloat32, std::move(shape));
  return Status();
}

Status lower_tf_idf_vectorizer(Lowering& low) {
  const Shape& shape = low.input_shape(0);
  INLAY_ASSIGN(auto ngrams, Ngrams::read(low.node()));
  const bool wide = low.input_type(0).dtype == DType::kInt64;
  const Operand x = low.dense(0);
  low.step({wide ? run_tf_idf_vectorizer<int64_t> : run_tf_idf_vectorizer<int32_t>,
            {x, low.output(0)},
            {shape.size() == 2 ? shape[0] : low.constant(1), shape.back()},
            std::make_shared<std::shared_ptr<const Ngrams>>(std::move(ngrams))});
  return Status();
}

}  // namespace inlay::ops
