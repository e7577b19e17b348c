// Unique (ONNX 11…): the different elements, or slices along "axis", in ascending order or ("sorted" = 0) as
// they come; where each comes first, which one each input is, and how often each comes.
#include <algorithm>
#include <numeric>
#include <vector>

#include "ops/element_order.h"
#include "ops/element_types.h"
#include "ops/gathering.h"

namespace inlay::ops {
namespace {

// Negative, 0 or positive as element a is before, equal to or behind b.
using CompareFn = int (*)(const std::byte* a, const std::byte* b);

template <class T>
int compare_elements(const std::byte* a, const std::byte* b) {
  const T x = *reinterpret_cast<const T*>(a), y = *reinterpret_cast<const T*>(b);
  return int{is_less(y, x)} - int{is_less(x, y)};
}

constexpr auto kCompare = []<class T>(std::type_identity<T>) -> CompareFn {
  return compare_elements<T>;
};

struct UniqueParams {
  CompareFn compare;
  int64_t element_bytes;
  bool sorted;
  int64_t rank, axis;  // of output 0
  int64_t outputs;     // bit i: output i is wanted
};

// Slices along an axis; without one, the elements.
struct Slices {
  const std::byte* data;
  CompareFn compare_elements;
  int64_t outer, size, slice_bytes, element_bytes;

  const std::byte* part(int64_t o, int64_t slice) const {
    return data + (o * size + slice) * slice_bytes;
  }
  int compare(int64_t a, int64_t b) const {
    for (int64_t o = 0; o < outer; ++o)
      for (int64_t at = 0; at < slice_bytes; at += element_bytes)
        if (const int order = compare_elements(part(o, a) + at, part(o, b) + at)) return order;
    return 0;
  }
};

struct Groups {
  std::vector<int64_t> first, count;  // of each different slice
  std::vector<int64_t> group;         // of each slice
};

Groups group(const Slices& slices, bool sorted) {
  std::vector<int64_t> order(static_cast<size_t>(slices.size));
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(),
                   [&](int64_t a, int64_t b) { return slices.compare(a, b) < 0; });
  Groups groups;
  groups.group.resize(order.size());
  for (size_t i = 0; i < order.size(); ++i) {
    if (i == 0 || slices.compare(order[i - 1], order[i]) != 0) {
      groups.first.push_back(order[i]);
      groups.count.push_back(0);
    }
    groups.group[static_cast<size_t>(order[i])] = static_cast<int64_t>(groups.first.size()) - 1;
    ++groups.count.back();
  }
  if (sorted) return groups;
  std::vector<size_t> by_first(groups.first.size());
  std::iota(by_first.begin(), by_first.end(), size_t{0});
  std::sort(by_first.begin(), by_first.end(),
            [&](size_t a, size_t b) { return groups.first[a] < groups.first[b]; });
  Groups out;
  std::vector<int64_t> place(by_first.size());
  for (size_t i = 0; i < by_first.size(); ++i) {
    place[by_first[i]] = static_cast<int64_t>(i);
    out.first.push_back(groups.first[by_first[i]]);
    out.count.push_back(groups.count[by_first[i]]);
  }
  for (int64_t g : groups.group) out.group.push_back(place[static_cast<size_t>(g)]);
  return out;
}

Status write_integers(const StepCall& call, int output, const std::vector<int64_t>& values) {
  if (!(call.as<UniqueParams>().outputs >> output & 1)) return Status();
  const int64_t shape[] = {static_cast<int64_t>(values.size())};
  // Data-sized outputs are counted without those that are left out.
  const int64_t before = call.as<UniqueParams>().outputs & ((1 << output) - 1);
  INLAY_ASSIGN(std::byte* const out,
               call.run.allocate(__builtin_popcountll(static_cast<uint64_t>(before)), shape));
  if (!values.empty()) std::memcpy(out, values.data(), values.size() * sizeof(int64_t));
  return Status();
}

// Operand: x. Sizes: outer, size, inner, then the shape of output 0 but for the axis.
Status run_unique(const StepCall& call) {
  const auto& params = call.as<UniqueParams>();
  const Slices slices{call.data[0],
                      params.compare,
                      call.sizes[0],
                      call.sizes[1],
                      call.sizes[2] * params.element_bytes,
                      params.element_bytes};
  const Groups groups = group(slices, params.sorted);
  std::vector<int64_t> shape(call.sizes + 3, call.sizes + 3 + params.rank);
  shape[static_cast<size_t>(params.axis)] = static_cast<int64_t>(groups.first.size());
  INLAY_ASSIGN(std::byte * out, call.run.allocate(0, shape));
  for (int64_t o = 0; o < slices.outer; ++o)
    for (int64_t first : groups.first)
      out = std::copy_n(slices.part(o, first), slices.slice_bytes, out);
  INLAY_TRY(write_integers(call, 1, groups.first));
  INLAY_TRY(write_integers(call, 2, groups.group));
  return write_integers(call, 3, groups.count);
}

bool has_axis(const graph::Node& node) { return node.attributes.count("axis") > 0; }

}  // namespace

Status infer_unique(Inference& in) {
  INLAY_TRY(in.expect_inputs(1, 1));
  if (!is_one_of(in.dtype(0), NumbersAndBool()))
    return in.error("{} elements are not supported", graph::dtype_text(in.dtype(0)));
  INLAY_ASSIGN(Shape shape, in.shape(0));
  const Expr count = in.data_size("unique");
  Expr slices = in.exprs().product(shape);
  if (has_axis(in.node())) {
    INLAY_ASSIGN(const int axis, in.axis(in.node().integer("axis", 0), shape.size()));
    slices = shape[static_cast<size_t>(axis)];
    shape[static_cast<size_t>(axis)] = count;
  } else {
    shape = {count};
  }
  in.set_output(0, in.dtype(0), std::move(shape));
  in.set_output(1, DType::kInt64, {count});
  in.set_output(2, DType::kInt64, {slices});
  in.set_output(3, DType::kInt64, {count});
  return Status();
}

Status lower_unique(Lowering& low) {
  const Shape& shape = low.input_shape(0);
  const auto rank = static_cast<int64_t>(shape.size());
  const DType dtype = low.input_type(0).dtype;
  UniqueParams params{for_type(dtype, NumbersAndBool(), kCompare),
                      graph::dtype_bytes(dtype),
                      low.node().integer("sorted", 1) != 0,
                      1,
                      0,
                      0};
  AxisSizes sizes{low.constant(1), low.count(shape), low.constant(1)};
  Shape out = {low.constant(0)};
  if (has_axis(low.node())) {
    const int64_t axis = low.node().integer("axis", 0);
    params.rank = rank;
    params.axis = axis < 0 ? axis + rank : axis;
    sizes = split_at(low.exprs(), shape, axis);
    out = shape;
  }
  const Operand x = low.dense(0);
  for (size_t i = 0; i < 4; ++i) {
    if (!low.wants(i)) continue;
    params.outputs |= int64_t{1} << i;
    low.data_sized_output(i);
  }
  Lowering::StepSpec spec{run_unique,
                          {x},
                          {sizes.outer, sizes.size, sizes.inner},
                          std::make_shared<UniqueParams>(params)};
  spec.sizes.insert(spec.sizes.end(), out.begin(), out.end());
  low.step(std::move(spec));
  return Status();
}

}  // namespace inlay::ops
