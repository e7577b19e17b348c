#include "tasks/similarity.h"

#include <cmath>

#include "kernels/dot.h"
#include "kernels/pooling.h"

namespace inlay::tasks {
namespace {

float euclidean(const float* a, const float* b, size_t n) {
  double sum = 0;
  for (size_t i = 0; i < n; ++i) {
    const double difference = double{a[i]} - double{b[i]};
    sum += difference * difference;
  }
  return static_cast<float>(-std::sqrt(sum));
}

float manhattan(const float* a, const float* b, size_t n) {
  double sum = 0;
  for (size_t i = 0; i < n; ++i) sum += std::fabs(double{a[i]} - double{b[i]});
  return static_cast<float>(-sum);
}

float similarity(Similarity function, const float* a, const float* b, size_t n) {
  switch (function) {
    case Similarity::kCosine: return kernels::cosine(a, b, static_cast<int64_t>(n));
    case Similarity::kDot: return kernels::dot(a, b, static_cast<int64_t>(n));
    case Similarity::kEuclidean: return euclidean(a, b, n);
    case Similarity::kManhattan: return manhattan(a, b, n);
  }
  return 0;
}

}  // namespace

Result<Similarity> parse_similarity(std::string_view name, std::string_view place) {
  if (name.empty() || name == "cosine") return Similarity::kCosine;
  if (name == "dot" || name == "dot_score") return Similarity::kDot;
  if (name == "euclidean") return Similarity::kEuclidean;
  if (name == "manhattan") return Similarity::kManhattan;
  return unsupported(
      "{}: similarity_fn_name: expected cosine, dot, euclidean or manhattan, found {}", place,
      quote(name));
}

void similarity_matrix(Similarity function, std::span<const float> a, std::span<const float> b,
                       size_t dimensions, float* out) {
  for (size_t i = 0; i < a.size(); i += dimensions)
    for (size_t j = 0; j < b.size(); j += dimensions)
      *out++ = similarity(function, &a[i], &b[j], dimensions);
}

void normalize_rows(std::span<float> rows, size_t dimensions) {
  for (size_t begin = 0; begin < rows.size(); begin += dimensions)
    kernels::l2_normalize(&rows[begin], &rows[begin], static_cast<int64_t>(dimensions), 1e-12f);
}

}  // namespace inlay::tasks
