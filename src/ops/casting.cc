#include "ops/casting.h"

#include "kernels/convert.h"
#include "ops/elementwise.h"

namespace inlay::ops {
namespace {

using kernels::ConvertKernel;

// Floats become integers by dropping the fraction; what an integer type cannot hold becomes what a conversion
// through int64 leaves of it.
template <class To, class From>
To convert(From x) {
  constexpr bool from_integer = std::is_integral_v<From>;
  if constexpr (std::is_same_v<To, bool>) {
    return x != From{0};
  } else if constexpr (std::is_integral_v<To> && !from_integer) {
    const auto value = static_cast<double>(x);
    // INT64_MIN is what x86 makes of NaN and of numbers that are too large.
    if (std::is_same_v<To, uint64_t> && value >= 0x1p63 && value < 0x1p64)
      return static_cast<To>(static_cast<uint64_t>(value));
    const bool fits = value >= -0x1p63 && value < 0x1p63;
    return static_cast<To>(fits ? static_cast<int64_t>(value) : INT64_MIN);
  } else if constexpr (std::is_same_v<To, Half> || std::is_same_v<To, Bfloat16>) {
    return To(static_cast<float>(x));
  } else {
    return static_cast<To>(x);
  }
}

template <class To>
struct CastTo {
  template <class From>
  To operator()(From x) const {
    return convert<To>(x);
  }
};

template <class T>
using Stored = std::conditional_t<sizeof(T) == 2, uint16_t, T>;

// Elements without gaps go to the kernel, others to CastTo.
template <class To, class From, auto kConvert>
void kernel_cast(const std::byte* const* in, const int64_t* strides, std::byte* out, int64_t n,
                 const void* params) {
  if (strides[0] != 1) return element_loop<CastTo<To>, To, From>(in, strides, out, n, params);
  (kernels::convert_kernel().*kConvert)(reinterpret_cast<const Stored<From>*>(in[0]), n,
                                        reinterpret_cast<Stored<To>*>(out));
}

struct KernelCast {
  DType from, to;
  ElementLoop loop;
};
constexpr KernelCast kKernelCasts[] = {
    {DType::kFloat16, DType::kFloat32, kernel_cast<float, Half, &ConvertKernel::widen_f16>},
    {DType::kBfloat16, DType::kFloat32, kernel_cast<float, Bfloat16, &ConvertKernel::widen_bf16>},
    {DType::kFloat32, DType::kFloat16, kernel_cast<Half, float, &ConvertKernel::narrow_f16>},
    {DType::kFloat32, DType::kBfloat16, kernel_cast<Bfloat16, float, &ConvertKernel::narrow_bf16>},
};

ElementLoop cast_loop(DType from, DType to) {
  for (const KernelCast& cast : kKernelCasts)
    if (cast.from == from && cast.to == to) return cast.loop;
  using Finder = ElementLoop (*)(DType);
  const auto finder =
      for_type(to, NumbersAndBool(), []<class To>(std::type_identity<To>) -> Finder {
        return [](DType type) { return find_loop<CastTo<To>, 1>(type, NumbersAndBool()); };
      });
  return finder ? finder(from) : nullptr;
}

}  // namespace

Status infer_cast_to(Inference& in, DType to) {
  if (!is_one_of(to, NumbersAndBool()))
    return in.error("casts to {} are not supported", graph::dtype_text(to));
  INLAY_ASSIGN(Shape shape, in.shape(0));
  in.set_output(0, to, std::move(shape));
  const DType from = in.dtype(0);
  if (in.input_count() > 1 || !has_content_type(from) || !has_content_type(to)) return Status();
  if (to == DType::kBool)
    fold_elementwise(in, [](ExprPool& e, const Expr* x) {
      return e.if_equal(x[0], e.constant(0), e.constant(0), e.constant(1));
    });
  else
    fold_elementwise(in, [](ExprPool&, const Expr* x) { return x[0]; });
  return Status();
}

Status lower_cast_to(Lowering& low) {
  const DType from = low.input_type(0).dtype, to = low.output_type(0).dtype;
  if (from == to) {
    low.put_view(0, low.view(0));
    return Status();
  }
  return lower_elementwise(low, cast_loop(from, to), nullptr, 1);
}

}  // namespace inlay::ops
