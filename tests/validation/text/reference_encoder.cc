#include "reference_encoder.h"

#include <algorithm>
#include <limits>
#include <optional>

#include "base/format.h"
#include "base/json_writer.h"
#include "columns.h"
#include "text/tokenizer.h"

namespace inlay::text {
namespace {

constexpr const char* kLetters[] = {"a", "b", "c", "\u00e9", "\u6f22", "\u0301", "a", "b"};
constexpr const char* kSpace = "\u2581";
using Tokens = std::vector<ReferenceToken>;

std::vector<std::string> characters(const std::string& text) {
  std::vector<std::string> out;
  for (const char c : text) {
    if ((c & 0xC0) != 0x80) out.emplace_back();
    out.back() += c;
  }
  return out;
}

std::optional<uint32_t> id_of(const ReferenceModel& model, const std::string& token) {
  for (size_t id = model.tokens.size(); id-- > 0;) {  // of two equal ones the last
    if (model.tokens[id] == token) return static_cast<uint32_t>(id);
  }
  return std::nullopt;
}

// The tokens <0xNN> of each byte; none unless all are there.
std::optional<std::vector<uint32_t>> byte_tokens(const ReferenceModel& model,
                                                 const std::string& text) {
  std::vector<uint32_t> ids;
  for (const char c : text) {
    constexpr char kDigits[] = "0123456789ABCDEF";
    const auto byte = static_cast<unsigned char>(c);
    const auto id =
        id_of(model, std::string("<0x") + kDigits[byte >> 4] + kDigits[byte & 15] + ">");
    if (!id) return std::nullopt;
    ids.push_back(*id);
  }
  return ids;
}

Tokens bpe_symbols(const ReferenceModel& model, const std::string& word) {
  Tokens symbols;
  std::optional<ReferenceToken> unknown;  // waits until a known character comes
  const std::vector<std::string> all = characters(word);
  size_t at = 0;
  const auto flush = [&] {
    if (unknown) symbols.push_back(*unknown);
    unknown.reset();
  };
  for (size_t i = 0; i < all.size(); ++i) {
    const size_t end = at + all[i].size();
    const std::string spelled =
        (i > 0 ? model.prefix : "") + all[i] + (i + 1 == all.size() ? model.suffix : "");
    const auto bytes = model.byte_fallback ? byte_tokens(model, spelled) : std::nullopt;
    if (const auto id = id_of(model, spelled)) {
      flush();
      symbols.push_back({*id, at, end});
    } else if (bytes) {
      for (const uint32_t byte : *bytes) symbols.push_back({byte, 0, 1});
    } else {
      if (unknown && model.fuse_unk) {
        unknown->end = end;
      } else {
        flush();
        unknown = ReferenceToken{0, at, end};
      }
    }
    at = end;
  }
  flush();
  // Tokens are as long as their part of the word, one behind the other.
  size_t begin = 0;
  for (ReferenceToken& symbol : symbols) {
    const size_t length = symbol.end - symbol.begin;
    symbol.begin = begin;
    symbol.end = begin += length;
  }
  return symbols;
}

Tokens bpe(const ReferenceModel& model, const std::string& word) {
  if (model.ignore_merges) {
    if (const auto id = id_of(model, word)) return {{*id, 0, word.size()}};
  }
  Tokens symbols = bpe_symbols(model, word);
  const auto rank_of = [&](const std::string& left, const std::string& right) {
    size_t rank = SIZE_MAX;
    for (size_t i = 0; i < model.merges.size(); ++i) {
      if (model.merges[i].first == left && model.merges[i].second == right) rank = i;
    }
    return rank;
  };
  for (;;) {
    size_t best = SIZE_MAX, place = 0;
    for (size_t i = 0; i + 1 < symbols.size(); ++i) {
      const size_t rank = rank_of(model.tokens[symbols[i].id], model.tokens[symbols[i + 1].id]);
      if (rank < best) best = rank, place = i;
    }
    if (best == SIZE_MAX) return symbols;
    const auto& [left, right] = model.merges[best];
    symbols[place].id = *id_of(model, left + right.substr(model.prefix.size()));
    symbols[place].end = symbols[place + 1].end;
    symbols.erase(symbols.begin() + static_cast<ptrdiff_t>(place) + 1);
  }
}

// Unknown characters side by side become one; what they spell may be a token after all, or bytes.
Tokens join_unknown(const ReferenceModel& model, const std::string& word, const Tokens& path) {
  Tokens out;
  for (size_t i = 0; i < path.size();) {
    ReferenceToken token = path[i++];
    if (token.id == 0) {
      while (i < path.size() && path[i].id == 0) token.end = path[i++].end;
      const std::string text = word.substr(token.begin, token.end - token.begin);
      const auto id = id_of(model, text);
      const auto bytes = model.byte_fallback ? byte_tokens(model, text) : std::nullopt;
      if (!id && bytes) {
        for (const uint32_t byte : *bytes) out.push_back({byte, token.begin, token.end});
        continue;
      }
      token.id = id.value_or(0);
    }
    out.push_back(token);
  }
  return out;
}

Tokens unigram(const ReferenceModel& model, const std::string& word) {
  const double lowest = *std::min_element(model.scores.begin(), model.scores.end());
  std::vector<size_t> places = {0};
  for (const std::string& c : characters(word)) places.push_back(places.back() + c.size());
  struct Best {
    double score = 0;
    std::optional<size_t> from;
    uint32_t id = 0;
  };
  std::vector<Best> best(places.size());
  for (size_t end = 1; end < places.size(); ++end) {
    for (size_t begin = 0; begin < end; ++begin) {
      const auto id = id_of(model, word.substr(places[begin], places[end] - places[begin]));
      if (!id && begin + 1 != end) continue;
      const double score = best[begin].score + (id ? model.scores[*id] : lowest - 10);
      if (!best[end].from || score > best[end].score) best[end] = {score, begin, id.value_or(0)};
    }
  }
  Tokens path;
  for (size_t end = places.size() - 1; end > 0; end = *best[end].from) {
    path.insert(path.begin(), {best[end].id, places[*best[end].from], places[end]});
  }
  return join_unknown(model, word, path);
}

Tokens word_piece(const ReferenceModel& model, const std::string& word) {
  const Tokens unknown = {{0, 0, word.size()}};
  if (characters(word).size() > model.max_chars) return unknown;
  Tokens out;
  for (size_t at = 0; at < word.size();) {
    size_t end = word.size();
    std::optional<uint32_t> id;
    for (; end > at; --end) {
      id = id_of(model, (at > 0 ? model.prefix : "") + word.substr(at, end - at));
      if (id) break;
    }
    if (!id) return unknown;
    out.push_back({*id, at, end});
    at = end;
  }
  return out;
}

// Random choices from bytes; zeros when they are used up.
class Bytes {
 public:
  explicit Bytes(std::string_view bytes) : bytes_(bytes) {}
  unsigned next() { return at_ < bytes_.size() ? static_cast<unsigned char>(bytes_[at_++]) : 0; }
  unsigned below(unsigned count) { return next() % count; }
  bool flag() { return (next() & 1) != 0; }
  bool done() const { return at_ >= bytes_.size(); }
  std::string word(unsigned longest) {
    std::string out;
    for (unsigned length = 1 + below(longest); length > 0; --length) out += kLetters[below(8)];
    return out;
  }

 private:
  std::string_view bytes_;
  size_t at_ = 0;
};

void add(ReferenceModel& model, const std::string& token) {
  const auto end = model.tokens.end();
  if (std::find(model.tokens.begin(), end, token) == end) model.tokens.push_back(token);
}

void add_merges(ReferenceModel& model, Bytes& bytes) {
  for (unsigned count = bytes.below(20); count > 0; --count) {
    const auto size = static_cast<unsigned>(model.tokens.size());
    const std::string left = model.tokens[bytes.below(size)];
    const std::string right = model.tokens[bytes.below(size)];
    if (!right.starts_with(model.prefix) || left.size() + right.size() > 40) continue;
    add(model, left + right.substr(model.prefix.size()));
    model.merges.push_back({left, right});
  }
  if (bytes.flag()) std::reverse(model.merges.begin(), model.merges.end());
}

ReferenceModel make_model(Bytes& bytes) {
  using Kind = ReferenceModel::Kind;
  ReferenceModel model;
  model.kind = static_cast<Kind>(bytes.below(4));
  model.tokens = {"<unk>"};
  const bool has_affixes = model.kind == Kind::kBpe || model.kind == Kind::kWordPiece;
  if (has_affixes && bytes.flag()) model.prefix = "##";
  if (model.kind == Kind::kBpe && bytes.below(4) == 0) model.suffix = "</w>";
  model.fuse_unk = bytes.flag();
  model.ignore_merges = bytes.flag();
  model.max_chars = bytes.below(4) == 0 ? bytes.below(6) : 100;
  for (const char* letter : kLetters) {
    if (bytes.below(8) == 0) continue;
    for (const std::string& before : {std::string(), model.prefix}) {
      for (const std::string& behind : {std::string(), model.suffix}) {
        add(model, before + letter + behind);
      }
    }
  }
  add(model, kSpace);
  model.byte_fallback = bytes.below(4) == 0;
  if (model.byte_fallback) {
    for (unsigned byte = 128 + bytes.below(70); byte < 256; ++byte) {
      constexpr char kDigits[] = "0123456789ABCDEF";
      add(model, std::string("<0x") + kDigits[byte >> 4] + kDigits[byte & 15] + ">");
    }
  }
  if (model.kind == Kind::kBpe) {
    add_merges(model, bytes);
  } else {
    for (unsigned count = bytes.below(16); count > 0; --count) {
      const bool inside = bytes.flag();
      add(model, (inside ? model.prefix : bytes.flag() ? kSpace : "") + bytes.word(5));
    }
  }
  for (size_t i = 0; i < model.tokens.size(); ++i) model.scores.push_back(-0.5 * bytes.below(12));
  return model;
}

enum class Cut { kNone, kWhitespaceSplit, kMetaspace };

// The words of a text whose only white space is ' ', and where they begin.
std::vector<std::pair<std::string, size_t>> cut(const std::string& text, Cut how) {
  if (text.empty()) return {};
  if (how == Cut::kNone) return {{text, 0}};
  std::vector<std::pair<std::string, size_t>> words;
  bool joined = false;
  if (how == Cut::kMetaspace && !text.starts_with(' ')) {
    words.push_back({kSpace, 0});
    joined = true;
  }
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == ' ') {
      joined = how == Cut::kMetaspace;
      if (joined) words.push_back({kSpace, i});
    } else {
      if (!joined) words.push_back({"", i});
      joined = true;
      words.back().first += text[i];
    }
  }
  return words;
}

std::string pre_tokenizer(Cut how) {
  if (how == Cut::kWhitespaceSplit) return R"({"type":"WhitespaceSplit"})";
  if (how == Cut::kNone) return "null";
  return R"({"type":"Metaspace","replacement":")" + std::string(kSpace) +
         R"(","prepend_scheme":"always","split":true})";
}

std::string say(const std::vector<uint32_t>& ids) {
  std::string out;
  for (const uint32_t id : ids) out += format("{} ", id);
  return out;
}

// Every way of encoding, against the ids and (where the text is not changed first) the offsets.
std::string compare(const Tokenizer& tokenizer, const std::string& text,
                    const std::vector<uint32_t>& ids, const std::vector<Offset>* offsets) {
  for (const bool general : {true, false}) {
    const auto found = general ? tokenizer.encode_general(text, std::nullopt, {})
                               : tokenizer.encode(text, std::nullopt, {});
    if (!found.ok()) return std::string(found.message());
    if (list(found->ids()) != ids)
      return "ids: expected " + say(ids) + "found " + say(list(found->ids()));
    if (offsets && list(found->offsets()) != *offsets) return "offsets of " + say(ids);
  }
  for (const size_t limit : {size_t{0}, size_t{1}, size_t{3}}) {
    std::vector<int32_t> found;
    if (!tokenizer.encode_ids(text, limit, found).ok()) return "encode_ids fails";
    const size_t count = limit == 0 ? ids.size() : std::min(limit, ids.size());
    if (!std::equal(found.begin(), found.end(), ids.begin(),
                    ids.begin() + static_cast<ptrdiff_t>(count))) {
      return format("encode_ids at most {}: ", limit) + say(ids);
    }
  }
  return "";
}

}  // namespace

Tokens ReferenceModel::tokenize(const std::string& word) const {
  switch (kind) {
    case Kind::kBpe: return bpe(*this, word);
    case Kind::kUnigram: return unigram(*this, word);
    case Kind::kWordPiece: return word_piece(*this, word);
    case Kind::kWordLevel: break;
  }
  return {{id_of(*this, word).value_or(0), 0, word.size()}};
}

std::string ReferenceModel::json() const {
  constexpr const char* kTypes[] = {"BPE", "Unigram", "WordPiece", "WordLevel"};
  json::Writer json;
  json.begin_object().member("type", kTypes[static_cast<int>(kind)]);
  json.member("unk_token", tokens[0]).member("unk_id", 0);
  json.member("continuing_subword_prefix", prefix).member("end_of_word_suffix", suffix);
  json.member("max_input_chars_per_word", max_chars).member("fuse_unk", fuse_unk);
  json.member("ignore_merges", ignore_merges).member("byte_fallback", byte_fallback);
  if (kind == Kind::kUnigram) {
    json.key("vocab").begin_array();
    for (size_t id = 0; id < tokens.size(); ++id) {
      json.begin_array().value(tokens[id]).value(scores[id]).end_array();
    }
    json.end_array();
  } else {
    json.key("vocab").begin_object();
    for (size_t id = 0; id < tokens.size(); ++id) json.member(tokens[id], id);
    json.end_object();
  }
  json.key("merges").begin_array();
  for (const auto& [left, right] : merges) {
    json.begin_array().value(left).value(right).end_array();
  }
  return std::move(json.end_array().end_object()).text();
}

std::string differs_from_reference(std::string_view input) {
  Bytes bytes(input);
  const Cut how = static_cast<Cut>(bytes.below(3));
  const ReferenceModel model = make_model(bytes);
  std::string text;
  while (!bytes.done()) {
    const unsigned choice = bytes.below(11);
    text += choice < 8 ? kLetters[choice] : choice == 8 ? "x" : " ";
  }
  std::vector<uint32_t> ids;
  std::vector<Offset> offsets;
  for (const auto& [word, at] : cut(text, how)) {
    if (word.empty()) continue;
    for (const ReferenceToken& token : model.tokenize(word)) {
      ids.push_back(token.id);
      offsets.push_back(
          {static_cast<uint32_t>(at + token.begin), static_cast<uint32_t>(at + token.end)});
    }
  }
  const std::string description =
      format(R"({{"pre_tokenizer":{},"model":{}}})", pre_tokenizer(how), model.json());
  const auto tokenizer = Tokenizer::from_json(description, "made");
  if (!tokenizer.ok()) return std::string(tokenizer.message()) + description;
  // The peer's rule for bytes of unknown characters gives offsets within them: not compared.
  const bool has_offsets = how != Cut::kMetaspace && !model.byte_fallback;
  const std::string difference = compare(**tokenizer, text, ids, has_offsets ? &offsets : nullptr);
  return difference.empty() ? "" : difference + "\n" + text + "\n" + description;
}

}  // namespace inlay::text
