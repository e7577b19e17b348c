// DEFLATE (RFC 1951), the whole stream at once.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

namespace cli {

// Inflates `compressed` to exactly `size` bytes. Throws Failure "<place>: expected …, found …" when
// the stream is damaged or has another size.
std::vector<std::byte> inflate(std::span<const std::byte> compressed, size_t size,
                               std::string_view place);

}  // namespace cli
