// The models against a slow encoder, over random models and texts.
#include "reference_encoder.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "tiny_tokenizer.h"

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

// Letters a, b and c, merged any way: tokens of one text by many ways, candidates that are out of
// date when their turn comes.
ReferenceModel random_merges(std::mt19937& random) {
  ReferenceModel model;
  model.tokens = {"<unk>", "a", "b", "c"};
  for (int i = 0; i < 12; ++i) {
    const auto pick = [&] { return model.tokens[1 + random() % (model.tokens.size() - 1)]; };
    const std::pair<std::string, std::string> merge(pick(), pick());
    const std::string whole = merge.first + merge.second;
    const auto has = [&](const auto& all, const auto& one) {
      return std::find(all.begin(), all.end(), one) != all.end();
    };
    if (has(model.merges, merge) || whole.size() > 6) continue;
    if (!has(model.tokens, whole)) model.tokens.push_back(whole);
    model.merges.push_back(merge);
  }
  std::shuffle(model.merges.begin(), model.merges.end(), random);
  return model;
}

// Beyond some symbols merges wait in a queue.
TEST(ReferenceEncoder, LongWordsMergeAsShortOnesDo) {
  std::mt19937 random(11);
  for (int round = 0; round < 300; ++round) {
    const ReferenceModel model = random_merges(random);
    const auto tokenizer = made("{\"model\":" + model.json() + "}");
    std::string word(1 + random() % 200, ' ');
    for (char& letter : word) letter = static_cast<char>('a' + random() % 3);
    const auto encoding = tokenizer->encode(word, std::nullopt, {});
    ASSERT_TRUE(encoding.ok()) << encoding.message();
    std::vector<ReferenceToken> found;
    for (size_t i = 0; i < encoding->size(); ++i) {
      found.push_back(
          {encoding->ids()[i], encoding->offsets()[i].begin, encoding->offsets()[i].end});
    }
    ASSERT_EQ(found, model.tokenize(word)) << "round " << round << ": " << word;
  }
}

}  // namespace
}  // namespace inlay::text
