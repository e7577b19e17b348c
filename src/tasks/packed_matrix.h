// A matrix on the right side of products, packed once: training multiplies by the same examples again and
// again. Immutable; every element of a product is one chain over k, so results do not depend on the rest.
#pragma once

#include <cstdint>

#include "base/block.h"
#include "kernels/gemm.h"

namespace inlay::tasks {

class PackedMatrix {
 public:
  // Element (k, n) lies at data[k * k_stride + n * n_stride]. Fails with kOutOfMemory.
  static Result<PackedMatrix> make(const float* data, int64_t k, int64_t n, int64_t k_stride,
                                   int64_t n_stride) {
    const kernels::GemmKernel& gemm = kernels::gemm_kernel();
    PackedMatrix out;
    out.k_ = k;
    out.n_ = n;
    INLAY_ASSIGN(out.block_, Block::allocate(static_cast<size_t>(gemm.packed_bytes(k, n))));
    gemm.pack({data, kernels::Element::kF32, k, n, k_stride, n_stride, 1.0f, 0}, k, n, 0, n,
              reinterpret_cast<float*>(out.block_.data()));
    return out;
  }

  // c[rows, n] = a[rows, k] * this + residual, which may be null.
  void multiply(const float* a, int64_t rows, const float* residual, float* c) const {
    kernels::GemmArgs args{};
    args.a = a;
    args.a_stride = args.k = k_;
    args.b_packed = reinterpret_cast<const float*>(block_.data());
    args.residual = residual;
    args.c = c;
    args.c_stride = args.residual_stride = args.n = n_;
    args.m = rows;
    args.activation = kernels::Activation::kNone;
    kernels::gemm_kernel().run(args, 0, rows, 0, n_);
  }

 private:
  int64_t k_ = 0, n_ = 0;
  Block block_;
};

}  // namespace inlay::tasks
