// WordPiece: tokens with the prefix continue the word, others begin one; optionally with the spaces
// around punctuation taken out again.
#include "text/word_piece.h"

#include "text/components.h"

namespace inlay::text {
namespace {

void replace_all(std::string& text, std::string_view from, std::string_view to) {
  size_t at = text.find(from);
  if (at == std::string::npos) return;
  std::string out;
  size_t done = 0;
  for (; at != std::string::npos; at = text.find(from, done)) {
    out.append(text, done, at - done).append(to);
    done = at + from.size();
  }
  text = out.append(text, done);
}

// In this order, each over the result of the one before it.
constexpr struct {
  std::string_view from, to;
} kCleanup[] = {{" .", "."},   {" ?", "?"},     {" !", "!"},    {" ,", ","},
                {" ' ", "'"},  {" n't", "n't"}, {" 'm", "'m"},  {" do not", " don't"},
                {" 's", "'s"}, {" 've", "'ve"}, {" 're", "'re"}};

class WordPieceDecoder final : public Decoder {
 public:
  WordPieceDecoder(std::string_view prefix, bool cleanup) : prefix_(prefix), cleanup_(cleanup) {}

  void decode(std::vector<std::string>& tokens) const override {
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
      if (!cleanup_) continue;
      for (const auto& [from, to] : kCleanup) replace_all(token, from, to);
    }
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
