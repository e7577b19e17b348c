#include "inflate.h"

#include <gtest/gtest.h>

#include <string>

#include "failure.h"

namespace cli {
namespace {

std::vector<std::byte> from_hex(std::string_view hex) {
  std::vector<std::byte> bytes;
  for (size_t i = 0; i < hex.size(); i += 2) {
    bytes.push_back(static_cast<std::byte>(std::stoi(std::string(hex.substr(i, 2)), nullptr, 16)));
  }
  return bytes;
}

std::string inflated(std::string_view hex, size_t size) {
  const std::vector<std::byte> out = inflate(from_hex(hex), size, "test");
  return {reinterpret_cast<const char*>(out.data()), out.size()};
}

// Made by Python's zlib.compressobj(level, wbits=-15). Dynamic blocks are tested in store_test.py with what zlib
// makes at that time.
constexpr std::string_view kStored = "010500faff68656c6c6f";

TEST(Inflate, StoredAndFixed) {
  EXPECT_EQ(inflated(kStored, 5), "hello");
  EXPECT_EQ(inflated("cb48cdc9c90700", 5), "hello");
  EXPECT_EQ(inflated("4b4c840100", 10), "aaaaaaaaaa");
  EXPECT_EQ(inflated("0300", 0), "");
}

TEST(Inflate, RefusesWhatIsDamaged) {
  EXPECT_THROW(inflated("cb48cdc9c90700", 4), Failure);  // longer than said
  EXPECT_THROW(inflated("cb48cdc9c90700", 6), Failure);  // shorter
  EXPECT_THROW(inflated("cb48cdc9c9", 5), Failure);      // cut
  EXPECT_THROW(inflated("07", 0), Failure);              // a block of kind 3
  EXPECT_THROW(inflated("010500faee68656c6c6f", 5), Failure);
  EXPECT_THROW(inflated("", 0), Failure);
  EXPECT_THROW(inflated("ffffffffffffffffffff", 5), Failure);
}

}  // namespace
}  // namespace cli
