// The weights of a Hugging Face directory by name: model.safetensors, or the shards that
// model.safetensors.index.json lists. Mapped; immutable after open.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "models/safetensors.h"

namespace inlay::models {

class WeightFiles {
 public:
  // Fails with kNotFound without weights, with kUnsupported where there are only PyTorch's own.
  static Result<WeightFiles> open(const std::string& directory, FileAccess access);

  // True when the directory holds files that open() reads.
  static bool exist(const std::string& directory);

  // Null when there is none of that name.
  graph::TensorRef find(std::string_view name) const;
  int64_t parameter_count() const;
  // The file that names the weights, for messages.
  const std::string& path() const { return path_; }

 private:
  WeightFiles() = default;
  Status open_shards(const std::string& directory, FileAccess access);

  std::string path_;
  std::vector<Safetensors> files_;
};

}  // namespace inlay::models
