#include "models/post_norm_encoder.h"

namespace inlay::models {

Result<PostNormConfig> read_post_norm_config(json::Value root, const PostNormKeys& keys,
                                             std::string_view positions) {
  constexpr int64_t kMaxLayers = 1000;
  PostNormConfig config;
  INLAY_ASSIGN(config.hidden, root.at(keys.hidden).integer());
  INLAY_ASSIGN(config.layers, root.at(keys.layers).integer());
  INLAY_ASSIGN(config.heads, root.at(keys.heads).integer());
  INLAY_ASSIGN(const double epsilon, root.at(keys.epsilon).number_or(1e-12));
  INLAY_ASSIGN(const std::string_view activation, root.at(keys.activation).string_or("gelu"));
  INLAY_ASSIGN(const std::string_view kind,
               root.at("position_embedding_type").string_or("absolute"));
  if (config.hidden <= 0 || config.heads <= 0 || config.hidden % config.heads != 0)
    return root.at(keys.hidden)
        .error(format("expected a positive multiple of {} heads, found {}", config.heads,
                      config.hidden));
  if (!(epsilon >= 0) || epsilon > 1)
    return root.at(keys.epsilon).error(format("expected 0 to 1, found {}", epsilon));
  if (config.layers < 0 || config.layers > kMaxLayers)
    return root.at(keys.layers)
        .error(format("expected 0 to {}, found {}", kMaxLayers, config.layers));
  if (kind != positions)
    return root.at("position_embedding_type").error(format("{} is not supported", quote(kind)));
  INLAY_ASSIGN(config.activation, activation_name(root.at(keys.activation), activation));
  config.epsilon = static_cast<float>(epsilon);
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

Result<graph::ValueId> post_norm_layer(EncoderBuilder& b, const PostNormConfig& config,
                                       const PostNormLayer& names, graph::ValueId x,
                                       graph::ValueId relative_bias) {
  INLAY_TRY(b.expect_shape(names.query + ".weight", {config.hidden, config.hidden}));
  INLAY_ASSIGN(const auto qkv, b.linears(x, {names.query, names.key, names.value}));
  const graph::ValueId mixed =
      b.attention(qkv[0], qkv[1], qkv[2], config.heads, config.scale(), relative_bias);
  INLAY_ASSIGN(graph::ValueId y, b.linear(mixed, names.attention_output, "", x));
  INLAY_ASSIGN(y, b.layer_norm(y, names.attention_norm, config.epsilon));
  INLAY_ASSIGN(graph::ValueId wide, b.linear(y, names.up, config.activation));
  INLAY_ASSIGN(wide, b.linear(wide, names.down, "", y));
  return b.layer_norm(wide, names.output_norm, config.epsilon);
}

}  // namespace inlay::models
