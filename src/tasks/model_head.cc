#include "tasks/model_head.h"

#include <algorithm>

#include "models/classification_head.h"

namespace inlay::tasks {
namespace {

// "logits", or the only output of another name that no encoder gives.
std::string logits_output(const runtime::Model& model) {
  constexpr std::string_view kEncoderOutputs[] = {"last_hidden_state", "token_embeddings",
                                                  "sentence_embedding", "pooler_output"};
  const auto& outputs = model.info().outputs;
  for (const auto& output : outputs)
    if (output.name == "logits") return output.name;
  if (outputs.size() != 1) return "";
  const bool encodes = std::find(std::begin(kEncoderOutputs), std::end(kEncoderOutputs),
                                 outputs[0].name) != std::end(kEncoderOutputs);
  return encodes ? "" : outputs[0].name;
}

// Of config.json; where it names none, as many as the output has columns.
Result<std::vector<std::string>> labels_of(const models::HfDirectory& directory, int64_t columns) {
  const json::Value config = directory.config.root();
  INLAY_ASSIGN(std::vector<std::string> labels, models::read_labels(config));
  const auto known = static_cast<size_t>(std::max<int64_t>(columns, 0));
  if (known == 0 || labels.size() == known) return labels;
  if (config.at("id2label").size() > 0 || config.at("num_labels").exists())
    return config.at("id2label")
        .error(format("expected a label for each of {} logits, found {}", known, labels.size()));
  for (size_t i = labels.size(); i < known; ++i) labels.push_back("LABEL_" + to_text(i));
  labels.resize(known);
  return labels;
}

}  // namespace

std::optional<RowsOf> head_of(const runtime::Model& model) {
  const std::string output = logits_output(model);
  return output.empty() ? std::nullopt : rows_of(model, output);
}

Result<std::shared_ptr<const ModelHead>> ModelHead::open(
    const std::shared_ptr<const runtime::Model>& model, RowsOf rows, int threads) {
  const std::optional<RowsOf> found = head_of(*model);
  const auto describe = [](std::optional<RowsOf> head) {
    if (!head) return "a model without one";
    return *head == RowsOf::kTexts ? "one for texts" : "one for tokens";
  };
  INLAY_ASSIGN(const models::HfDirectory* const directory, directory_of(*model));
  if (found != rows)
    return unsupported("{}: expected a classification head for {} (an output \"logits\"), found {}",
                       model->path(), rows == RowsOf::kTexts ? "texts" : "tokens", describe(found));
  std::shared_ptr<ModelHead> out(new ModelHead());
  const std::string output = logits_output(*model);
  INLAY_ASSIGN(out->labels_, labels_of(*directory, row_columns(*model, output)));
  const auto columns = static_cast<int64_t>(out->labels_.size());
  INLAY_ASSIGN(out->model_, TextModel::open(model, {output, rows, columns}, threads));
  out->opened_ = model;
  return std::shared_ptr<const ModelHead>(std::move(out));
}

Result<std::vector<float>> ModelHead::logits(const TokenBatch& batch) const {
  const size_t columns = labels_.size();
  std::vector<float> out(batch.rows() * columns);
  INLAY_TRY(model_->run(batch, [&](const RunRows& run) {
    for (size_t i = 0; i < run.texts.size(); ++i)
      std::copy_n(run.data + i * columns, columns, out.data() + run.texts[i] * columns);
    return Status();
  }));
  return out;
}

}  // namespace inlay::tasks
