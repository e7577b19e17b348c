// A matrix on the right side of products, packed once: training multiplies by the same examples again and
// again. Immutable; every element of a product is one chain over k, so results do not depend on the rest.
#pragma once

#include <algorithm>
#include <cstdint>

#include "base/block.h"
#include "kernels/gemm.h"

namespace inlay::tasks {

class PackedMatrix {
 public:
  // Rows of numbers, `stride` from one to the next.
  struct Rows {
    const float* data;
    int64_t stride;
  };
  struct MutableRows {
    float* data;
    int64_t stride;
  };

  // Element (k, n) is scale * data[k * k_stride + n * n_stride]. Fails with kOutOfMemory.
  static Result<PackedMatrix> make(const float* data, int64_t k, int64_t n, int64_t k_stride,
                                   int64_t n_stride, float scale = 1.0f) {
    const kernels::GemmKernel& gemm = kernels::gemm_kernel();
    PackedMatrix out;
    out.k_ = k;
    out.n_ = n;
    INLAY_ASSIGN(out.block_, Block::allocate(static_cast<size_t>(gemm.packed_bytes(k, n))));
    gemm.pack({data, kernels::Element::kF32, k, n, k_stride, n_stride, scale, 0}, k, n, 0, n,
              reinterpret_cast<float*>(out.block_.data()));
    return out;
  }

  // c[rows, n] = a[rows, k] * this + residual, which lies as c does, may be c, and may be null.
  void multiply(Rows a, int64_t rows, const float* residual, MutableRows c) const {
    multiply(a, rows, residual, c, n_);
  }
  // The lower triangle of c[n, n] = a[n, k] * this, and more in passing.
  void multiply_lower(const float* a, float* c) const {
    constexpr int64_t kRows = 96;  // a multiple of every kernel's columns at a time
    for (int64_t begin = 0; begin < n_; begin += kRows) {
      const int64_t rows = std::min(kRows, n_ - begin);
      multiply({a + begin * k_, k_}, rows, nullptr, {c + begin * n_, n_}, begin + rows);
    }
  }
  // The same for rows that lie end to end.
  void multiply(const float* a, int64_t rows, const float* residual, float* c) const {
    multiply({a, k_}, rows, residual, {c, n_});
  }

 private:
  // Of the first `columns`.
  void multiply(Rows a, int64_t rows, const float* residual, MutableRows c, int64_t columns) const {
    kernels::GemmArgs args{};
    args.a = a.data;
    args.a_stride = a.stride;
    args.k = k_;
    args.b_packed = reinterpret_cast<const float*>(block_.data());
    args.residual = residual;
    args.c = c.data;
    args.c_stride = args.residual_stride = c.stride;
    args.n = n_;
    args.m = rows;
    args.activation = kernels::Activation::kNone;
    kernels::gemm_kernel().run(args, 0, rows, 0, columns);
  }

  int64_t k_ = 0, n_ = 0;
  Block block_;
};

}  // namespace inlay::tasks
