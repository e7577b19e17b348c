// Operators on values that are no dense tensors of numbers: one function each, in one constant table.
//
//   Status eval_sequence_length(ObjectCall& call) {
//     INLAY_ASSIGN(const Sequence* sequence, call.sequence(0));
//     return call.set_output(0, scalar(static_cast<int64_t>(sequence->elements.size())));
//   }
//
// in src/ops/objects/sequence_length.cc, and its line in objects/table.cc. runtime/interpreter.h calls them, node
// by node; models without such values never come here.
#pragma once

#include <span>
#include <string_view>

#include "base/status.h"
#include "base/thread_pool.h"
#include "ops/objects/any_value.h"

namespace inlay::ops {

// What an operator needs of the run that it is part of.
class ObjectHost {
 public:
  virtual ~ObjectHost() = default;
  virtual bool cancelled() const = 0;
  virtual ThreadPool& pool() = 0;
  // Counts memory of objects towards the run's ceiling before it is allocated.
  virtual Status reserve(int64_t bytes) = 0;
  // The call's node on dense tensors in place of its inputs: what only moves elements moves their indices.
  virtual Result<std::vector<AnyValue>> run_dense(std::span<const AnyValue> inputs) = 0;
  // The node's subgraph `key`, whose captures the run knows.
  virtual Result<std::vector<AnyValue>> run_subgraph(std::string_view key,
                                                     std::span<const AnyValue> inputs) = 0;
};

// One node of a run. Inputs that the node leaves out, and empty optionals, are of ValueKind::kNone.
class ObjectCall {
 public:
  ObjectCall(const graph::Graph& graph, const graph::Node& node, std::span<const AnyValue> inputs,
             ObjectHost& host);

  const graph::Node& node() const { return node_; }
  ObjectHost& host() const { return host_; }

  size_t input_count() const { return inputs_.size(); }
  bool has(size_t i) const;  // a value other than nothing
  AnyValue input(size_t i) const;
  // Fail where the input is missing or something else.
  Result<graph::TensorRef> tensor(size_t i) const;   // of numbers
  Result<graph::TensorRef> strings(size_t i) const;  // a tensor of strings
  Result<const Sequence*> sequence(size_t i) const;
  Result<const Map*> map(size_t i) const;
  Result<int64_t> integer(size_t i) const;  // of one element, of any integer type

  bool wants(size_t i) const { return node_.output(i) != graph::kNoValue; }
  // Counts the memory of strings, sequences and maps.
  Status set_output(size_t i, AnyValue value);
  std::vector<AnyValue> take_outputs() { return std::move(outputs_); }

  // "node \"x\" (StringSplit): …"
  template <class... Args>
  Status error(std::string_view pattern, const Args&... args) const {
    return invalid("{}: {}", describe_node(), format(pattern, args...));
  }

 private:
  std::string describe_node() const;

  const graph::Graph& graph_;
  const graph::Node& node_;
  std::span<const AnyValue> inputs_;
  ObjectHost& host_;
  std::vector<AnyValue> outputs_;
};

struct ObjectOp {
  std::string_view domain, name;
  int since;
  Status (*eval)(ObjectCall&);
  // Whether the node is an object operator's, given whether one of its inputs or captures is no dense tensor of
  // numbers. SequenceAt always is, Identity only with such an input, Cast also where it makes strings.
  bool (*applies)(const graph::Node& node, bool has_objects);
};

// All of them, sorted by domain, name and version.
std::span<const ObjectOp> object_table();

// The definition with the highest `since` that is at most `version`; null when there is none.
const ObjectOp* find_object_op(std::string_view domain, std::string_view name, int version);

}  // namespace inlay::ops
