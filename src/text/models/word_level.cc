// WordLevel: a word is a token, or the unknown one.
#include "text/components.h"
#include "text/vocabulary_json.h"

namespace inlay::text {
namespace {

class WordLevel final : public Model {
 public:
  WordLevel(std::string_view unk_token, Vocabulary vocabulary)
      : unk_token_(unk_token),
        vocabulary_(std::move(vocabulary)),
        unk_id_(vocabulary_.find(unk_token)) {}

  Status tokenize(std::string_view word, std::vector<ModelToken>& out) const override {
    auto id = vocabulary_.find(word);
    if (!id) id = unk_id_;
    if (!id) {
      return invalid("text: {} is no token, and neither is the unknown token {}", quote(word),
                     quote(unk_token_));
    }
    out.push_back({*id, 0, static_cast<uint32_t>(word.size())});
    return Status();
  }
  std::optional<uint32_t> id(std::string_view token) const override {
    return vocabulary_.find(token);
  }
  std::optional<std::string_view> token(uint32_t id) const override {
    return vocabulary_.token(id);
  }
  void write(json::Writer& out) const override {
    out.begin_object().member("type", "WordLevel").key("vocab");
    write_vocabulary(out, vocabulary_);
    out.member("unk_token", unk_token_).end_object();
  }
  size_t vocab_size() const override { return vocabulary_.size(); }
  std::optional<uint32_t> unknown_id() const override { return unk_id_; }

 private:
  std::string unk_token_;
  Vocabulary vocabulary_;
  std::optional<uint32_t> unk_id_;
};

}  // namespace

Result<std::unique_ptr<Model>> parse_word_level(const json::Value& value) {
  INLAY_ASSIGN(const std::string_view unk_token, value.at("unk_token").string());
  INLAY_ASSIGN(Vocabulary vocabulary, parse_vocabulary(value.at("vocab")));
  const Status finished = vocabulary.finish();
  if (!finished.ok()) return value.at("vocab").error(finished.message());
  return std::make_unique<WordLevel>(unk_token, std::move(vocabulary));
}

}  // namespace inlay::text
