// Operators that move elements, at sizes where blocks, threads and edges meet, against the definition.
#include <algorithm>

#include "single_node.h"

namespace inlay::test {
namespace {

using Sizes = std::vector<int64_t>;

int64_t count_of(const Sizes& shape) {
  int64_t count = 1;
  for (int64_t size : shape) count *= size;
  return count;
}

template <class T>
std::vector<T> numbered(const Sizes& shape) {
  std::vector<T> out(static_cast<size_t>(count_of(shape)));
  for (size_t i = 0; i < out.size(); ++i) out[i] = static_cast<T>(i + 1);
  return out;
}

// The place of element `i` of a shape along each axis.
Sizes place_of(int64_t i, const Sizes& shape) {
  Sizes place(shape.size());
  for (size_t axis = shape.size(); axis-- > 0; i /= shape[axis]) place[axis] = i % shape[axis];
  return place;
}
int64_t index_of(const Sizes& place, const Sizes& shape) {
  int64_t index = 0;
  for (size_t axis = 0; axis < shape.size(); ++axis) index = index * shape[axis] + place[axis];
  return index;
}

template <class T>
void expect_transposed(DType dtype, const Sizes& shape, const Sizes& perm) {
  const std::vector<T> x = numbered<T>(shape);
  Sizes out_shape;
  for (int64_t axis : perm) out_shape.push_back(shape[static_cast<size_t>(axis)]);
  const std::vector<T> y =
      elements<T>(run("Transpose", {tensor<T>(dtype, shape, x)}, {{"perm", perm}}));
  ASSERT_EQ(y.size(), x.size());
  for (size_t i = 0; i < y.size(); ++i) {
    const Sizes place = place_of(static_cast<int64_t>(i), out_shape);
    Sizes from(shape.size());
    for (size_t axis = 0; axis < perm.size(); ++axis)
      from[static_cast<size_t>(perm[axis])] = place[axis];
    ASSERT_EQ(y[i], x[static_cast<size_t>(index_of(from, shape))]) << i;
  }
}

TEST(Movement, TransposesOfEveryOrder) {
  for (const Sizes& shape : {Sizes{3, 17, 5, 33}, Sizes{1, 40, 1, 70}, Sizes{2, 3, 4, 5}}) {
    Sizes perm = {0, 1, 2, 3};
    do {
      expect_transposed<float>(DType::kFloat32, shape, perm);
    } while (std::next_permutation(perm.begin(), perm.end()));
  }
  expect_transposed<uint8_t>(DType::kUint8, {37, 50}, {1, 0});
  expect_transposed<int16_t>(DType::kInt16, {65, 33}, {1, 0});
  expect_transposed<int64_t>(DType::kInt64, {4, 33, 35}, {2, 1, 0});
  expect_transposed<float>(DType::kFloat32, {300, 200}, {1, 0});
  expect_transposed<float>(DType::kFloat32, {0, 4}, {1, 0});
}

TEST(Movement, SlicesWithStepsOfATransposedShape) {
  const std::vector<float> x = numbered<float>({40, 37});
  const auto list = [](const Sizes& values) {
    return tensor<int64_t>(DType::kInt64, {static_cast<int64_t>(values.size())}, values);
  };
  const std::vector<float> y =
      elements<float>(run("Slice", {tensor<float>(DType::kFloat32, {40, 37}, x), list({39, 36}),
                                    list({-100, -100}), list({0, 1}), list({-3, -2})}));
  ASSERT_EQ(y.size(), size_t{14 * 19});
  for (int64_t i = 0; i < 14; ++i)
    for (int64_t j = 0; j < 19; ++j)
      ASSERT_EQ(y[static_cast<size_t>(i * 19 + j)],
                x[static_cast<size_t>((39 - 3 * i) * 37 + 36 - 2 * j)]);
}

int64_t padded_place(const std::string& mode, int64_t i, int64_t size) {
  if (i >= 0 && i < size) return i;
  if (mode == "constant") return -1;
  if (mode == "edge") return i < 0 ? 0 : size - 1;
  while (i < 0 || i >= size) {
    if (mode == "wrap")
      i += i < 0 ? size : -size;
    else
      i = size == 1 ? 0 : i < 0 ? -i : 2 * (size - 1) - i;
  }
  return i;
}

template <class T>
void expect_padded(DType dtype, const std::string& mode, const Sizes& shape, const Sizes& pads) {
  const size_t rank = shape.size();
  Sizes out_shape = shape;
  for (size_t axis = 0; axis < rank; ++axis) out_shape[axis] += pads[axis] + pads[rank + axis];
  const std::vector<T> x = numbered<T>(shape);
  const std::vector<T> y =
      elements<T>(run("Pad",
                      {tensor<T>(dtype, shape, x),
                       tensor<int64_t>(DType::kInt64, {static_cast<int64_t>(pads.size())}, pads),
                       tensor<T>(dtype, {}, {T(7)})},
                      {{"mode", mode}}, 19));
  ASSERT_EQ(y.size(), static_cast<size_t>(count_of(out_shape)));
  for (size_t i = 0; i < y.size(); ++i) {
    Sizes place = place_of(static_cast<int64_t>(i), out_shape);
    bool inside = true;
    for (size_t axis = 0; axis < rank; ++axis) {
      place[axis] = padded_place(mode, place[axis] - pads[axis], shape[axis]);
      inside = inside && place[axis] >= 0;
    }
    ASSERT_EQ(y[i], inside ? x[static_cast<size_t>(index_of(place, shape))] : T(7))
        << mode << " " << i;
  }
}

TEST(Movement, PadsOfEveryMode) {
  for (const std::string mode : {"constant", "edge", "reflect", "wrap"}) {
    expect_padded<float>(DType::kFloat32, mode, {2, 3, 4, 5}, {0, 0, 1, 1, 0, 0, 1, 1});
    expect_padded<float>(DType::kFloat32, mode, {3, 4, 2}, {2, 0, 0, 1, 0, 0});
    expect_padded<float>(DType::kFloat32, mode, {3, 4, 2}, {0, 3, 0, 0, 2, 0});
    expect_padded<float>(DType::kFloat32, mode, {6, 7}, {-2, 3, 1, -4});
    expect_padded<float>(DType::kFloat32, mode, {1, 5, 1}, {1, 7, 0, 0, 9, 2});
    expect_padded<int64_t>(DType::kInt64, mode, {4}, {3, 6});
    expect_padded<uint8_t>(DType::kUint8, mode, {40, 300}, {1, 2, 3, 5});
    expect_padded<float>(DType::kFloat32, mode, {2, 3}, {0, 0, 0, 0});
  }
  expect_padded<float>(DType::kFloat32, "constant", {0, 3}, {2, 1, 0, 1});
  expect_padded<float>(DType::kFloat32, "constant", {3, 3},
                       {-5, 0, 4, 1});  // nothing of it is left
}

TEST(Movement, GathersAndScattersAlongEveryAxis) {
  const Sizes data = {5, 4, 6}, shape = {3, 4, 2};
  const std::vector<float> x = numbered<float>(data), updates = numbered<float>(shape);
  for (int64_t axis = -1; axis < 3; ++axis) {
    const auto at = static_cast<size_t>(axis < 0 ? 2 : axis);
    std::vector<int64_t> indices(updates.size());
    for (size_t i = 0; i < indices.size(); ++i) {
      const auto size = data[at];
      indices[i] = static_cast<int64_t>(i * 7) % (2 * size) - size;
    }
    const TensorRef where = tensor<int64_t>(DType::kInt64, shape, indices);
    const std::vector<float> gathered = elements<float>(
        run("GatherElements", {tensor<float>(DType::kFloat32, data, x), where}, {{"axis", axis}}));
    const auto scatter = [&](const char* reduction) {
      return elements<float>(run("ScatterElements",
                                 {tensor<float>(DType::kFloat32, data, x), where,
                                  tensor<float>(DType::kFloat32, shape, updates)},
                                 {{"axis", axis}, {"reduction", std::string(reduction)}}, 18));
    };
    std::vector<float> replaced = x, added = x;
    ASSERT_EQ(gathered.size(), updates.size());
    for (size_t i = 0; i < indices.size(); ++i) {
      Sizes place = place_of(static_cast<int64_t>(i), shape);
      place[at] = indices[i] < 0 ? indices[i] + data[at] : indices[i];
      const auto from = static_cast<size_t>(index_of(place, data));
      EXPECT_EQ(gathered[i], x[from]) << axis << " " << i;
      replaced[from] = updates[i];
      added[from] += updates[i];
    }
    EXPECT_EQ(scatter("none"), replaced) << axis;
    EXPECT_EQ(scatter("add"), added) << axis;
  }
  // The first wrong index is named, also behind a block that is right.
  std::vector<int64_t> indices(100, 0);
  indices[70] = 9;
  const auto bad =
      run("GatherElements", {tensor<float>(DType::kFloat32, {5, 100}, numbered<float>({5, 100})),
                             tensor<int64_t>(DType::kInt64, {1, 100}, indices)});
  ASSERT_FALSE(bad.ok());
  EXPECT_NE(bad.message().find("index 9 at position 70"), std::string::npos) << bad.message();
}

TEST(Movement, OneHotOfIndicesOutsideAndFromTheEnd) {
  const auto y =
      run("OneHot",
          {tensor<int64_t>(DType::kInt64, {2, 2}, {0, -1, 3, -4}),
           tensor<int64_t>(DType::kInt64, {}, {3}), tensor<float>(DType::kFloat32, {2}, {2, 5})},
          {{"axis", int64_t{1}}});
  EXPECT_EQ(elements<float>(y), (std::vector<float>{5, 2, 2, 2, 2, 5, 2, 2, 2, 2, 2, 2}));
}

TEST(Movement, EyeAndTriangles) {
  const TensorRef x = tensor<float>(DType::kFloat32, {2, 3}, {1, 2, 3, 4, 5, 6});
  EXPECT_EQ(elements<float>(run("EyeLike", {x}, {{"k", int64_t{-1}}})),
            (std::vector<float>{0, 0, 0, 1, 0, 0}));
  EXPECT_EQ(elements<float>(run("EyeLike", {x}, {{"k", INT64_MAX}})), std::vector<float>(6));
  EXPECT_EQ(elements<float>(run("Trilu", {x}, {{"upper", int64_t{0}}})),
            (std::vector<float>{1, 0, 0, 4, 5, 0}));
  EXPECT_EQ(elements<float>(run("Trilu", {x, tensor<int64_t>(DType::kInt64, {}, {1})})),
            (std::vector<float>{0, 2, 3, 0, 0, 6}));
}

}  // namespace
}  // namespace inlay::test
