// The models against a slow encoder, over random models and texts.
#include "reference_encoder.h"

#include <gtest/gtest.h>

#include <random>

namespace inlay::text {
namespace {

TEST(ReferenceEncoder, AgreesOverRandomModels) {
  std::mt19937 random(7);
  for (int round = 0; round < 3000; ++round) {
    std::string bytes(random() % 300, '\0');
    for (char& byte : bytes) byte = static_cast<char>(random());
    const std::string difference = differs_from_reference(bytes);
    ASSERT_EQ(difference, "") << "round " << round;
  }
}

TEST(ReferenceEncoder, MergesByRankAndNotByPlace) {
  ReferenceModel model;
  model.tokens = {"<unk>", "a", "b", "c", "ab", "bc"};
  model.merges = {{"b", "c"}, {"a", "b"}};
  EXPECT_EQ(model.tokenize("abc"), (std::vector<ReferenceToken>{{1, 0, 1}, {5, 1, 3}}));
  std::swap(model.merges[0], model.merges[1]);  // the twin: other ranks, other tokens
  EXPECT_EQ(model.tokenize("abc"), (std::vector<ReferenceToken>{{4, 0, 2}, {3, 2, 3}}));
}

}  // namespace
}  // namespace inlay::text
