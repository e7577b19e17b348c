// Any bytes inflate to the size that was asked for or are a Failure. The first three bytes of the input are the
// size.
#include "../fuzz_target.h"
#include "failure.h"
#include "inflate.h"

INLAY_FUZZ_TARGET(inflate) try {
  size_t size = 0;
  for (const char byte : input.substr(0, 3)) size = size << 8 | static_cast<uint8_t>(byte);
  const std::string_view compressed = input.substr(std::min<size_t>(input.size(), 3));
  INLAY_FUZZ_CHECK(cli::inflate(std::as_bytes(std::span(compressed)), size, "input").size() ==
                   size);
} catch (const cli::Failure& failure) {
  INLAY_FUZZ_CHECK(std::string_view(failure.what()).find('\n') == std::string_view::npos);
}
