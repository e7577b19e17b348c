#include "onnx/model_source.h"

#include "base/utf8.h"

namespace inlay::onnx {
namespace {

bool is_separator(char c) { return c == '/' || c == '\\'; }

// True for a path of names alone, on any system: "weights.bin", "data/weights.bin".
bool stays_inside(std::string_view location) {
  if (location.empty() || location.find(':') != std::string_view::npos) return false;
  size_t begin = 0;
  for (size_t i = 0; i <= location.size(); ++i) {
    if (i < location.size() && !is_separator(location[i])) continue;
    const std::string_view part = location.substr(begin, i - begin);
    if (part.empty() || part == "..") return false;
    begin = i + 1;
  }
  return true;
}

std::string folder_of(std::string_view path) {
  size_t end = path.size();
  while (end > 0 && !is_separator(path[end - 1])) --end;
  return std::string(path.substr(0, end));
}

}  // namespace

Result<std::string> read_text(const protobuf::Reader& reader) {
  INLAY_ASSIGN(const std::string_view text, reader.string());
  if (utf8_error(text) != std::string_view::npos || text.find('\0') != std::string_view::npos)
    return reader.error(format("expected UTF-8 text, found {}", quote(text)));
  return std::string(text);
}

Result<std::pair<std::string, std::string>> read_entry(protobuf::Reader message) {
  std::pair<std::string, std::string> entry;
  while (message.next()) {
    if (message.field() == 1) {
      INLAY_ASSIGN(entry.first, read_text(message));
    } else if (message.field() == 2) {
      INLAY_ASSIGN(entry.second, read_text(message));
    }
  }
  INLAY_TRY(message.status());
  return entry;
}

Result<std::shared_ptr<const MappedFile>> open_external(ModelSource& source,
                                                        const std::string& location) {
  if (!stays_inside(location))
    return corrupt("external data: expected a path inside the model's folder, found {}",
                   quote(location));
  if (!source.file)
    return unsupported("external data {}: the model was not opened from a file", quote(location));
  const auto known = source.external.find(location);
  if (known != source.external.end()) return known->second;
  INLAY_ASSIGN(std::shared_ptr<const MappedFile> file,
               MappedFile::open(folder_of(source.file->path()) + location));
  source.external.emplace(location, file);
  return file;
}

}  // namespace inlay::onnx
