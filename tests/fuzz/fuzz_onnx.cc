// Any bytes as a model: imported, typed and rewritten, or refused with an error of one line.
#include "fuzz_target.h"
#include "onnx/import.h"
#include "ops/op.h"
#include "rewrite/rewrite.h"

namespace {

void check_line(std::string_view message) {
  INLAY_FUZZ_CHECK(!message.empty());
  INLAY_FUZZ_CHECK(message.find('\n') == std::string_view::npos);
}

bool has_ranks(const inlay::graph::Graph& graph) {
  for (inlay::graph::ValueId v : graph.inputs)
    if (!graph.value(v).type.shape) return false;
  return true;
}

}  // namespace

INLAY_FUZZ_TARGET(onnx) {
  const std::span<const std::byte> bytes(reinterpret_cast<const std::byte*>(input.data()),
                                         input.size());
  auto graph = inlay::onnx::import_model(bytes, nullptr, "input");
  if (!graph.ok()) return check_line(graph.message());
  INLAY_FUZZ_CHECK((*graph)->check().ok());
  if (!has_ranks(**graph)) return;
  inlay::graph::remove_dead_nodes(**graph);
  const inlay::Status inferred = inlay::ops::infer(**graph);
  if (!inferred.ok()) return check_line(inferred.message());
  const inlay::Status rewritten = inlay::rewrite::rewrite(**graph);
  if (!rewritten.ok()) check_line(rewritten.message());
}
