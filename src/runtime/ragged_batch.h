// A padded batch without its padding.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "runtime/plan.h"
#include "runtime/session.h"

namespace inlay::runtime {

class RaggedBatch {
 public:
  // `inputs` of the padded model. None unless they have its types and one size, and each mask is
  // ones and then zeros in each text, at least one of them a one: what is not so is computed as it
  // stands.
  static std::optional<RaggedBatch> of(const Model::Ragged& form,
                                       std::span<const PlanTensor> wanted,
                                       std::span<const TensorView> inputs);

  // For form.model; valid as long as this is.
  std::vector<NamedTensor> inputs() const;
  // Rows [tokens, ...] as [batch, length, ...] with zeros for padding.
  Result<OutputTensor> with_padding(const OutputTensor& rows,
                                    std::shared_ptr<MemoryBudget> budget) const;

 private:
  struct Ids {
    std::string_view name;
    std::vector<int32_t> elements;
  };
  bool read_lengths(const TensorView& mask);
  bool add_ids(std::string_view name, const TensorView& ids);

  int64_t rows_ = 0, length_ = 0;
  std::vector<int64_t> offsets_;  // empty until the first mask was read
  std::vector<Ids> ids_;
  int64_t tokens_[1] = {0}, bounds_[1] = {0};
};

}  // namespace inlay::runtime
