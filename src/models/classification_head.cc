#include "models/classification_head.h"

#include <algorithm>

namespace inlay::models {
namespace {

using graph::ValueId;

// How a family classifies a text by its first token's vector: classifier(activation(dense(x))).
struct TextHead {
  std::string_view model_type;
  const char* dense;       // of the encoder, or beside it
  const char* activation;  // as Linear names it
  const char* classifier;
};
constexpr TextHead kTextHeads[] = {
    {"albert", "pooler", "tanh", "classifier"},
    {"bert", "pooler.dense", "tanh", "classifier"},
    {"camembert", "classifier.dense", "tanh", "classifier.out_proj"},
    {"deberta-v2", "pooler.dense", "", "classifier"},  // config.json says the activation
    {"distilbert", "pre_classifier", "relu", "classifier"},
    {"electra", "classifier.dense", "gelu", "classifier.out_proj"},
    {"modernbert", "head.dense", "", "classifier"},  // the same, and a norm is between the two
    {"mpnet", "classifier.dense", "tanh", "classifier.out_proj"},
    {"roberta", "classifier.dense", "tanh", "classifier.out_proj"},
    {"xlm-roberta", "classifier.dense", "tanh", "classifier.out_proj"},
};

const TextHead* find_head(std::string_view model_type) {
  for (const TextHead& head : kTextHeads)
    if (head.model_type == model_type) return &head;
  return nullptr;
}

// ModernBERT's: norm(activation(dense(x))).
Result<ValueId> modern_bert_features(EncoderBuilder& b, json::Value config, ValueId x) {
  const json::Value place = config.at("classifier_activation");
  INLAY_ASSIGN(const std::string_view name, place.string_or("gelu"));
  INLAY_ASSIGN(const std::string activation, activation_name(place, name));
  constexpr char kDense[] = "head.dense";
  const bool biased = b.has(format("{}.bias", kDense));
  INLAY_ASSIGN(x, biased ? b.linear(x, kDense, activation) : b.product(x, kDense, activation));
  INLAY_ASSIGN(const double epsilon, config.at("norm_eps").number_or(1e-5));
  return b.layer_norm(x, "head.norm", static_cast<float>(epsilon));
}

Result<ValueId> text_features(EncoderBuilder& b, json::Value config, const TextHead& head,
                              ValueId hidden) {
  if (head.model_type == "modernbert") {
    INLAY_ASSIGN(const std::string_view pooling, config.at("classifier_pooling").string_or("cls"));
    if (pooling != "cls" && pooling != "mean")
      return config.at("classifier_pooling")
          .error(format("expected \"cls\" or \"mean\", found {}", quote(pooling)));
    return modern_bert_features(b, config, b.pooled(hidden, pooling == "cls" ? "first" : "mean"));
  }
  std::string activation = head.activation;
  if (activation.empty()) {
    const json::Value place = config.at("pooler_hidden_act");
    INLAY_ASSIGN(const std::string_view name, place.string_or("gelu"));
    INLAY_ASSIGN(activation, activation_name(place, name));
  }
  return b.linear(b.pooled(hidden, "first"), head.dense, activation);
}

}  // namespace

Result<std::vector<std::string>> read_labels(json::Value config) {
  constexpr int64_t kMaxLabels = 1 << 20;
  const json::Value names = config.at("id2label");
  INLAY_ASSIGN(const int64_t count, config.at("num_labels").integer_or(2));
  if (count < 1 || count > kMaxLabels)
    return config.at("num_labels").error(format("expected 1 to {}, found {}", kMaxLabels, count));
  std::vector<std::string> labels(names.size() > 0 ? names.size() : static_cast<size_t>(count));
  for (size_t i = 0; i < labels.size(); ++i) {
    const std::string number = to_text(i);
    INLAY_ASSIGN(const std::string_view name, names.at(std::string_view(number)).string_or(""));
    labels[i] = name.empty() ? "LABEL_" + number : std::string(name);
  }
  return labels;
}

Result<ClassificationHead> read_classification_head(json::Value config) {
  ClassificationHead head;
  const json::Value architectures = config.at("architectures");
  if (architectures.size() == 0) return head;
  INLAY_ASSIGN(const std::string_view name, architectures.at(size_t{0}).string());
  INLAY_ASSIGN(const std::string_view model_type, config.at("model_type").string_or(""));
  if (!find_head(model_type)) return head;
  if (name.ends_with("ForSequenceClassification"))
    head.kind = ClassificationHead::Kind::kText;
  else if (name.ends_with("ForTokenClassification"))
    head.kind = ClassificationHead::Kind::kToken;
  else
    return head;
  INLAY_ASSIGN(head.labels, read_labels(config));
  return head;
}

Result<ValueId> build_classification_head(EncoderBuilder& b, json::Value config,
                                          const ClassificationHead& head, ValueId hidden) {
  INLAY_ASSIGN(const std::string_view model_type, config.at("model_type").string());
  const TextHead& known = *find_head(model_type);
  ValueId x = hidden;
  std::string classifier = "classifier";
  if (head.kind == ClassificationHead::Kind::kText) {
    INLAY_ASSIGN(x, text_features(b, config, known, hidden));
    classifier = known.classifier;
  } else if (model_type == "modernbert") {
    INLAY_ASSIGN(x, modern_bert_features(b, config, hidden));
  }
  INLAY_TRY(b.expect_rows(classifier + ".weight", static_cast<int64_t>(head.labels.size())));
  return b.linear(x, classifier);
}

}  // namespace inlay::models
