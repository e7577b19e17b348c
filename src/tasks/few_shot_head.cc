#include "tasks/few_shot_head.h"

#include <bit>
#include <cmath>
#include <cstring>
#include <set>

#include "base/mapped_file.h"
#include "base/system.h"
#include "base/utf8.h"

namespace inlay::tasks {
namespace {

constexpr std::string_view kMagic = "INLAYHD\n";
constexpr uint32_t kVersion = 1;
constexpr size_t kFixedBytes = 8 + 5 * 4, kChecksumBytes = 4;

// CRC-32 as in zip and PNG.
uint32_t checksum(std::string_view bytes) {
  uint32_t crc = 0xFFFFFFFFu;
  for (const char byte : bytes) {
    crc ^= static_cast<unsigned char>(byte);
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ (crc & 1 ? 0xEDB88320u : 0);
  }
  return ~crc;
}

void put(std::string& out, uint32_t value) {
  for (int shift = 0; shift < 32; shift += 8) out += static_cast<char>(value >> shift & 0xFF);
}

void put(std::string& out, std::span<const float> values) {
  for (const float value : values) put(out, std::bit_cast<uint32_t>(value));
}

uint32_t number_at(std::string_view bytes, size_t at) {
  uint32_t value = 0;
  for (size_t i = 0; i < 4; ++i)
    value |= static_cast<uint32_t>(static_cast<unsigned char>(bytes[at + i])) << (8 * i);
  return value;
}

// Reads from the front; the caller knows how long the file must be.
class Reader {
 public:
  Reader(std::string_view bytes, size_t at, std::string_view place)
      : bytes_(bytes), place_(place), at_(at) {}

  size_t at() const { return at_; }
  size_t left() const { return bytes_.size() - at_; }
  uint32_t number() {
    at_ += 4;
    return number_at(bytes_, at_ - 4);
  }
  Result<std::vector<float>> floats(size_t count, const char* what) {
    std::vector<float> out(count);
    for (size_t i = 0; i < count; ++i) {
      out[i] = std::bit_cast<float>(number());
      if (!std::isfinite(out[i]))
        return corrupt("{}: byte {}: expected a finite number in the {}", place_, at_ - 4, what);
    }
    return out;
  }
  Result<std::string> name() {
    if (left() < 4) return corrupt("{}: byte {}: expected a label, found the end", place_, at_);
    const size_t size = number();
    if (size == 0 || size > kMaxLabelBytes || size > left())
      return corrupt("{}: byte {}: expected a label of 1 to {} bytes, found {}", place_, at_ - 4,
                     std::min(kMaxLabelBytes, left()), size);
    const std::string_view text = bytes_.substr(at_, size);
    if (utf8_error(text) != text.npos || text.find('\0') != text.npos)
      return corrupt("{}: byte {}: expected a label in UTF-8, found {}", place_, at_, quote(text));
    at_ += size;
    return std::string(text);
  }

 private:
  std::string_view bytes_, place_;
  size_t at_;
};

Status check_frame(std::string_view bytes, std::string_view place) {
  if (bytes.size() < kFixedBytes + kChecksumBytes || !bytes.starts_with(kMagic))
    return corrupt("{}: expected a head that inlay saved, found {} other bytes", place,
                   bytes.size());
  if (number_at(bytes, 8) != kVersion)
    return unsupported("{}: byte 8: expected version {}, found {}", place, kVersion,
                       number_at(bytes, 8));
  const size_t end = bytes.size() - kChecksumBytes;
  const uint32_t expected = number_at(bytes, end), found = checksum(bytes.substr(0, end));
  if (expected != found)
    return corrupt("{}: byte {}: expected the checksum {}, found {}: the file is damaged or cut",
                   place, end, expected, found);
  return Status();
}

Status read_labels(Reader& reader, std::string_view place, size_t count, FewShotHead& head) {
  std::set<std::string_view> names;
  head.labels.reserve(count);
  for (size_t i = 0; i < count; ++i) {
    const size_t at = reader.at();
    INLAY_ASSIGN(std::string name, reader.name());
    head.labels.push_back(std::move(name));
    if (!names.insert(head.labels.back()).second)
      return corrupt("{}: byte {}: expected each label once, found {} again", place, at,
                     quote(head.labels.back()));
  }
  if (reader.left() != 0)
    return corrupt("{}: byte {}: expected the checksum, found {} more bytes", place, reader.at(),
                   reader.left());
  return Status();
}

}  // namespace

std::string write_head(const FewShotHead& head) {
  std::string out(kMagic);
  put(out, kVersion);
  put(out, static_cast<uint32_t>(head.method));
  put(out, static_cast<uint32_t>(head.labels.size()));
  put(out, static_cast<uint32_t>(head.dimensions));
  put(out, std::span(&head.temperature, 1));
  put(out, head.thresholds);
  put(out, head.probe);
  put(out, head.weights);
  put(out, head.centroids);
  for (const std::string& label : head.labels) {
    put(out, static_cast<uint32_t>(label.size()));
    out += label;
  }
  put(out, checksum(out));
  return out;
}

Result<FewShotHead> read_head(std::string_view bytes, std::string_view place) {
  INLAY_TRY(check_frame(bytes, place));
  Reader reader(bytes.substr(0, bytes.size() - kChecksumBytes), kMagic.size() + 4, place);
  const uint32_t method = reader.number();
  const size_t labels = reader.number();
  FewShotHead head;
  head.dimensions = reader.number();
  if (method > static_cast<uint32_t>(FewShotMethod::kCentroid))
    return unsupported("{}: byte 12: expected method 0 or 1, found {}", place, method);
  if (labels < 1 || labels > kMaxLabels)
    return corrupt("{}: byte 16: expected 1 to {} labels, found {}", place, kMaxLabels, labels);
  if (head.dimensions < 1 || head.dimensions > kMaxDimensions)
    return corrupt("{}: byte 20: expected 1 to {} dimensions, found {}", place, kMaxDimensions,
                   head.dimensions);
  const size_t floats = labels + head.dimensions + 2 * labels * head.dimensions;
  if (reader.left() < 4 + 4 * floats)
    return corrupt("{}: expected {} numbers for {} labels of {} dimensions, found {} bytes", place,
                   floats + 1, labels, head.dimensions, reader.left());
  head.method = static_cast<FewShotMethod>(method);
  INLAY_ASSIGN(const std::vector<float> temperature, reader.floats(1, "temperature"));
  head.temperature = temperature[0];
  if (!(head.temperature > 0))
    return corrupt("{}: byte 24: expected a temperature above 0, found {}", place,
                   head.temperature);
  INLAY_ASSIGN(head.thresholds, reader.floats(labels, "thresholds"));
  INLAY_ASSIGN(head.probe, reader.floats(head.dimensions, "probe"));
  INLAY_ASSIGN(head.weights, reader.floats(labels * head.dimensions, "weights"));
  INLAY_ASSIGN(head.centroids, reader.floats(labels * head.dimensions, "centroids"));
  INLAY_TRY(read_labels(reader, place, labels, head));
  return head;
}

Status save_head(const FewShotHead& head, const std::string& path) {
  return system::replace_file(path, write_head(head)).at(path);
}

Result<FewShotHead> open_head(const std::string& path) {
  INLAY_ASSIGN(const auto file, MappedFile::open(path));
  return read_head(file->text(), path);
}

}  // namespace inlay::tasks
