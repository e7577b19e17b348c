// RobertaProcessing: <s> first </s></s> second </s>, every token of type 0, offsets trimmed.
#include <algorithm>

#include "text/components.h"
#include "text/post_processing.h"

namespace inlay::text {
namespace {

class RobertaProcessing final : public PostProcessor {
 public:
  RobertaProcessing(uint32_t cls, uint32_t sep, bool trim, bool add_prefix_space)
      : first_{{cls}, {sep}, 0, 0},
        second_{{sep}, {sep}, 0, 0},
        trim_(trim),
        add_prefix_space_(add_prefix_space) {}

  size_t added_tokens(bool is_pair) const override { return is_pair ? 4 : 2; }
  bool trims_offsets() const override { return trim_; }
  std::optional<Frame> single_frame() const override {
    Frame frame = frame_of(first_);
    frame.trims_offsets = trim_;
    frame.keeps_added_space = add_prefix_space_;
    return frame;
  }
  Status process(std::vector<Part>& parts, bool add_special_tokens) const override {
    for (size_t i = 0; i < parts.size(); ++i) {
      Encoding& e = parts[i].encoding;
      if (trim_) trim_offsets(parts[i], add_prefix_space_);
      clear_types(e);
      if (!add_special_tokens) continue;
      for (Encoding& window : e.overflowing) clear_types(window);
      wrap(e, i == 0 ? first_ : second_);
    }
    return Status();
  }

 private:
  static void clear_types(Encoding& e) { std::ranges::fill(e.type_ids(), 0u); }

  Wrapping first_, second_;
  bool trim_, add_prefix_space_;
};

}  // namespace

Result<std::unique_ptr<PostProcessor>> parse_roberta_processing(const json::Value& value) {
  INLAY_ASSIGN(const uint32_t sep, parse_token_pair(value.at("sep")));
  INLAY_ASSIGN(const uint32_t cls, parse_token_pair(value.at("cls")));
  INLAY_ASSIGN(const bool trim, value.at("trim_offsets").boolean());
  INLAY_ASSIGN(const bool add_prefix_space, value.at("add_prefix_space").boolean());
  return std::make_unique<RobertaProcessing>(cls, sep, trim, add_prefix_space);
}

}  // namespace inlay::text
