#include "store.h"

#include <algorithm>

#include "failure.h"
#include "output.h"
#include "sha256.h"

namespace cli {

fs::path store_folder() {
  const std::string given = environment("INLAY_MODELS");
  return given.empty() ? user_data_folder() / "inlay" / "models" : to_path(given);
}

std::vector<std::string> installed_models() {
  std::vector<std::string> names;
  std::error_code missing;
  for (const fs::directory_entry& entry : fs::directory_iterator(store_folder(), missing)) {
    const std::string name = to_text(entry.path().filename());
    std::error_code ignored;
    if (is_model_name(name) && entry.is_directory(ignored)) names.push_back(name);
  }
  std::sort(names.begin(), names.end());
  return names;
}

std::optional<Manifest> stored_manifest(const std::string& name) {
  const fs::path path = store_folder() / to_path(name) / kStoredManifest;
  std::error_code ignored;
  if (fs::exists(path, ignored)) return parse_manifest(read_file(path, 1 << 24), to_text(path), {});
  if (const Manifest* known = find_known_manifest(name)) return *known;
  return std::nullopt;
}

std::string file_problem(const fs::path& folder, const ManifestFile& file) {
  const fs::path path = folder / to_path(file.path);
  std::error_code error;
  const auto bytes = fs::file_size(path, error);
  if (error) return concat("expected ", file.bytes, " bytes, found: ", error.message());
  if (static_cast<int64_t>(bytes) != file.bytes) {
    return concat("expected ", file.bytes, " bytes, found ", bytes);
  }
  const std::string found = sha256_of_file(path);
  if (found != file.sha256) return concat("expected sha256 ", file.sha256, ", found ", found);
  return "";
}

}  // namespace cli
