// ELECTRA (Clark et al. 2020): BERT whose embeddings may be narrower than its layers.
#include "models/post_norm_encoder.h"

namespace inlay::models {

Result<std::shared_ptr<graph::Graph>> import_electra(const HfDirectory& directory,
                                                     FileAccess access) {
  const json::Value root = directory.config.root();
  INLAY_ASSIGN(const PostNormConfig config, read_post_norm_config(root));
  INLAY_ASSIGN(const int64_t width, root.at("embedding_size").integer_or(config.hidden));
  INLAY_ASSIGN(EncoderBuilder b, EncoderBuilder::open(directory, access, {"", "electra."}));
  INLAY_ASSIGN(graph::ValueId x, b.embed({}, config.epsilon, 0));
  if (width != config.hidden) {
    INLAY_ASSIGN(x, b.linear(x, "embeddings_project"));
  }
  INLAY_ASSIGN(x, bert_layers(b, config, x));
  return b.finish(x);
}

}  // namespace inlay::models
