// What lies at a path: an ONNX file or a Hugging Face directory, imported, rewritten and typed.
//
//   INLAY_ASSIGN(auto model, Model::open("all-MiniLM-L6-v2", {}));
//   INLAY_ASSIGN(auto session, Session::create(model, {}));
//
// Opening maps files and reads descriptions; no weight is touched. Immutable, safe for concurrent use.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "graph/graph.h"
#include "models/hf_directory.h"

namespace inlay::runtime {

struct ModelOptions {
  FileAccess access = FileAccess::kMap;
  bool rewrite = true;
};

// What `inlay inspect` shows.
struct ModelInfo {
  struct Value {
    std::string name;
    graph::DType dtype;
    bool ranked;
    std::vector<int64_t> shape;     // -1 where symbolic
    std::vector<std::string> dims;  // in words
    graph::ValueType type;          // dtype and shape are those of the tensors in it
    std::string type_text;          // "a sequence of float32 [n]"
  };
  std::vector<Value> inputs, outputs, states;
  std::map<std::string, std::string> metadata;
  bool is_interpreted = false;
  std::map<std::string, int> operators;         // as the file has them
  std::map<std::string, int> operators_to_run;  // after rewrites
  std::vector<std::string> rewrites;
  int64_t parameters = 0;
};

class Model {
 public:
  static Result<std::shared_ptr<const Model>> open(const std::string& path, ModelOptions options);

  const std::string& path() const { return path_; }
  // Null for an ONNX file.
  const models::HfDirectory* directory() const { return directory_.get(); }
  std::shared_ptr<const graph::Graph> graph() const { return graph_; }
  // The graph is typed and rewritten. Else it is as it was imported, because it cannot be planned before its
  // inputs come (staged_plan.h).
  bool is_prepared() const { return is_prepared_; }
  // It has values that are no dense tensors of numbers, or subgraphs that may not be planned (interpreter.h).
  bool is_interpreted() const { return is_interpreted_; }
  const ModelOptions& options() const { return options_; }
  const ModelInfo& info() const { return info_; }

  // The same encoder over ragged batches, where a rewrite proves that it is one (make_ragged.h).
  struct Ragged {
    std::shared_ptr<const Model> model;
    std::vector<std::string> masks;          // inputs of the padded model that say what is padding
    std::vector<std::string> token_outputs;  // outputs with a row a token; the others: a row a text
  };
  // None: batches are padded, or the model is over ragged batches itself.
  const std::optional<Ragged>& ragged() const { return ragged_; }

 private:
  Model() = default;
  Result<std::shared_ptr<graph::Graph>> import();
  Status prepare_graph(std::shared_ptr<graph::Graph>& graph);
  void find_ragged_form(const graph::Graph& graph);

  std::string path_;
  ModelOptions options_;
  std::shared_ptr<const models::HfDirectory> directory_;
  std::shared_ptr<const graph::Graph> graph_;
  bool is_prepared_ = false;
  bool is_interpreted_ = false;
  ModelInfo info_;
  std::optional<Ragged> ragged_;
};

}  // namespace inlay::runtime
