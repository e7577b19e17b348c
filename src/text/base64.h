// Base64 (RFC 4648), the standard alphabet with padding.
#pragma once

#include <string>
#include <string_view>

#include "base/status.h"

namespace inlay::text {

// Fails with kCorrupt for text that is no base64, naming the byte.
Result<std::string> decode_base64(std::string_view text);
std::string encode_base64(std::string_view bytes);

}  // namespace inlay::text
