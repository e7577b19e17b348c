// What classifiers learn from: examples, and how.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "inlay/cpp/handle.hpp"

namespace inlay {
inline namespace INLAY_CPP_NAMESPACE {

// A text and its label, which must outlive the call that they are given to.
struct Example {
  std::string_view text, label;
};

class FewShotOptions {
 public:
  enum class Method : std::uint32_t {
    kLogistic = INLAY_FEW_SHOT_LOGISTIC,
    kCentroid = INLAY_FEW_SHOT_CENTROID,
  };

  // 0: one for each CPU that the process may use. At most 1024.
  FewShotOptions& threads(std::uint32_t count) {
    c_.threads = count;
    return *this;
  }
  FewShotOptions& method(Method which) {
    c_.method = static_cast<std::uint32_t>(which);
    return *this;
  }
  // Only examples count; each label needs one.
  FewShotOptions& without_descriptions(bool on = true) {
    c_.without_descriptions = on;
    return *this;
  }
  // Labels weigh the same, however many examples each has.
  FewShotOptions& balanced(bool on = true) {
    c_.balanced = on;
    return *this;
  }
  // How far examples move a label from its descriptions; 0: 20.
  FewShotOptions& strength(float c) {
    c_.c = c;
    return *this;
  }
  // The share of a label's examples that, left out, would be "unknown"; 0: nothing is.
  FewShotOptions& unknown_share(float share) {
    c_.unknown_share = share;
    return *this;
  }
  const inlay_few_shot_options& c() const noexcept { return c_; }

 private:
  inlay_few_shot_options c_ = detail::make_options<inlay_few_shot_options>();
};

namespace detail {

inline std::vector<const char*> pointers(const std::vector<std::string>& texts) {
  std::vector<const char*> out;
  for (const std::string& text : texts) out.push_back(text.c_str());
  return out;
}

// Examples as the C API takes them.
struct ExamplePointers {
  explicit ExamplePointers(std::span<const Example> examples) {
    for (const Example& example : examples) {
      texts.push_back(example.text.data() ? example.text.data() : "");
      bytes.push_back(example.text.size());
      names.emplace_back(example.label);
    }
    labels = pointers(names);
  }
  std::vector<const char*> texts, labels;
  std::vector<std::size_t> bytes;
  std::vector<std::string> names;  // NUL-terminated
};

}  // namespace detail
}  // namespace INLAY_CPP_NAMESPACE
}  // namespace inlay
