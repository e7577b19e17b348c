#include "models/weight_files.h"

#include <algorithm>

#include "base/json.h"
#include "base/system.h"

namespace inlay::models {
namespace {

constexpr char kSingle[] = "/model.safetensors", kIndex[] = "/model.safetensors.index.json";
constexpr const char* kPyTorch[] = {"/pytorch_model.bin", "/pytorch_model.bin.index.json"};
constexpr size_t kMaxShards = 10'000;

Result<Safetensors> read_file(const std::string& path, FileAccess access) {
  INLAY_ASSIGN(auto file, MappedFile::open(path, access));
  return Safetensors::read(std::move(file));
}

// A shard lies beside its index: a name with a folder in it leads elsewhere.
Result<std::string> shard_name(json::Value value) {
  INLAY_ASSIGN(const std::string_view name, value.string());
  if (name.empty() || name.find_first_of("/\\") != std::string_view::npos)
    return value.error(
        format("expected the name of a file in the directory, found {}", quote(name)));
  return std::string(name);
}

}  // namespace

Result<WeightFiles> WeightFiles::open(const std::string& directory, FileAccess access) {
  WeightFiles out;
  out.path_ = directory + kSingle;
  auto single = read_file(out.path_, access);
  if (single.ok()) {
    out.files_.push_back(std::move(single).value());
    return out;
  }
  if (single.code() != StatusCode::kNotFound) return std::move(single).status();
  if (system::is_file(directory + kIndex)) {
    INLAY_TRY(out.open_shards(directory, access));
    return out;
  }
  for (const char* name : kPyTorch)
    if (system::is_file(directory + name))
      return unsupported(
          "{}{}: PyTorch's own files hold code and are not read: save the model as safetensors "
          "(save_pretrained with safe_serialization=True)",
          directory, name);
  return std::move(single).status();
}

bool WeightFiles::exist(const std::string& directory) {
  return system::is_file(directory + kSingle) || system::is_file(directory + kIndex);
}

Status WeightFiles::open_shards(const std::string& directory, FileAccess access) {
  path_ = directory + kIndex;
  INLAY_ASSIGN(auto file, MappedFile::open(path_, FileAccess::kCopy));
  INLAY_ASSIGN(const json::Document index, json::parse(file->text(), path_));
  const json::Value map = index.root().at("weight_map");
  INLAY_TRY(map.expect(json::Kind::kObject));
  std::vector<std::string> names;
  for (const auto [tensor, shard] : map.members()) {
    INLAY_ASSIGN(std::string name, shard_name(shard));
    if (std::find(names.begin(), names.end(), name) != names.end()) continue;
    if (names.size() == kMaxShards)
      return map.error(format("expected at most {} files", kMaxShards));
    INLAY_ASSIGN(Safetensors tensors, read_file(directory + "/" + name, access));
    files_.push_back(std::move(tensors));
    names.push_back(std::move(name));
  }
  for (const auto [tensor, shard] : map.members())
    if (!find(tensor)) return shard.error(format("expected tensor {} in the file", quote(tensor)));
  return Status();
}

graph::TensorRef WeightFiles::find(std::string_view name) const {
  for (const Safetensors& file : files_)
    if (graph::TensorRef tensor = file.find(name)) return tensor;
  return nullptr;
}

int64_t WeightFiles::parameter_count() const {
  int64_t count = 0;
  for (const Safetensors& file : files_) count += file.parameter_count();
  return count;
}

}  // namespace inlay::models
