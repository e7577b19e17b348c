// CastMap (ai.onnx.ml 1): the values of a map as one row, in the order of their keys ("DENSE") or at their keys'
// places in a row of "max_map" ("SPARSE"), as another type.
#include <charconv>

#include "base/format.h"
#include "ops/ml/label_map.h"
#include "ops/objects/number_text.h"
#include "ops/objects/object_op.h"

namespace inlay::ops {
namespace {

using graph::DType;

Result<DType> target_of(const ObjectCall& call) {
  const std::string_view to = call.node().text("cast_to", "TO_FLOAT");
  if (to == "TO_FLOAT") return DType::kFloat32;
  if (to == "TO_INT64") return DType::kInt64;
  if (to == "TO_STRING") return DType::kString;
  return call.error("cast_to: expected TO_FLOAT, TO_STRING or TO_INT64, found {}", quote(to));
}

// The column of each value, and how many columns there are; -1 for a value that has none.
Result<int64_t> columns_of(const ObjectCall& call, const graph::Tensor& keys,
                           std::vector<int64_t>& columns) {
  const std::string_view form = call.node().text("map_form", "DENSE");
  const bool sparse = form == "SPARSE";
  if (!sparse && form != "DENSE")
    return call.error("map_form: expected DENSE or SPARSE, found {}", quote(form));
  constexpr int64_t kMostColumns = int64_t{1} << 31;
  const int64_t width = sparse ? call.node().integer("max_map", 1) : keys.count();
  if (width < 0 || width > kMostColumns)
    return call.error("max_map: expected 0 to {}, found {}", kMostColumns, width);
  for (int64_t i = 0; i < keys.count(); ++i) {
    const int64_t key = keys.as<int64_t>()[i];
    if (sparse && key < 0) return call.error("input 0: expected keys of 0 or more, found {}", key);
    columns.push_back(!sparse ? i : key < width ? key : -1);
  }
  return width;
}

// Six digits behind the point, as other engines write these.
std::string fixed_text(float value) {
  char text[64];
  constexpr int kDigits = 6;
  const auto written =
      std::to_chars(text, text + sizeof text, value, std::chars_format::fixed, kDigits);
  return std::string(text, written.ptr);
}

template <class T>
Status set_numbers(ObjectCall& call, const graph::Tensor& values,
                   const std::vector<int64_t>& columns, int64_t width) {
  std::vector<T> row(static_cast<size_t>(width));
  for (size_t i = 0; i < columns.size(); ++i) {
    if (columns[i] < 0) continue;
    T& at = row[static_cast<size_t>(columns[i])];
    if (values.dtype != DType::kString) {
      const auto value = static_cast<double>(values.as<float>()[i]);
      at = std::is_integral_v<T> ? static_cast<T>(truncated(value)) : static_cast<T>(value);
    } else if (const auto read = read_number(values.strings[i]); read) {
      at = std::is_integral_v<T> ? static_cast<T>(read->integer) : static_cast<T>(read->real);
    } else {
      return call.error("input 0: expected a number, found {}", quote(values.strings[i]));
    }
  }
  return call.set_output(0, graph::make_tensor(kDType<T>, {1, width}, row));
}

Status set_texts(ObjectCall& call, const graph::Tensor& values, const std::vector<int64_t>& columns,
                 int64_t width) {
  // What stands where no key does: the letters are those of other engines.
  std::vector<std::string> row(static_cast<size_t>(width), "0.f");
  for (size_t i = 0; i < columns.size(); ++i)
    if (columns[i] >= 0)
      row[static_cast<size_t>(columns[i])] =
          values.dtype == DType::kString ? values.strings[i] : fixed_text(values.as<float>()[i]);
  return call.set_output(0, ml::string_tensor({1, width}, std::move(row)));
}

}  // namespace

Status eval_cast_map(ObjectCall& call) {
  INLAY_ASSIGN(const Map* map, call.map(0));
  if (map->keys->dtype != DType::kInt64 ||
      (map->values->dtype != DType::kString && map->values->dtype != DType::kFloat32))
    return call.error("input 0: expected a map from int64 to float32 or strings, found {}",
                      describe(call.input(0)));
  INLAY_ASSIGN(const DType to, target_of(call));
  std::vector<int64_t> columns;
  INLAY_ASSIGN(const int64_t width, columns_of(call, *map->keys, columns));
  INLAY_TRY(call.host().reserve(
      width * (to == DType::kString ? int64_t{sizeof(std::string)} : graph::dtype_bytes(to))));
  if (to == DType::kString) return set_texts(call, *map->values, columns, width);
  if (to == DType::kInt64) return set_numbers<int64_t>(call, *map->values, columns, width);
  return set_numbers<float>(call, *map->values, columns, width);
}

}  // namespace inlay::ops
