// A safetensors file of any bytes is read or refused with one line; each tensor's bytes lie in the file and are
// as many as its shape says.
#include <cstring>

#include "base/json.h"
#include "fuzz_target.h"
#include "models/safetensors.h"
#include "scratch_folder.h"

namespace models = inlay::models;

namespace {

void check_tensor(const inlay::graph::Tensor& tensor) {
  const int64_t bytes = tensor.count() * inlay::graph::dtype_bytes(tensor.dtype);
  INLAY_FUZZ_CHECK(bytes >= 0 && tensor.data.size() == static_cast<size_t>(bytes));
  unsigned sum = 0;
  for (const std::byte byte : tensor.data) sum += std::to_integer<unsigned>(byte);
  INLAY_FUZZ_CHECK(sum <= 255u * tensor.data.size());
}

// The header's names, in a file that was read.
void check_tensors(const models::Safetensors& tensors, std::string_view file) {
  uint64_t header_bytes = 0;
  std::memcpy(&header_bytes, file.data(), sizeof header_bytes);
  const auto header = inlay::json::parse(file.substr(8, header_bytes), "header");
  INLAY_FUZZ_CHECK(header.ok());
  size_t count = 0;
  for (const auto [name, entry] : header->root().members()) {
    if (name == "__metadata__") continue;
    const auto tensor = tensors.find(name);
    INLAY_FUZZ_CHECK(tensor != nullptr);
    check_tensor(*tensor);
    ++count;
  }
  INLAY_FUZZ_CHECK(tensors.count() == count && tensors.parameter_count() >= 0);
}

}  // namespace

INLAY_FUZZ_TARGET(safetensors) {
  static const inlay::fuzz::ScratchFolder folder;
  folder.write("input", input);
  const auto file = inlay::MappedFile::open(folder.path("input"), inlay::FileAccess::kCopy);
  INLAY_FUZZ_CHECK(file.ok());
  const auto tensors = models::Safetensors::read(*file);
  if (tensors.ok()) return check_tensors(*tensors, input);
  INLAY_FUZZ_CHECK(tensors.message().find('\n') == std::string_view::npos);
}
