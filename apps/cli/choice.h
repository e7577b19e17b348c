// Options whose value is one of a few words.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "failure.h"
#include "inlay/inlay.h"

namespace cli {

struct Choice {
  const char* name;
  uint32_t value;
};

inline constexpr Choice kActivations[] = {{"softmax", INLAY_ACTIVATION_SOFTMAX},
                                          {"sigmoid", INLAY_ACTIVATION_SIGMOID},
                                          {"none", INLAY_ACTIVATION_NONE}};
inline constexpr Choice kFewShotMethods[] = {{"logistic", INLAY_FEW_SHOT_LOGISTIC},
                                             {"centroid", INLAY_FEW_SHOT_CENTROID}};
inline constexpr Choice kAggregations[] = {{"none", INLAY_AGGREGATION_NONE},
                                           {"simple", INLAY_AGGREGATION_SIMPLE},
                                           {"first", INLAY_AGGREGATION_FIRST},
                                           {"average", INLAY_AGGREGATION_AVERAGE},
                                           {"max", INLAY_AGGREGATION_MAX}};

// The value of `word`; 0 where it is empty. Fails as wrong usage for other words, naming `option`.
inline uint32_t choose(const std::string& word, std::span<const Choice> choices,
                       const char* option) {
  if (word.empty()) return 0;
  std::string known;
  for (const Choice& choice : choices) {
    if (word == choice.name) return choice.value;
    known += (known.empty() ? "" : ", ") + std::string(choice.name);
  }
  fail_usage(option, ": expected one of ", known, ", found ", quote(word));
}

}  // namespace cli
