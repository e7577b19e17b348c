#include "manifest.h"

#include <algorithm>
#include <charconv>
#include <set>

#include "failure.h"
#include "json.h"

namespace cli {
namespace {

const std::string& text_at(const Json& object, const char* key, std::string_view place) {
  const Json& value = object.at(key, place);
  if (value.kind != Json::kString || value.text.empty() ||
      value.text.find('\0') != std::string::npos) {
    fail(place, ": ", key, ": expected a text, found ", quote(write_json(value)));
  }
  return value.text;
}

const std::vector<Json>& array_at(const Json& object, const char* key, std::string_view place) {
  const Json& value = object.at(key, place);
  if (value.kind != Json::kArray)
    fail(place, ": ", key, ": expected an array, found ", quote(write_json(value)));
  return value.elements;
}

bool is_name_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
         c == '_' || c == '-';
}

// A relative path of plain names, so that it stays in the model's folder on every system.
bool is_inside(std::string_view path) {
  while (true) {
    const size_t slash = std::min(path.find('/'), path.size());
    const std::string_view part = path.substr(0, slash);
    if (part.empty() || part[0] == '.' || part.back() == '.') return false;
    if (!std::all_of(part.begin(), part.end(), is_name_character)) return false;
    if (slash == path.size()) return path.size() <= 200;
    path.remove_prefix(slash + 1);
  }
}

ManifestFile parse_file(const Json& json, std::string_view place) {
  ManifestFile file = {text_at(json, "path", place), 0, text_at(json, "sha256", place)};
  if (!is_inside(file.path) || file.path.ends_with(".part")) {
    fail(place, ": path: expected a path inside the model's folder, found ", quote(file.path));
  }
  const Json& number = json.at("bytes", place);
  const std::string bytes = number.kind == Json::kNumber ? number.text : write_json(number);
  const auto [end, error] = std::from_chars(bytes.data(), bytes.data() + bytes.size(), file.bytes);
  if (error != std::errc() || end != bytes.data() + bytes.size() || file.bytes < 0) {
    fail(place, ": ", file.path, ": expected bytes, found ", quote(bytes));
  }
  const bool hex = std::all_of(file.sha256.begin(), file.sha256.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
  });
  if (file.sha256.size() != 64 || !hex) {
    fail(place, ": ", file.path, ": expected a sha256 of 64 lower-case digits, found ",
         quote(file.sha256));
  }
  return file;
}

ManifestSource parse_source(const Json& json, std::string_view place, const fs::path& folder) {
  const std::string& kind = text_at(json, "kind", place);
  if (kind == "folder") {
    return {ManifestSource::kFolder, to_text(folder / to_path(text_at(json, "path", place))), ""};
  }
  if (kind == "pip") {
    ManifestSource source = {ManifestSource::kPip, text_at(json, "package", place),
                             text_at(json, "folder", place)};
    // It becomes an argument of pip, where a leading "-" would be an option.
    if (!is_name_character(source.address[0]) || source.address[0] == '-') {
      fail(place, ": package: expected a package's name, found ", quote(source.address));
    }
    return source;
  }
  if (kind == "https") {
    ManifestSource source = {ManifestSource::kHttps, text_at(json, "url", place), ""};
    if (!source.address.starts_with("https://") && !source.address.starts_with("http://")) {
      fail(place, ": url: expected https://…, found ", quote(source.address));
    }
    while (source.address.ends_with('/')) source.address.pop_back();
    return source;
  }
  fail(place, ": kind: expected folder, pip or https, found ", quote(kind));
}

}  // namespace

int64_t Manifest::bytes() const {
  int64_t total = 0;
  for (const ManifestFile& file : files) total += file.bytes;
  return total;
}

bool is_model_name(std::string_view name) {
  if (name.empty() || name.size() > 100 ||
      !std::all_of(name.begin(), name.end(), is_name_character)) {
    return false;
  }
  const bool punctuated = std::string_view("._-").find(name[0]) != std::string_view::npos;
  return !punctuated && !name.ends_with('.') && !name.ends_with(".partial") &&
         !name.ends_with(".lock") && !name.ends_with(".old");
}

Manifest parse_manifest(std::string_view json, std::string_view place, const fs::path& folder) {
  const Json root = parse_json(json, place);
  Manifest manifest = {text_at(root, "name", place), "", "", {}, {}};
  if (!is_model_name(manifest.name)) {
    fail(place, ": name: expected letters, digits and ._-, found ", quote(manifest.name));
  }
  if (const Json* description = root.find("description")) manifest.description = description->text;
  if (const Json* licence = root.find("licence")) manifest.licence = licence->text;
  constexpr int64_t kMaxBytes = int64_t{1} << 53;
  int64_t left = kMaxBytes;
  std::set<std::string> paths;
  for (const Json& json_file : array_at(root, "files", place)) {
    const ManifestFile& file = manifest.files.emplace_back(parse_file(json_file, place));
    if (!paths.insert(file.path).second)
      fail(place, ": expected each file once, found ", quote(file.path), " twice");
    if (file.bytes > left)
      fail(place, ": ", file.path, ": expected at most ", kMaxBytes, " bytes in all, found more");
    left -= file.bytes;
  }
  if (manifest.files.empty()) fail(place, ": files: expected at least one, found none");
  if (root.find("sources")) {
    for (const Json& source : array_at(root, "sources", place)) {
      manifest.sources.push_back(parse_source(source, place, folder));
    }
  }
  return manifest;
}

std::string write_manifest(const Manifest& manifest) {
  JsonLine line;
  line.begin_object()
      .key("name")
      .string(manifest.name)
      .key("description")
      .string(manifest.description);
  line.key("licence").string(manifest.licence).key("files").begin_array();
  for (const ManifestFile& file : manifest.files) {
    line.begin_object().key("path").string(file.path).key("bytes").integer(file.bytes);
    line.key("sha256").string(file.sha256).end_object();
  }
  return line.end_array().end_object().text() + "\n";
}

}  // namespace cli
