// What a stored model consists of, and where its files can be had.
//
//   {"name": "tiny", "description": "…", "licence": "Apache-2.0",
//    "files": [{"path": "model.onnx", "bytes": 120, "sha256": "e3b0…"}],
//    "sources": [{"kind": "folder", "path": "files"},
//                {"kind": "pip", "package": "tiny==1.0", "folder": "tiny/model"},
//                {"kind": "https", "url": "https://host/tiny"}]}
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "system.h"

namespace cli {

struct ManifestFile {
  std::string path;  // relative to the model's folder, with "/"
  int64_t bytes = 0;
  std::string sha256;  // 64 lower-case hexadecimal digits
};

struct ManifestSource {
  enum Kind { kFolder, kPip, kHttps };
  Kind kind;
  // A folder that holds the files; a package as pip takes it; an address to which "/<path>" is added.
  std::string address;
  std::string folder;  // kPip: where the files lie in the wheel
};

struct Manifest {
  std::string name, description, licence;
  std::vector<ManifestFile> files;
  std::vector<ManifestSource> sources;

  int64_t bytes() const;
};

// Throws Failure "<place>: expected …, found …". Folders are relative to `folder`. Names and paths that
// could leave the store are refused.
Manifest parse_manifest(std::string_view json, std::string_view place, const fs::path& folder);

// For the store itself: what parse_manifest reads, without sources.
std::string write_manifest(const Manifest& manifest);

// True for letters, digits, ".", "_" and "-", not beginning with a punctuation mark, at most 100.
bool is_model_name(std::string_view name);

// The models that the program knows; nothing when `name` is none of them.
const std::vector<Manifest>& known_manifests();
const Manifest* find_known_manifest(std::string_view name);

}  // namespace cli
