#include "tasks/cholesky.h"

#include <cmath>

#include "kernels/dot.h"
#include "tasks/packed_matrix.h"

namespace inlay::tasks {
namespace {

constexpr float kLeastPivot = 1e-9f;

int64_t wide(size_t n) { return static_cast<int64_t>(n); }

float dot(const float* a, const float* b, size_t n) { return kernels::dot(a, b, wide(n)); }

}  // namespace

void Cholesky::factor_diagonal(size_t begin, size_t end) {
  for (size_t i = begin; i < end; ++i) {
    float* const row = &at(i, begin);
    for (size_t j = begin; j < i; ++j)
      at(i, j) = (at(i, j) - dot(row, &at(j, begin), j - begin)) / at(j, j);
    at(i, i) = std::sqrt(std::max(at(i, i) - dot(row, row, i - begin), kLeastPivot));
  }
}

void Cholesky::invert_diagonal(size_t begin, size_t end) {
  float column[kBlock];
  for (size_t j = begin; j < end; ++j) {
    for (size_t i = j; i < end; ++i) {
      const float sum = i == j ? -1 : dot(column, &at(i, j), i - j);
      column[i - j] = -sum / at(i, i);
      inverse(begin)[(i - begin) * kBlock + j - begin] = column[i - j];
    }
  }
}

Status Cholesky::factor() {
  inverses_.assign((size_ + kBlock - 1) / kBlock * kBlock * kBlock, 0.0f);
  std::vector<float> panel;
  for (size_t begin = 0; begin < size_; begin += kBlock) {
    const size_t end = block_end(begin), columns = end - begin;
    if (begin > 0) {  // less what the columns before it stand for
      INLAY_ASSIGN(const auto before, PackedMatrix::make(&at(begin, 0), wide(begin), wide(columns),
                                                         1, wide(size_), -1.0f));
      before.multiply({&at(begin, 0), wide(size_)}, wide(size_ - begin), &at(begin, begin),
                      {&at(begin, begin), wide(size_)});
    }
    factor_diagonal(begin, end);
    invert_diagonal(begin, end);
    if (end == size_) break;
    const size_t rows = size_ - end;
    INLAY_ASSIGN(const auto inverted,
                 PackedMatrix::make(inverse(begin), wide(columns), wide(columns), 1, kBlock));
    panel.resize(rows * columns);
    inverted.multiply({&at(end, begin), wide(size_)}, wide(rows), nullptr,
                      {panel.data(), wide(columns)});
    for (size_t i = 0; i < rows; ++i)
      std::copy_n(&panel[i * columns], columns, &at(end + i, begin));
  }
  return Status();
}

Status Cholesky::solve(std::vector<float>& z, size_t count) const {
  const auto row = [&](size_t i) { return &z[i * count]; };
  std::vector<float> solved(kBlock * count);
  for (size_t begin = 0; begin < size_; begin += kBlock) {
    const size_t end = block_end(begin), rows = end - begin;
    if (begin > 0) {
      INLAY_ASSIGN(const auto before,
                   PackedMatrix::make(z.data(), wide(begin), wide(count), wide(count), 1, -1.0f));
      before.multiply({&lower_[begin * size_], wide(size_)}, wide(rows), row(begin),
                      {row(begin), wide(count)});
    }
    INLAY_ASSIGN(const auto right,
                 PackedMatrix::make(row(begin), wide(rows), wide(count), wide(count), 1));
    right.multiply({inverse(begin), kBlock}, wide(rows), nullptr, {solved.data(), wide(count)});
    std::copy_n(solved.data(), rows * count, row(begin));
  }
  return Status();
}

}  // namespace inlay::tasks
