#include "models/encoder_builder.h"

namespace inlay::models {

using Importer = Result<std::shared_ptr<graph::Graph>>(const HfDirectory& directory,
                                                       FileAccess access);

// A family's file defines its importer; the line in the table is all else that it needs.
Importer import_static_embedding, import_albert, import_bart, import_bert, import_deberta_v2,
    import_distilbert, import_electra, import_modern_bert, import_mpnet, import_nomic_bert,
    import_roberta, import_t5;

namespace {

struct Family {
  std::string_view model_type;
  Importer* import;
};
constexpr Family kFamilies[] = {
    {"albert", import_albert},
    {"bart", import_bart},
    {"bert", import_bert},
    {"camembert", import_roberta},
    {"deberta-v2", import_deberta_v2},
    {"distilbert", import_distilbert},
    {"electra", import_electra},
    {"modernbert", import_modern_bert},
    {"mpnet", import_mpnet},
    {"mt5", import_t5},
    {"nomic_bert", import_nomic_bert},
    {"roberta", import_roberta},
    {"t5", import_t5},
    {"xlm-roberta", import_roberta},
};

}  // namespace

Result<std::shared_ptr<graph::Graph>> import_encoder(const HfDirectory& directory,
                                                     FileAccess access) {
  if (directory.modules.encoder == SentenceModules::Encoder::kStaticEmbedding)
    return import_static_embedding(directory, access);
  INLAY_ASSIGN(const std::string_view model_type,
               directory.config.root().at("model_type").string());
  for (const Family& family : kFamilies)
    if (family.model_type == model_type) return family.import(directory, access);
  std::string known;
  for (const Family& family : kFamilies)
    known += (known.empty() ? "" : ", ") + quote(family.model_type);
  return unsupported("{}/config.json: $.model_type: expected one of {}, found {}",
                     directory.encoder_path(), known, quote(model_type));
}

}  // namespace inlay::models
