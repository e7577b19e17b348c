// Examples around random directions, made from a seed.
#pragma once

#include <cmath>
#include <random>

#include "tasks/few_shot.h"

namespace inlay::tasks {

inline std::vector<float> random_unit(std::mt19937& random, size_t dimensions) {
  std::normal_distribution<float> normal;
  std::vector<float> out(dimensions);
  float square = 0;
  for (float& value : out) value = normal(random);
  for (const float value : out) square += value * value;
  for (float& value : out) value /= std::sqrt(square);
  return out;
}

// Examples take turns among the labels; `spread` 0 puts them all onto their label's prior.
inline FewShotExamples random_examples(size_t labels, size_t examples, size_t dimensions,
                                       float spread, unsigned seed = 1) {
  std::mt19937 random(seed);
  FewShotExamples out;
  out.dimensions = dimensions;
  for (size_t i = 0; i < labels; ++i) {
    out.label_names.push_back("label " + std::to_string(i));
    const std::vector<float> prior = random_unit(random, dimensions);
    out.prior.insert(out.prior.end(), prior.begin(), prior.end());
  }
  for (size_t i = 0; i < examples; ++i) {
    const size_t label = i % labels;
    std::vector<float> x = random_unit(random, dimensions);
    for (size_t j = 0; j < dimensions; ++j)
      x[j] = spread * x[j] + out.prior[label * dimensions + j];
    out.x.insert(out.x.end(), x.begin(), x.end());
    out.labels.push_back(static_cast<int32_t>(label));
  }
  normalize_rows(out.x, dimensions);
  return out;
}

}  // namespace inlay::tasks
