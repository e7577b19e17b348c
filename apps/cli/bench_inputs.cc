#include "bench_inputs.h"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <map>

#include "failure.h"

namespace cli {
namespace {

using Shapes = std::map<std::string, std::vector<int64_t>>;

std::vector<int64_t> parse_shape(std::string_view text, const std::string& argument) {
  std::vector<int64_t> shape;
  while (!text.empty()) {
    int64_t size = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), size);
    text.remove_prefix(static_cast<size_t>(end - text.data()));
    const bool more = text.size() > 1 && text[0] == 'x';
    if (error != std::errc() || size < 0 || (!text.empty() && !more)) {
      fail_usage("bench: --shape: expected NAME=1x3x224x224, found ", quote(argument));
    }
    shape.push_back(size);
    if (more) text.remove_prefix(1);
  }
  return shape;
}

Shapes parse_shapes(const std::vector<std::string>& arguments) {
  Shapes shapes;
  for (const std::string& argument : arguments) {
    const size_t equals = argument.rfind('=');
    if (equals == std::string::npos || equals == 0) {
      fail_usage("bench: --shape: expected NAME=1x3x224x224, found ", quote(argument));
    }
    shapes[argument.substr(0, equals)] =
        parse_shape(std::string_view(argument).substr(equals + 1), argument);
  }
  return shapes;
}

// A generator whose sequence is the same everywhere (splitmix64), so that runs can be compared.
struct Random {
  uint64_t state = 20240229;
  uint64_t next() {
    state += 0x9e3779b97f4a7c15;
    uint64_t z = state;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
  }
  int64_t below(int64_t limit) {
    return static_cast<int64_t>(next() % static_cast<uint64_t>(limit));
  }
  double uniform() { return static_cast<double>(next() >> 11) * 0x1p-53; }  // [0, 1)
};

template <class T>
void put(Array& array, size_t index, T value) {
  memcpy(array.data.data() + index * sizeof value, &value, sizeof value);
}

// Writes an integer as the array's type, which is an integer type or bool; else as a float.
void put_number(Array& array, size_t index, int64_t value) {
  switch (element_bytes(array.dtype)) {
    case 1: return put(array, index, static_cast<int8_t>(value));
    case 2: return put(array, index, static_cast<int16_t>(value));
    case 4:
      if (array.dtype == INLAY_DTYPE_FLOAT32) return put(array, index, static_cast<float>(value));
      return put(array, index, static_cast<int32_t>(value));
    default:
      if (array.dtype == INLAY_DTYPE_FLOAT64) return put(array, index, static_cast<double>(value));
      return put(array, index, value);
  }
}

size_t count_of(const Array& array) { return array.data.size() / element_bytes(array.dtype); }

template <class Value>
void fill(Array& array, Value value) {
  for (size_t i = 0; i < count_of(array); ++i) put_number(array, i, value(i));
}

// Floats from -1 to 1; integers 0 and 1. The upper half of a float32 is a bfloat16; as a float16 those
// bits are small numbers too.
void fill_random(Array& array, Random& random) {
  for (size_t i = 0; i < count_of(array); ++i) {
    const auto value = static_cast<float>(2 * random.uniform() - 1);
    uint32_t bits = 0;
    memcpy(&bits, &value, sizeof bits);
    switch (array.dtype) {
      case INLAY_DTYPE_FLOAT32: put(array, i, value); break;
      case INLAY_DTYPE_FLOAT64: put(array, i, double{value}); break;
      case INLAY_DTYPE_FLOAT16:
      case INLAY_DTYPE_BFLOAT16: put(array, i, static_cast<uint16_t>(bits >> 16)); break;
      default: put_number(array, i, random.below(2));
    }
  }
}

std::vector<int64_t> shape_of(const inlay_value_info& input, const BenchSizes& sizes, bool ragged) {
  const std::string name = input.name;
  if (name == "row_offsets") return {sizes.batch + 1};
  const bool text = name == "input_ids" || name == "attention_mask" || name == "token_type_ids" ||
                    name == "position_ids";
  if (text && ragged) return {sizes.batch * sizes.length};
  if (text && input.rank == 2) return {sizes.batch, sizes.length};

  std::vector<int64_t> shape(input.shape, input.shape + std::max(input.rank, 0));
  if (!shape.empty() && shape[0] < 0) shape[0] = sizes.batch;
  if (input.rank < 0 || element_count(shape.data(), shape.size()) < 0) {
    fail("bench: input ", quote(name), ": expected --shape ", name, "=1x3x224x224 or alike, found ",
         input.rank < 0 ? "none for an unknown rank"
                        : "none for " + shape_text(input.shape, static_cast<size_t>(input.rank)));
  }
  return shape;
}

void fill_input(Array& array, const std::string& name, const BenchSizes& sizes, Random& random) {
  if (name == "input_ids") {
    fill(array, [&](size_t) { return random.below(sizes.vocab_size); });
  } else if (name == "attention_mask") {
    fill(array, [](size_t) { return int64_t{1}; });
  } else if (name == "token_type_ids") {
    fill(array, [](size_t) { return int64_t{0}; });
  } else if (name == "position_ids") {
    fill(array, [&](size_t i) { return static_cast<int64_t>(i) % sizes.length; });
  } else if (name == "row_offsets") {
    fill(array, [&](size_t i) { return static_cast<int64_t>(i) * sizes.length; });
  } else {
    fill_random(array, random);
  }
}

}  // namespace

std::vector<NamedArray> make_bench_inputs(const Session& session, const BenchSizes& sizes) {
  Shapes shapes = parse_shapes(sizes.shapes);
  const size_t count = inlay_session_input_count(session.get());
  bool ragged = false;
  for (size_t i = 0; i < count; ++i) {
    ragged =
        ragged || inlay_session_input(session.get(), i).name == std::string_view("row_offsets");
  }
  Random random;
  std::vector<NamedArray> inputs;
  for (size_t i = 0; i < count; ++i) {
    const inlay_value_info info = inlay_session_input(session.get(), i);
    auto given = shapes.extract(info.name);
    std::vector<int64_t> shape = given ? given.mapped() : shape_of(info, sizes, ragged);
    Array array =
        make_array(info.dtype, std::move(shape), concat("bench: input ", quote(info.name)));
    fill_input(array, info.name, sizes, random);
    inputs.push_back({info.name, std::move(array)});
  }
  if (!shapes.empty()) {
    fail("bench: --shape: expected the name of an input, found ", quote(shapes.begin()->first));
  }
  return inputs;
}

}  // namespace cli
