#include "ops/ml/linear_model.h"

#include <algorithm>

#include "kernels/dot.h"
#include "ops/ml/post_transform.h"

namespace inlay::ops::ml {
namespace {

struct LinearModel {
  std::vector<float> coefficients;  // [targets, features]
  std::vector<float> intercepts;    // [targets]
  int64_t targets = 1, features = 0;
  PostTransform transform = PostTransform::kNone;

  void products(const float* row, float* scores) const {
    kernels::dot_rows(row, coefficients.data(), features, targets, features, scores);
    for (int64_t i = 0; i < targets; ++i) scores[i] += intercepts[static_cast<size_t>(i)];
  }
};

class LinearRegressor final : public Scorer<float> {
 public:
  explicit LinearRegressor(LinearModel model) : model_(std::move(model)) {}
  int64_t scores() const override { return model_.targets; }
  int64_t features() const override { return model_.features; }
  void run(const float* x, int64_t columns, int64_t rows, float* scores, int64_t*,
           std::byte*) const override {
    for (int64_t row = 0; row < rows; ++row, scores += model_.targets) {
      model_.products(x + row * columns, scores);
      transform_scores(model_.transform, scores, model_.targets);
    }
  }

 private:
  LinearModel model_;
};

// One score stands for the second of two classes, or for 1 against 0 where there are no labels.
class LinearClassifier final : public Scorer<float> {
 public:
  LinearClassifier(LinearModel model, ClassLabels labels)
      : model_(std::move(model)),
        labels_(std::move(labels)),
        doubles_(model_.targets == 1 && labels_.count() == 2) {}
  int64_t scores() const override { return doubles_ ? 2 : model_.targets; }
  int64_t features() const override { return model_.features; }
  void run(const float* x, int64_t columns, int64_t rows, float* scores, int64_t* labels,
           std::byte*) const override {
    for (int64_t row = 0; row < rows; ++row, scores += this->scores()) {
      model_.products(x + row * columns, scores);
      if (labels) labels[row] = label(scores);
      if (doubles_)
        transform_one_as_two(model_.transform, TwoScores::kComplement, scores);
      else
        transform_scores(model_.transform, scores, model_.targets);
    }
  }

 private:
  int64_t label(const float* scores) const {
    const int64_t best = model_.targets == 1
                             ? int64_t{scores[0] > 0}
                             : std::max_element(scores, scores + model_.targets) - scores;
    return labels_.count() == 0 ? best : labels_.label(best);
  }

  LinearModel model_;
  ClassLabels labels_;
  bool doubles_;
};

// Coefficients of `targets` targets, cut into rows.
Result<LinearModel> linear_model(const graph::Node& node, int64_t targets) {
  LinearModel model;
  INLAY_ASSIGN(model.transform, post_transform(node.text("post_transform", "NONE")));
  const auto* coefficients = floats(node, "coefficients");
  if (!coefficients) return invalid("coefficients: expected numbers, found none");
  const auto count = static_cast<int64_t>(coefficients->size());
  if (targets < 1 || count % targets != 0)
    return invalid("coefficients: expected as many for each of {} scores, found {}", targets,
                   count);
  INLAY_TRY(expect_length("intercepts", length_of(node, "intercepts"), targets, true));
  model.coefficients = *coefficients;
  model.targets = targets;
  model.features = count / targets;
  if (const auto* intercepts = floats(node, "intercepts"))
    model.intercepts = *intercepts;
  else
    model.intercepts.assign(static_cast<size_t>(targets), 0);
  return model;
}

}  // namespace

Result<std::shared_ptr<const Scorer<float>>> linear_regressor(const graph::Node& node) {
  INLAY_ASSIGN(LinearModel model, linear_model(node, node.integer("targets", 1)));
  return std::make_shared<const LinearRegressor>(std::move(model));
}

Result<std::shared_ptr<const Scorer<float>>> linear_classifier(const graph::Node& node,
                                                               int64_t features) {
  INLAY_ASSIGN(ClassLabels labels, class_labels(node));
  const int64_t coefficients = length_of(node, "coefficients");
  // Two classes have one score or two: the intercepts say, or the features.
  int64_t targets = length_of(node, "intercepts");
  if (targets == 0) targets = features > 0 ? coefficients / features : labels.count();
  targets = std::max<int64_t>(targets, 1);
  const int64_t wanted = targets == 1 && labels.count() != 0 ? 2 : targets;
  if (labels.count() != 0) INLAY_TRY(expect_length("labels", labels.count(), wanted, false));
  INLAY_ASSIGN(LinearModel model, linear_model(node, targets));
  return std::make_shared<const LinearClassifier>(std::move(model), std::move(labels));
}

}  // namespace inlay::ops::ml
