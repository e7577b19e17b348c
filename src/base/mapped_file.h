// A file's bytes, read-only: mapped into memory, or copied when the file may change under us.
//
//   INLAY_ASSIGN(auto file, MappedFile::open("model.onnx"));
//   parse(file->bytes());
//
// Paths are UTF-8 on every system. An empty file gives an empty span. A mapped file that somebody
// makes shorter is the caller's risk: to read behind its new end is a fault (SIGBUS) that nothing
// here can turn into an error; choose kCopy for such files. Thread-safe once open.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/block.h"
#include "base/status.h"

namespace inlay {

enum class FileAccess { kMap, kCopy };

class MappedFile {
 public:
  // Fails with kNotFound, kInvalidArgument (a directory, a pipe, a path that is not UTF-8), kIo,
  // kOutOfMemory; the message begins with the path.
  static Result<std::shared_ptr<const MappedFile>> open(const std::string& path,
                                                        FileAccess access = FileAccess::kMap);
  ~MappedFile();
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;

  std::span<const std::byte> bytes() const { return {data_, size_}; }
  std::string_view text() const { return {reinterpret_cast<const char*>(data_), size_}; }
  const std::string& path() const { return path_; }
  bool mapped() const { return mapped_; }

  // Says that the pages wholly inside [begin, begin + size) will not be read soon; a later read
  // brings them back from the file. Does nothing for a copied file. The range must lie in bytes().
  void release_pages(const std::byte* begin, size_t size) const;
  // Says that the range will be read soon.
  void prefetch(const std::byte* begin, size_t size) const;

 private:
  MappedFile() = default;
  std::string path_;
  const std::byte* data_ = nullptr;
  size_t size_ = 0;
  bool mapped_ = false;
  Block copy_;
};

}  // namespace inlay
