#include "runtime/model.h"

#include <algorithm>

#include "base/cpu.h"
#include "base/system.h"
#include "models/weight_files.h"
#include "onnx/import.h"
#include "ops/objects/object_graph.h"
#include "rewrite/make_ragged.h"
#include "runtime/graph_pieces.h"
#include "runtime/prepare.h"
#include "runtime/values.h"

namespace inlay::runtime {
namespace {

// What lies in sequences, optionals and maps in the end.
const graph::TensorType& innermost(const graph::ValueType& type) {
  return type.element ? innermost(*type.element) : type.tensor;
}

ModelInfo::Value describe_value(const graph::Graph& graph, const std::string& name,
                                const graph::ValueType& value_type) {
  const graph::TensorType& type = innermost(value_type);
  ModelInfo::Value out{name,
                       type.dtype,
                       type.shape.has_value(),
                       {},
                       {},
                       value_type,
                       graph::type_text(*graph.exprs, value_type)};
  if (!type.shape) return out;
  for (graph::Expr size : *type.shape) {
    out.shape.push_back(graph.exprs->value(size).value_or(-1));
    out.dims.push_back(graph.exprs->text(size));
  }
  return out;
}

std::map<std::string, int> count_operators(const graph::Graph& graph) {
  std::map<std::string, int> count;
  for (graph::NodeId id : graph.order) {
    const graph::Node& node = graph.node(id);
    if (!node.dead) ++count[node.domain.empty() ? node.op_type : node.domain + "." + node.op_type];
  }
  return count;
}

int64_t count_parameters(const graph::Graph& graph) {
  int64_t count = 0;
  for (const graph::Value& value : graph.values)
    if (value.constant && graph::is_float(value.constant->dtype)) count += value.constant->count();
  return count;
}

ModelInfo describe_model(const graph::Graph& graph) {
  ModelInfo info;
  const auto name = [&](graph::ValueId v) { return graph.value(v).name; };
  for (size_t i = 0; i < graph.inputs.size(); ++i)
    info.inputs.push_back(describe_value(graph, name(graph.inputs[i]), input_type(graph, i)));
  for (size_t i = 0; i < graph.outputs.size(); ++i)
    info.outputs.push_back(describe_value(graph, name(graph.outputs[i]), output_type(graph, i)));
  for (const graph::State& state : graph.states) {
    graph::ValueType type;
    type.tensor = {state.dtype, state.shape};
    info.states.push_back(describe_value(graph, state.name, type));
  }
  info.metadata = graph.metadata;
  info.operators_to_run = count_operators(graph);
  info.rewrites = graph.rewrites;
  return info;
}

// Empty: there is none.
std::string onnx_file_in(const std::string& directory) {
  for (const char* name : {"/onnx/model.onnx", "/model.onnx"})
    if (system::is_file(directory + name)) return directory + name;
  return "";
}

}  // namespace

Result<std::shared_ptr<graph::Graph>> Model::import() {
  auto model_file = MappedFile::open(path_, options_.access);
  if (model_file.ok()) return onnx::import_model(std::move(model_file).value());
  if (!system::is_directory(path_)) return std::move(model_file).status();
  INLAY_ASSIGN(directory_, models::open_hf_directory(path_));
  const std::string onnx_file = onnx_file_in(directory_->encoder_path());
  if (onnx_file.empty() || models::WeightFiles::exist(directory_->encoder_path())) {
    auto encoder = models::import_encoder(*directory_, options_.access);
    const bool unknown_family = encoder.code() == StatusCode::kUnsupported;
    if (!unknown_family || onnx_file.empty()) return encoder;
  }
  INLAY_ASSIGN(auto file, MappedFile::open(onnx_file, options_.access));
  return onnx::import_model(std::move(file));
}

// Only graphs with attention are asked; why one has no such form is a line for inspect.
void Model::find_ragged_form(const graph::Graph& graph) {
  const auto has_attention = [&](graph::NodeId id) {
    return graph.node(id).is("Attention", "inlay");
  };
  if (std::none_of(graph.order.begin(), graph.order.end(), has_attention)) return;
  auto made = rewrite::make_ragged(graph);
  if (!made.ok()) {
    info_.rewrites.push_back(format("ragged: no: {}", made.message()));
    return;
  }
  const bool unseen = made->token_outputs.empty();
  info_.rewrites.push_back(format("ragged: yes{}", unseen ? ", also for padded inputs" : ""));
  std::shared_ptr<Model> model(new Model());
  model->path_ = path_;
  model->options_ = options_;
  model->directory_ = directory_;
  model->info_ = describe_model(*made->graph);
  model->graph_ = std::move(made->graph);
  ragged_ = Ragged{std::move(model), std::move(made->masks), std::move(made->token_outputs)};
}

Status Model::prepare_graph(std::shared_ptr<graph::Graph>& graph) {
  graph::remove_dead_nodes(*graph);
  if (ops::has_objects(*graph)) {
    is_interpreted_ = true;
    return ops::expect_known_operators(*graph);
  }
  Status prepared = prepare(*graph, options_.rewrite);
  is_prepared_ = prepared.ok();
  if (prepared.code() != StatusCode::kNotYet) return prepared;
  is_interpreted_ = std::any_of(graph->order.begin(), graph->order.end(),
                                [&](graph::NodeId id) { return has_subgraph(graph->node(id)); });
  if (prepared.about() < 0 && !is_interpreted_) return as_unsupported(std::move(prepared));
  INLAY_ASSIGN(graph, import());  // preparing has left types behind
  graph::remove_dead_nodes(*graph);
  return Status();
}

Result<std::shared_ptr<const Model>> Model::open(const std::string& path, ModelOptions options) {
  INLAY_TRY(check_isa_choice());
  std::shared_ptr<Model> model(new Model());
  model->path_ = path;
  model->options_ = options;
  INLAY_ASSIGN(std::shared_ptr<graph::Graph> graph, model->import());
  std::map<std::string, int> operators = count_operators(*graph);
  const int64_t parameters = count_parameters(*graph);
  INLAY_TRY(model->prepare_graph(graph).at(path));
  model->info_ = describe_model(*graph);
  model->info_.operators = std::move(operators);
  model->info_.parameters = parameters;
  model->info_.is_interpreted = model->is_interpreted_;
  if (options.rewrite && model->is_prepared_) model->find_ragged_form(*graph);
  model->graph_ = std::move(graph);
  return std::shared_ptr<const Model>(std::move(model));
}

}  // namespace inlay::runtime
