// The factor L of a symmetric positive definite matrix, A = L L', and what is divided by it.
//
//   Cholesky a(n);
//   … a.at(i, j) = … for j <= i
//   INLAY_TRY(a.factor());
//   INLAY_TRY(a.solve(z, count));   // z [n, count] becomes L^-1 z
//
// Works on blocks of kBlock columns, so that nearly all of it is matrix products. In f32: a few thousand times
// its rounding is what a well-conditioned matrix loses. For one thread at a time.
#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

#include "base/status.h"

namespace inlay::tasks {

class Cholesky {
 public:
  explicit Cholesky(size_t size) : size_(size), lower_(size * size) {}

  size_t size() const { return size_; }
  float& at(size_t row, size_t column) { return lower_[row * size_ + column]; }

  // Replaces the lower triangle by L; a pivot that rounding made too small counts as 1e-9. Fails with
  // kOutOfMemory.
  Status factor();
  // Replaces the rows of z [size, count] by those of L^-1 z. Requires factor(). Fails with kOutOfMemory.
  Status solve(std::vector<float>& z, size_t count) const;

 private:
  static constexpr size_t kBlock = 64;
  size_t block_end(size_t begin) const { return std::min(begin + kBlock, size_); }
  void factor_diagonal(size_t begin, size_t end);
  void invert_diagonal(size_t begin, size_t end);
  // The inverse of L's block at [begin, begin), row-major with kBlock columns.
  float* inverse(size_t begin) { return &inverses_[begin * kBlock]; }
  const float* inverse(size_t begin) const { return &inverses_[begin * kBlock]; }

  size_t size_;
  std::vector<float> lower_;     // [size, size]
  std::vector<float> inverses_;  // of the blocks on the diagonal, one behind the other
};

}  // namespace inlay::tasks
