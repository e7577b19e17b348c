// Entities in texts: names, places, parts of speech.
//
//   const auto classifier = inlay::TokenClassifier::create(model);
//   const auto results = classifier.classify("Sarah lives in London.");
//   for (const inlay_entity& entity : results[0].entities()) …  // {"PER", 0.99, 0, 5, "sarah"}
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "inlay/cpp/model.hpp"
#include "inlay/cpp/texts.hpp"

namespace inlay {
inline namespace INLAY_CPP_NAMESPACE {

// How tokens become entities: see inlay_aggregation.
enum class Aggregation : std::uint32_t {
  kDefault = INLAY_AGGREGATION_DEFAULT,
  kNone = INLAY_AGGREGATION_NONE,
  kSimple = INLAY_AGGREGATION_SIMPLE,
  kFirst = INLAY_AGGREGATION_FIRST,
  kAverage = INLAY_AGGREGATION_AVERAGE,
  kMax = INLAY_AGGREGATION_MAX,
};

class TokenClassifierOptions {
 public:
  // 0: one for each CPU that the process may use. At most 1024.
  TokenClassifierOptions& threads(std::uint32_t count) {
    c_.threads = count;
    return *this;
  }
  TokenClassifierOptions& aggregation(Aggregation aggregation) {
    c_.aggregation = static_cast<std::uint32_t>(aggregation);
    return *this;
  }
  // How many tokens the windows of a long text share; 0: none.
  TokenClassifierOptions& stride(std::uint32_t tokens) {
    c_.stride = tokens == 0 ? UINT32_MAX : tokens;
    return *this;
  }
  // A long text loses its end, instead of being read in windows.
  TokenClassifierOptions& truncate(bool on = true) {
    c_.truncate = on;
    return *this;
  }
  // Begin and end count Unicode scalar values, not bytes.
  TokenClassifierOptions& character_offsets(bool on = true) {
    c_.character_offsets = on;
    return *this;
  }
  // Labels that are no entities; not set: "O".
  TokenClassifierOptions& ignored_labels(std::vector<std::string> labels) {
    ignored_ = std::move(labels);
    has_ignored_ = true;
    return *this;
  }
  bool has_ignored_labels() const noexcept { return has_ignored_; }
  const std::vector<std::string>& ignored_labels() const noexcept { return ignored_; }
  const inlay_token_classifier_options& c() const noexcept { return c_; }

 private:
  inlay_token_classifier_options c_ = detail::make_options<inlay_token_classifier_options>();
  std::vector<std::string> ignored_;
  bool has_ignored_ = false;
};

// What was found in a text; belongs to its Entities.
class TextEntities {
 public:
  explicit TextEntities(const inlay_text_entities& c) noexcept : c_(c) {}

  std::size_t size() const noexcept { return c_.count; }
  std::span<const inlay_entity> entities() const noexcept { return {c_.entities, c_.count}; }
  bool truncated() const noexcept { return c_.truncated != 0; }

 private:
  inlay_text_entities c_;
};

class Entities : public detail::Handle<inlay_entities> {
 public:
  using Handle::Handle;

  // The number of texts.
  std::size_t size() const { return inlay_entities_count(get()); }
  // Of no entities when index >= size().
  TextEntities operator[](std::size_t index) const {
    return TextEntities(inlay_entities_get(get(), index));
  }
};

class TokenClassifier : public detail::Handle<inlay_token_classifier> {
 public:
  using Handle::Handle;

  // Fails with kUnsupported for a model without a head for tokens, kInvalidArgument for a stride that leaves
  // no room for new tokens.
  static Outcome<TokenClassifier> create(const Model& model,
                                         const TokenClassifierOptions& options = {}) {
    std::vector<const char*> ignored;
    for (const std::string& label : options.ignored_labels()) ignored.push_back(label.c_str());
    ignored.push_back(nullptr);  // so that none is no null pointer
    inlay_token_classifier_options c = options.c();
    if (options.has_ignored_labels()) {
      c.ignored_labels = ignored.data();
      c.ignored_count = ignored.size() - 1;
    }
    return detail::make_handle<TokenClassifier, inlay_token_classifier>(
        [&](inlay_token_classifier** out) {
          return inlay_token_classifier_create(model.get(), &c, out);
        });
  }

  // Fails as Embedder::embed.
  Outcome<Entities> classify(const Texts& texts) const {
    return detail::make_handle<Entities, inlay_entities>([&](inlay_entities** out) {
      return inlay_token_classifier_classify(get(), texts.data(), texts.bytes(), texts.size(), out);
    });
  }
};

}  // namespace INLAY_CPP_NAMESPACE
}  // namespace inlay
