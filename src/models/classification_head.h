// What a directory's model has behind its encoder to classify texts or tokens, as "architectures" of
// config.json says: BertForSequenceClassification, DebertaV2ForTokenClassification, ….
#pragma once

#include <string>
#include <vector>

#include "models/encoder_builder.h"

namespace inlay::models {

struct ClassificationHead {
  enum class Kind : uint8_t { kNone, kText, kToken };
  Kind kind = Kind::kNone;
  std::vector<std::string> labels;  // by number
};

// kNone for other models, and for families whose heads are not known here.
Result<ClassificationHead> read_classification_head(json::Value config);
// The labels of a classification model: id2label, an object from numbers to names; without it there are
// LABEL_0 and on, as many as num_labels says.
Result<std::vector<std::string>> read_labels(json::Value config);

// The logits over `hidden` [tokens, n]: [rows, labels] for texts, [tokens, labels] for tokens. Requires a
// kind other than kNone.
Result<graph::ValueId> build_classification_head(EncoderBuilder& builder, json::Value config,
                                                 const ClassificationHead& head,
                                                 graph::ValueId hidden);

}  // namespace inlay::models
