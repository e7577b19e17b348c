// FunctionProto: an operator that the model itself defines by others.
#pragma once

#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "onnx/node_proto.h"
#include "onnx/opset_imports.h"

namespace inlay::onnx {

struct FunctionProto {
  std::string domain, name, overload;        // domain "ai.onnx" is ""
  std::vector<std::string> inputs, outputs;  // formal names, which its nodes use
  std::vector<std::string> attributes;       // those without a default
  std::vector<NamedMessage> default_attributes;
  std::vector<protobuf::Reader> nodes;
  OpsetImports opsets;
  size_t bytes = 0;  // of the message

  auto key() const { return std::tie(domain, name, overload); }
};

// `in` is at the field that holds the function.
Result<FunctionProto> read_function(const protobuf::Reader& in, const ModelSource& source);

// "function "pkg.Scaled:int""
std::string describe(const FunctionProto& function);

// The functions of a model, by what a node calls them by.
class Functions {
 public:
  // Fails with kCorrupt where there are two of one name.
  Status add(FunctionProto function, const ModelSource& source);
  // Null where the node calls none.
  const FunctionProto* find(const NodeProto& node) const;

 private:
  std::map<std::tuple<std::string, std::string, std::string>, FunctionProto> functions_;
};

}  // namespace inlay::onnx
