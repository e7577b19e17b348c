// ByteLevel: tokens in GPT-2's alphabet become bytes, all together one text; bytes that are no
// UTF-8 become U+FFFD. A token with another character stands for its own bytes.
#include "text/byte_alphabet.h"
#include "text/components.h"
#include "text/lossy_utf8.h"

namespace inlay::text {
namespace {

class ByteLevelDecoder final : public Decoder {
 public:
  Status decode(std::vector<std::string>& tokens) const override {
    std::string bytes;
    for (const std::string& token : tokens) {
      if (!append_bytes_of_token(token, bytes)) bytes += token;
    }
    tokens.assign(1, lossy_utf8(bytes));
    return Status();
  }
};

}  // namespace

Result<std::unique_ptr<Decoder>> parse_byte_level_decoder(const json::Value& value) {
  INLAY_TRY(value.at("add_prefix_space").boolean().status());
  INLAY_TRY(value.at("trim_offsets").boolean().status());
  return std::make_unique<ByteLevelDecoder>();
}

}  // namespace inlay::text
