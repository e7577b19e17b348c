// The order that ONNX's onnx.proto writes down: the first element in the lowest bits.
#include "graph/packed_elements.h"

#include <gtest/gtest.h>

#include <vector>

namespace inlay::graph {
namespace {

std::vector<std::byte> bytes(std::initializer_list<int> values) {
  std::vector<std::byte> out;
  for (int value : values) out.push_back(static_cast<std::byte>(value));
  return out;
}

struct Case {
  DType dtype;
  std::vector<std::byte> packed, elements;
};

TEST(PackedElements, BothWays) {
  for (const Case& c : {Case{DType::kInt4, bytes({0xF1, 0x08}), bytes({1, -1, -8})},
                        Case{DType::kUint4, bytes({0xF1, 0x08}), bytes({1, 15, 8})},
                        Case{DType::kFloat4e2m1, bytes({0x9A}), bytes({10, 9})},
                        Case{DType::kInt2, bytes({0b11100100, 0b10}), bytes({0, 1, -2, -1, -2})},
                        Case{DType::kUint2, bytes({0b11100100, 0b10}), bytes({0, 1, 2, 3, 2})},
                        Case{DType::kInt4, {}, {}}}) {
    const auto count = static_cast<int64_t>(c.elements.size());
    EXPECT_EQ(packed_bytes(c.dtype, count), static_cast<int64_t>(c.packed.size()));
    std::vector<std::byte> elements(c.elements.size()), packed(c.packed.size());
    unpack_elements(c.dtype, c.packed, elements);
    EXPECT_EQ(elements, c.elements) << dtype_text(c.dtype);
    pack_elements(c.dtype, c.elements, packed);
    EXPECT_EQ(packed, c.packed) << dtype_text(c.dtype);
  }
}

TEST(PackedElements, BytesOfOtherTypes) {
  EXPECT_EQ(packed_bytes(DType::kFloat8e5m2, 3), 3);
  EXPECT_EQ(packed_bytes(DType::kComplex128, 3), 48);
  EXPECT_FALSE(is_packed(DType::kFloat8e8m0));
  EXPECT_FALSE(is_packed(DType::kString));
}

}  // namespace
}  // namespace inlay::graph
