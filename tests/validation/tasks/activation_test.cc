#include "tasks/activation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "tasks/label_names.h"

namespace inlay::tasks {
namespace {

using ::testing::FloatEq;
using ::testing::Pointwise;

std::vector<float> applied(Activation activation, std::vector<float> logits) {
  apply_activation(activation, logits);
  return logits;
}

TEST(Activation, SoftmaxOfLargeLogitsIsFinite) {
  EXPECT_THAT(applied(Activation::kSoftmax, {1000, 1000}), Pointwise(FloatEq(), {0.5f, 0.5f}));
  EXPECT_THAT(applied(Activation::kSoftmax, {-1000, 0}), Pointwise(FloatEq(), {0.0f, 1.0f}));
  EXPECT_TRUE(applied(Activation::kSoftmax, {}).empty());
}

TEST(Activation, SigmoidOfEach) {
  const auto scores = applied(Activation::kSigmoid, {0, std::log(3.0f), -200, 200});
  EXPECT_THAT(scores, Pointwise(FloatEq(), {0.5f, 0.75f, 0.0f, 1.0f}));
}

TEST(Activation, NoneLeavesLogits) {
  EXPECT_THAT(applied(Activation::kNone, {-3, 2}), Pointwise(FloatEq(), {-3.0f, 2.0f}));
}

TEST(LabelNames, TemplatesAreFilledOnce) {
  EXPECT_EQ(fill_template("a {} b {}", "x"), "a x b {}");
  EXPECT_TRUE(check_template("{}").ok());
  EXPECT_FALSE(check_template("{x}").ok());
}

TEST(LabelNames, EachIsThereOnce) {
  const std::string_view good[] = {"a", "b"}, twice[] = {"a", "b", "a"}, unnamed[] = {"a", ""};
  EXPECT_TRUE(check_label_names(good).ok());
  EXPECT_EQ(check_label_names(twice).message(),
            "label 2: expected each name once, found \"a\" again");
  EXPECT_EQ(check_label_names(unnamed).message(), "label 1: expected a name, found nothing");
  EXPECT_TRUE(check_label_names({}).ok());  // whether there must be one is the caller's to know
}

}  // namespace
}  // namespace inlay::tasks
