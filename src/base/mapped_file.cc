#include "base/mapped_file.h"

#include "base/system.h"
#include "base/utf8.h"

namespace inlay {
namespace {

Status check_path(const std::string& path) {
  if (path.empty()) return invalid("expected the path of a file, found an empty text");
  if (path.find('\0') != std::string::npos) {
    return invalid("{}: expected a path without NUL characters", quote(path));
  }
  if (const size_t at = utf8_error(path); at != std::string::npos) {
    return invalid("{}: expected a path in UTF-8, found byte {} that is not", quote(path), at);
  }
  return Status();
}

// The path as it is, or quoted where it would break the line of a message.
std::string display_path(const std::string& path) {
  for (const char c : path) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7f) return quote(path, path.size());
  }
  return path;
}

}  // namespace

Result<std::shared_ptr<const MappedFile>> MappedFile::open(const std::string& path,
                                                           FileAccess access) {
  INLAY_TRY(check_path(path));
  std::shared_ptr<MappedFile> file(new MappedFile);
  file->path_ = path;
  auto opened = system::open_file(path);
  if (!opened.ok()) return std::move(opened).status().at(display_path(path));
  system::File handle = std::move(opened).value();
  if (handle.size() == 0) return std::shared_ptr<const MappedFile>(std::move(file));

  Status status;
  if (access == FileAccess::kMap) {
    status = handle.map(file->data_);
    file->mapped_ = status.ok();
  } else {
    auto copy = Block::allocate(handle.size());
    if (!copy.ok()) return std::move(copy).status().at(display_path(path));
    file->copy_ = std::move(copy).value();
    file->data_ = file->copy_.data();
    status = handle.read(file->copy_.bytes());
  }
  if (!status.ok()) return std::move(status).at(display_path(path));
  file->size_ = handle.size();
  return std::shared_ptr<const MappedFile>(std::move(file));
}

MappedFile::~MappedFile() {
  if (mapped_) system::unmap_file(data_, size_);
}

void MappedFile::release_pages(const std::byte* begin, size_t size) const {
  if (!mapped_) return;
  const size_t page = system::page_bytes();
  const size_t first = static_cast<size_t>(begin - data_);
  const size_t last = first + size;
  // The mapping begins at a page; the last page of the file may be a part of one.
  const size_t from = (first + page - 1) / page * page;
  const size_t to = last == size_ ? (last + page - 1) / page * page : last / page * page;
  if (from < to) system::release_pages(data_ + from, to - from);
}

void MappedFile::prefetch(const std::byte* begin, size_t size) const {
  if (!mapped_ || size == 0) return;
  const size_t page = system::page_bytes();
  const size_t first = static_cast<size_t>(begin - data_);
  const size_t from = first / page * page;
  system::prefetch_pages(data_ + from, first + size - from);
}

}  // namespace inlay
