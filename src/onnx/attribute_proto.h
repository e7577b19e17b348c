// AttributeProto as an Attribute of a node.
#pragma once

#include <memory>
#include <string>

#include "graph/graph.h"
#include "onnx/model_source.h"

namespace inlay::onnx {

// Imports a GraphProto that an attribute holds.
class SubgraphImporter {
 public:
  virtual Result<std::shared_ptr<graph::Graph>> import_subgraph(protobuf::Reader message) = 0;

 protected:
  ~SubgraphImporter() = default;
};

struct NamedAttribute {
  std::string name;
  graph::Attribute value;
};

// Fails with kCorrupt where value and type do not agree, kUnsupported for types. A sparse
// tensor is a dense one.
Result<NamedAttribute> read_attribute(protobuf::Reader message, ModelSource& source,
                                      SubgraphImporter& subgraphs);

}  // namespace inlay::onnx
