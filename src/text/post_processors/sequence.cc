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
  // More than one part that adds tokens works on parts, not on the whole: no frame.
  std::optional<Frame> single_frame() const override {
    Frame frame;
    bool framed = false;
    for (const auto& part : parts_) {
      auto next = part->single_frame();
      if (!next) return std::nullopt;
      if (next->prefix.empty() && next->suffix.empty()) continue;
      if (framed) return std::nullopt;
      frame = std::move(*next);
      framed = true;
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
