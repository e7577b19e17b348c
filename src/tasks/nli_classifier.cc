#include "tasks/nli_classifier.h"

#include <algorithm>

#include "models/classification_head.h"
#include "tasks/activation.h"
#include "tasks/label_names.h"

namespace inlay::tasks {
namespace {

bool begins_with_entail(std::string_view label) {
  constexpr std::string_view kBegin = "entail";
  if (label.size() < kBegin.size()) return false;
  return std::equal(kBegin.begin(), kBegin.end(), label.begin(), [](char lower, char c) {
    return c == lower || (c >= 'A' && c <= 'Z' && c - 'A' + 'a' == lower);
  });
}

// The number of the entailment label; that of the last one where no name says so.
size_t find_entailment(std::span<const std::string> labels) {
  for (size_t i = 0; i < labels.size(); ++i)
    if (begins_with_entail(labels[i])) return i;
  return labels.size() - 1;
}

}  // namespace

HeadKind head_kind(const runtime::Model& model) {
  const std::optional<RowsOf> rows = model.directory() ? head_of(model) : std::nullopt;
  if (!rows) return HeadKind::kNone;
  if (*rows == RowsOf::kTokens) return HeadKind::kTokens;
  const auto labels = models::read_labels(model.directory()->config.root());
  const bool infers =
      labels.ok() && std::any_of(labels->begin(), labels->end(), begins_with_entail);
  return infers ? HeadKind::kInference : HeadKind::kTexts;
}

Result<std::shared_ptr<const NliClassifier>> NliClassifier::create(
    std::shared_ptr<const ModelHead> head, std::vector<std::string> labels, NliOptions options) {
  const std::vector<std::string_view> names(labels.begin(), labels.end());
  if (names.empty()) return invalid("labels: expected at least one, found none");
  INLAY_TRY(check_label_names(names));
  INLAY_TRY(check_template(options.hypothesis));
  if (head->labels().size() < 2)
    return unsupported("{}: expected a head with entailment and contradiction, found {} label",
                       head->path(), head->labels().size());
  std::shared_ptr<NliClassifier> out(new NliClassifier());
  for (size_t i = 0; i < labels.size(); ++i) {
    out->hypotheses_.push_back(fill_template(options.hypothesis, labels[i]));
    TokenBatch batch;  // a text that is cut to nothing must leave room for the hypothesis
    INLAY_TRY(head->model()
                  .tokenize("", out->hypotheses_.back(),
                            {.truncation = text::Truncation::Strategy::kOnlyFirst}, batch)
                  .at(format("label {}", i)));
  }
  out->entailment_ = find_entailment(head->labels());
  out->contradiction_ = out->entailment_ == 0 ? head->labels().size() - 1 : 0;
  out->multi_label_ = options.multi_label || labels.size() == 1;
  out->labels_ = std::move(labels);
  out->head_ = std::move(head);
  return std::shared_ptr<const NliClassifier>(std::move(out));
}

// `logits` are a row of the head a label.
Classification NliClassifier::score(std::span<const float> logits) const {
  const size_t columns = head_->labels().size();
  std::vector<float> scores;
  for (size_t i = 0; i < labels_.size(); ++i) scores.push_back(logits[i * columns + entailment_]);
  Classification out;
  for (size_t i = 0; i < labels_.size(); ++i) out.labels.push_back({i, scores[i], 0});
  if (multi_label_) {
    for (size_t i = 0; i < labels_.size(); ++i) {
      float pair[] = {logits[i * columns + contradiction_], scores[i]};
      apply_activation(Activation::kSoftmax, pair);
      scores[i] = pair[1];
    }
  } else {
    apply_activation(Activation::kSoftmax, scores);
  }
  for (size_t i = 0; i < labels_.size(); ++i) out.labels[i].score = scores[i];
  std::stable_sort(out.labels.begin(), out.labels.end(),
                   [](const LabelScore& a, const LabelScore& b) { return a.score > b.score; });
  return out;
}

Result<std::vector<Classification>> NliClassifier::classify(
    std::span<const std::string_view> texts) const {
  const TokenizeOptions options{.truncation = text::Truncation::Strategy::kOnlyFirst};
  const size_t row = labels_.size() * head_->labels().size();
  std::vector<Classification> out;
  for (size_t i = 0; i < texts.size();) {
    TokenBatch batch;
    for (; i < texts.size() && batch.ids.size() < TextModel::kTokensAtOnce; ++i)
      for (const std::string& hypothesis : hypotheses_)
        INLAY_TRY(
            head_->model().tokenize(texts[i], hypothesis, options, batch).at(format("text {}", i)));
    INLAY_ASSIGN(const std::vector<float> logits, head_->logits(batch));
    for (size_t done = 0; done < batch.rows(); done += labels_.size()) {
      out.push_back(score(std::span(logits).subspan(done / labels_.size() * row, row)));
      for (size_t label = 0; label < labels_.size(); ++label)
        out.back().truncated |= batch.truncated[done + label] != 0;
    }
  }
  return out;
}

}  // namespace inlay::tasks
