#include "tasks/entities.h"

#include <gtest/gtest.h>

#include <array>

namespace inlay::tasks {
namespace {

const std::vector<std::string> kLabels = {"O", "B-PER", "I-PER", "LOC"};

class SpaceJoiner final : public TokenJoiner {
 public:
  Result<std::string> join(std::vector<std::string> tokens) const override {
    std::string out;
    for (const std::string& token : tokens) out += (out.empty() ? "" : " ") + token;
    return out;
  }
};

// Scores of one label, the rest shared by the others.
std::array<float, 4> sure_of(size_t label, float score) {
  std::array<float, 4> out;
  out.fill((1 - score) / 3);
  out[label] = score;
  return out;
}

struct Text {
  std::vector<std::array<float, 4>> scores;
  std::vector<EntityToken> tokens;

  void add(const char* word, size_t label, float score, bool continues = false) {
    scores.push_back(sure_of(label, score));
    const auto begin = static_cast<uint32_t>(3 * tokens.size());
    tokens.push_back({word, begin, begin + 2, continues, {}});
  }
  std::string found(Aggregation aggregation) {
    for (size_t i = 0; i < tokens.size(); ++i) tokens[i].scores = scores[i];
    auto entities = find_entities(tokens, kLabels, aggregation, SpaceJoiner());
    if (!entities.ok()) return std::string(entities.message());
    std::string out;
    for (const Entity& e : *entities)
      out += format("{}{}[{}] {}-{}", out.empty() ? "" : "; ", e.label, e.word, e.begin, e.end);
    return out;
  }
};

TEST(Entities, EachTokenIsOneWithoutAggregation) {
  Text text;
  text.add("a", 1, 0.9f);
  text.add("b", 0, 0.9f);
  EXPECT_EQ(text.found(Aggregation::kNone), "B-PER[a] 0-2; O[b] 3-5");
}

TEST(Entities, BBeginsAnotherAndOtherLabelsContinue) {
  Text text;
  text.add("a", 1, 0.9f);
  text.add("b", 2, 0.8f);
  text.add("c", 1, 0.9f);
  text.add("d", 3, 0.9f);
  text.add("e", 3, 0.9f);
  EXPECT_EQ(text.found(Aggregation::kSimple), "PER[a b] 0-5; PER[c] 6-8; LOC[d e] 9-14");
}

TEST(Entities, WordsAgreeOnALabel) {
  Text text;
  text.add("a", 3, 0.5f);
  text.add("b", 2, 0.7f, true);
  text.add("c", 0, 0.9f, true);
  EXPECT_EQ(text.found(Aggregation::kFirst), "LOC[a b c] 0-8");
  EXPECT_EQ(text.found(Aggregation::kMax), "O[a b c] 0-8");
  EXPECT_EQ(text.found(Aggregation::kAverage), "O[a b c] 0-8");
}

TEST(Entities, ATokenThatContinuesNothingIsAWord) {
  Text text;
  text.add("a", 1, 0.9f, true);
  EXPECT_EQ(text.found(Aggregation::kFirst), "PER[a] 0-2");
  EXPECT_EQ(Text().found(Aggregation::kMax), "");
}

TEST(Entities, ScoresOfAGroupAreTheirMean) {
  Text text;
  text.add("a", 1, 0.9f);
  text.add("b", 2, 0.7f);
  for (size_t i = 0; i < 2; ++i) text.tokens[i].scores = text.scores[i];
  auto entities = find_entities(text.tokens, kLabels, Aggregation::kSimple, SpaceJoiner());
  ASSERT_TRUE(entities.ok());
  EXPECT_FLOAT_EQ(entities->at(0).score, 0.8f);
}

TEST(Entities, OfThoseThatOverlapTheLongestStaysThenTheSurest) {
  const auto merged = [](std::vector<Entity> entities) {
    std::string out;
    for (const Entity& e : merge_overlapping(std::move(entities))) out += e.label;
    return out;
  };
  EXPECT_EQ(merged({}), "");
  EXPECT_EQ(merged({{"a", 0.9f, 0, 4, ""}, {"b", 0.1f, 2, 9, ""}}), "b");
  EXPECT_EQ(merged({{"a", 0.1f, 0, 4, ""}, {"b", 0.9f, 0, 4, ""}}), "b");
  EXPECT_EQ(merged({{"b", 0.9f, 4, 8, ""}, {"a", 0.1f, 0, 4, ""}}), "ab");
}

}  // namespace
}  // namespace inlay::tasks
