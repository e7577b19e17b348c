// Sequence: one post-processor behind the other.
#include <algorithm>

#include "text/components.h"

namespace inlay::text {
namespace {

class PostProcessorSequence final : public PostProcessor {
 public:
  explicit PostProcessorSequence(std::vector<std::unique_ptr<PostProcessor>> parts)
      : parts_(std::move(parts)) {}

  size_t added_tokens(bool is_pair) const override {
    size_t count = 0;
    for (const auto& part : parts_) count += part->added_tokens(is_pair);
    return count;
  }
  bool trims_offsets() const override {
    return std::any_of(parts_.begin(), parts_.end(),
                       [](const auto& part) { return part->trims_offsets(); });
  }
  // What is behind special tokens works on parts, not on the whole: there is no frame then.
  std::optional<Frame> single_frame() const override {
    Frame frame;
    bool is_last = false;
    for (const auto& part : parts_) {
      auto next = part->single_frame();
      if (!next || is_last || (frame.trims_offsets && next->trims_offsets)) return std::nullopt;
      if (frame.trims_offsets) {
        next->trims_offsets = true;
        next->keeps_added_space = frame.keeps_added_space;
      }
      frame = std::move(*next);
      is_last = !frame.prefix.ids.empty() || !frame.suffix.ids.empty() || frame.type_id != 0;
    }
    return frame;
  }
  Status process(std::vector<Part>& parts, bool add_special_tokens) const override {
    for (const auto& part : parts_) INLAY_TRY(part->process(parts, add_special_tokens));
    return Status();
  }

 private:
  std::vector<std::unique_ptr<PostProcessor>> parts_;
};

}  // namespace

Result<std::unique_ptr<PostProcessor>> parse_post_processor_sequence(const json::Value& value) {
  INLAY_TRY(value.at("processors").expect(json::Kind::kArray));
  std::vector<std::unique_ptr<PostProcessor>> parts;
  for (const json::Value& part : value.at("processors").elements()) {
    INLAY_ASSIGN(auto processor, parse_post_processor(part));
    parts.push_back(std::move(processor));
  }
  return std::make_unique<PostProcessorSequence>(std::move(parts));
}

}  // namespace inlay::text
