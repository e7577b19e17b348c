// Puts an encoder's graph together from a directory's weights: what all encoder families share.
#pragma once

#include <cmath>
#include <initializer_list>
#include <memory>
#include <string>
#include <vector>

#include "graph/graph.h"
#include "models/hf_directory.h"
#include "models/weight_files.h"

namespace inlay::models {

// Names of the embedding layer's tables, which are those of weights but for ".weight" (words may lack
// it), and of its LayerNorm.
struct EmbeddingNames {
  std::string words = "embeddings.word_embeddings";
  std::string positions = "embeddings.position_embeddings";
  std::string types = "embeddings.token_type_embeddings";
  std::string norm = "embeddings.LayerNorm";
};

// How attention scores: see RaggedAttention.
struct AttentionTerms {
  int64_t heads = 1;
  float scale = 1;
  graph::ValueId relative_bias = graph::kNoValue;
  int64_t window = -1;
  graph::ValueId relative_keys = graph::kNoValue, relative_queries = graph::kNoValue;
  int64_t buckets = 0, max_distance = 0;
};

class EncoderBuilder {
 public:
  // Maps the weights; names are looked up behind the first of `prefixes` that the weight `probe` has.
  static Result<EncoderBuilder> open(const HfDirectory& directory, FileAccess access,
                                     std::initializer_list<std::string_view> prefixes,
                                     std::string_view probe = "embeddings.word_embeddings.weight");

  // From here on norms have a scale alone.
  void norms_have_no_bias() { norm_bias_ = false; }
  bool has(const std::string& weight_name) const { return find(weight_name) != nullptr; }
  // The rows of a matrix.
  Status expect_rows(const std::string& name, int64_t rows) const;
  // Fails when the tensor is there with another shape than config.json says.
  Status expect_shape(const std::string& name, const std::vector<int64_t>& shape) const;

  // Adds the inputs and the embedding layer. Token types are left out when their table is missing;
  // positions and LayerNorm when they have no name.
  Result<graph::ValueId> embed(const EmbeddingNames& names, float epsilon, int64_t position_offset);
  // activation(x · W + b) + residual with W = name.weight [n, k] and b = name.bias.
  Result<graph::ValueId> linear(graph::ValueId x, const std::string& name,
                                const std::string& activation = "",
                                graph::ValueId residual = graph::kNoValue);
  // Several at once over one x, as one product.
  Result<std::vector<graph::ValueId>> linears(graph::ValueId x,
                                              const std::vector<std::string>& names);
  // The same for layers that have no bias.
  Result<graph::ValueId> product(graph::ValueId x, const std::string& name,
                                 const std::string& activation = "",
                                 graph::ValueId residual = graph::kNoValue);
  Result<std::vector<graph::ValueId>> products(graph::ValueId x,
                                               const std::vector<std::string>& names);
  // One matrix that holds those of several layers below each other, as one output a layer.
  Result<std::vector<graph::ValueId>> split_products(graph::ValueId x, const std::string& name,
                                                     int64_t parts);
  // activation(x · a) * (x · b); both are halves of one matrix, or matrices of their own.
  Result<graph::ValueId> gated(graph::ValueId x, const std::string& name,
                               const std::string& activation);
  Result<graph::ValueId> gated(graph::ValueId x, const std::string& activated,
                               const std::string& gate, const std::string& activation);
  Result<graph::ValueId> layer_norm(graph::ValueId x, const std::string& name, float epsilon);
  // x / sqrt(mean(x²) + epsilon) · name.weight
  Result<graph::ValueId> rms_norm(graph::ValueId x, const std::string& name, float epsilon);
  // Turns queries or keys by their places.
  graph::ValueId rotary(graph::ValueId x, int64_t heads, float theta);
  graph::ValueId attention(graph::ValueId q, graph::ValueId k, graph::ValueId v,
                           const AttentionTerms& terms);
  // The bias [heads, 2 * span - 1] of a function of head and distance.
  template <class Bias>
  graph::ValueId bias_by_distance(const std::string& name, int64_t heads, int64_t span,
                                  Bias&& bias) {
    std::vector<float> elements;
    for (int64_t head = 0; head < heads; ++head)
      for (int64_t distance = 1 - span; distance < span; ++distance)
        elements.push_back(bias(head, distance));
    return add_bias(name, heads, span, elements);
  }
  // The relative bias [heads, 2 * span - 1] of a table [buckets, heads] as T5 and MPNet have it: half of
  // the buckets for keys before the query, half for those behind it; distances from max_distance on
  // share the last one.
  Result<graph::ValueId> bucketed_bias(const std::string& name, int64_t heads,
                                       int64_t max_distance);

  // Of a table of 2 * span rows that stand for distances, those that a batch of so many tokens can
  // need: [2 * min(span, tokens), n] f32 from the middle.
  Result<graph::ValueId> distance_rows(const std::string& name, int64_t span);

  // One vector a text: its first token's, or the mean of all ("first", "mean").
  graph::ValueId pooled(graph::ValueId x, const std::string& mode);

  // The graph with the token vectors as its first output, and the logits of a classification head where the
  // directory has one.
  Result<std::shared_ptr<graph::Graph>> finish(graph::ValueId last_hidden_state);

 private:
  EncoderBuilder() = default;
  // Rows [begin, begin + count) of a matrix, or all of them.
  struct Part {
    std::string name;
    int64_t begin = 0, count = -1;
  };
  struct Weights {
    std::vector<Part> parts;
    bool biased;
  };
  static Weights weights_of(const std::vector<std::string>& names, bool biased);
  Result<graph::ValueId> matrix(const Part& part);
  Result<int64_t> rows_of(const std::string& name, int64_t parts);
  graph::ValueId multiply(graph::ValueId a, graph::ValueId b);
  graph::ValueId add_bias(const std::string& name, int64_t heads, int64_t span,
                          const std::vector<float>& elements);
  Result<std::vector<graph::ValueId>> add_linear(graph::ValueId x, const Weights& weights,
                                                 const std::string& activation,
                                                 graph::ValueId residual);
  // A tensor [n, k], or [n], of a type that kernels read; fails when it is missing.
  Result<graph::TensorRef> tensor(const std::string& name, size_t rank) const;
  // The same as a constant of the graph.
  Result<graph::ValueId> weight(const std::string& name, size_t rank);
  struct NormWeights {
    graph::ValueId gamma, beta;
  };
  Status add_head(graph::ValueId hidden);
  Result<NormWeights> norm_weights(const std::string& name);
  // A constant [n] as f32.
  Result<graph::ValueId> vector(const std::string& name);
  // Behind the prefix, or without it: heads lie beside the encoder.
  graph::TensorRef find(const std::string& name) const;
  // An int64 vector of one element that a run's sizes say.
  graph::ValueId size_value(const std::string& name, graph::Expr size);
  graph::ValueId add(graph::Node node, const std::string& output);

  json::Value config_;  // of the directory, which lives as long
  std::string prefix_;
  bool norm_bias_ = true;
  std::optional<WeightFiles> weights_;
  std::shared_ptr<graph::Graph> graph_;
  graph::ValueId row_offsets_ = graph::kNoValue;
  graph::Expr tokens_;
};

// "gelu", "gelu_new", "relu", … as Linear's activation; fails for others, naming the place.
Result<std::string> activation_name(json::Value place, std::string_view hidden_act);

}  // namespace inlay::models
