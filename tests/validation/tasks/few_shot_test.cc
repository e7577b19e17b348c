#include "tasks/few_shot.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>

#include "tasks/random_examples.h"

namespace inlay::tasks {
namespace {

// The label that the head gives to x.
size_t best(const FewShotHead& head, std::span<const float> x) {
  std::vector<float> scores(head.labels.size());
  for (size_t k = 0; k < scores.size(); ++k)
    for (size_t j = 0; j < x.size(); ++j) scores[k] += head.weights[k * x.size() + j] * x[j];
  return static_cast<size_t>(std::max_element(scores.begin(), scores.end()) - scores.begin());
}

double share_right(const FewShotHead& head, const FewShotExamples& examples) {
  size_t right = 0;
  for (size_t i = 0; i < examples.labels.size(); ++i)
    right +=
        best(head, std::span(examples.x).subspan(i * examples.dimensions, examples.dimensions)) ==
        static_cast<size_t>(examples.labels[i]);
  return static_cast<double>(right) / static_cast<double>(examples.labels.size());
}

TEST(FewShot, WithoutExamplesIsZeroShot) {
  const FewShotExamples none = random_examples(5, 0, 30, 1.0f);
  for (const FewShotMethod method : {FewShotMethod::kLogistic, FewShotMethod::kCentroid}) {
    const auto head = fit_head(none, {.method = method, .unknown_share = 0.1f});
    ASSERT_TRUE(head.ok()) << head.message();
    for (size_t i = 0; i < none.prior.size(); ++i) {
      // Scores are those of cosine / 0.05.
      EXPECT_NEAR(head->weights[i] / head->temperature, none.prior[i] / 0.05f, 1e-4f);
      EXPECT_NEAR(head->centroids[i], none.prior[i], 1e-6f);
    }
    EXPECT_EQ(head->thresholds, std::vector<float>(5, -1));
  }
}

TEST(FewShot, ExamplesMoveTheHead) {
  const FewShotExamples examples = random_examples(4, 80, 50, 2.5f, 3);
  for (const FewShotMethod method : {FewShotMethod::kLogistic, FewShotMethod::kCentroid}) {
    const auto head = fit_head(examples, {.method = method});
    ASSERT_TRUE(head.ok());
    EXPECT_GE(share_right(*head, examples), 0.9);
  }
  FewShotExamples wrong = examples;  // descriptions of other labels; the examples outweigh them
  std::rotate(wrong.prior.begin(), wrong.prior.begin() + 50, wrong.prior.end());
  EXPECT_GE(share_right(*fit_head(wrong, {}), examples), 0.8);
  FewShotExamples untouched = wrong;
  untouched.x.clear(), untouched.labels.clear();
  EXPECT_LE(share_right(*fit_head(untouched, {}), examples), 0.3);
}

TEST(FewShot, SameExamplesSameBits) {
  const FewShotExamples examples = random_examples(7, 300, 64, 3.0f);
  const auto a = fit_head(examples, {.unknown_share = 0.05f});
  const auto b = fit_head(examples, {.unknown_share = 0.05f});
  ASSERT_TRUE(a.ok() && b.ok());
  EXPECT_EQ(write_head(*a), write_head(*b));
}

TEST(FewShot, OddExamples) {
  const auto single = fit_head(random_examples(1, 5, 16, 1.0f), {});
  ASSERT_TRUE(single.ok()) << single.message();
  FewShotExamples repeated = random_examples(2, 40, 16, 0.0f);  // all examples of a label are equal
  EXPECT_TRUE(fit_head(repeated, {.without_descriptions = true}).ok());
  for (size_t i = 0; i < 40; i += 4) repeated.labels[i] = 1;  // and some have the other label
  const auto conflicting = fit_head(repeated, {});
  ASSERT_TRUE(conflicting.ok());
  EXPECT_EQ(share_right(*conflicting, random_examples(2, 40, 16, 0.0f)), 1);
}

// 60 examples of one label and 3 of each other: balanced, those are found as often.
TEST(FewShot, BalancedLabels) {
  FewShotExamples uneven = random_examples(3, 180, 24, 2.0f);
  FewShotExamples kept = uneven;
  kept.x.clear(), kept.labels.clear();
  for (size_t i = 0; i < 180; ++i) {
    if (uneven.labels[i] != 0 && i >= 9) continue;
    kept.labels.push_back(uneven.labels[i]);
    kept.x.insert(kept.x.end(), uneven.x.begin() + static_cast<std::ptrdiff_t>(i * 24),
                  uneven.x.begin() + static_cast<std::ptrdiff_t>((i + 1) * 24));
  }
  const FewShotOptions plain{.without_descriptions = true};
  FewShotOptions balanced = plain;
  balanced.balanced = true;
  EXPECT_GT(share_right(*fit_head(kept, balanced), uneven),
            share_right(*fit_head(kept, plain), uneven));
}

TEST(FewShot, ThresholdsLeaveTheirShareOut) {
  const FewShotExamples examples = random_examples(3, 300, 32, 1.5f);
  const auto head = fit_head(examples, {.unknown_share = 0.1f});
  ASSERT_TRUE(head.ok());
  size_t unknown = 0;
  for (size_t i = 0; i < 300; ++i) {
    float cosine = 0;
    const auto label = static_cast<size_t>(examples.labels[i]);
    for (size_t j = 0; j < 32; ++j)
      cosine += head->centroids[label * 32 + j] * examples.x[i * 32 + j];
    unknown += cosine < head->thresholds[label];
  }
  EXPECT_GT(unknown, 15u);
  EXPECT_LE(unknown, 30u);  // seen examples are nearer than left-out ones
}

TEST(FewShot, WhatCannotBe) {
  const FewShotExamples good = random_examples(2, 4, 8, 1.0f);
  FewShotExamples bad = good;
  bad.x[9] = std::numeric_limits<float>::quiet_NaN();
  EXPECT_EQ(fit_head(bad, {}).message(), "example 1: expected a finite vector, found another one");
  EXPECT_EQ(fit_head({}, {}).message(), "labels: expected at least one, found none");
  EXPECT_EQ(fit_head(good, {.c = -1}).message(), "c: expected a number above 0, found -1");
  EXPECT_EQ(fit_head(good, {.unknown_share = 1}).message(),
            "unknown_share: expected a number from 0 to below 1, found 1");
  bad = good;
  bad.labels.assign(4, 0);
  EXPECT_EQ(fit_head(bad, {.without_descriptions = true}).message(),
            "label \"label 1\": expected examples, as descriptions do not count, found none");
}

}  // namespace
}  // namespace inlay::tasks
