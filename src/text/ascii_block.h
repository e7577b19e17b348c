// What the characters of 64 bytes of text are, as bit masks: where words begin and end without a
// step for each byte.
#pragma once

#include <cstddef>
#include <cstdint>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace inlay::text {

// Bit i stands for byte i. A byte that is in no mask is a control character or not ASCII.
struct AsciiBlock {
  static constexpr size_t kBytes = 64;
  uint64_t alnum = 0;        // A-Z, a-z, 0-9
  uint64_t space = 0;        // ' ', \t, \n, \r
  uint64_t punctuation = 0;  // every other visible character
};

#if defined(__SSE2__)

inline AsciiBlock classify_ascii(const char* text) {
  // a <= b in unsigned bytes, as a mask
  const auto at_most = [](__m128i a, char b) {
    return _mm_cmpeq_epi8(_mm_min_epu8(a, _mm_set1_epi8(b)), a);
  };
  const auto in = [&](__m128i v, char first, char last) {
    return at_most(_mm_sub_epi8(v, _mm_set1_epi8(first)), static_cast<char>(last - first));
  };
  const auto is = [](__m128i v, char c) { return _mm_cmpeq_epi8(v, _mm_set1_epi8(c)); };
  AsciiBlock block;
  for (int i = 0; i < 4; ++i) {
    const __m128i v = _mm_loadu_si128(reinterpret_cast<const __m128i*>(text + 16 * i));
    const __m128i letter = in(_mm_or_si128(v, _mm_set1_epi8(0x20)), 'a', 'z');
    const __m128i alnum = _mm_or_si128(letter, in(v, '0', '9'));
    const __m128i visible = in(v, '!', '~');
    const __m128i space =
        _mm_or_si128(_mm_or_si128(is(v, ' '), is(v, '\t')), _mm_or_si128(is(v, '\n'), is(v, '\r')));
    const auto bits = [&](__m128i mask) {
      return static_cast<uint64_t>(static_cast<uint32_t>(_mm_movemask_epi8(mask))) << (16 * i);
    };
    block.alnum |= bits(alnum);
    block.space |= bits(space);
    block.punctuation |= bits(_mm_andnot_si128(alnum, visible));
  }
  return block;
}

#else

inline AsciiBlock classify_ascii(const char* text) {
  AsciiBlock block;
  for (size_t i = 0; i < AsciiBlock::kBytes; ++i) {
    const char c = text[i], folded = static_cast<char>(c | 0x20);
    const bool alnum = (folded >= 'a' && folded <= 'z') || (c >= '0' && c <= '9');
    const bool space = c == ' ' || c == '\t' || c == '\n' || c == '\r';
    block.alnum |= uint64_t{alnum} << i;
    block.space |= uint64_t{space} << i;
    block.punctuation |= uint64_t{!alnum && c >= '!' && c <= '~'} << i;
  }
  return block;
}

#endif

}  // namespace inlay::text
