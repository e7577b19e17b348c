// ByteFallback: runs of tokens like <0xE4> become the text of their bytes, or one U+FFFD a token
// where they are no UTF-8.
#include "text/byte_tokens.h"
#include "text/components.h"

namespace inlay::text {
namespace {

void flush(std::string& bytes, std::vector<std::string>& out) {
  if (bytes.empty()) return;
  if (utf8_error(bytes) == std::string_view::npos) {
    out.push_back(bytes);
  } else {
    out.insert(out.end(), bytes.size(), "\uFFFD");
  }
  bytes.clear();
}

class ByteFallback final : public Decoder {
 public:
  Status decode(std::vector<std::string>& tokens) const override {
    std::vector<std::string> out;
    std::string bytes;
    for (std::string& token : tokens) {
      if (const auto byte = byte_of_token(token)) {
        bytes += static_cast<char>(*byte);
        continue;
      }
      flush(bytes, out);
      out.push_back(std::move(token));
    }
    flush(bytes, out);
    tokens = std::move(out);
    return Status();
  }
};

}  // namespace

Result<std::unique_ptr<Decoder>> parse_byte_fallback(const json::Value&) {
  return std::make_unique<ByteFallback>();
}

}  // namespace inlay::text
