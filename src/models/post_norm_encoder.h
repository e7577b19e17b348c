// Encoders that normalize behind each residual, as BERT does: what their families have in common.
#pragma once

#include "models/encoder_builder.h"

namespace inlay::models {

// What config.json calls the values.
struct PostNormKeys {
  std::string_view hidden = "hidden_size", layers = "num_hidden_layers",
                   heads = "num_attention_heads", activation = "hidden_act",
                   epsilon = "layer_norm_eps";  // empty: the family has the default alone
  double default_epsilon = 1e-12;
};

struct PostNormConfig {
  int64_t hidden, layers, heads;
  float epsilon;
  std::string activation;  // as Linear names it

  float scale() const { return 1 / std::sqrt(static_cast<float>(hidden / heads)); }
};

// Fails where config.json says that positions are of another kind.
Result<PostNormConfig> read_post_norm_config(json::Value root, const PostNormKeys& keys = {},
                                             std::string_view positions = "absolute");

// A position table whose first rows, up to that of the padding token, belong to no position.
Result<int64_t> padded_position_offset(json::Value root);

// The names of a layer's weights.
struct PostNormLayer {
  std::string query, key, value, attention_output, attention_norm, up, down, output_norm;
};

// "encoder.layer.3" with BERT's names behind it.
PostNormLayer bert_layer(const std::string& layer);

// norm(attention(x) + x), the first half of a layer.
Result<graph::ValueId> post_norm_attention(EncoderBuilder& builder, const PostNormConfig& config,
                                           const PostNormLayer& names, graph::ValueId x,
                                           graph::ValueId relative_bias = graph::kNoValue);

// norm(feed_forward(y) + y), the second half.
Result<graph::ValueId> post_norm_feed_forward(EncoderBuilder& builder, const PostNormConfig& config,
                                              const PostNormLayer& names, graph::ValueId y);

Result<graph::ValueId> post_norm_layer(EncoderBuilder& builder, const PostNormConfig& config,
                                       const PostNormLayer& names, graph::ValueId x,
                                       graph::ValueId relative_bias = graph::kNoValue);

// All layers of a model that has BERT's names for them.
Result<graph::ValueId> bert_layers(EncoderBuilder& builder, const PostNormConfig& config,
                                   graph::ValueId x);

}  // namespace inlay::models
