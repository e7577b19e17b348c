// GPT-2's alphabet: one printable character for each byte, so that byte-level models read and write
// text. Bytes that are printable in Latin-1 are themselves, the others follow from U+0100 on.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace inlay::text {

constexpr bool is_byte_itself(uint32_t byte) {
  return (byte >= 0x21 && byte <= 0x7E) || (byte >= 0xA1 && byte <= 0xAC) || byte >= 0xAE;
}

struct ByteAlphabet {
  uint16_t character[256] = {};
  int16_t byte[0x144] = {};  // of a character; -1 where it stands for none
};

constexpr ByteAlphabet make_byte_alphabet() {
  ByteAlphabet alphabet;
  for (int16_t& byte : alphabet.byte) byte = -1;
  uint16_t next = 0x100;
  for (uint16_t byte = 0; byte < 256; ++byte) {
    alphabet.character[byte] = is_byte_itself(byte) ? byte : next++;
    alphabet.byte[alphabet.character[byte]] = static_cast<int16_t>(byte);
  }
  return alphabet;
}

inline constexpr ByteAlphabet kByteAlphabet = make_byte_alphabet();

// The byte that `c` stands for, or -1.
constexpr int byte_of_character(char32_t c) { return c < 0x144 ? kByteAlphabet.byte[c] : -1; }

// The text of a token of that alphabet as bytes, appended to `out`; false, and nothing appended,
// when a character stands for no byte. Requires well-formed UTF-8.
bool append_bytes_of_token(std::string_view token, std::string& out);

}  // namespace inlay::text
