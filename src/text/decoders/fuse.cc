// Fuse: all tokens become one, so that the decoders after it see the whole text.
#include "text/components.h"

namespace inlay::text {
namespace {

class Fuse final : public Decoder {
 public:
  Status decode(std::vector<std::string>& tokens) const override {
    std::string all;
    for (const std::string& token : tokens) all += token;
    tokens.assign(1, std::move(all));
    return Status();
  }
};

}  // namespace

Result<std::unique_ptr<Decoder>> parse_fuse(const json::Value&) { return std::make_unique<Fuse>(); }

}  // namespace inlay::text
