// AttributeProto as an Attribute of a node.
#pragma once

#include <memory>
#include <string>

#include "graph/graph.h"
#include "onnx/model_source.h"

namespace inlay::onnx {

// Imports what an attribute holds and that is the graph's: a GraphProto, a TypeProto whose sizes are symbols.
class SubgraphImporter {
 public:
  // The message at the reader's field.
  virtual Result<std::shared_ptr<const graph::ValueType>> import_type(
      const protobuf::Reader& in) = 0;
  virtual Result<std::shared_ptr<graph::Graph>> import_subgraph(protobuf::Reader message) = 0;

 protected:
  ~SubgraphImporter() = default;
};

struct NamedAttribute {
  std::string name;
  graph::Attribute value;
};

// Fails with kCorrupt where value and type do not agree. A sparse tensor is a dense one.
Result<NamedAttribute> read_attribute(protobuf::Reader message, ModelSource& source,
                                      SubgraphImporter& subgraphs);

}  // namespace inlay::onnx
