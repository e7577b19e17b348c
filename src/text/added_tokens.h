// Added tokens: contents that are found in the text before the model sees it, special tokens
// mostly.
//
// Tokens with normalized=false are looked for in the text as it is, the others afterwards in what
// the normalizer made of each piece between them. Of several that begin at one place the longest
// wins, and matches do not overlap. The id in the file does not count: a content that the model
// knows has the model's id, any other the next free one, in the order of the file. Of two that
// normalize to one text the larger id is found.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "text/component.h"
#include "text/vocabulary.h"

namespace inlay::text {

struct AddedToken {
  std::string content = {};
  bool single_word = false;  // only where no word character touches it
  bool lstrip = false;       // takes the white space before it along
  bool rstrip = false;       // and behind it
  bool normalized = true;
  bool special = false;  // left out by decode(skip_special)
};

// Tokens in an order, each content once: the first one stays.
class AddedTokenList {
 public:
  // Nothing happens for a content that is empty or there already.
  void add(AddedToken token);
  // Gives the token of that content these flags; adds it where there is none.
  void put(AddedToken token);
  // Null when there is none.
  const AddedToken* find(std::string_view content) const;
  const std::vector<AddedToken>& tokens() const& { return tokens_; }
  std::vector<AddedToken> tokens() && { return std::move(tokens_); }

 private:
  std::vector<AddedToken> tokens_;
  Vocabulary places_;
};

// A set of contents that finds its members in a text.
class ContentMatcher {
 public:
  struct Found {
    size_t begin = 0, end = 0;
    uint32_t id = 0;
  };
  // `content` must not be empty; one that is there already takes the new id.
  void add(std::string_view content, uint32_t id);
  bool empty() const { return contents_.size() == 0; }
  // The first match that begins at `from` or later: the leftmost, and of these the longest.
  std::optional<Found> find(std::string_view text, size_t from) const;

 private:
  size_t next_candidate(std::string_view text, size_t from) const;

  Vocabulary contents_;
  std::vector<uint32_t> lengths_[256];  // of the contents by first byte, shortest first
  std::string first_bytes_;
};

class AddedTokens {
 public:
  // From the array added_tokens of tokenizer.json. `normalizer` may be null.
  static Result<AddedTokens> parse(const json::Value& value, const Model& model,
                                   const Normalizer* normalizer);
  static Result<AddedTokens> make(std::vector<AddedToken> tokens, const Model& model,
                                  const Normalizer* normalizer);

  // A stretch of a text: an added token, or (kNoToken) what lies between two.
  struct Part {
    size_t begin = 0, end = 0;
    uint32_t token = kNoToken;
  };
  // Cuts a text before normalization, or a normalized piece: calls visit(part), never with an empty
  // one, until visit answers false.
  template <class Visit>
  void cut_raw(std::string_view text, Visit&& visit) const {
    cut(raw_, text, visit);
  }
  template <class Visit>
  void cut_normalized(std::string_view text, Visit&& visit) const {
    cut(normalized_, text, visit);
  }
  bool has_normalized() const { return !normalized_.empty(); }

  // [{"id": …, "content": …, …}, …], in the order of their ids.
  void write(json::Writer& out) const;

  size_t size() const { return tokens_.size(); }
  // Contents that the model does not know.
  size_t size_beyond_model() const { return beyond_model_; }
  std::optional<uint32_t> id(std::string_view content) const { return contents_.find(content); }
  // The token as decoding shows it: its normalized form where it is matched in that form.
  std::optional<std::string_view> token(uint32_t id) const;
  // True for the exact content of a special token.
  bool is_special(std::string_view content) const { return special_.find(content).has_value(); }

 private:
  struct Entry {
    uint32_t id = 0;
    AddedToken token;
    std::string shown;  // what token() answers
  };
  template <class Visit>
  void cut(const ContentMatcher& matcher, std::string_view text, Visit&& visit) const;
  // The next match at `from` or later that may stand where it does, with its white space.
  std::optional<Part> next_match(const ContentMatcher& matcher, std::string_view text, size_t& from,
                                 size_t done) const;
  void keep_last_of_each_id();
  const Entry* entry(uint32_t id) const;

  std::vector<Entry> tokens_;  // in the order of their ids
  Vocabulary contents_, special_;
  ContentMatcher raw_, normalized_;
  size_t beyond_model_ = 0;
};

template <class Visit>
void AddedTokens::cut(const ContentMatcher& matcher, std::string_view text, Visit&& visit) const {
  size_t done = 0;
  if (!matcher.empty()) {
    for (size_t from = 0; const auto match = next_match(matcher, text, from, done);) {
      if (done < match->begin && !visit(Part{done, match->begin, kNoToken})) return;
      // White space that the token before took along may lie over this one's begin.
      if (match->begin < match->end && !visit(*match)) return;
      done = match->end;
    }
  }
  if (done < text.size()) visit(Part{done, text.size(), kNoToken});
}

}  // namespace inlay::text
