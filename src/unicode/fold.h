// Which characters and texts are equal when case is ignored, as Oniguruma 6.9.10 has it (full case
// folding: ß is ss).
#pragma once

#include <string_view>

#include "unicode/gen/tables.h"

namespace inlay::unicode {

// Calls visit(members) for each class of two or more characters that are equal to each other.
template <class Visit>
void for_each_fold_class(Visit&& visit) {
  for (int i = 0; i < gen::kFoldClassesSize;) {
    const auto count = static_cast<size_t>(gen::kFoldClasses[i]);
    visit(std::u32string_view(gen::kFoldClasses + i + 1, count));
    i += static_cast<int>(count) + 1;
  }
}

// Calls visit(c, text) for each character that is equal to a text of two or three characters. A
// character is there once for each text; the text's own characters may be of any case.
template <class Visit>
void for_each_long_fold(Visit&& visit) {
  for (int i = 0; i < gen::kLongFoldsSize;) {
    const auto count = static_cast<size_t>(gen::kLongFolds[i]);
    visit(gen::kLongFolds[i + 1], std::u32string_view(gen::kLongFolds + i + 2, count - 1));
    i += static_cast<int>(count) + 1;
  }
}

// True when both are one character or members of one class.
bool equal_ignoring_case(char32_t a, char32_t b);

}  // namespace inlay::unicode
