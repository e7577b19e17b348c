// Zip archives: .npz files of NumPy and wheels of Python.
//
//   ZipArchive archive(path);
//   for (const ZipArchive::Entry& entry : archive.entries()) … archive.read(entry);
//
// Entries are stored or deflated, with sizes beyond 4 GiB; not encrypted. CRC-32 is checked.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "system.h"

namespace cli {

class ZipArchive {
 public:
  struct Entry {
    std::string name;
    uint16_t method;  // 0: stored, 8: deflated
    uint16_t flags;
    uint32_t crc32;
    uint64_t compressed_bytes, bytes;
    uint64_t header_offset;  // of its local header
  };

  // Reads the directory. Throws Failure "<path>: expected …, found …".
  explicit ZipArchive(const fs::path& path);

  const std::vector<Entry>& entries() const { return entries_; }
  // Null when there is none of that name.
  const Entry* find(std::string_view name) const;
  std::vector<std::byte> read(const Entry& entry) const;
  // "file.npz", as errors name it.
  const std::string& place() const { return place_; }

 private:
  struct Close {
    void operator()(FILE* file) const { fclose(file); }
  };

  std::string bytes_at(uint64_t offset, uint64_t size) const;
  void read_directory();

  std::string place_;
  std::unique_ptr<FILE, Close> file_;
  uint64_t size_ = 0;
  std::vector<Entry> entries_;
};

}  // namespace cli
