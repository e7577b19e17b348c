// Puts an encoder's graph together from a directory's weights: what all encoder families share.
#pragma once

#include <cmath>
#include <initializer_list>
#include <memory>
#include <string>
#include <vector>

#include "graph/graph.h"
#include "models/hf_directory.h"
#include "models/safetensors.h"

namespace inlay::models {

class EncoderBuilder {
 public:
  // Maps the weights; names are looked up behind the first of `prefixes` that fits.
  static Result<EncoderBuilder> open(const HfDirectory& directory, FileAccess access,
                                     std::initializer_list<std::string_view> prefixes);

  // Fails unless the table name.weight is [entries, n] with the n that `hidden_size` says.
  Status check_width(const std::string& name, json::Value hidden_size) const;

  // Adds the inputs and the embedding layer with LayerNorm; tables that are missing are left out.
  Result<graph::ValueId> embed(const std::string& words, const std::string& positions,
                               const std::string& types, const std::string& norm, float epsilon);
  // activation(x · W + b) + residual with W = name.weight [n, k] and b = name.bias.
  Result<graph::ValueId> linear(graph::ValueId x, const std::string& name,
                                const std::string& activation = "",
                                graph::ValueId residual = graph::kNoValue);
  // Several at once over one x, as one product.
  Result<std::vector<graph::ValueId>> linears(graph::ValueId x,
                                              const std::vector<std::string>& names);
  Result<graph::ValueId> layer_norm(graph::ValueId x, const std::string& name, float epsilon);
  graph::ValueId attention(graph::ValueId q, graph::ValueId k, graph::ValueId v, int64_t heads,
                           float scale);

  Result<std::shared_ptr<graph::Graph>> finish(graph::ValueId last_hidden_state);

 private:
  EncoderBuilder() = default;
  // name.suffix as a constant with `rank` dimensions; fails when it is missing.
  Result<graph::ValueId> weight(const std::string& name, size_t rank);
  graph::TensorRef find(const std::string& name) const;
  graph::ValueId add(graph::Node node, const std::string& output);

  std::string path_, prefix_;
  Safetensors tensors_;
  std::shared_ptr<graph::Graph> graph_;
  graph::ValueId row_offsets_ = graph::kNoValue;
};

// "gelu", "gelu_new", "relu", … as Linear's activation; fails for others, naming the place.
Result<std::string> activation_name(json::Value place, std::string_view hidden_act);

}  // namespace inlay::models
