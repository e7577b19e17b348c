// Single nodes on constants, for tests of operators:
//
//   EXPECT_EQ(elements<float>(run("Neg", {tensor<float>(DType::kFloat32, {1}, {2})})), …);
#pragma once

#include <gtest/gtest.h>

#include "graph/graph_maker.h"
#include "ops/evaluate.h"

namespace inlay::test {

using graph::TensorRef;

template <class T>
TensorRef tensor(DType dtype, std::vector<int64_t> shape, const std::vector<T>& values) {
  return graph::make_tensor(dtype, std::move(shape), values);
}

// The first output of a node over constants.
inline Result<TensorRef> run(const std::string& op, const std::vector<TensorRef>& inputs,
                             GraphMaker::Attributes attributes = {}, int version = 17) {
  GraphMaker g;
  std::vector<ValueId> ids;
  for (const TensorRef& input : inputs)
    ids.push_back(input ? g.graph().add_constant("c", input) : kNoValue);
  g.output(g.op(op, ids, std::move(attributes), version));
  INLAY_TRY(g.infer());
  INLAY_ASSIGN(std::vector<TensorRef> out, ops::evaluate(g.graph(), g.graph().node(0), inputs));
  return out[0];
}

template <class T>
std::vector<T> elements(const Result<TensorRef>& result) {
  EXPECT_TRUE(result.ok()) << result.message();
  if (!result.ok()) return {};
  const T* data = (*result)->as<T>();
  return {data, data + (*result)->count()};
}

}  // namespace inlay::test
