// WordPiece: tokens with the prefix continue the word, others begin one; optionally with the spaces
// around punctuation taken out again.
#include "text/word_piece.h"

#include "text/components.h"
#include "text/replace_all.h"
#include "text/word_piece_cleanup.h"

namespace inlay::text {
namespace {

// In this order, each over the result of the one before it.
constexpr struct {
  std::string_view from, to;
} kCleanup[] = {{" .", "."},   {" ?", "?"},     {" !", "!"},    {" ,", ","},
                {" ' ", "'"},  {" n't", "n't"}, {" 'm", "'m"},  {" do not", " don't"},
                {" 's", "'s"}, {" 've", "'ve"}, {" 're", "'re"}};

}  // namespace

void clean_up(std::string& token) {
  for (const auto& [from, to] : kCleanup) replace_all(token, from, to);
}

namespace {

class WordPieceDecoder final : public Decoder {
 public:
  WordPieceDecoder(std::string_view prefix, bool cleanup) : prefix_(prefix), cleanup_(cleanup) {}

  Status decode(std::vector<std::string>& tokens) const override {
    bool first = true;
    for (std::string& token : tokens) {
      if (!first) {
        if (token.starts_with(prefix_)) {
          token.erase(0, prefix_.size());
        } else {
          token.insert(0, 1, ' ');
        }
      }
      first = false;
      if (cleanup_) clean_up(token);
    }
    return Status();
  }

 private:
  std::string prefix_;
  bool cleanup_;
};

}  // namespace

std::unique_ptr<Decoder> make_word_piece_decoder(std::string_view prefix, bool cleanup) {
  return std::make_unique<WordPieceDecoder>(prefix, cleanup);
}

Result<std::unique_ptr<Decoder>> parse_word_piece_decoder(const json::Value& value) {
  INLAY_ASSIGN(const std::string_view prefix, value.at("prefix").string());
  INLAY_ASSIGN(const bool cleanup, value.at("cleanup").boolean());
  return make_word_piece_decoder(prefix, cleanup);
}

}  // namespace inlay::text
