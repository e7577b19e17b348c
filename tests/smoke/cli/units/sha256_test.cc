#include "sha256.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace cli {
namespace {

std::string hex_of(std::string_view text, size_t step = 1 << 20) {
  Sha256 hash;
  for (size_t i = 0; i < text.size(); i += step) {
    hash.update(std::as_bytes(std::span(text.substr(i, step))));
  }
  return hash.hex();
}

// The examples of FIPS 180-4 that NIST publishes (SHA256.pdf, and the long one of 180-2).
TEST(Sha256, NistVectors) {
  EXPECT_EQ(hex_of(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(hex_of("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(hex_of("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  EXPECT_EQ(
      hex_of("abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopq"
             "klmnopqrlmnopqrsmnopqrstnopqrstu"),
      "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1");
  EXPECT_EQ(hex_of(std::string(1'000'000, 'a')),
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST(Sha256, DoesNotDependOnHowBytesCome) {
  const std::string text(1000, 'x');
  for (const size_t step : {1, 3, 55, 56, 63, 64, 65, 127, 999}) {
    EXPECT_EQ(hex_of(text, step), hex_of(text)) << step;
  }
  EXPECT_NE(hex_of(text), hex_of(text + "x"));
}

}  // namespace
}  // namespace cli
