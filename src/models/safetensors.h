// Reads safetensors files: a JSON header with each tensor's type, shape and place, then the data.
//
//   INLAY_ASSIGN(auto file, MappedFile::open(path));
//   INLAY_ASSIGN(Safetensors tensors, Safetensors::read(std::move(file)));
//   graph::TensorRef weight = tensors.find("pooler.dense.weight");
//
// Tensors point into the file, which they keep alive. Source: the format's description at
// huggingface/safetensors. Immutable after read.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/mapped_file.h"
#include "graph/graph.h"

namespace inlay::models {

class Safetensors {
 public:
  // Fails with kCorrupt when header, sizes or offsets do not fit the file or each other.
  static Result<Safetensors> read(std::shared_ptr<const MappedFile> file);

  // Null when there is none of that name.
  graph::TensorRef find(std::string_view name) const;
  size_t count() const { return tensors_.size(); }
  int64_t parameter_count() const;

 private:
  std::unordered_map<std::string, graph::TensorRef> tensors_;
};

}  // namespace inlay::models
