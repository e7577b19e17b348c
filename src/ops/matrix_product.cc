#include "ops/matrix_product.h"

#include "kernels/gemm.h"
#include "ops/element_types.h"
#include "ops/lanes.h"
#include "ops/stop_check.h"
#include "ops/strided.h"

namespace inlay::ops {
namespace {

using ProductTypes = Types<float, double, Half, Bfloat16, int64_t, int32_t, uint64_t, uint32_t>;

// What a step finds in its sizes.
struct Problem {
  int64_t m, n, k;
  int64_t a_row, a_column, b_row, b_column;
  int64_t rank;          // of the batch
  const int64_t* shape;  // of the batch, then a's and b's strides over it
  int64_t batches = 1;
  bool one_b = true;  // all batches have the same right side

  Problem(int64_t r, const int64_t* s)
      : m(s[0]),
        n(s[1]),
        k(s[2]),
        a_row(s[3]),
        a_column(s[4]),
        b_row(s[5]),
        b_column(s[6]),
        rank(r),
        shape(s + 7) {
    for (int64_t axis = 0; axis < rank; ++axis) {
      batches *= shape[axis];
      one_b = one_b && shape[2 * rank + axis] == 0;
    }
  }
  // The offset of operand 0 or 1 for a batch.
  int64_t offset(int operand, int64_t batch) const {
    const int64_t* strides = shape + (operand + 1) * rank;
    int64_t out = 0;
    for (int64_t axis = rank; axis-- > 0; batch /= shape[axis])
      out += batch % shape[axis] * strides[axis];
    return out;
  }
};

struct ProductParams {
  int64_t rank;
};

// Rows of out, one by one.
template <class T>
Status run_plain(const StepCall& call) {
  const Problem p(call.as<ProductParams>().rank, call.sizes);
  using Sum =
      std::conditional_t<std::is_integral_v<T>,
                         std::make_unsigned_t<std::conditional_t<std::is_integral_v<T>, T, int>>,
                         std::conditional_t<sizeof(T) == 2, float, T>>;
  constexpr int64_t kProductsPerTask = 1 << 14;
  for_each_range(call.run.pool(), p.batches * p.m, kProductsPerTask / (p.n * p.k + 1) + 1,
                 [&](int64_t begin, int64_t end) {
                   for (int64_t row = begin; row < end; ++row) {
                     const T* a =
                         call.at<const T>(0) + p.offset(0, row / p.m) + row % p.m * p.a_row;
                     const T* b = call.at<const T>(1) + p.offset(1, row / p.m);
                     for (int64_t j = 0; j < p.n; ++j) {
                       Sum sum = 0;
                       for (int64_t i = 0; i < p.k; ++i)
                         sum += static_cast<Sum>(a[i * p.a_column]) *
                                static_cast<Sum>(b[i * p.b_row + j * p.b_column]);
                       call.at<T>(2)[row * p.n + j] = static_cast<T>(sum);
                     }
                   }
                 });
  return Status();
}

// Packs every right side, then runs the kernel over blocks of all products.
Status run_float(const StepCall& call) {
  const Problem p(call.as<ProductParams>().rank, call.sizes);
  if (p.batches == 0 || p.m == 0 || p.n == 0) return Status();
  const kernels::GemmKernel& kernel = kernels::gemm_kernel();
  ThreadPool& pool = call.run.pool();
  const int64_t packed_bytes = kernel.packed_bytes(p.k, p.n);
  const int64_t packs = p.one_b ? 1 : p.batches;
  INLAY_ASSIGN(std::byte* const scratch, call.run.scratch(packed_bytes * packs));
  const auto packed = [&](int64_t batch) {
    return reinterpret_cast<float*>(scratch + (p.one_b ? 0 : batch) * packed_bytes);
  };
  constexpr int64_t kColumnsPerTask = 192;  // a multiple of every kernel's tile_n
  const int64_t cuts = (p.n + kColumnsPerTask - 1) / kColumnsPerTask;
  pool.parallel_for(packs * cuts, [&](int64_t task) {
    const int64_t batch = task / cuts, begin = task % cuts * kColumnsPerTask;
    const kernels::PackSource source{call.at<const float>(1) + p.offset(1, batch),
                                     kernels::Element::kF32,
                                     p.k,
                                     p.n,
                                     p.b_row,
                                     p.b_column,
                                     1.0f,
                                     0};
    kernel.pack(source, p.k, p.n, begin, std::min(p.n, begin + kColumnsPerTask), packed(batch));
  });
  const auto threads = static_cast<int>(std::max<int64_t>(1, pool.threads() / p.batches));
  const kernels::GemmPartition partition = kernels::plan_gemm(p.m, p.n, p.k, threads);
  pool.parallel_for(p.batches * partition.tasks(), [&](int64_t task) {
    if (call.run.cancelled()) return;
    const int64_t batch = task / partition.tasks();
    kernels::GemmArgs args{};
    args.a = call.at<const float>(0) + p.offset(0, batch);
    args.a_stride = p.a_row;
    args.b_packed = packed(batch);
    args.c = call.at<float>(2) + batch * p.m * p.n;
    args.c_stride = p.n;
    args.m = p.m;
    args.n = p.n;
    args.k = p.k;
    args.stop = stop_check(call.run);
    kernels::run_block(kernel, args, kernels::gemm_block(partition, task % partition.tasks()));
  });
  return Status();
}

constexpr auto kProduct = []<class T>(std::type_identity<T>) -> StepFn {
  if constexpr (std::is_same_v<T, float>)
    return run_float;
  else
    return run_plain<T>;
};

// The axes before the last two.
View batch_of(View view) {
  view.shape.resize(view.shape.size() - 2);
  view.strides.resize(view.shape.size());
  return view;
}

}  // namespace

bool has_matrix_product(DType dtype) { return is_one_of(dtype, ProductTypes()); }

Status lower_matrix_product(Lowering& low, const View& a, const View& b, const View& out) {
  const size_t a_rank = a.shape.size(), b_rank = b.shape.size();
  Lowering::StepSpec spec{
      for_type(a.dtype, ProductTypes(), kProduct),
      {a.operand, b.operand, out.operand},
      {a.shape[a_rank - 2], b.shape[b_rank - 1], a.shape[a_rank - 1], a.strides[a_rank - 2],
       a.strides[a_rank - 1], b.strides[b_rank - 2], b.strides[b_rank - 1]},
      nullptr};
  const View batch = batch_of(out);
  const View sides[] = {batch_of(a), batch_of(b)};
  push_walk(low.exprs(), spec.sizes, batch.shape, sides);
  spec.params =
      std::make_shared<ProductParams>(ProductParams{static_cast<int64_t>(batch.shape.size())});
  low.step(std::move(spec));
  return Status();
}

}  // namespace inlay::ops
