// ByteLevel: adds no token; trims white space out of offsets.
#include "text/components.h"
#include "text/post_processing.h"

namespace inlay::text {
namespace {

class ByteLevelProcessing final : public PostProcessor {
 public:
  ByteLevelProcessing(bool trim, bool add_prefix_space)
      : trim_(trim), add_prefix_space_(add_prefix_space) {}

  size_t added_tokens(bool) const override { return 0; }
  bool trims_offsets() const override { return trim_; }
  std::optional<Frame> single_frame() const override {
    return Frame{.trims_offsets = trim_, .keeps_added_space = add_prefix_space_};
  }
  Status process(std::vector<Part>& parts, bool) const override {
    if (!trim_) return Status();
    for (Part& part : parts) trim_offsets(part, add_prefix_space_);
    return Status();
  }

 private:
  bool trim_, add_prefix_space_;
};

}  // namespace

Result<std::unique_ptr<PostProcessor>> parse_byte_level_processing(const json::Value& value) {
  INLAY_ASSIGN(const bool trim, value.at("trim_offsets").boolean());
  INLAY_ASSIGN(const bool add_prefix_space, value.at("add_prefix_space").boolean());
  return std::make_unique<ByteLevelProcessing>(trim, add_prefix_space);
}

}  // namespace inlay::text
