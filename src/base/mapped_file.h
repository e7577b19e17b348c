// A file's bytes, read-only: mapped into memory, or copied when the file may change under us.
//
// Paths are UTF-8 on every system. An empty file gives an empty span. Thread-safe once open.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>

#include "base/status.h"

namespace inlay {

enum class FileAccess { kMap, kCopy };

class MappedFile {
 public:
  // Fails with kNotFound, kInvalidArgument (a directory, a path that is not UTF-8), kIo.
  static Result<std::shared_ptr<const MappedFile>> open(const std::string& path,
                                                        FileAccess access = FileAccess::kMap);
  ~MappedFile();
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;

  std::span<const std::byte> bytes() const { return {data_, size_}; }
  const std::string& path() const { return path_; }
  bool mapped() const { return mapped_; }

  // Says that the pages wholly inside [begin, begin + size) will not be read soon; a later read brings
  // them back from the file. Does nothing for a copied file. `begin` must lie in bytes().
  void release_pages(const std::byte* begin, size_t size) const;
  // Says that the range will be read soon.
  void prefetch(const std::byte* begin, size_t size) const;

 private:
  MappedFile() = default;
  std::string path_;
  const std::byte* data_ = nullptr;
  size_t size_ = 0;
  bool mapped_ = false;
};

}  // namespace inlay
