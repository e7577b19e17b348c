// StaticEmbedding of sentence-transformers, and what Model2Vec writes: a vector a token and nothing else.
#include "models/encoder_builder.h"

namespace inlay::models {

Result<std::shared_ptr<graph::Graph>> import_static_embedding(const HfDirectory& directory,
                                                              FileAccess access) {
  INLAY_ASSIGN(EncoderBuilder b, EncoderBuilder::open(directory, access, {""}, "embedding.weight"));
  if (b.has("mapping"))
    return unsupported("{}: a table that tokens share (\"mapping\") is not supported",
                       directory.encoder_path());
  EmbeddingNames names;
  names.words = b.has("embedding.weight") ? "embedding" : "embeddings";
  names.positions = names.types = names.norm = "";
  INLAY_ASSIGN(const graph::ValueId x, b.embed(names, 0, 0));
  return b.finish(x);
}

}  // namespace inlay::models
