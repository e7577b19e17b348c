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

template <class To, class From>
constexpr ElementLoop direct_cast = element_loop<CastTo<To>, To, From>;

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

struct DirectCast {
  DType from, to;
  ElementLoop loop;
};
// Those that models have many of, and kernels.
constexpr DirectCast kDirectCasts[] = {
    {DType::kFloat16, DType::kFloat32, kernel_cast<float, Half, &ConvertKernel::widen_f16>},
    {DType::kBfloat16, DType::kFloat32, kernel_cast<float, Bfloat16, &ConvertKernel::widen_bf16>},
    {DType::kFloat32, DType::kFloat16, kernel_cast<Half, float, &ConvertKernel::narrow_f16>},
    {DType::kFloat32, DType::kBfloat16, kernel_cast<Bfloat16, float, &ConvertKernel::narrow_bf16>},
    {DType::kFloat32, DType::kInt64, direct_cast<int64_t, float>},
    {DType::kFloat32, DType::kInt32, direct_cast<int32_t, float>},
    {DType::kFloat32, DType::kUint8, direct_cast<uint8_t, float>},
    {DType::kFloat32, DType::kBool, direct_cast<bool, float>},
    {DType::kInt32, DType::kFloat32, direct_cast<float, int32_t>},
    {DType::kUint8, DType::kFloat32, direct_cast<float, uint8_t>},
    {DType::kBool, DType::kFloat32, direct_cast<float, uint8_t>},
};

// Every number of a type is one of its carrier: double for floats, uint64 for itself, int64 for the others.
DType number_carrier(DType dtype) {
  if (is_one_of(dtype, Floats())) return DType::kFloat64;
  return dtype == DType::kUint64 ? DType::kUint64 : DType::kInt64;
}

template <class From>
ElementLoop from_carrier(DType to) {
  return for_type(to, NumbersAndBool(), []<class To>(std::type_identity<To>) -> ElementLoop {
    return direct_cast<To, From>;
  });
}

ElementLoop from_carrier(DType carrier, DType to) {
  if (carrier == DType::kFloat64) return from_carrier<double>(to);
  return carrier == DType::kUint64 ? from_carrier<uint64_t>(to) : from_carrier<int64_t>(to);
}

ElementLoop to_carrier(DType from) {
  return for_type(from, NumbersAndBool(), []<class From>(std::type_identity<From>) -> ElementLoop {
    using Carrier =
        std::conditional_t<!std::is_integral_v<From>, double,
                           std::conditional_t<std::is_same_v<From, uint64_t>, uint64_t, int64_t>>;
    using Bits = std::conditional_t<std::is_same_v<From, bool>, uint8_t, From>;  // 0 or 1
    return direct_cast<Carrier, Bits>;
  });
}

constexpr int64_t kChunk = 256;
struct Chunk {
  alignas(8) std::byte bytes[kChunk * 8];
};

// One loop, or one to the carrier and one from there.
struct CastPath {
  ElementLoop first = nullptr, second = nullptr;

  // n <= kChunk; `out` may be where the elements come from.
  void run(const std::byte* in, int64_t stride, std::byte* out, int64_t n) const {
    if (!second) return first(&in, &stride, out, n, nullptr);
    constexpr int64_t kOne = 1;
    Chunk numbers;
    const std::byte* const between = numbers.bytes;
    first(&in, &stride, numbers.bytes, n, nullptr);
    second(&between, &kOne, out, n, nullptr);
  }
};

CastPath cast_path(DType from, DType to) {
  for (const DirectCast& cast : kDirectCasts)
    if (cast.from == from && cast.to == to) return {cast.loop};
  const DType carrier = number_carrier(from);
  if (from == carrier) return {from_carrier(carrier, to)};
  if (to == carrier) return {to_carrier(from)};
  return {to_carrier(from), from_carrier(carrier, to)};
}

struct CastParams {
  CastPath path;
  int64_t in_bytes, out_bytes;
};

void cast_by_carrier(const std::byte* const* in, const int64_t* strides, std::byte* out, int64_t n,
                     const void* params) {
  const auto& p = *static_cast<const CastParams*>(params);
  for (int64_t i = 0; i < n; i += kChunk)
    p.path.run(in[0] + i * strides[0] * p.in_bytes, strides[0], out + i * p.out_bytes,
               std::min(kChunk, n - i));
}

// A cast from or to a type that has no loops of its own: from one carrier to the other, and from
// and to the type itself before and behind that.
struct NarrowCast {
  DType from, to;
  CastPath between;  // none: both have one carrier
  NarrowRules rules;
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
  if (!is_narrow(cast.to)) return cast.between.run(in, stride, out, n);
  if (cast.between.first) {
    cast.between.run(in, stride, converted.bytes, n);
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
  auto cast = std::make_shared<NarrowCast>(NarrowCast{from, to, {}, rules});
  if (carrier_of(from) != carrier_of(to) || !is_narrow(to)) {
    cast->between = cast_path(carrier_of(from), carrier_of(to));
    if (!cast->between.first)
      return low.error("{} elements are not supported", graph::dtype_text(from));
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
  const CastPath path = cast_path(from, to);
  if (!path.second) return lower_elementwise(low, path.first, nullptr, 1);
  return lower_elementwise(low, path.first ? cast_by_carrier : nullptr,
                           std::make_shared<CastParams>(
                               CastParams{path, graph::dtype_bytes(from), graph::dtype_bytes(to)}),
                           1);
}

}  // namespace inlay::ops
