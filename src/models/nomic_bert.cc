// NomicBERT (Nussbaum et al. 2024): BERT with rotary positions, a gated feed-forward part, no biases.
#include "models/encoder_builder.h"

namespace inlay::models {
namespace {

struct NomicConfig {
  int64_t hidden, layers, heads;
  float epsilon, theta;
  std::string activation;
};

// What the reference allows and published models do not use.
Status expect_usual(json::Value root) {
  for (const char* key : {"prenorm", "use_rms_norm", "qkv_proj_bias", "mlp_fc1_bias",
                          "mlp_fc2_bias", "rotary_emb_interleaved", "parallel_block"}) {
    INLAY_ASSIGN(const bool on, root.at(key).boolean_or(false));
    if (on) return root.at(key).error("true is not supported");
  }
  INLAY_ASSIGN(const double fraction, root.at("rotary_emb_fraction").number_or(1));
  if (fraction != 1)
    return root.at("rotary_emb_fraction").error(format("expected 1, found {}", fraction));
  return Status();
}

Result<NomicConfig> read_config(json::Value root) {
  constexpr int64_t kMaxLayers = 1000;
  NomicConfig config;
  INLAY_TRY(expect_usual(root));
  INLAY_ASSIGN(config.hidden, root.at("n_embd").integer());
  INLAY_ASSIGN(config.layers, root.at("n_layer").integer());
  INLAY_ASSIGN(config.heads, root.at("n_head").integer());
  INLAY_ASSIGN(const double epsilon, root.at("layer_norm_epsilon").number_or(1e-12));
  INLAY_ASSIGN(const double theta, root.at("rotary_emb_base").number_or(10000));
  INLAY_ASSIGN(const std::string_view activation,
               root.at("activation_function").string_or("swiglu"));
  if (config.heads <= 0 || config.hidden <= 0 || config.hidden % (2 * config.heads) != 0)
    return root.at("n_embd").error(format("expected an even number for each of {} heads, found {}",
                                          config.heads, config.hidden));
  if (config.layers < 0 || config.layers > kMaxLayers)
    return root.at("n_layer").error(
        format("expected 0 to {}, found {}", kMaxLayers, config.layers));
  if (!(theta > 0))
    return root.at("rotary_emb_base").error(format("expected > 0, found {}", theta));
  if (activation == "swiglu")
    config.activation = "silu";
  else if (activation == "geglu")
    config.activation = "gelu";
  else
    return root.at("activation_function")
        .error(format("expected \"swiglu\" or \"geglu\", found {}", quote(activation)));
  config.epsilon = static_cast<float>(epsilon);
  config.theta = static_cast<float>(theta);
  return config;
}

Result<graph::ValueId> build_layer(EncoderBuilder& b, const NomicConfig& config,
                                   const std::string& layer, graph::ValueId x) {
  const float scale = 1 / std::sqrt(static_cast<float>(config.hidden / config.heads));
  INLAY_ASSIGN(const auto qkv, b.split_products(x, layer + ".attn.Wqkv", 3));
  const graph::ValueId q = b.rotary(qkv[0], config.heads, config.theta);
  const graph::ValueId k = b.rotary(qkv[1], config.heads, config.theta);
  const graph::ValueId mixed = b.attention(q, k, qkv[2], config.heads, scale);
  INLAY_ASSIGN(graph::ValueId y, b.product(mixed, layer + ".attn.out_proj", "", x));
  INLAY_ASSIGN(y, b.layer_norm(y, layer + ".norm1", config.epsilon));
  INLAY_ASSIGN(graph::ValueId wide,
               b.gated(y, layer + ".mlp.fc12", layer + ".mlp.fc11", config.activation));
  INLAY_ASSIGN(wide, b.product(wide, layer + ".mlp.fc2", "", y));
  return b.layer_norm(wide, layer + ".norm2", config.epsilon);
}

}  // namespace

Result<std::shared_ptr<graph::Graph>> import_nomic_bert(const HfDirectory& directory,
                                                        FileAccess access) {
  INLAY_ASSIGN(const NomicConfig config, read_config(directory.config.root()));
  INLAY_ASSIGN(EncoderBuilder b, EncoderBuilder::open(directory, access, {"", "bert."}));
  EmbeddingNames names;
  names.positions = "";
  names.norm = "emb_ln";
  INLAY_ASSIGN(graph::ValueId x, b.embed(names, config.epsilon, 0));
  for (int64_t i = 0; i < config.layers; ++i) {
    INLAY_ASSIGN(x, build_layer(b, config, format("encoder.layers.{}", i), x));
  }
  return b.finish(x);
}

}  // namespace inlay::models
