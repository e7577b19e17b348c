#include "ops/ml/tree_model.h"

#include "ops/ml/forest_model.h"
#include "ops/ml/forest_source.h"

namespace inlay::ops::ml {
namespace {

template <class T>
Result<std::shared_ptr<const Scorer<T>>> made(const ForestSource& source, ForestRules rules) {
  INLAY_ASSIGN(Forest<T> forest, make_forest<T>(source));
  return std::shared_ptr<const Scorer<T>>(
      std::make_shared<ForestModel<T>>(std::move(forest), std::move(rules)));
}

Result<ForestRules> rules_of(const graph::Node& node) {
  ForestRules rules;
  INLAY_ASSIGN(rules.transform, post_transform(node.text("post_transform", "NONE")));
  INLAY_ASSIGN(rules.aggregate, aggregate_function(node.text("aggregate_function", "SUM")));
  INLAY_ASSIGN(const Reals base, reals(node, "base_values"));
  rules.base = base.values;
  return rules;
}

}  // namespace

template <class T>
Result<std::shared_ptr<const Scorer<T>>> tree_regressor(const graph::Node& node) {
  INLAY_ASSIGN(ForestRules rules, rules_of(node));
  INLAY_ASSIGN(const ForestSource source, read_trees(node, "target"));
  rules.targets = node.integer("n_targets", 1);
  INLAY_TRY(check_targets(source, rules.targets));
  INLAY_TRY(
      expect_length("base_values", static_cast<int64_t>(rules.base.size()), rules.targets, true));
  return made<T>(source, std::move(rules));
}

template <class T>
Result<std::shared_ptr<const Scorer<T>>> tree_ensemble(const graph::Node& node) {
  ForestRules rules;
  INLAY_ASSIGN(rules.transform, post_transform(node.integer("post_transform", 0)));
  INLAY_ASSIGN(rules.aggregate, aggregate_function(node.integer("aggregate_function", 1)));
  INLAY_ASSIGN(const ForestSource source, read_ensemble(node));
  rules.targets = node.integer("n_targets", 1);
  INLAY_TRY(check_targets(source, rules.targets));
  return made<T>(source, std::move(rules));
}

template <class T>
Result<std::shared_ptr<const Scorer<T>>> tree_classifier(const graph::Node& node) {
  INLAY_ASSIGN(ForestRules rules, rules_of(node));
  rules.aggregate = Aggregate::kSum;
  INLAY_ASSIGN(ForestSource source, read_trees(node, "class"));
  INLAY_ASSIGN(rules.labels, class_labels(node));
  const int64_t classes = rules.labels.count();
  if (classes == 0) return invalid("expected labels of classes, found none");
  INLAY_TRY(check_targets(source, classes));
  rules.targets = classes;
  rules.classifies = true;
  if (classes <= 2) set_two_classes(source, rules);
  const auto bases = static_cast<int64_t>(rules.base.size());
  if (bases != 1 || classes > 2) INLAY_TRY(expect_length("base_values", bases, classes, true));
  return made<T>(source, std::move(rules));
}

namespace {

template <class T>
Status infer_by(Inference& in, ReadTrees<T> read, DType out, bool classifies) {
  const auto model = read(in.node());
  INLAY_TRY(placed(in, model));
  INLAY_TRY(expect_features(in, (*model)->features(), false));
  return infer_scores(in, out, (*model)->scores(), classifies);
}

template <class T>
Status lower_by(Lowering& low, ReadTrees<T> read, bool classifies) {
  INLAY_ASSIGN(auto model, read(low.node()));
  return lower_scores<T>(low, std::move(model), classifies);
}

}  // namespace

Status infer_trees(Inference& in, const TreeReader& reader, DType out) {
  return in.dtype(0) == DType::kFloat64 ? infer_by(in, reader.wide, out, reader.classifies)
                                        : infer_by(in, reader.narrow, out, reader.classifies);
}

Status lower_trees(Lowering& low, const TreeReader& reader) {
  return low.input_type(0).dtype == DType::kFloat64
             ? lower_by(low, reader.wide, reader.classifies)
             : lower_by(low, reader.narrow, reader.classifies);
}

template Result<std::shared_ptr<const Scorer<float>>> tree_classifier(const graph::Node&);
template Result<std::shared_ptr<const Scorer<double>>> tree_classifier(const graph::Node&);
template Result<std::shared_ptr<const Scorer<float>>> tree_regressor(const graph::Node&);
template Result<std::shared_ptr<const Scorer<double>>> tree_regressor(const graph::Node&);
template Result<std::shared_ptr<const Scorer<float>>> tree_ensemble(const graph::Node&);
template Result<std::shared_ptr<const Scorer<double>>> tree_ensemble(const graph::Node&);

}  // namespace inlay::ops::ml
