// BERT (Devlin et al. 2018) from Hugging Face's names: embeddings, then layers of attention and feed-forward.
#include "models/encoder_builder.h"

namespace inlay::models {
namespace {

struct BertConfig {
  int64_t hidden, layers, heads;
  float epsilon;
  std::string activation;
};

Result<BertConfig> read_config(const HfDirectory& directory) {
  const json::Value root = directory.config.root();
  BertConfig config;
  INLAY_ASSIGN(config.hidden, root.at("hidden_size").integer());
  INLAY_ASSIGN(config.layers, root.at("num_hidden_layers").integer());
  INLAY_ASSIGN(config.heads, root.at("num_attention_heads").integer());
  INLAY_ASSIGN(const double epsilon, root.at("layer_norm_eps").number_or(1e-12));
  INLAY_ASSIGN(const std::string_view activation, root.at("hidden_act").string_or("gelu"));
  INLAY_ASSIGN(const std::string_view positions,
               root.at("position_embedding_type").string_or("absolute"));
  if (config.hidden <= 0 || config.heads <= 0 || config.hidden % config.heads != 0)
    return root.at("hidden_size")
        .error(format("expected a positive multiple of {} heads, found {}", config.heads,
                      config.hidden));
  if (!(epsilon >= 0) || epsilon > 1)
    return root.at("layer_norm_eps").error(format("expected 0 to 1, found {}", epsilon));
  if (config.layers < 0 || config.layers > 1000)
    return root.at("num_hidden_layers")
        .error(format("expected 0 to 1000, found {}", config.layers));
  if (positions != "absolute")
    return root.at("position_embedding_type")
        .error(format("{} is not supported", quote(positions)));
  INLAY_ASSIGN(config.activation, activation_name(root.at("hidden_act"), activation));
  config.epsilon = static_cast<float>(epsilon);
  return config;
}

Result<graph::ValueId> build_layer(EncoderBuilder& b, const BertConfig& config,
                                   const std::string& layer, graph::ValueId x) {
  const std::string self = layer + ".attention.self.";
  INLAY_ASSIGN(const auto qkv, b.linears(x, {self + "query", self + "key", self + "value"}));
  const graph::ValueId mixed =
      b.attention(qkv[0], qkv[1], qkv[2], config.heads,
                  1 / std::sqrt(static_cast<float>(config.hidden / config.heads)));
  INLAY_ASSIGN(graph::ValueId y, b.linear(mixed, layer + ".attention.output.dense", "", x));
  INLAY_ASSIGN(y, b.layer_norm(y, layer + ".attention.output.LayerNorm", config.epsilon));
  INLAY_ASSIGN(graph::ValueId wide, b.linear(y, layer + ".intermediate.dense", config.activation));
  INLAY_ASSIGN(wide, b.linear(wide, layer + ".output.dense", "", y));
  return b.layer_norm(wide, layer + ".output.LayerNorm", config.epsilon);
}

}  // namespace

Result<std::shared_ptr<graph::Graph>> import_bert(const HfDirectory& directory, FileAccess access) {
  INLAY_ASSIGN(const BertConfig config, read_config(directory));
  INLAY_ASSIGN(EncoderBuilder b, EncoderBuilder::open(directory, access, {"", "bert."}));
  INLAY_TRY(b.check_width("embeddings.word_embeddings", directory.config.root().at("hidden_size")));
  INLAY_ASSIGN(graph::ValueId x,
               b.embed("embeddings.word_embeddings", "embeddings.position_embeddings",
                       "embeddings.token_type_embeddings", "embeddings.LayerNorm", config.epsilon));
  for (int64_t layer = 0; layer < config.layers; ++layer) {
    INLAY_ASSIGN(x, build_layer(b, config, format("encoder.layer.{}", layer), x));
  }
  return b.finish(x);
}

}  // namespace inlay::models
