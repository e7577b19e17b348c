// SHA-256 (FIPS 180-4).
//
//   Sha256 hash;
//   hash.update(bytes);
//   hash.hex();   // "e3b0c442…"
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "system.h"

namespace cli {

class Sha256 {
 public:
  void update(std::span<const std::byte> bytes);
  // The digest of what was given so far, in 64 hexadecimal digits. Ends the hash.
  std::string hex();

 private:
  void block(const std::byte* bytes);

  std::array<uint32_t, 8> state_ = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                    0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
  std::array<std::byte, 64> pending_ = {};
  size_t pending_bytes_ = 0;
  uint64_t total_bytes_ = 0;
};

// The digest of a file. Throws Failure when it cannot be read.
std::string sha256_of_file(const fs::path& path);

}  // namespace cli
