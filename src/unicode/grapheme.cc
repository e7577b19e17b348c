#include "unicode/grapheme.h"

#include "base/utf8.h"
#include "unicode/gen/tables.h"

namespace inlay::unicode {
namespace {

// In the order of tools/unicode_tables/generate.py. Extend is cut in three by the property
// Indic_Conjunct_Break; Other in two, and the pictographs.
enum class Class : uint8_t {
  kOther,
  kCr,
  kLf,
  kControl,
  kExtend,
  kConjunctExtend,
  kLinker,
  kZwj,
  kRegionalIndicator,
  kPrepend,
  kSpacingMark,
  kL,
  kV,
  kT,
  kLv,
  kLvt,
  kPictographic,
  kConsonant
};

Class class_of(char32_t c) {
  constexpr uint32_t kMask = (1u << gen::kGraphemeShift) - 1, kClass = 31;
  const uint32_t block = gen::kGraphemeIndex[c >> gen::kGraphemeShift];
  return static_cast<Class>(gen::kGraphemeBlocks[block << gen::kGraphemeShift | (c & kMask)] &
                            kClass);
}

bool is_extend(Class c) {
  return c == Class::kExtend || c == Class::kConjunctExtend || c == Class::kLinker;
}

// What the rules that look further back than one character need to know.
class Before {
 public:
  void add(Class c) {
    joins_pictograph_ = c == Class::kZwj && pictograph_;
    pictograph_ = c == Class::kPictographic || (pictograph_ && is_extend(c));
    if (c == Class::kConsonant) {
      consonant_ = true;
      linker_ = false;
    } else if (c == Class::kLinker) {
      linker_ = consonant_;
    } else if (c != Class::kConjunctExtend && c != Class::kZwj) {
      consonant_ = linker_ = false;
    }
    odd_indicators_ = c == Class::kRegionalIndicator && !odd_indicators_;
    last_ = c;
  }

  // The rules GB3 to GB999 between what was added and `next`.
  bool breaks_before(Class next) const {
    const Class last = last_;
    if (last == Class::kCr) return next != Class::kLf;
    const auto is_control = [](Class c) {
      return c == Class::kCr || c == Class::kLf || c == Class::kControl;
    };
    if (is_control(last) || is_control(next)) return true;
    if (is_extend(next) || next == Class::kZwj || next == Class::kSpacingMark) return false;
    if (last == Class::kPrepend) return false;
    switch (next) {
      case Class::kL:
      case Class::kLv:
      case Class::kLvt: return last != Class::kL;
      case Class::kV: return last != Class::kL && last != Class::kV && last != Class::kLv;
      case Class::kT:
        return last != Class::kV && last != Class::kT && last != Class::kLv && last != Class::kLvt;
      case Class::kConsonant: return !linker_;
      case Class::kPictographic: return !joins_pictograph_;
      case Class::kRegionalIndicator: return !odd_indicators_;
      default: return true;
    }
  }

 private:
  Class last_ = Class::kOther;
  bool pictograph_ = false;        // a pictograph and extending characters
  bool joins_pictograph_ = false;  // and then a ZWJ
  bool consonant_ = false;         // a consonant and characters that keep a conjunct open
  bool linker_ = false;            // with a linker among them
  bool odd_indicators_ = false;
};

Class without_conjuncts(Class c) {
  if (c == Class::kConjunctExtend || c == Class::kLinker) return Class::kExtend;
  return c == Class::kConsonant ? Class::kOther : c;
}

}  // namespace

std::vector<bool> grapheme_begins(std::string_view text) {
  std::vector<bool> begins(text.size() + 1);
  Before before;
  for (size_t at = 0; at < text.size();) {
    const size_t length = utf8_sequence_length(text.substr(at));
    const Class next = without_conjuncts(class_of(utf8_decode(text.substr(at), length)));
    begins[at] = at == 0 || before.breaks_before(next);
    before.add(next);
    at += length;
  }
  begins[text.size()] = true;
  return begins;
}

size_t grapheme_length(std::string_view text) {
  Before before;
  size_t at = 0;
  while (at < text.size()) {
    const size_t length = utf8_sequence_length(text.substr(at));
    const Class next = class_of(utf8_decode(text.substr(at), length));
    if (at > 0 && before.breaks_before(next)) break;
    before.add(next);
    at += length;
  }
  return at;
}

}  // namespace inlay::unicode
