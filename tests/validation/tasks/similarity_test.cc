#include "tasks/similarity.h"

#include <gtest/gtest.h>

#include <vector>

namespace inlay::tasks {
namespace {

TEST(Similarity, EachFunctionOnAMatrix) {
  const std::vector<float> a = {3, 4, 0, 0}, b = {4, 3, 0, 0, 3, 4};  // 2 and 3 rows of 2
  const auto of = [&](Similarity function) {
    std::vector<float> out(6);
    similarity_matrix(function, a, b, 2, out.data());
    return out;
  };
  EXPECT_FLOAT_EQ(of(Similarity::kCosine)[0], 0.96f);
  EXPECT_FLOAT_EQ(of(Similarity::kCosine)[2], 1);
  EXPECT_EQ(of(Similarity::kCosine)[3], 0);  // of a vector that is 0
  EXPECT_FLOAT_EQ(of(Similarity::kDot)[0], 24);
  EXPECT_FLOAT_EQ(of(Similarity::kEuclidean)[1], -5);
  EXPECT_FLOAT_EQ(of(Similarity::kManhattan)[0], -2);
  EXPECT_FLOAT_EQ(of(Similarity::kManhattan)[5], -7);
}

TEST(Similarity, Names) {
  EXPECT_EQ(*parse_similarity("", "m"), Similarity::kCosine);
  EXPECT_EQ(*parse_similarity("dot", "m"), Similarity::kDot);
  EXPECT_EQ(*parse_similarity("euclidean", "m"), Similarity::kEuclidean);
  EXPECT_EQ(*parse_similarity("manhattan", "m"), Similarity::kManhattan);
  EXPECT_EQ(parse_similarity("angle", "m").message(),
            "m: similarity_fn_name: expected cosine, dot, euclidean or manhattan, found \"angle\"");
}

}  // namespace
}  // namespace inlay::tasks
