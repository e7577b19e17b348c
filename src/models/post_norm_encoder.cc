#include "models/post_norm_encoder.h"

#include "models/config_values.h"

namespace inlay::models {

Result<PostNormConfig> read_post_norm_config(json::Value root, const PostNormKeys& keys,
                                             std::string_view positions) {
  PostNormConfig config;
  INLAY_ASSIGN(config.heads, read_heads(root.at(keys.heads)));
  INLAY_ASSIGN(config.hidden, read_headed_size(root.at(keys.hidden), config.heads));
  INLAY_ASSIGN(config.layers, read_layers(root.at(keys.layers)));
  const json::Value epsilon = keys.epsilon.empty() ? json::Value() : root.at(keys.epsilon);
  INLAY_ASSIGN(config.epsilon, read_epsilon(epsilon, keys.default_epsilon));
  INLAY_ASSIGN(const std::string_view activation, root.at(keys.activation).string_or("gelu"));
  INLAY_ASSIGN(const std::string_view kind,
               root.at("position_embedding_type").string_or("absolute"));
  if (kind != positions)
    return root.at("position_embedding_type").error(format("{} is not supported", quote(kind)));
  INLAY_ASSIGN(config.activation, activation_name(root.at(keys.activation), activation));
  return config;
}

Result<int64_t> padded_position_offset(json::Value root) {
  INLAY_ASSIGN(const int64_t padding, root.at("pad_token_id").integer_or(1));
  if (padding < 0 || padding > INT32_MAX)
    return root.at("pad_token_id").error(format("expected a token id, found {}", padding));
  return padding + 1;
}

PostNormLayer bert_layer(const std::string& layer) {
  return {layer + ".attention.self.query",
          layer + ".attention.self.key",
          layer + ".attention.self.value",
          layer + ".attention.output.dense",
          layer + ".attention.output.LayerNorm",
          layer + ".intermediate.dense",
          layer + ".output.dense",
          layer + ".output.LayerNorm"};
}

Result<graph::ValueId> post_norm_attention(EncoderBuilder& b, const PostNormConfig& config,
                                           const PostNormLayer& names, graph::ValueId x,
                                           graph::ValueId relative_bias) {
  INLAY_TRY(b.expect_shape(names.query + ".weight", {config.hidden, config.hidden}));
  INLAY_ASSIGN(const auto qkv, b.linears(x, {names.query, names.key, names.value}));
  const graph::ValueId mixed =
      b.attention(qkv[0], qkv[1], qkv[2],
                  {.heads = config.heads, .scale = config.scale(), .relative_bias = relative_bias});
  INLAY_ASSIGN(const graph::ValueId y, b.linear(mixed, names.attention_output, "", x));
  return b.layer_norm(y, names.attention_norm, config.epsilon);
}

Result<graph::ValueId> post_norm_layer(EncoderBuilder& b, const PostNormConfig& config,
                                       const PostNormLayer& names, graph::ValueId x,
                                       graph::ValueId relative_bias) {
  INLAY_ASSIGN(const graph::ValueId y, post_norm_attention(b, config, names, x, relative_bias));
  return post_norm_feed_forward(b, config, names, y);
}

Result<graph::ValueId> post_norm_feed_forward(EncoderBuilder& b, const PostNormConfig& config,
                                              const PostNormLayer& names, graph::ValueId y) {
  INLAY_ASSIGN(graph::ValueId wide, b.linear(y, names.up, config.activation));
  INLAY_ASSIGN(wide, b.linear(wide, names.down, "", y));
  return b.layer_norm(wide, names.output_norm, config.epsilon);
}

Result<graph::ValueId> bert_layers(EncoderBuilder& b, const PostNormConfig& config,
                                   graph::ValueId x) {
  for (int64_t i = 0; i < config.layers; ++i) {
    INLAY_ASSIGN(x, post_norm_layer(b, config, bert_layer(format("encoder.layer.{}", i)), x));
  }
  return x;
}

}  // namespace inlay::models
