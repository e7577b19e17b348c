#include "models/config_values.h"

namespace inlay::models {
namespace {

constexpr int64_t kMaxLayers = 1000, kMaxHeads = 4096;

Result<int64_t> read_integer(json::Value value, int64_t low, int64_t high) {
  INLAY_ASSIGN(const int64_t number, value.integer());
  if (number < low || number > high)
    return value.error(format("expected {} to {}, found {}", low, high, number));
  return number;
}

}  // namespace

Result<int64_t> read_layers(json::Value layers) { return read_integer(layers, 0, kMaxLayers); }

Result<int64_t> read_heads(json::Value heads) { return read_integer(heads, 1, kMaxHeads); }

Result<int64_t> read_headed_size(json::Value size, int64_t heads, int64_t unit) {
  INLAY_ASSIGN(const int64_t number, size.integer());
  if (number <= 0 || number % (heads * unit) != 0)
    return size.error(format("expected a positive multiple of {} for each of {} heads, found {}",
                             unit, heads, number));
  return number;
}

Result<float> read_epsilon(json::Value epsilon, double fallback) {
  INLAY_ASSIGN(const double number, epsilon.number_or(fallback));
  if (!(number >= 0) || number > 1)
    return epsilon.error(format("expected 0 to 1, found {}", number));
  return static_cast<float>(number);
}

Result<float> read_theta(json::Value theta, double fallback) {
  INLAY_ASSIGN(const double number, theta.number_or(fallback));
  if (!(number > 0)) return theta.error(format("expected > 0, found {}", number));
  return static_cast<float>(number);
}

Status expect_off(json::Value root, std::initializer_list<const char*> keys) {
  for (const char* key : keys) {
    INLAY_ASSIGN(const bool on, root.at(key).boolean_or(false));
    if (on) return root.at(key).error("true is not supported");
  }
  return Status();
}

}  // namespace inlay::models
