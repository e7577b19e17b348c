// Texts as calls of many texts take them.
//
//   embedder.embed("one text");
//   embedder.embed({"two", "texts"});
//   embedder.embed(std::vector<std::string>(…));
#pragma once

#include <concepts>
#include <cstddef>
#include <initializer_list>
#include <ranges>
#include <string>
#include <string_view>
#include <vector>

#include "inlay/cpp/error.hpp"

namespace inlay {
inline namespace INLAY_CPP_NAMESPACE {

// Texts of a call, which must outlive it: one text, {"a", "b"}, or a range of strings or string_views.
class Texts {
 public:
  Texts(std::string_view text) { add(text); }
  Texts(const std::string& text) { add(text); }
  Texts(const char* text) { add(text); }
  Texts(std::initializer_list<std::string_view> texts) {
    for (const std::string_view text : texts) add(text);
  }
  template <std::ranges::input_range R>
    requires(std::convertible_to<std::ranges::range_reference_t<const R>, std::string_view> &&
             !std::same_as<std::ranges::range_reference_t<const R>, std::string> &&
             !std::convertible_to<const R&, std::string_view>)
  Texts(const R& texts) {
    for (auto&& text : texts) add(text);
  }

  std::size_t size() const noexcept { return data_.size(); }
  const char* const* data() const noexcept { return data_.data(); }
  const std::size_t* bytes() const noexcept { return bytes_.data(); }

 private:
  void add(std::string_view text) {
    data_.push_back(text.data() ? text.data() : "");
    bytes_.push_back(text.size());
  }

  std::vector<const char*> data_;
  std::vector<std::size_t> bytes_;
};

}  // namespace INLAY_CPP_NAMESPACE
}  // namespace inlay
