#include "onnx/function_calls.h"

#include <algorithm>

namespace inlay::onnx {
namespace {

// A function that calls another one twice, which does the same, and so on: a file of some kilobytes has as many
// nodes as it likes.
constexpr size_t kMostNodes = size_t{1} << 18, kMostBytes = size_t{1} << 30, kMostLevels = 100;

}  // namespace

Status Inliner::enter(const FunctionProto& function, const ModelSource& source) {
  if (std::find(active_.begin(), active_.end(), &function) != active_.end())
    return corrupt("{}: {} calls itself", source.name, describe(function));
  if (active_.size() >= kMostLevels)
    return corrupt("{}: {}: expected at most {} levels of calls, found more", source.name,
                   describe(function), kMostLevels);
  INLAY_TRY(charge(function.nodes.size(), function.bytes, source));
  active_.push_back(&function);
  ++calls_[&function];
  return Status();
}

Status Inliner::charge(size_t nodes, size_t bytes, const ModelSource& source) {
  nodes_ += nodes;
  bytes_ += bytes;
  if (nodes_ <= kMostNodes && bytes_ <= kMostBytes) return Status();
  return corrupt(
      "{}: functions: expected at most {} nodes and {} bytes when all calls are inlined, found "
      "more",
      source.name, kMostNodes, kMostBytes);
}

std::vector<std::string> Inliner::notes() const {
  std::vector<std::string> out;
  for (const auto& [function, times] : calls_)
    out.push_back(format("{}: {} inlined", describe(*function),
                         times == 1 ? std::string("1 call") : format("{} calls", times)));
  std::sort(out.begin(), out.end());
  return out;
}

}  // namespace inlay::onnx
