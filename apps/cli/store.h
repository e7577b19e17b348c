// The model store: a folder with a folder for each model.
//
//   NAME/           a whole model, with the manifest that it came by as .inlay-manifest.json
//   NAME.partial/   files on their way; what is there is taken up by the next pull
//   NAME.lock       held by the process that pulls NAME
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "manifest.h"

namespace cli {

// $INLAY_MODELS, or inlay/models in the user's data folder. It may not exist yet.
fs::path store_folder();

// The names of the models that are there, sorted.
std::vector<std::string> installed_models();

// The manifest of a model: the one that it was pulled by, or the built-in one. Nothing when there is
// neither, as for a folder that was put there by hand.
std::optional<Manifest> stored_manifest(const std::string& name);

// What is wrong with a file: "" or "expected sha256 …, found …". Reads the whole file.
std::string file_problem(const fs::path& folder, const ManifestFile& file);

constexpr const char* kStoredManifest = ".inlay-manifest.json";

}  // namespace cli
