// Products of the domain com.microsoft.
//
// FusedMatMul: alpha · A B with either operand turned first: "transA" and "transB" change its last
// two axes, "transBatchA" and "transBatchB" move its first axis behind those of the batch.
// FusedGemm: Gemm, then the operator that the attribute "activation" names.
#include <algorithm>
#include <array>
#include <numeric>

#include "ops/expansion.h"

namespace inlay::ops {
namespace {

// An operand of FusedMatMul as MatMul takes it.
Result<ValueId> turned(Expansion& x, size_t input, bool transpose, bool batch_first) {
  const ValueId value = x.input(input);
  const size_t rank = x.rank(value);
  if (!transpose && !batch_first) return value;
  if (rank < 2)
    return x.error("input {}: expected at least 2 dimensions to transpose, found {}", input, rank);
  std::vector<int64_t> perm(rank);
  std::iota(perm.begin(), perm.end(), 0);
  if (batch_first) std::rotate(perm.begin(), perm.begin() + 1, perm.end() - 1);
  if (transpose) std::swap(perm[rank - 2], perm[rank - 1]);
  return x.make("Transpose", {value}, {{"perm", perm}});
}

struct Activation {
  std::string_view name;
  std::array<std::string_view, 2> parameters;  // what activation_alpha and _beta are called
};

constexpr Activation kActivations[] = {
    {"Elu", {"alpha"}},
    {"HardSigmoid", {"alpha", "beta"}},
    {"HardSwish", {}},
    {"LeakyRelu", {"alpha"}},
    {"Relu", {}},
    {"Selu", {"alpha", "gamma"}},
    {"Sigmoid", {}},
    {"Softplus", {}},
    {"Softsign", {}},
    {"Tanh", {}},
    {"ThresholdedRelu", {"alpha"}},
};

}  // namespace

Status expand_fused_mat_mul(Expansion& x) {
  INLAY_TRY(x.expect_inputs(2, 2));
  const auto flag = [&](const char* key) { return x.node().integer(key, 0) != 0; };
  INLAY_ASSIGN(const ValueId a, turned(x, 0, flag("transA"), flag("transBatchA")));
  INLAY_ASSIGN(const ValueId b, turned(x, 1, flag("transB"), flag("transBatchB")));
  const auto alpha = static_cast<double>(x.node().real("alpha", 1));
  if (alpha == 1)
    x.define(0, "MatMul", {a, b});
  else
    x.define(0, "Mul", {x.make("MatMul", {a, b}), x.number(alpha, x.dtype(a))});
  return x.status();
}

Status expand_fused_gemm(Expansion& x) {
  INLAY_TRY(x.expect_inputs(2, 3));
  const graph::Node& node = x.node();
  Expansion::Attributes gemm;
  for (const char* key : {"alpha", "beta", "transA", "transB"})
    if (const auto found = node.attributes.find(key); found != node.attributes.end())
      gemm.insert(*found);
  const std::string_view wanted = node.text("activation", "");
  if (wanted.empty()) {
    x.define(0, "Gemm", node.inputs, std::move(gemm));
    return x.status();
  }
  const ValueId product = x.make("Gemm", node.inputs, std::move(gemm));
  for (const Activation& known : kActivations) {
    if (known.name != wanted) continue;
    Expansion::Attributes attributes;
    const std::array<std::string_view, 2> given = {
        "activation_alpha",
        known.parameters[1] == "gamma" ? "activation_gamma" : "activation_beta"};
    for (size_t i = 0; i < given.size(); ++i)
      if (const auto found = node.attributes.find(given[i]);
          !known.parameters[i].empty() && found != node.attributes.end())
        attributes.emplace(known.parameters[i], found->second);
    x.define(0, wanted, {product}, std::move(attributes));
    return x.status();
  }
  return x.refuse("expected an activation such as \"Relu\", found {}", quote(wanted));
}

}  // namespace inlay::ops
