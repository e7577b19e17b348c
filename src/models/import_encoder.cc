#include "models/encoder_builder.h"

namespace inlay::models {

// A family's file defines its importer; the line in the table is all else that it needs.
Result<std::shared_ptr<graph::Graph>> import_bert(const HfDirectory& directory, FileAccess access);

namespace {

struct Family {
  std::string_view model_type;
  Result<std::shared_ptr<graph::Graph>> (*import)(const HfDirectory&, FileAccess);
};
constexpr Family kFamilies[] = {
    {"bert", import_bert},
};

}  // namespace

Result<std::shared_ptr<graph::Graph>> import_encoder(const HfDirectory& directory,
                                                     FileAccess access) {
  INLAY_ASSIGN(const std::string_view model_type,
               directory.config.root().at("model_type").string());
  for (const Family& family : kFamilies)
    if (family.model_type == model_type) return family.import(directory, access);
  std::string known;
  for (const Family& family : kFamilies)
    known += (known.empty() ? "" : ", ") + quote(family.model_type);
  return unsupported("{}/config.json: $.model_type: expected one of {}, found {}", directory.path,
                     known, quote(model_type));
}

}  // namespace inlay::models
