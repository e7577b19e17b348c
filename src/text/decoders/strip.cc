// Strip: takes up to `start` times a character from the begin of each token, up to `stop` from its
// end.
#include <algorithm>

#include "text/components.h"

namespace inlay::text {
namespace {

class StripDecoder final : public Decoder {
 public:
  StripDecoder(std::string_view content, size_t start, size_t stop)
      : content_(content), start_(start), stop_(stop) {}

  Status decode(std::vector<std::string>& tokens) const override {
    for (std::string& token : tokens) {
      std::string_view left = token;
      for (size_t i = 0; i < start_ && left.starts_with(content_); ++i) {
        left.remove_prefix(content_.size());
      }
      for (size_t i = 0; i < stop_ && left.ends_with(content_); ++i) {
        left.remove_suffix(content_.size());
      }
      token = std::string(left);
    }
    return Status();
  }

 private:
  std::string content_;
  size_t start_, stop_;
};

}  // namespace

Result<std::unique_ptr<Decoder>> parse_strip_decoder(const json::Value& value) {
  INLAY_ASSIGN(const std::string_view content, parse_character(value.at("content")));
  INLAY_ASSIGN(const int64_t start, value.at("start").integer());
  INLAY_ASSIGN(const int64_t stop, value.at("stop").integer());
  if (start < 0 || stop < 0) return value.error("expected start and stop of 0 or more");
  return std::make_unique<StripDecoder>(content, static_cast<size_t>(start),
                                        static_cast<size_t>(stop));
}

}  // namespace inlay::text
