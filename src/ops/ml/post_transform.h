// What becomes of a row of scores at the end of a model of ai.onnx.ml ("post_transform").
#pragma once

#include <cstdint>
#include <string_view>

#include "base/status.h"

namespace inlay::ops::ml {

// The numbers are those of TreeEnsemble's attribute.
enum class PostTransform : uint8_t { kNone, kSoftmax, kLogistic, kSoftmaxZero, kProbit };

Result<PostTransform> post_transform(std::string_view name);
Result<PostTransform> post_transform(int64_t number);

// The scores of a row in place, as float or double. One score alone is left as it is but for PROBIT, as other
// engines leave it.
template <class T>
void transform_scores(PostTransform transform, T* scores, int64_t count);

// Second: how a model with one score for two classes makes two of it.
enum class TwoScores : uint8_t { kComplement, kOpposite };
// scores[0] becomes scores[0] and scores[1], transformed.
template <class T>
void transform_one_as_two(PostTransform transform, TwoScores second, T* scores);

template <class T>
T probit(T score);

}  // namespace inlay::ops::ml
