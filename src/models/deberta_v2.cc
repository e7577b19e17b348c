// DeBERTa-v2 and -v3 (He et al. 2021): BERT whose attention adds products with embeddings of distances,
// to queries ("c2p"), to keys ("p2c") or to both, instead of positions or beside them.
#include <algorithm>

#include "models/config_values.h"
#include "models/post_norm_encoder.h"

namespace inlay::models {
namespace {

using graph::kNoValue;
using graph::ValueId;

struct DebertaConfig {
  PostNormConfig layers;
  int64_t head_size, embedding_size;
  bool positions;         // absolute ones, in the embeddings
  bool relative;          // embeddings of distances
  bool by_query, by_key;  // which products with them: "c2p", "p2c"
  bool shared;            // embeddings of distances go through the layer's own projections
  bool normalized;        // they have a LayerNorm
  int64_t span;           // they are of 2 * span distances
  int64_t buckets, max_distance;

  float scale() const {
    const int64_t terms = 1 + (by_query ? 1 : 0) + (by_key ? 1 : 0);
    return 1 / std::sqrt(static_cast<float>(head_size * terms));
  }
};

// "p2c|c2p", or a list of the two.
Status read_products(json::Value types, DebertaConfig& config) {
  const auto add = [&](std::string_view name) {
    config.by_query |= name == "c2p";
    config.by_key |= name == "p2c";
    if (name == "c2p" || name == "p2c") return Status();
    return types.error(format("expected \"c2p\" or \"p2c\", found {}", quote(name)));
  };
  for (json::Value type : types.elements()) {
    INLAY_ASSIGN(const std::string_view name, type.string());
    INLAY_TRY(add(name));
  }
  if (!types.is_string()) return Status();
  INLAY_ASSIGN(std::string_view left, types.string());
  while (!left.empty()) {
    const size_t bar = std::min(left.find('|'), left.size());
    INLAY_TRY(add(left.substr(0, bar)));
    left.remove_prefix(std::min(bar + 1, left.size()));
  }
  return Status();
}

Status read_distances(json::Value root, DebertaConfig& config) {
  constexpr int64_t kMaxSpan = 1 << 16;
  INLAY_ASSIGN(int64_t most, root.at("max_relative_positions").integer_or(-1));
  if (most < 1) {
    INLAY_ASSIGN(most, root.at("max_position_embeddings").integer_or(512));
  }
  INLAY_ASSIGN(const int64_t buckets, root.at("position_buckets").integer_or(-1));
  config.buckets = std::max<int64_t>(buckets, 0);
  config.max_distance = most;
  config.span = buckets > 0 ? buckets : most;
  if (config.span < 1 || config.span > kMaxSpan)
    return root.at("max_relative_positions")
        .error(format("expected 1 to {}, found {}", kMaxSpan, most));
  if (buckets > 0 && (buckets < 4 || most - 1 <= buckets / 2))
    return root.at("position_buckets")
        .error(format("expected 4 buckets or more for more than {} distances, found {}", most,
                      buckets));
  INLAY_ASSIGN(config.shared, root.at("share_att_key").boolean_or(false));
  INLAY_ASSIGN(const std::string_view norm, root.at("norm_rel_ebd").string_or("none"));
  config.normalized = norm.find("layer_norm") != std::string_view::npos;
  return Status();
}

Result<DebertaConfig> read_config(json::Value root) {
  DebertaConfig config{};
  PostNormKeys keys;
  keys.default_epsilon = 1e-7;
  INLAY_ASSIGN(config.layers, read_post_norm_config(root, keys));
  const int64_t share = config.layers.hidden / config.layers.heads;
  INLAY_ASSIGN(config.head_size, root.at("attention_head_size").integer_or(share));
  INLAY_ASSIGN(config.embedding_size, root.at("embedding_size").integer_or(config.layers.hidden));
  INLAY_ASSIGN(config.positions, root.at("position_biased_input").boolean_or(true));
  INLAY_ASSIGN(config.relative, root.at("relative_attention").boolean_or(false));
  INLAY_ASSIGN(const int64_t convolution, root.at("conv_kernel_size").integer_or(0));
  if (config.head_size < 1 || config.head_size > config.layers.hidden)
    return root.at("attention_head_size")
        .error(format("expected 1 to {}, found {}", config.layers.hidden, config.head_size));
  if (convolution > 0)
    return root.at("conv_kernel_size")
        .error(format("a convolution layer of {} tokens is not supported", convolution));
  INLAY_TRY(read_products(root.at("pos_att_type"), config));
  if (config.relative) INLAY_TRY(read_distances(root, config));
  return config;
}

Result<ValueId> embed(EncoderBuilder& b, const DebertaConfig& config) {
  const bool projected = config.embedding_size != config.layers.hidden;
  EmbeddingNames names;
  if (!config.positions) names.positions = "";
  if (projected) names.norm = "";
  INLAY_ASSIGN(ValueId x, b.embed(names, config.layers.epsilon, 0));
  if (!projected) return x;
  INLAY_ASSIGN(x, b.product(x, "embeddings.embed_proj"));
  return b.layer_norm(x, EmbeddingNames().norm, config.layers.epsilon);
}

// The embeddings of distances, or kNoValue.
Result<ValueId> distances(EncoderBuilder& b, const DebertaConfig& config) {
  if (!config.relative || (!config.by_query && !config.by_key)) return kNoValue;
  INLAY_ASSIGN(const ValueId rows, b.distance_rows("encoder.rel_embeddings", config.span));
  if (!config.normalized) return rows;
  return b.layer_norm(rows, "encoder.LayerNorm", config.layers.epsilon);
}

Result<ValueId> build_layer(EncoderBuilder& b, const DebertaConfig& config,
                            const std::string& layer, ValueId x, ValueId distances) {
  const int64_t heads = config.layers.heads;
  const std::string self = layer + ".attention.self.";
  PostNormLayer names = bert_layer(layer);
  names.query = self + "query_proj";
  names.key = self + "key_proj";
  names.value = self + "value_proj";
  INLAY_TRY(
      b.expect_shape(names.query + ".weight", {heads * config.head_size, config.layers.hidden}));
  INLAY_ASSIGN(const auto qkv, b.linears(x, {names.query, names.key, names.value}));
  AttentionTerms terms = {.heads = heads, .scale = config.scale()};
  terms.buckets = config.buckets;
  terms.max_distance = config.max_distance;
  if (distances != kNoValue && config.by_query) {
    INLAY_ASSIGN(terms.relative_keys,
                 b.linear(distances, config.shared ? names.key : self + "pos_key_proj"));
  }
  if (distances != kNoValue && config.by_key) {
    INLAY_ASSIGN(terms.relative_queries,
                 b.linear(distances, config.shared ? names.query : self + "pos_query_proj"));
  }
  const ValueId mixed = b.attention(qkv[0], qkv[1], qkv[2], terms);
  INLAY_ASSIGN(ValueId y, b.linear(mixed, names.attention_output, "", x));
  INLAY_ASSIGN(y, b.layer_norm(y, names.attention_norm, config.layers.epsilon));
  return post_norm_feed_forward(b, config.layers, names, y);
}

}  // namespace

Result<std::shared_ptr<graph::Graph>> import_deberta_v2(const HfDirectory& directory,
                                                        FileAccess access) {
  INLAY_ASSIGN(const DebertaConfig config, read_config(directory.config.root()));
  INLAY_ASSIGN(EncoderBuilder b, EncoderBuilder::open(directory, access, {"", "deberta."}));
  INLAY_ASSIGN(ValueId x, embed(b, config));
  INLAY_ASSIGN(const ValueId relative, distances(b, config));
  for (int64_t i = 0; i < config.layers.layers; ++i) {
    INLAY_ASSIGN(x, build_layer(b, config, format("encoder.layer.{}", i), x, relative));
  }
  return b.finish(x);
}

}  // namespace inlay::models
