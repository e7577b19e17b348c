// JinaBERT (Günther et al. 2023): BERT with a bias that falls with distance instead of positions (Press et
// al. 2021, in both directions), and a gated feed-forward part. Its files call themselves "bert".
#include "models/post_norm_encoder.h"

namespace inlay::models {
namespace {

// 2^(-8/n), its powers; a number of heads that is no power of 2 takes every second one of the next.
std::vector<float> slopes(int64_t heads) {
  int64_t power = 1;
  while (power * 2 <= heads) power *= 2;
  std::vector<float> out;
  const auto add = [&](int64_t of, int64_t step, int64_t count) {
    for (int64_t i = 0; i < count; ++i)
      out.push_back(static_cast<float>(
          std::exp2(-8.0 * static_cast<double>(i * step + 1) / static_cast<double>(of))));
  };
  add(power, 1, power);
  add(2 * power, 2, heads - power);
  return out;
}

Result<graph::ValueId> build_layer(EncoderBuilder& b, const PostNormConfig& config,
                                   const std::string& layer, graph::ValueId x,
                                   graph::ValueId bias) {
  const PostNormLayer names = bert_layer(layer);
  INLAY_ASSIGN(const graph::ValueId y, post_norm_attention(b, config, names, x, bias));
  INLAY_ASSIGN(graph::ValueId wide, b.gated(y, layer + ".mlp.gated_layers", config.activation));
  INLAY_ASSIGN(wide, b.linear(wide, layer + ".mlp.wo", "", y));
  return b.layer_norm(wide, layer + ".mlp.layernorm", config.epsilon);
}

}  // namespace

Result<std::shared_ptr<graph::Graph>> import_jina_bert(const HfDirectory& directory,
                                                       FileAccess access) {
  constexpr int64_t kMaxBiases = 1 << 24;
  const json::Value root = directory.config.root();
  INLAY_ASSIGN(PostNormConfig config, read_post_norm_config(root, {}, "alibi"));
  INLAY_ASSIGN(const int64_t tokens, root.at("max_position_embeddings").integer_or(8192));
  INLAY_ASSIGN(const std::string_view kind, root.at("feed_forward_type").string_or("geglu"));
  if (tokens < 1 || tokens > kMaxBiases / config.heads)
    return root.at("max_position_embeddings")
        .error(format("expected 1 to {}, found {}", kMaxBiases / config.heads, tokens));
  if (kind != "geglu" && kind != "reglu")
    return root.at("feed_forward_type")
        .error(format("expected \"geglu\" or \"reglu\", found {}", quote(kind)));
  config.activation = kind == "geglu" ? "gelu" : "relu";
  INLAY_ASSIGN(EncoderBuilder b, EncoderBuilder::open(directory, access, {"", "bert."}));
  EmbeddingNames names;
  names.positions = "";
  INLAY_ASSIGN(graph::ValueId x, b.embed(names, config.epsilon, 0));
  const std::vector<float> slope = slopes(config.heads);
  const graph::ValueId bias =
      b.bias_by_distance("alibi", config.heads, tokens, [&](int64_t head, int64_t distance) {
        return -slope[static_cast<size_t>(head)] * static_cast<float>(std::abs(distance));
      });
  for (int64_t i = 0; i < config.layers; ++i) {
    INLAY_ASSIGN(x, build_layer(b, config, format("encoder.layer.{}", i), x, bias));
  }
  return b.finish(x);
}

}  // namespace inlay::models
