// ONNX files as graphs.
//
//   INLAY_ASSIGN(auto file, MappedFile::open("model.onnx"));
//   INLAY_ASSIGN(std::shared_ptr<graph::Graph> graph, onnx::import_model(std::move(file)));
//
// Weights are not copied: constants point into the mapped file, or into the mapped files beside it
// that hold external data. Copied are typed data fields, and tensors below 1 MB that lie unaligned.
//
// What becomes what: a dim_param is the pool's symbol of that name, a missing size a symbol of its
// own ("input.1" for axis 1), a missing shape an unknown rank. Constant nodes and initializers are
// constants, also those that are listed as inputs. Subgraphs are attributes; what they read from
// outside goes through their captures. Calls of the model's functions are replaced by the functions' nodes. Sparse
// initializers are dense constants. Types of graph inputs are taken from the file, and those of
// outputs are noted; inference finds the others.
//
// Errors begin with the file's name. kCorrupt: the file breaks the format, with the byte or the
// name. For one thread at a time.
#pragma once

#include <memory>
#include <span>
#include <string>

#include "base/mapped_file.h"
#include "base/status.h"
#include "graph/graph.h"

namespace inlay::onnx {

Result<std::shared_ptr<graph::Graph>> import_model(std::shared_ptr<const MappedFile> file);

// The same from memory that `owner` keeps alive. External data is not found from here. `name`
// begins errors.
Result<std::shared_ptr<graph::Graph>> import_model(std::span<const std::byte> bytes,
                                                   std::shared_ptr<const void> owner,
                                                   std::string name);

}  // namespace inlay::onnx
