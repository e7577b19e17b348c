// Precompiled: SentencePiece's charsmap over grapheme clusters: one of less than six bytes is
// looked up whole, and if that finds nothing, or it is longer, a character at a time.
#include <algorithm>

#include "text/base64.h"
#include "text/charsmap.h"
#include "text/components.h"
#include "text/precompiled.h"
#include "unicode/grapheme.h"

namespace inlay::text {
namespace {

constexpr size_t kWholeClusterBytes = 6;

// Appends `to` for `from`, a text of any length: characters too many are insertions, characters too
// few are swallowed by the last one (whoever that is).
void replace(std::string_view from, std::string_view to, std::vector<unicode::Mapped>& out) {
  for_each_character(to, [&](char32_t c, uint32_t, uint32_t) { out.push_back({c, 0}); });
  const auto difference =
      static_cast<int64_t>(count_characters(to)) - static_cast<int64_t>(count_characters(from));
  if (difference > 0) {
    for (auto m = out.end() - difference; m != out.end(); ++m) m->change = 1;
  } else if (difference < 0 && !out.empty()) {
    out.back().change += static_cast<int32_t>(difference);
  }
}

class Precompiled final : public Normalizer {
 public:
  explicit Precompiled(Charsmap map) : map_(std::move(map)) {}

  Status normalize(NormalizedText& text) const override {
    std::vector<unicode::Mapped> changed;
    bool modified = false;
    const auto put = [&](std::string_view part, bool or_itself) {
      const auto found = map_.find(part);
      if (found) {
        replace(part, *found, changed);
        modified = true;
      } else if (or_itself) {
        changed.push_back({utf8_decode(part, part.size()), 0});
      }
      return found.has_value();
    };
    const std::string_view all = text.text();
    for (size_t at = 0; at < all.size();) {
      const std::string_view cluster = all.substr(at, unicode::grapheme_length(all.substr(at)));
      at += cluster.size();
      if (cluster.size() < kWholeClusterBytes && put(cluster, false)) continue;
      for (size_t i = 0; i < cluster.size();) {
        const size_t length = utf8_sequence_length(cluster.substr(i));
        put(cluster.substr(i, length), true);
        i += length;
      }
    }
    if (modified) text.transform(changed);
    return Status();
  }
  const Charsmap* charsmap() const override { return &map_; }

 private:
  Charsmap map_;
};

}  // namespace

std::unique_ptr<Normalizer> make_precompiled(Charsmap map) {
  return std::make_unique<Precompiled>(std::move(map));
}

Result<std::unique_ptr<Normalizer>> parse_precompiled(const json::Value& value) {
  const json::Value map = value.at("precompiled_charsmap");
  INLAY_ASSIGN(const std::string_view text, map.string());
  const auto bytes = decode_base64(text);
  if (!bytes.ok()) return map.error(bytes.message());
  auto charsmap = Charsmap::parse(*bytes);
  if (!charsmap.ok()) return map.error(charsmap.message());
  return make_precompiled(std::move(charsmap).value());
}

}  // namespace inlay::text
