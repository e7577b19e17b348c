// A head of any bytes is read or refused with one line; what is read is written back as the same bytes. The
// checksum is made right first, so that what is behind it is reached.
#include <cmath>
#include <string>

#include "fuzz_target.h"
#include "tasks/few_shot_head.h"

namespace tasks = inlay::tasks;

namespace {

std::string resealed(std::string bytes) {
  if (bytes.size() < 4) return bytes;
  uint32_t crc = 0xFFFFFFFFu;
  for (size_t i = 0; i + 4 < bytes.size(); ++i) {
    crc ^= static_cast<unsigned char>(bytes[i]);
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ (crc & 1 ? 0xEDB88320u : 0);
  }
  for (size_t i = 0; i < 4; ++i) bytes[bytes.size() - 4 + i] = static_cast<char>(~crc >> (8 * i));
  return bytes;
}

void check(const std::string& bytes) {
  const auto head = tasks::read_head(bytes, "input");
  if (!head.ok()) {
    INLAY_FUZZ_CHECK(head.message().find('\n') == std::string_view::npos);
    return;
  }
  INLAY_FUZZ_CHECK(tasks::write_head(*head) == bytes);
  INLAY_FUZZ_CHECK(head->temperature > 0 && head->thresholds.size() == head->labels.size());
  INLAY_FUZZ_CHECK(head->weights.size() == head->labels.size() * head->dimensions);
  for (const float weight : head->weights) INLAY_FUZZ_CHECK(std::isfinite(weight));
}

}  // namespace

INLAY_FUZZ_TARGET(head) {
  check(std::string(input));
  check(resealed(std::string(input)));
}
