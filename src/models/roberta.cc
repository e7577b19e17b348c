// RoBERTa (Liu et al. 2019), and XLM-RoBERTa and CamemBERT, which differ in their vocabularies alone:
// BERT whose positions are counted from behind the padding token.
#include "models/post_norm_encoder.h"

namespace inlay::models {

Result<std::shared_ptr<graph::Graph>> import_roberta(const HfDirectory& directory,
                                                     FileAccess access) {
  INLAY_ASSIGN(const PostNormConfig config, read_post_norm_config(directory.config.root()));
  INLAY_ASSIGN(const int64_t offset, padded_position_offset(directory.config.root()));
  INLAY_ASSIGN(EncoderBuilder b, EncoderBuilder::open(directory, access, {"", "roberta."}));
  INLAY_ASSIGN(graph::ValueId x, b.embed({}, config.epsilon, offset));
  INLAY_ASSIGN(x, bert_layers(b, config, x));
  return b.finish(x);
}

}  // namespace inlay::models
