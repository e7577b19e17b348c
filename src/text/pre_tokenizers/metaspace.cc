// Metaspace: spaces become a visible character, which also begins the text, and each begins a
// piece.
#include "text/metaspace.h"

#include "text/components.h"

namespace inlay::text {
namespace {

class Metaspace final : public PreTokenizer {
 public:
  explicit Metaspace(const MetaspaceOptions& options)
      : options_(options),
        replacement_(utf8_decode(options.replacement, options.replacement.size())) {}

  Status split(PieceList& pieces) const override {
    INLAY_TRY(pieces.rewrite([&](NormalizedText& text) { rewrite(text); }));
    if (!options_.split) return Status();
    return pieces.split_characters(SplitBehavior::kMergedWithNext,
                                   [&](char32_t c) { return c == replacement_; });
  }
  const MetaspaceOptions* metaspace() const override { return &options_; }

 private:
  void rewrite(NormalizedText& text) const {
    std::vector<Match> spaces;
    const std::string_view t = text.text();
    for (size_t at = t.find(' '); at != std::string_view::npos; at = t.find(' ', at + 1)) {
      spaces.push_back({static_cast<uint32_t>(at), static_cast<uint32_t>(at + 1), true});
    }
    if (!spaces.empty()) text.replace(spaces, options_.replacement);
    const bool wanted = options_.scheme == PrependScheme::kAlways ||
                        (options_.scheme == PrependScheme::kFirst && text.begin() == 0);
    if (wanted && !text.text().starts_with(options_.replacement)) {
      text.prepend(options_.replacement);
    }
  }

  MetaspaceOptions options_;
  char32_t replacement_;
};

}  // namespace

Result<MetaspaceOptions> parse_metaspace_options(const json::Value& value) {
  MetaspaceOptions options;
  INLAY_ASSIGN(options.replacement, parse_character(value.at("replacement")));
  const json::Value scheme = value.at("prepend_scheme");
  if (scheme.exists()) {
    INLAY_ASSIGN(const std::string_view name, scheme.string());
    if (name != "first" && name != "never" && name != "always") {
      return scheme.error(format("expected first, never or always, found {}", quote(name)));
    }
    options.scheme = name == "first"   ? PrependScheme::kFirst
                     : name == "never" ? PrependScheme::kNever
                                       : PrependScheme::kAlways;
  }
  INLAY_ASSIGN(const bool add_prefix_space, value.at("add_prefix_space").boolean_or(true));
  if (!add_prefix_space) {
    if (options.scheme != PrependScheme::kNever) {
      return value.error("add_prefix_space is false, but prepend_scheme is not never");
    }
  }
  INLAY_ASSIGN(options.split, value.at("split").boolean_or(true));
  return options;
}

std::unique_ptr<PreTokenizer> make_metaspace(const MetaspaceOptions& options) {
  return std::make_unique<Metaspace>(options);
}

Result<std::unique_ptr<PreTokenizer>> parse_metaspace(const json::Value& value) {
  INLAY_ASSIGN(const MetaspaceOptions options, parse_metaspace_options(value));
  return make_metaspace(options);
}

}  // namespace inlay::text
