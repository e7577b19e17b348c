// Which padded batches can be computed without their padding, and what is computed then.
#include "runtime/ragged_batch.h"

#include <gtest/gtest.h>

#include <limits>

namespace inlay::runtime {
namespace {

using graph::DType;

constexpr int64_t kShape[] = {2, 3};

class RaggedBatchTest : public testing::Test {
 protected:
  std::optional<RaggedBatch> batch() const {
    const TensorView views[] = {
        {DType::kInt64, kShape, reinterpret_cast<const std::byte*>(ids.data())},
        {DType::kInt64, kShape, reinterpret_cast<const std::byte*>(mask.data())}};
    return RaggedBatch::of(form, wanted, views);
  }

  Model::Ragged form{nullptr, {"attention_mask"}, {}};
  std::vector<PlanTensor> wanted = {{"input_ids", DType::kInt64, {}},
                                    {"attention_mask", DType::kInt64, {}}};
  std::vector<int64_t> ids = {5, 6, 0, 7, 8, 9};
  std::vector<int64_t> mask = {1, 1, 0, 1, 1, 1};
};

TEST_F(RaggedBatchTest, TokensStandEndToEnd) {
  const auto ragged = batch();
  ASSERT_TRUE(ragged.has_value());
  const auto inputs = ragged->inputs();
  ASSERT_EQ(inputs.size(), 2u);
  EXPECT_EQ(inputs[0].name, "input_ids");
  EXPECT_EQ(inputs[0].tensor.shape[0], 5);
  const auto* tokens = reinterpret_cast<const int32_t*>(inputs[0].tensor.data);
  EXPECT_EQ(std::vector<int32_t>(tokens, tokens + 5), (std::vector<int32_t>{5, 6, 7, 8, 9}));
  const auto* offsets = reinterpret_cast<const int64_t*>(inputs[1].tensor.data);
  EXPECT_EQ(std::vector<int64_t>(offsets, offsets + 3), (std::vector<int64_t>{0, 2, 5}));
}

TEST_F(RaggedBatchTest, RowsComeBackWithZerosForPadding) {
  const auto ragged = batch();
  ASSERT_TRUE(ragged.has_value());
  auto block = Block::allocate(5 * sizeof(float));
  ASSERT_TRUE(block.ok());
  auto* rows = reinterpret_cast<float*>(block->data());
  for (int i = 0; i < 5; ++i) rows[i] = static_cast<float>(i + 1);
  const OutputTensor tokens{DType::kFloat32, {5, 1}, std::make_shared<Block>(std::move(*block))};
  const auto padded = ragged->with_padding(tokens, nullptr);
  ASSERT_TRUE(padded.ok());
  EXPECT_EQ(padded->shape, (std::vector<int64_t>{2, 3, 1}));
  const auto* out = reinterpret_cast<const float*>(padded->data());
  EXPECT_EQ(std::vector<float>(out, out + 6), (std::vector<float>{1, 2, 0, 3, 4, 5}));
}

TEST_F(RaggedBatchTest, OtherMasksAreComputedAsTheyStand) {
  const std::vector<std::vector<int64_t>> others = {
      {0, 1, 1, 1, 1, 1},  // padding first
      {1, 0, 1, 1, 1, 1},  // a hole
      {0, 0, 0, 1, 1, 1},  // a text without tokens
      {2, 1, 0, 1, 1, 1},  // another number
  };
  for (const auto& other : others) {
    mask = other;
    EXPECT_FALSE(batch().has_value()) << other[0] << other[1] << other[2];
  }
}

TEST_F(RaggedBatchTest, OtherTypesAndIdsAreComputedAsTheyStand) {
  ids[0] = std::numeric_limits<int64_t>::max();
  EXPECT_FALSE(batch().has_value());
  ids[0] = 5;
  wanted[0].dtype = DType::kInt32;
  EXPECT_FALSE(batch().has_value());
}

TEST_F(RaggedBatchTest, WithoutAMaskNothingIsPadding) {
  form.masks.clear();
  EXPECT_FALSE(batch().has_value());
}

}  // namespace
}  // namespace inlay::runtime
