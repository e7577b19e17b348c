#include "ops/casting.h"

#include <algorithm>

#include "kernels/convert.h"
#include "ops/elementwise.h"
#include "ops/narrow_types.h"

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

// A cast from or to a type that has no loops of its own: from one carrier to the other, and from
// and to the type itself before and behind that.
struct NarrowCast {
  DType from, to;
  ElementLoop between;  // null: both have one carrier
  NarrowRules rules;
};

constexpr int64_t kChunk = 256;
struct Chunk {
  alignas(8) std::byte bytes[kChunk * 8];
};

// Elements [0, n), n <= kChunk; `out` may be where the elements come from.
void cast_chunk(const NarrowCast& cast, const std::byte* in, int64_t stride, std::byte* out,
                int64_t n) {
  Chunk wide, converted;
  if (is_narrow(cast.from)) {
    widen_elements(cast.from, in, stride, wide.bytes, n);
    in = wide.bytes;
    stride = 1;
  }
  if (!is_narrow(cast.to)) return cast.between(&in, &stride, out, n, nullptr);
  if (cast.between) {
    cast.between(&in, &stride, converted.bytes, n, nullptr);
    in = converted.bytes;
    stride = 1;
  }
  narrow_elements(cast.to, in, stride, out, n, cast.rules);
}

void narrow_cast(const std::byte* const* in, const int64_t* strides, std::byte* out, int64_t n,
                 const void* params) {
  const auto& cast = *static_cast<const NarrowCast*>(params);
  const int64_t in_bytes = graph::dtype_bytes(cast.from), out_bytes = graph::dtype_bytes(cast.to);
  for (int64_t i = 0; i < n; i += kChunk)
    cast_chunk(cast, in[0] + i * strides[0] * in_bytes, strides[0], out + i * out_bytes,
               std::min(kChunk, n - i));
}

Status lower_narrow_cast(Lowering& low, DType from, DType to) {
  INLAY_ASSIGN(const NarrowRules rules, narrow_rules(low.node()));
  auto cast = std::make_shared<NarrowCast>(NarrowCast{from, to, nullptr, rules});
  if (carrier_of(from) != carrier_of(to) || !is_narrow(to)) {
    cast->between = cast_loop(carrier_of(from), carrier_of(to));
    if (!cast->between) return low.error("{} elements are not supported", graph::dtype_text(from));
  }
  return lower_elementwise(low, narrow_cast, std::move(cast), 1);
}

}  // namespace

Status infer_cast_to(Inference& in, DType to) {
  if (!is_one_of(to, NumbersAndBool()) && !is_narrow(to))
    return in.error("casts to {} are not supported", graph::dtype_text(to));
  if (const auto rules = narrow_rules(in.node()); !rules.ok())
    return in.error("{}", rules.message());
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
  if (is_narrow(from) || is_narrow(to)) return lower_narrow_cast(low, from, to);
  return lower_elementwise(low, cast_loop(from, to), nullptr, 1);
}

}  // namespace inlay::ops
