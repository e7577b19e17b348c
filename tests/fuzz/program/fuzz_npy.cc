// An .npy file of any bytes is an array or a Failure; an array is written and read back as the same.
#include "../fuzz_target.h"
#include "failure.h"
#include "npy.h"

INLAY_FUZZ_TARGET(npy) try {
  const cli::Array array = cli::read_npy(std::as_bytes(std::span(input)), "input");
  const int64_t count = cli::element_count(array.shape.data(), array.shape.size());
  INLAY_FUZZ_CHECK(count >= 0);
  INLAY_FUZZ_CHECK(array.data.size() ==
                   static_cast<size_t>(count) * cli::element_bytes(array.dtype));
  if (!cli::npy_has(array.dtype)) return;
  std::string again = cli::npy_header(array.dtype, array.shape);
  again.append(reinterpret_cast<const char*>(array.data.data()), array.data.size());
  const cli::Array twin = cli::read_npy(std::as_bytes(std::span(again)), "again");
  INLAY_FUZZ_CHECK(twin.dtype == array.dtype && twin.shape == array.shape &&
                   twin.data == array.data);
} catch (const cli::Failure& failure) {
  INLAY_FUZZ_CHECK(std::string_view(failure.what()).find('\n') == std::string_view::npos);
}
