#include "base/half.h"
#include "kernels/entries.h"

namespace inlay::kernels {
namespace {

template <auto kConvert, class From, class To>
void convert(const From* from, int64_t n, To* to) {
  for (int64_t i = 0; i < n; ++i) to[i] = kConvert(from[i]);
}

}  // namespace

const ConvertKernel kConvertRef = {"convert_ref",
                                   0,
                                   convert<half_value, uint16_t, float>,
                                   convert<bfloat16_value, uint16_t, float>,
                                   convert<half_bits, float, uint16_t>,
                                   convert<bfloat16_bits, float, uint16_t>};

}  // namespace inlay::kernels
