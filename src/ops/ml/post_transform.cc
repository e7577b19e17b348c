#include "ops/ml/post_transform.h"

#include <algorithm>
#include <cmath>

#include "base/format.h"

namespace inlay::ops::ml {
namespace {

constexpr std::string_view kNames[] = {"NONE", "SOFTMAX", "LOGISTIC", "SOFTMAX_ZERO", "PROBIT"};

template <class T>
T logistic(T x) {
  const T positive = 1 / (1 + std::exp(-std::abs(x)));
  return x < 0 ? 1 - positive : positive;
}

template <class T>
void softmax(T* scores, int64_t count) {
  const T highest = *std::max_element(scores, scores + count);
  T sum = 0;
  for (int64_t i = 0; i < count; ++i) sum += scores[i] = std::exp(scores[i] - highest);
  for (int64_t i = 0; i < count; ++i) scores[i] /= sum;
}

// Softmax in which scores of 0 stay 0.
template <class T>
void softmax_zero(T* scores, int64_t count) {
  constexpr T kZero = static_cast<T>(1e-7);
  const T highest = *std::max_element(scores, scores + count);
  T sum = 0;
  for (int64_t i = 0; i < count; ++i) {
    const bool zero = std::abs(scores[i]) <= kZero;
    scores[i] = zero ? scores[i] * std::exp(-highest) : std::exp(scores[i] - highest);
    if (!zero) sum += scores[i];
  }
  for (int64_t i = 0; i < count; ++i) scores[i] /= sum;
}

}  // namespace

Result<PostTransform> post_transform(std::string_view name) {
  const auto* found = std::find(std::begin(kNames), std::end(kNames), name);
  if (found == std::end(kNames))
    return invalid(
        "post_transform: expected NONE, SOFTMAX, LOGISTIC, SOFTMAX_ZERO or PROBIT, found {}",
        quote(name));
  return static_cast<PostTransform>(found - kNames);
}

Result<PostTransform> post_transform(int64_t number) {
  if (number >= 0 && number < static_cast<int64_t>(std::size(kNames)))
    return static_cast<PostTransform>(number);
  return invalid("post_transform: expected a number from 0 to 4, found {}", number);
}

// The inverse of the normal distribution by Winitzki's approximation of the inverse error function,
// which is what all engines mean by it.
template <class T>
T probit(T score) {
  const T x = 2 * score - 1;
  constexpr T kA = static_cast<T>(0.147), kPi = static_cast<T>(3.14159);
  const T log = std::log((1 - x) * (1 + x));
  const T half = 2 / (kPi * kA) + log / 2;
  const T root = std::sqrt(-half + std::sqrt(half * half - log / kA));
  return static_cast<T>(1.41421356) * (x < 0 ? -root : root);
}

template <class T>
void transform_scores(PostTransform transform, T* scores, int64_t count) {
  if (count == 0 || (count == 1 && transform != PostTransform::kProbit)) return;
  switch (transform) {
    case PostTransform::kNone: break;
    case PostTransform::kSoftmax: softmax(scores, count); break;
    case PostTransform::kSoftmaxZero: softmax_zero(scores, count); break;
    case PostTransform::kLogistic:
      std::transform(scores, scores + count, scores, logistic<T>);
      break;
    case PostTransform::kProbit: std::transform(scores, scores + count, scores, probit<T>); break;
  }
}

template <class T>
void transform_one_as_two(PostTransform transform, TwoScores second, T* scores) {
  const T score = scores[0];
  scores[1] = score;
  scores[0] = second == TwoScores::kComplement ? 1 - score : -score;
  if (transform == PostTransform::kLogistic) scores[0] = -score;
  if (transform == PostTransform::kLogistic || transform == PostTransform::kProbit)
    transform_scores(transform, scores, 2);
}

template float probit(float);
template double probit(double);
template void transform_scores(PostTransform, float*, int64_t);
template void transform_scores(PostTransform, double*, int64_t);
template void transform_one_as_two(PostTransform, TwoScores, float*);
template void transform_one_as_two(PostTransform, TwoScores, double*);

}  // namespace inlay::ops::ml
