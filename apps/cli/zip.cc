// The records are those of PKWARE's APPNOTE.TXT, sections 4.3 and 4.5.3.
#include "zip.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include "failure.h"
#include "inflate.h"

namespace cli {
namespace {

constexpr std::string_view kLocal("PK\x03\x04", 4), kCentral("PK\x01\x02", 4),
    kEnd("PK\x05\x06", 4), kEnd64("PK\x06\x06", 4), kLocator64("PK\x06\x07", 4);
constexpr uint32_t kElsewhere = 0xffffffff;  // the value stands in the 64-bit record

uint64_t number(std::string_view text, size_t at, int bytes) {
  uint64_t value = 0;
  for (int i = 0; i < bytes; ++i) value |= uint64_t{static_cast<uint8_t>(text[at + i])} << (8 * i);
  return value;
}

uint32_t crc32_of(std::span<const std::byte> data) {
  std::array<uint32_t, 256> table;
  for (uint32_t i = 0; i < 256; ++i) {
    table[i] = i;
    for (int bit = 0; bit < 8; ++bit) table[i] = table[i] >> 1 ^ (table[i] & 1 ? 0xedb88320u : 0);
  }
  uint32_t crc = 0xffffffff;
  for (const std::byte byte : data)
    crc = crc >> 8 ^ table[(crc ^ std::to_integer<uint32_t>(byte)) & 255];
  return ~crc;
}

struct Directory {
  uint64_t offset, bytes, count;
};

// Takes the 64-bit values of the extra field with id 1, in the order in which they are missing.
void read_extra64(std::string_view extra, ZipArchive::Entry& entry) {
  while (extra.size() >= 4) {
    const uint64_t id = number(extra, 0, 2), size = number(extra, 2, 2);
    if (size > extra.size() - 4) return;
    std::string_view values = extra.substr(4, size);
    for (uint64_t* field : {&entry.bytes, &entry.compressed_bytes, &entry.header_offset}) {
      if (id != 1 || *field != kElsewhere || values.size() < 8) continue;
      *field = number(values, 0, 8);
      values.remove_prefix(8);
    }
    extra.remove_prefix(4 + size);
  }
}

}  // namespace

ZipArchive::ZipArchive(const fs::path& path) : place_(to_text(path)), file_(open_file(path, "rb")) {
  if (!file_) fail(place_, ": expected a file to read, found: ", strerror(errno));
  std::error_code error;
  size_ = fs::file_size(path, error);
  if (error) fail(place_, ": expected a file to read, found: ", error.message());
  read_directory();
}

std::string ZipArchive::bytes_at(uint64_t offset, uint64_t size) const {
  if (offset > size_ || size > size_ - offset) {
    fail(place_, ": expected a zip archive, found one that ends at byte ", size_);
  }
  std::string bytes(size, '\0');
  if (!seek_file(file_.get(), static_cast<int64_t>(offset)) ||
      fread(bytes.data(), 1, size, file_.get()) != size) {
    fail(place_, ": expected ", size, " bytes at byte ", offset, ", found: ", strerror(errno));
  }
  return bytes;
}

void ZipArchive::read_directory() {
  // The end record: 22 bytes and a comment of up to 65535.
  const uint64_t tail_bytes = std::min<uint64_t>(size_, 22 + 65535);
  const std::string tail = bytes_at(size_ - tail_bytes, tail_bytes);
  const size_t end = tail.rfind(kEnd);
  if (end == std::string::npos || tail.size() - end < 22) {
    fail(place_, ": expected a zip archive, found no directory at its end");
  }
  Directory directory = {number(tail, end + 16, 4), number(tail, end + 12, 4),
                         number(tail, end + 10, 2)};
  if (end >= 20 && tail.compare(end - 20, 4, kLocator64) == 0) {
    const std::string end64 = bytes_at(number(tail, end - 20 + 8, 8), 56);
    if (!end64.starts_with(kEnd64))
      fail(place_, ": expected a zip64 end record, found something else");
    directory = {number(end64, 48, 8), number(end64, 40, 8), number(end64, 32, 8)};
  }

  const std::string records = bytes_at(directory.offset, directory.bytes);
  size_t at = 0;
  for (uint64_t i = 0; i < directory.count; ++i) {
    const std::string_view record = std::string_view(records).substr(at);
    if (record.size() < 46 || !record.starts_with(kCentral)) {
      fail(place_, ": expected ", directory.count, " entries, found ", i);
    }
    const size_t name = number(record, 28, 2), extra = number(record, 30, 2),
                 comment = number(record, 32, 2);
    if (46 + name + extra + comment > record.size())
      fail(place_, ": expected whole entries, found a cut one");
    Entry entry = {std::string(record.substr(46, name)),
                   static_cast<uint16_t>(number(record, 10, 2)),
                   static_cast<uint16_t>(number(record, 8, 2)),
                   static_cast<uint32_t>(number(record, 16, 4)),
                   number(record, 20, 4),
                   number(record, 24, 4),
                   number(record, 42, 4)};
    read_extra64(record.substr(46 + name, extra), entry);
    entries_.push_back(std::move(entry));
    at += 46 + name + extra + comment;
  }
}

const ZipArchive::Entry* ZipArchive::find(std::string_view name) const {
  const auto found = std::find_if(entries_.begin(), entries_.end(),
                                  [&](const Entry& entry) { return entry.name == name; });
  return found == entries_.end() ? nullptr : &*found;
}

std::vector<std::byte> ZipArchive::read(const Entry& entry) const {
  const std::string place = place_ + ": " + entry.name;
  if (entry.flags & 1)
    fail(place, ": expected an entry that is not encrypted, found an encrypted one");
  if (entry.method != 0 && entry.method != 8) {
    fail(place, ": expected a stored or deflated entry, found method ", entry.method);
  }
  const std::string local = bytes_at(entry.header_offset, 30);
  if (!local.starts_with(kLocal)) fail(place, ": expected a local header, found something else");
  const uint64_t data = entry.header_offset + 30 + number(local, 26, 2) + number(local, 28, 2);
  const std::string raw = bytes_at(data, entry.compressed_bytes);
  const std::span<const std::byte> compressed = std::as_bytes(std::span(raw));

  std::vector<std::byte> content;
  if (entry.method == 0) {
    content.assign(compressed.begin(), compressed.end());
  } else if (entry.bytes / 1032 > entry.compressed_bytes) {
    // No deflated stream is denser than 1032 to 1.
    fail(place, ": expected at most ", 1032 * entry.compressed_bytes, " bytes, found ",
         entry.bytes);
  } else {
    content = inflate(compressed, entry.bytes, place);
  }
  if (content.size() != entry.bytes || crc32_of(content) != entry.crc32) {
    fail(place, ": expected the content that its checksum says, found damaged data");
  }
  return content;
}

}  // namespace cli
