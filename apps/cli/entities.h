// Entities in texts, for the command classify.
#pragma once

#include "handles.h"
#include "texts.h"

namespace cli {

struct EntityOptions {
  std::string aggregation;
  int64_t threads = 0, stride = 0;
  bool truncate = false, character_offsets = false;
};

TokenClassifier make_token_classifier(const Model& model, const EntityOptions& options);
// Reads all texts; a JSON object a text, or a heading and a line an entity.
void print_entities(const TokenClassifier& classifier, TextSource& source, bool json);

}  // namespace cli
