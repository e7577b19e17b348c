// BERT (Devlin et al. 2018).
#include "models/post_norm_encoder.h"

namespace inlay::models {

Result<std::shared_ptr<graph::Graph>> import_jina_bert(const HfDirectory& directory,
                                                       FileAccess access);

Result<std::shared_ptr<graph::Graph>> import_bert(const HfDirectory& directory, FileAccess access) {
  INLAY_ASSIGN(const std::string_view positions,
               directory.config.root().at("position_embedding_type").string_or("absolute"));
  if (positions == "alibi") return import_jina_bert(directory, access);
  INLAY_ASSIGN(const PostNormConfig config, read_post_norm_config(directory.config.root()));
  INLAY_ASSIGN(EncoderBuilder b, EncoderBuilder::open(directory, access, {"", "bert."}));
  INLAY_ASSIGN(graph::ValueId x, b.embed({}, config.epsilon, 0));
  INLAY_ASSIGN(x, bert_layers(b, config, x));
  return b.finish(x);
}

}  // namespace inlay::models
