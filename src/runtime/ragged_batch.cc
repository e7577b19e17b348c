#include "runtime/ragged_batch.h"

#include <algorithm>
#include <cstring>

namespace inlay::runtime {
namespace {

using graph::DType;

// An element of a mask as 0 or 1; -1 for others.
template <class T>
int mask_element(const std::byte* data, int64_t i) {
  const T element = reinterpret_cast<const T*>(data)[i];
  return element == T{1} ? 1 : element == T{0} ? 0 : -1;
}

using MaskElement = int (*)(const std::byte*, int64_t);

MaskElement mask_reader(DType dtype) {
  switch (dtype) {
    case DType::kFloat32: return mask_element<float>;
    case DType::kInt64: return mask_element<int64_t>;
    case DType::kInt32: return mask_element<int32_t>;
    case DType::kBool:
    case DType::kUint8:
    case DType::kInt8: return mask_element<uint8_t>;
    default: return nullptr;
  }
}

// The number of ones that come before the zeros; -1 where there are none or the order is another.
int64_t ones_of(const std::byte* data, MaskElement element, int64_t begin, int64_t end) {
  int64_t i = begin;
  while (i < end && element(data, i) == 1) ++i;
  const int64_t ones = i - begin;
  while (i < end && element(data, i) == 0) ++i;
  return i == end && ones > 0 ? ones : -1;
}

}  // namespace

bool RaggedBatch::read_lengths(const TensorView& mask) {
  const MaskElement element = mask_reader(mask.dtype);
  if (!element) return false;
  std::vector<int64_t> offsets = {0};
  for (int64_t row = 0; row < rows_; ++row) {
    const int64_t ones = ones_of(mask.data, element, row * length_, (row + 1) * length_);
    if (ones < 0) return false;
    offsets.push_back(offsets.back() + ones);
  }
  if (!offsets_.empty() && offsets != offsets_) return false;
  offsets_ = std::move(offsets);
  return true;
}

bool RaggedBatch::add_ids(std::string_view name, const TensorView& ids) {
  if (ids.dtype != DType::kInt32 && ids.dtype != DType::kInt64) return false;
  std::vector<int32_t> elements;
  elements.reserve(static_cast<size_t>(offsets_.back()));
  const auto* wide = reinterpret_cast<const int64_t*>(ids.data);
  const auto* narrow = reinterpret_cast<const int32_t*>(ids.data);
  for (int64_t row = 0; row < rows_; ++row) {
    const auto r = static_cast<size_t>(row);
    for (int64_t i = row * length_; i < row * length_ + offsets_[r + 1] - offsets_[r]; ++i) {
      const int64_t id = ids.dtype == DType::kInt64 ? wide[i] : narrow[i];
      if (id != static_cast<int32_t>(id)) return false;
      elements.push_back(static_cast<int32_t>(id));
    }
  }
  ids_.push_back({name, std::move(elements)});
  return true;
}

std::optional<RaggedBatch> RaggedBatch::of(const Model::Ragged& form,
                                           std::span<const PlanTensor> wanted,
                                           std::span<const TensorView> inputs) {
  const auto is_mask = [&](size_t i) {
    return std::find(form.masks.begin(), form.masks.end(), wanted[i].name) != form.masks.end();
  };
  RaggedBatch batch;
  for (size_t i = 0; i < inputs.size(); ++i) {
    const std::span<const int64_t> shape = inputs[i].shape;
    if (inputs[i].dtype != wanted[i].dtype || shape.size() != 2) return {};
    if (i == 0) {
      batch.rows_ = shape[0];
      batch.length_ = shape[1];
    }
    if (shape[0] != batch.rows_ || shape[1] != batch.length_) return {};
    if (is_mask(i) && !batch.read_lengths(inputs[i])) return {};
  }
  if (batch.offsets_.size() < 2) return {};
  for (size_t i = 0; i < inputs.size(); ++i)
    if (!is_mask(i) && !batch.add_ids(wanted[i].name, inputs[i])) return {};
  batch.tokens_[0] = batch.offsets_.back();
  batch.bounds_[0] = batch.rows_ + 1;
  return batch;
}

std::vector<NamedTensor> RaggedBatch::inputs() const {
  std::vector<NamedTensor> out;
  for (const Ids& ids : ids_)
    out.push_back(
        {ids.name,
         {DType::kInt32, tokens_, reinterpret_cast<const std::byte*>(ids.elements.data())}});
  out.push_back({"row_offsets",
                 {DType::kInt64, bounds_, reinterpret_cast<const std::byte*>(offsets_.data())}});
  return out;
}

Result<OutputTensor> RaggedBatch::with_padding(const OutputTensor& rows,
                                               std::shared_ptr<MemoryBudget> budget) const {
  OutputTensor out;
  out.dtype = rows.dtype;
  out.shape = {rows_, length_};
  out.shape.insert(out.shape.end(), rows.shape.begin() + 1, rows.shape.end());
  const auto bytes = static_cast<size_t>(out.count() * graph::dtype_bytes(out.dtype));
  const size_t row_bytes = bytes / static_cast<size_t>(rows_ * length_);
  INLAY_ASSIGN(Block block, Block::allocate(bytes, std::move(budget)));
  std::byte* target = block.data();
  const std::byte* source = rows.data();
  for (size_t row = 0; row + 1 < offsets_.size(); ++row) {
    const size_t used = static_cast<size_t>(offsets_[row + 1] - offsets_[row]) * row_bytes;
    const size_t all = static_cast<size_t>(length_) * row_bytes;
    std::memcpy(target, source, used);
    std::memset(target + used, 0, all - used);
    source += used;
    target += all;
  }
  out.memory = std::make_shared<Block>(std::move(block));
  return out;
}

}  // namespace inlay::runtime
