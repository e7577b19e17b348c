// Models that give each row of features some scores, and a class where they classify: linear ones, support
// vectors, trees. What their operators share: input 0 [n, features] or [features], as a step over rows.
#pragma once

#include <memory>

#include "ops/element_types.h"
#include "ops/ml/attributes.h"
#include "ops/op.h"

namespace inlay::ops::ml {

// What all of them take.
using RowTypes = Types<float, double, int64_t, int32_t>;

// A model whose numbers are T, float or double. Does not change; run() is called by many threads at once.
template <class T>
class Scorer {
 public:
  virtual ~Scorer() = default;
  virtual int64_t scores() const = 0;    // of a row
  virtual int64_t features() const = 0;  // that a row has at least
  virtual int64_t scratch_bytes(int64_t) const { return 0; }
  // `scores` [rows, scores()], `labels` [rows] or null, `scratch` of scratch_bytes(rows).
  virtual void run(const T* x, int64_t columns, int64_t rows, T* scores, int64_t* labels,
                   std::byte* scratch) const = 0;
};

// [n, features] as [n, features] and [features] as [1, features].
struct Rows {
  Expr rows, columns;
};
Rows rows_of(ExprPool& exprs, const Shape& shape);
// Of input 0; fails for other ranks and element types.
Status expect_rows(Inference& in);

// Scores as the last output, behind labels where `classifies`. `scores` [n, count].
Status infer_scores(Inference& in, DType dtype, int64_t count, bool classifies);
// A step over output 0 or, where the operator classifies, outputs 0 and 1. Rows are read as T and scores
// are written as the output's type.
template <class T>
Status lower_scores(Lowering& low, std::shared_ptr<const Scorer<T>> scorer, bool classifies);

// "node …: <what the operator's attributes are not>".
inline Status placed(const Inference& in, const Status& status) {
  return status.ok() ? Status() : in.error("{}", status.message());
}
template <class T>
Status placed(const Inference& in, const Result<T>& made) {
  return made.ok() ? Status() : in.error("{}", made.message());
}

// The number of features that the input has, checked when a plan is bound, is what the model has.
Status expect_features(Inference& in, int64_t features, bool exact);

}  // namespace inlay::ops::ml
