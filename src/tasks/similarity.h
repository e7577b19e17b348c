// How alike two vectors are, as sentence-transformers measures it: larger is closer.
//
//   similarity_matrix(Similarity::kCosine, a, b, dimensions, out);   // out[i, j] of a's row i and b's row j
//
// Thread-safe.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "base/status.h"

namespace inlay::tasks {

// The numbers are those of inlay_similarity_function in inlay.h.
enum class Similarity : uint32_t {
  kCosine = 1,  // 0 where a vector is 0
  kDot = 2,
  kEuclidean = 3,  // minus the distance
  kManhattan = 4,  // minus the sum of absolute differences
};

// Of config_sentence_transformers.json's similarity_fn_name; "": the cosine. Fails with kUnsupported for other
// names; `place` stands before the message.
Result<Similarity> parse_similarity(std::string_view name, std::string_view place);

// out [rows of a, rows of b]; a and b are [rows, dimensions].
void similarity_matrix(Similarity function, std::span<const float> a, std::span<const float> b,
                       size_t dimensions, float* out);

// Makes each row of length 1; rows of zeros stay.
void normalize_rows(std::span<float> rows, size_t dimensions);

}  // namespace inlay::tasks
