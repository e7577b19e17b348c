#include "tasks/logistic_regression.h"

#include <gtest/gtest.h>

#include <random>

#include "tasks/leave_one_out.h"
#include "tasks/random_examples.h"

namespace inlay::tasks {
namespace {

LogisticProblem problem_of(const FewShotExamples& examples, std::span<const float> prior, float c) {
  return {static_cast<int64_t>(examples.label_names.size()),
          static_cast<int64_t>(examples.dimensions),
          examples.x,
          examples.labels,
          {},
          prior,
          c};
}

// The gradient of the objective at W, in double: its largest element.
double gradient_at(const LogisticProblem& problem, const std::vector<float>& w) {
  const auto d = static_cast<size_t>(problem.dimensions);
  const auto classes = static_cast<size_t>(problem.classes);
  std::vector<double> gradient(w.size());
  for (size_t i = 0; i < w.size(); ++i)
    gradient[i] = (double{w[i]} - double{problem.prior[i]}) / double{problem.c};
  for (size_t i = 0; i < problem.labels.size(); ++i) {
    std::vector<double> p(classes);
    double sum = 0;
    for (size_t k = 0; k < classes; ++k) {
      double z = 0;
      for (size_t j = 0; j < d; ++j) z += double{w[k * d + j]} * double{problem.x[i * d + j]};
      sum += p[k] = std::exp(z);
    }
    for (size_t k = 0; k < classes; ++k) {
      const double u = p[k] / sum - (static_cast<size_t>(problem.labels[i]) == k ? 1 : 0);
      for (size_t j = 0; j < d; ++j)
        gradient[k * d + j] +=
            double{problem.weight(static_cast<int64_t>(i))} * u * double{problem.x[i * d + j]};
    }
  }
  double largest = 0;
  for (const double value : gradient) largest = std::max(largest, std::fabs(value));
  return largest;
}

TEST(LogisticRegression, EndsWhereTheGradientIsZero) {
  for (const float c : {0.01f, 1.0f, 5.0f, 100.0f})
    for (const size_t n : {1u, 7u, 40u, 500u}) {
      const FewShotExamples examples = random_examples(10, n, 384, 3.0f);
      const std::vector<float> none(examples.prior.size());
      for (const std::vector<float>& prior : {none, examples.prior}) {
        const LogisticProblem problem = problem_of(examples, prior, c);
        const auto fit = fit_logistic(problem);
        ASSERT_TRUE(fit.ok()) << fit.message();
        // It ends at 1e-7 an example, and f32 sums leave about 3e-8.
        EXPECT_LE(gradient_at(problem, fit->weights), 1e-5 + 1.3e-7 * static_cast<double>(n))
            << "c " << c << ", " << n << " examples";
      }
    }
}

TEST(LogisticRegression, WeightsOfExamplesAreRepetitions) {
  FewShotExamples once = random_examples(3, 12, 20, 2.0f);
  FewShotExamples twice = once;
  std::vector<float> weights(12, 1.0f);
  weights[5] = 2;
  twice.labels.push_back(once.labels[5]);
  twice.x.insert(twice.x.end(), once.x.begin() + 5 * 20, once.x.begin() + 6 * 20);
  LogisticProblem weighted = problem_of(once, once.prior, 5);
  weighted.weights = weights;
  const auto a = fit_logistic(weighted), b = fit_logistic(problem_of(twice, twice.prior, 5));
  ASSERT_TRUE(a.ok() && b.ok());
  for (size_t i = 0; i < a->weights.size(); ++i) EXPECT_NEAR(a->weights[i], b->weights[i], 1e-4f);
}

TEST(LogisticRegression, WithoutExamplesIsThePrior) {
  const FewShotExamples examples = random_examples(4, 0, 8, 1.0f);
  const auto fit = fit_logistic(problem_of(examples, examples.prior, 5));
  ASSERT_TRUE(fit.ok());
  EXPECT_EQ(fit->weights, examples.prior);
}

// Each example left out by fitting again.
std::vector<float> left_out_by_fitting(const FewShotExamples& all, std::span<const float> prior,
                                       float c) {
  const size_t n = all.labels.size(), d = all.dimensions, classes = all.label_names.size();
  std::vector<float> out(classes * n);
  for (size_t i = 0; i < n; ++i) {
    FewShotExamples rest = all;
    const auto at = static_cast<std::ptrdiff_t>(i), width = static_cast<std::ptrdiff_t>(d);
    rest.labels.erase(rest.labels.begin() + at);
    rest.x.erase(rest.x.begin() + at * width, rest.x.begin() + (at + 1) * width);
    const auto fit = fit_logistic(problem_of(rest, prior, c));
    for (size_t k = 0; k < classes; ++k)
      for (size_t j = 0; j < d; ++j) out[k * n + i] += fit->weights[k * d + j] * all.x[i * d + j];
  }
  return out;
}

double mean_loss(std::span<const float> logits, std::span<const int32_t> labels) {
  const size_t n = labels.size();
  double loss = 0;
  for (size_t i = 0; i < n; ++i) {
    double sum = 0;
    for (size_t k = 0; k < logits.size() / n; ++k) sum += std::exp(double{logits[k * n + i]});
    loss += std::log(sum) - double{logits[static_cast<size_t>(labels[i]) * n + i]};
  }
  return loss / static_cast<double>(n);
}

// Fewer and more examples than dimensions; two labels, where the formula is a whole step of Newton's method,
// and more.
TEST(LeaveOneOut, IsNearFittingAgain) {
  for (const size_t labels : {2u, 5u})
    for (const size_t n : {20u, 90u})
      for (const float c : {0.5f, 5.0f}) {
        const FewShotExamples all = random_examples(labels, n, 40, 2.0f);
        std::vector<float> prior = all.prior;
        for (float& value : prior) value *= 3;
        const LogisticProblem problem = problem_of(all, prior, c);
        const auto fit = fit_logistic(problem);
        ASSERT_TRUE(fit.ok());
        const auto found = leave_one_out_logits(problem, *fit);
        ASSERT_TRUE(found.ok()) << found.message();
        const std::vector<float> expected = left_out_by_fitting(all, prior, c);
        const double seen = mean_loss(fit->logits, all.labels);
        const double wanted = mean_loss(expected, all.labels);
        // With more labels than two the curvature is only that along each residual.
        const double share = labels == 2 ? 0.15 : 0.45;
        EXPECT_NEAR(mean_loss(*found, all.labels), wanted, share * (wanted - seen))
            << labels << " labels, " << n << " examples, c " << c;
        const float t = calibrate_temperature(expected, all.labels, 1);
        EXPECT_NEAR(calibrate_temperature(*found, all.labels, 1), t, 0.12f * t);
      }
}

TEST(LeaveOneOut, TemperatureFindsTheScaleOfLogits) {
  std::mt19937 random(7);
  std::normal_distribution<float> normal;
  const size_t n = 4000;
  std::vector<float> logits(3 * n);
  std::vector<int32_t> labels;
  for (size_t i = 0; i < n; ++i) {
    double powers[3];
    for (size_t k = 0; k < 3; ++k)
      powers[k] = std::exp(double{logits[k * n + i] = 2 * normal(random)});
    labels.push_back(std::discrete_distribution<int32_t>(powers, powers + 3)(random));
  }
  for (float& value : logits) value *= 4;  // too sure by a factor of 4
  EXPECT_NEAR(calibrate_temperature(logits, labels, 1), 4, 0.3);
  EXPECT_EQ(calibrate_temperature({}, {}, 0.5f), 0.5f);
}

}  // namespace
}  // namespace inlay::tasks
