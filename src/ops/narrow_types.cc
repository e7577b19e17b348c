#include "ops/narrow_types.h"

#include "graph/packed_elements.h"

namespace inlay::ops {
namespace {

const SmallFloatFormat* format_of(DType dtype) {
  switch (dtype) {
    case DType::kFloat8e4m3fn: return &kFloat8e4m3fn;
    case DType::kFloat8e4m3fnuz: return &kFloat8e4m3fnuz;
    case DType::kFloat8e5m2: return &kFloat8e5m2;
    case DType::kFloat8e5m2fnuz: return &kFloat8e5m2fnuz;
    case DType::kFloat4e2m1: return &kFloat4e2m1;
    default: return nullptr;
  }
}

bool is_small_integer(DType dtype) {
  return graph::is_packed(dtype) && dtype != DType::kFloat4e2m1;
}

}  // namespace

bool is_narrow(DType dtype) {
  return format_of(dtype) || is_small_integer(dtype) || dtype == DType::kFloat8e8m0;
}

DType carrier_of(DType dtype) {
  if (!is_narrow(dtype)) return dtype;
  if (dtype == DType::kInt4 || dtype == DType::kInt2) return DType::kInt8;
  return is_small_integer(dtype) ? DType::kUint8 : DType::kFloat32;
}

Result<NarrowRules> narrow_rules(const graph::Node& node) {
  NarrowRules rules;
  rules.saturate = node.integer("saturate", 1) != 0;
  const std::string_view mode = node.text("round_mode", "up");
  if (mode == "up")
    rules.rounding = E8m0Rounding::kUp;
  else if (mode == "down")
    rules.rounding = E8m0Rounding::kDown;
  else if (mode == "nearest")
    rules.rounding = E8m0Rounding::kNearest;
  else
    return invalid("round_mode: expected up, down or nearest, found {}", quote(mode));
  return rules;
}

void widen_elements(DType narrow, const std::byte* in, int64_t stride, std::byte* out, int64_t n) {
  const auto* codes = reinterpret_cast<const uint8_t*>(in);
  if (is_small_integer(narrow)) {
    for (int64_t i = 0; i < n; ++i) out[i] = in[i * stride];
    return;
  }
  auto* values = reinterpret_cast<float*>(out);
  const SmallFloatFormat* format = format_of(narrow);
  for (int64_t i = 0; i < n; ++i)
    values[i] =
        format ? small_float_value(codes[i * stride], *format) : e8m0_value(codes[i * stride]);
}

void narrow_elements(DType narrow, const std::byte* in, int64_t stride, std::byte* out, int64_t n,
                     NarrowRules rules) {
  auto* codes = reinterpret_cast<uint8_t*>(out);
  if (is_small_integer(narrow)) {
    for (int64_t i = 0; i < n; ++i)
      codes[i] = graph::element_of_bits(narrow, static_cast<uint8_t>(in[i * stride]));
    return;
  }
  const auto* values = reinterpret_cast<const float*>(in);
  const SmallFloatFormat* format = format_of(narrow);
  for (int64_t i = 0; i < n; ++i)
    codes[i] = format ? small_float_bits(values[i * stride], *format, rules.saturate)
                      : e8m0_bits(values[i * stride], rules.saturate, rules.rounding);
}

IntegerRange integer_range(DType dtype) {
  const auto bits = static_cast<int>(graph::dtype_bits(dtype));
  const DType carrier = carrier_of(dtype);
  if (carrier == DType::kInt8 || carrier == DType::kInt16)
    return {-(1 << (bits - 1)), (1 << (bits - 1)) - 1};
  return {0, (1 << bits) - 1};
}

}  // namespace inlay::ops
