// What stands in a function's place while its nodes are put into the graph that calls it.
//
// A call's nodes go into the caller's graph under names of their own; inputs and outputs of the function
// are the call's values. Subgraphs in a function see its names and attributes, and nothing of the caller.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "onnx/function_proto.h"

namespace inlay::onnx {

class GraphImporter;

// An attribute of a call: a message, and where the names of a subgraph in it are found.
struct BoundAttribute {
  NamedMessage message;
  GraphImporter* scope;
};

struct FunctionCall {
  const FunctionProto& function;
  std::map<std::string, BoundAttribute, std::less<>> attributes;
};

// The calls of a model: those that go on, to find recursion, and all that there were, to bound them.
class Inliner {
 public:
  // Fails with kCorrupt where the function calls itself, and where calls nest or grow beyond any model's.
  Status enter(const FunctionProto& function, const ModelSource& source);
  void leave() { active_.pop_back(); }
  // Counts what a call puts into the graph.
  Status charge(size_t nodes, size_t bytes, const ModelSource& source);
  // "function "pkg.Scaled": 12 calls inlined" for each of them.
  std::vector<std::string> notes() const;

 private:
  std::vector<const FunctionProto*> active_;
  std::map<const FunctionProto*, int> calls_;
  size_t nodes_ = 0, bytes_ = 0;
};

}  // namespace inlay::onnx
