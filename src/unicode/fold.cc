#include "unicode/fold.h"

namespace inlay::unicode {

bool equal_ignoring_case(char32_t a, char32_t b) {
  if (a == b) return true;
  bool equal = false;
  for_each_fold_class([&](std::u32string_view members) {
    equal |= members.find(a) != std::u32string_view::npos &&
             members.find(b) != std::u32string_view::npos;
  });
  return equal;
}

}  // namespace inlay::unicode
