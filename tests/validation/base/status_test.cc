#include "base/status.h"

#include <gtest/gtest.h>

namespace inlay {
namespace {

Result<int> half(int value) {
  if (value % 2 != 0) return invalid("expected an even number, found {}", value);
  return value / 2;
}

Status quarter(int value, int& out) {
  INLAY_ASSIGN(const int first, half(value));
  INLAY_ASSIGN(out, half(first));
  return Status();
}

Status check(int value) {
  int unused = 0;
  INLAY_TRY(quarter(value, unused).at("check"));
  return not_found("nothing wrong with {}", value);
}

TEST(Status, OkIsEmpty) {
  const Status status;
  EXPECT_TRUE(status.ok());
  EXPECT_EQ(status.code(), StatusCode::kOk);
  EXPECT_EQ(status.message(), "");
  EXPECT_EQ(sizeof(Status), sizeof(void*));
  EXPECT_TRUE(Status(StatusCode::kOk, "ignored").ok());
}

TEST(Status, MacrosReturnTheFirstError) {
  int out = 0;
  EXPECT_TRUE(quarter(12, out).ok());
  EXPECT_EQ(out, 3);
  EXPECT_EQ(quarter(6, out).message(), "expected an even number, found 3");
  EXPECT_EQ(check(5).message(), "check: expected an even number, found 5");
  EXPECT_EQ(check(4).code(), StatusCode::kNotFound);
}

TEST(Status, ResultHoldsAValueOrAnError) {
  auto good = half(4), bad = half(3);
  EXPECT_TRUE(good.ok());
  EXPECT_EQ(*good, 2);
  EXPECT_EQ(good.code(), StatusCode::kOk);
  EXPECT_FALSE(bad.ok());
  EXPECT_EQ(std::move(bad).status().code(), StatusCode::kInvalidArgument);
  EXPECT_TRUE(std::move(good).status().ok());
  auto moved = Result<std::unique_ptr<int>>(std::make_unique<int>(7));
  EXPECT_EQ(*std::move(moved).value(), 7);
}

}  // namespace
}  // namespace inlay
