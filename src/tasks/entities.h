// From labels of tokens to entities of texts, as transformers' TokenClassificationPipeline does it.
//
// Pure functions over what a tokenizer and a head gave:
//   std::vector<Entity> found = find_entities(tokens, scores, labels, options, joiner);
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"

namespace inlay::tasks {

// How tokens become entities. The numbers are those of inlay_aggregation in inlay.h.
//   none     each token is one, by its best label: "B-PER"
//   simple   neighbours of one kind are joined: "PER"; B- begins another one
//   first    the same over words, which have their first token's label
//   average  over words, whose scores are the means of their tokens'
//   max      over words, which have the label of the token that is surest
enum class Aggregation : uint8_t { kDefault = 0, kNone, kSimple, kFirst, kAverage, kMax };

struct EntityToken {
  std::string word;               // the token, or for an unknown one the text that it stands for
  uint32_t begin, end;            // of the text
  bool continues_word;            // it is not the first of its word
  std::span<const float> scores;  // a probability a label
};

struct Entity {
  std::string label;  // without "B-" and "I-", where tokens are joined
  float score = 0;
  uint32_t begin = 0, end = 0;  // of the text
  std::string word;             // what the tokens say, joined
};

// Turns tokens back into text.
class TokenJoiner {
 public:
  virtual ~TokenJoiner() = default;
  virtual Result<std::string> join(std::vector<std::string> tokens) const = 0;
};

// All entities of a text's tokens, in order, those of every label. Requires another than kDefault.
Result<std::vector<Entity>> find_entities(std::span<const EntityToken> tokens,
                                          std::span<const std::string> labels,
                                          Aggregation aggregation, const TokenJoiner& joiner);

// Of entities from overlapping windows: where some overlap the longest stays, and of equal ones the
// surest. In the order of their begins.
std::vector<Entity> merge_overlapping(std::vector<Entity> entities);

}  // namespace inlay::tasks
