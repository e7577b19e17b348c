#include "text/added_tokens.h"

#include <algorithm>

#include "text/components.h"
#include "unicode/properties.h"

namespace inlay::text {
namespace {

bool stands_alone(std::string_view text, size_t begin, size_t end) {
  const auto is_word = [](char32_t c) { return unicode::has_property(c, unicode::kWord); };
  if (begin > 0 && is_word(character_before(text, begin))) return false;
  return end == text.size() || !is_word(character_at(text, end));
}

size_t skip_space_before(std::string_view text, size_t begin) {
  while (begin > 0) {
    if (!unicode::has_property(character_before(text, begin), unicode::kWhiteSpace)) break;
    do --begin;
    while ((text[begin] & 0xC0) == 0x80);
  }
  return begin;
}

size_t skip_space_behind(std::string_view text, size_t end) {
  while (end < text.size()) {
    if (!unicode::has_property(character_at(text, end), unicode::kWhiteSpace)) break;
    end += utf8_sequence_length(text.substr(end));
  }
  return end;
}

Result<AddedToken> parse_token(const json::Value& value) {
  AddedToken token;
  INLAY_TRY(value.expect(json::Kind::kObject));
  INLAY_TRY(parse_token_id(value.at("id")).status());
  INLAY_ASSIGN(token.content, value.at("content").string());
  INLAY_ASSIGN(token.single_word, value.at("single_word").boolean());
  INLAY_ASSIGN(token.lstrip, value.at("lstrip").boolean());
  INLAY_ASSIGN(token.rstrip, value.at("rstrip").boolean());
  INLAY_ASSIGN(token.normalized, value.at("normalized").boolean());
  INLAY_ASSIGN(token.special, value.at("special").boolean());
  return token;
}

}  // namespace

void ContentMatcher::add(std::string_view content, uint32_t id) {
  contents_.add(content, id);
  std::vector<uint32_t>& lengths = lengths_[static_cast<unsigned char>(content[0])];
  if (lengths.empty()) first_bytes_ += content[0];
  const auto length = static_cast<uint32_t>(content.size());
  const auto at = std::lower_bound(lengths.begin(), lengths.end(), length);
  if (at == lengths.end() || *at != length) lengths.insert(at, length);
}

size_t ContentMatcher::next_candidate(std::string_view text, size_t from) const {
  if (first_bytes_.size() == 1) return text.find(first_bytes_[0], from);
  for (; from < text.size(); ++from) {
    if (!lengths_[static_cast<unsigned char>(text[from])].empty()) return from;
  }
  return std::string_view::npos;
}

std::optional<ContentMatcher::Found> ContentMatcher::find(std::string_view text,
                                                          size_t from) const {
  for (; (from = next_candidate(text, from)) != std::string_view::npos; ++from) {
    Found longest;
    TokenHash hash;
    size_t hashed = 0;
    for (const uint32_t length : lengths_[static_cast<unsigned char>(text[from])]) {
      if (length > text.size() - from) break;
      hash.append(text.substr(from + hashed, length - hashed));
      hashed = length;
      const uint32_t id = contents_.find(hash.value(), {}, text.substr(from, length));
      if (id != Vocabulary::kNone) longest = {from, from + length, id};
    }
    if (longest.end != 0) return longest;
  }
  return std::nullopt;
}

void AddedTokenList::add(AddedToken token) {
  if (token.content.empty() || find(token.content)) return;
  places_.add(token.content, static_cast<uint32_t>(tokens_.size()));
  tokens_.push_back(std::move(token));
}

void AddedTokenList::put(AddedToken token) {
  if (const auto place = places_.find(token.content)) {
    tokens_[*place] = std::move(token);
  } else {
    add(std::move(token));
  }
}

const AddedToken* AddedTokenList::find(std::string_view content) const {
  const auto place = places_.find(content);
  return place ? &tokens_[*place] : nullptr;
}

Result<AddedTokens> AddedTokens::parse(const json::Value& value, const Model& model,
                                       const Normalizer* normalizer) {
  std::vector<AddedToken> tokens;
  if (!value.is_null()) INLAY_TRY(value.expect(json::Kind::kArray));
  for (const json::Value& element : value.elements()) {
    INLAY_ASSIGN(AddedToken token, parse_token(element));
    tokens.push_back(std::move(token));
  }
  return make(std::move(tokens), model, normalizer);
}

Result<AddedTokens> AddedTokens::make(std::vector<AddedToken> tokens, const Model& model,
                                      const Normalizer* normalizer) {
  AddedTokens added;
  auto next_id = static_cast<uint32_t>(model.vocab_size());
  for (AddedToken& token : tokens) {
    if (token.content.empty()) continue;
    std::optional<uint32_t> id = added.id(token.content);
    if (!id) {
      id = model.id(token.content);
      if (!id) {
        id = next_id++;
        ++added.beyond_model_;
      }
    }
    added.contents_.add(token.content, *id);
    if (token.special) added.special_.add(token.content, *id);
    std::string shown = token.content;
    if (token.normalized && normalizer) {
      NormalizedText normalized(token.content);
      INLAY_TRY(normalizer->normalize(normalized));
      shown = normalized.text();
    }
    added.tokens_.push_back({*id, std::move(token), std::move(shown)});
  }
  added.keep_last_of_each_id();
  for (const Entry& e : added.tokens_) {
    ContentMatcher& matcher = e.token.normalized ? added.normalized_ : added.raw_;
    if (!e.shown.empty()) matcher.add(e.shown, e.id);
  }
  return added;
}

void AddedTokens::keep_last_of_each_id() {
  std::stable_sort(tokens_.begin(), tokens_.end(),
                   [](const Entry& a, const Entry& b) { return a.id < b.id; });
  size_t kept = 0;
  for (size_t i = 0; i < tokens_.size(); ++i) {
    if (i + 1 < tokens_.size() && tokens_[i + 1].id == tokens_[i].id) continue;
    if (kept != i) tokens_[kept] = std::move(tokens_[i]);
    ++kept;
  }
  tokens_.resize(kept);
}

void AddedTokens::write(json::Writer& out) const {
  out.begin_array();
  for (const auto& [id, token, shown] : tokens_) {
    out.begin_object().member("id", id).member("content", token.content);
    out.member("single_word", token.single_word).member("lstrip", token.lstrip);
    out.member("rstrip", token.rstrip).member("normalized", token.normalized);
    out.member("special", token.special).end_object();
  }
  out.end_array();
}

const AddedTokens::Entry* AddedTokens::entry(uint32_t id) const {
  const auto found =
      std::lower_bound(tokens_.begin(), tokens_.end(), id,
                       [](const Entry& e, uint32_t wanted) { return e.id < wanted; });
  return found != tokens_.end() && found->id == id ? &*found : nullptr;
}

std::optional<std::string_view> AddedTokens::token(uint32_t id) const {
  const Entry* e = entry(id);
  return e ? std::optional<std::string_view>(e->shown) : std::nullopt;
}

std::optional<AddedTokens::Part> AddedTokens::next_match(const ContentMatcher& matcher,
                                                         std::string_view text, size_t& from,
                                                         size_t done) const {
  while (const auto found = matcher.find(text, from)) {
    from = found->end;
    const AddedToken& token = entry(found->id)->token;
    Part part{found->begin, found->end, found->id};
    if (token.single_word && !stands_alone(text, part.begin, part.end)) continue;
    if (token.lstrip) part.begin = std::max(skip_space_before(text, part.begin), done);
    if (token.rstrip) part.end = skip_space_behind(text, part.end);
    return part;
  }
  return std::nullopt;
}

}  // namespace inlay::text
