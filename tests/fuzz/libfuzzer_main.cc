// The entry that libFuzzer calls, for the one target that is linked with it.
#include <cstddef>
#include <cstdint>

#include "fuzz_target.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  inlay::fuzz::targets()->run({reinterpret_cast<const char*>(data), size});
  return 0;
}
