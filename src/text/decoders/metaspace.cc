// Metaspace: the visible space becomes a space; in the first token it is removed, unless none is
// ever prepended.
#include "text/metaspace.h"

#include "text/components.h"
#include "text/replace_all.h"

namespace inlay::text {
namespace {

class MetaspaceDecoder final : public Decoder {
 public:
  explicit MetaspaceDecoder(const MetaspaceOptions& options)
      : replacement_(options.replacement), strips_(options.scheme != PrependScheme::kNever) {}

  Status decode(std::vector<std::string>& tokens) const override {
    bool strip = strips_;
    for (std::string& token : tokens) {
      replace_all(token, replacement_, strip ? "" : " ");
      strip = false;
    }
    return Status();
  }

 private:
  std::string replacement_;
  bool strips_;
};

}  // namespace

std::unique_ptr<Decoder> make_metaspace_decoder(const MetaspaceOptions& options) {
  return std::make_unique<MetaspaceDecoder>(options);
}

Result<std::unique_ptr<Decoder>> parse_metaspace_decoder(const json::Value& value) {
  INLAY_ASSIGN(const MetaspaceOptions options, parse_metaspace_options(value));
  return make_metaspace_decoder(options);
}

}  // namespace inlay::text
