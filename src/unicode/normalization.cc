#include "unicode/normalization.h"

#include <algorithm>

#include "unicode/gen/tables.h"

namespace inlay::unicode {
namespace {

// Hangul syllables are composed by arithmetic: Unicode Standard, section 3.12.
constexpr char32_t kSBase = 0xAC00, kLBase = 0x1100, kVBase = 0x1161, kTBase = 0x11A7;
constexpr char32_t kLCount = 19, kVCount = 21, kTCount = 28;
constexpr char32_t kSCount = kLCount * kVCount * kTCount;

int decompose_hangul(char32_t c, char32_t* out) {
  const char32_t s = c - kSBase;
  out[0] = kLBase + s / (kVCount * kTCount);
  out[1] = kVBase + s % (kVCount * kTCount) / kTCount;
  out[2] = kTBase + s % kTCount;
  return out[2] == kTBase ? 2 : 3;
}

char32_t compose_hangul(char32_t a, char32_t b) {
  if (a - kLBase < kLCount && b - kVBase < kVCount) {
    return kSBase + ((a - kLBase) * kVCount + (b - kVBase)) * kTCount;
  }
  const bool is_lv = a - kSBase < kSCount && (a - kSBase) % kTCount == 0;
  return is_lv && b > kTBase && b - kTBase < kTCount ? a + (b - kTBase) : 0;
}

template <class Index, class Blocks>
auto look_up(const Index* index, const Blocks* blocks, int shift, char32_t c) {
  return blocks[static_cast<uint32_t>(index[c >> shift]) << shift | (c & ((1u << shift) - 1))];
}

struct Pending {
  char32_t c;
  int32_t change;
  uint8_t combining_class;
};

// Sorts the marks after the last starter by class, in order within a class, and appends all to
// `out`.
void flush(std::vector<Pending>& pending, std::vector<Mapped>& out) {
  std::stable_sort(pending.begin(), pending.end(), [](const Pending& a, const Pending& b) {
    return a.combining_class < b.combining_class;
  });
  for (const Pending& p : pending) out.push_back({p.c, p.change});
  pending.clear();
}

void decompose_text(std::u32string_view text, bool compatible, std::vector<Mapped>& out) {
  std::vector<Pending> pending;
  char32_t parts[kMaxDecomposition];
  for (const char32_t c : text) {
    const int count = decompose(c, compatible, parts);
    for (int i = 0; i < count; ++i) {
      const uint8_t order = combining_class(parts[i]);
      if (order == 0) flush(pending, out);
      pending.push_back({parts[i], i == 0 ? 0 : 1, order});
    }
  }
  flush(pending, out);
}

// Composes out[begin, end), which is decomposed and in canonical order, in place. A mark joins the
// last starter unless a mark between them has a class that is not lower.
void compose_text(std::vector<Mapped>& out, size_t begin) {
  size_t write = begin;
  size_t starter = SIZE_MAX;
  int last_class = -1;  // of the last mark kept after the starter; -1: none
  for (size_t read = begin; read < out.size(); ++read) {
    const Mapped mapped = out[read];
    const int order = combining_class(mapped.c);
    if (starter != SIZE_MAX && last_class < order) {
      if (const char32_t composed = compose(out[starter].c, mapped.c)) {
        out[starter] = {composed, out[starter].change + mapped.change - 1};
        continue;
      }
    }
    if (order == 0) {
      starter = write;
      last_class = -1;
    } else if (starter != SIZE_MAX) {
      last_class = order;
    }
    out[write++] = mapped;
  }
  out.resize(write);
}

}  // namespace

uint8_t combining_class(char32_t c) {
  return look_up(gen::kClassIndex, gen::kClassBlocks, gen::kClassShift, c);
}

int decompose(char32_t c, bool compatible, char32_t out[kMaxDecomposition]) {
  if (c - kSBase < kSCount) return decompose_hangul(c, out);
  const uint32_t* entry = gen::kCanonicalPool;
  if (compatible) {
    entry = gen::kCompatiblePool +
            look_up(gen::kCompatibleIndex, gen::kCompatibleBlocks, gen::kCompatibleShift, c);
  } else {
    entry += look_up(gen::kCanonicalIndex, gen::kCanonicalBlocks, gen::kCanonicalShift, c);
  }
  if (*entry == 0) {
    out[0] = c;
    return 1;
  }
  std::copy_n(entry + 1, *entry, out);
  return static_cast<int>(*entry);
}

char32_t compose(char32_t a, char32_t b) {
  if (const char32_t syllable = compose_hangul(a, b)) return syllable;
  int low = 0, high = gen::kCompositionCount;
  while (low < high) {
    const int middle = (low + high) / 2;
    const uint32_t* row = gen::kCompositions + 3 * middle;
    if (row[0] == a && row[1] == b) return row[2];
    if (row[0] < a || (row[0] == a && row[1] < b)) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return 0;
}

void normalize(std::u32string_view text, Form form, std::vector<Mapped>& out) {
  const size_t begin = out.size();
  decompose_text(text, form == Form::kNfkc || form == Form::kNfkd, out);
  if (form == Form::kNfc || form == Form::kNfkc) compose_text(out, begin);
}

}  // namespace inlay::unicode
