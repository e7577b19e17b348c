#include "tasks/logistic_regression.h"

#include <gtest/gtest.h>

#include <chrono>

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
        const auto begin = std::chrono::steady_clock::now();
        const auto fit = fit_logistic(problem);
        const double ms =
            std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin)
                .count();
        ASSERT_TRUE(fit.ok());
        const auto begin2 = std::chrono::steady_clock::now();
        (void)leave_one_out_logits(problem, *fit);
        const double ms2 =
            std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin2)
                .count();
        printf("c %g n %zu: iterations %d gradient %g exact %g ms %.2f loo %.2f\n", c, n,
               fit->iterations, fit->gradient, gradient_at(problem, fit->weights), ms, ms2);
      }
    }
}

}  // namespace
}  // namespace inlay::tasks
