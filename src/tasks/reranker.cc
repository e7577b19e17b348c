#include "tasks/reranker.h"

#include <algorithm>

namespace inlay::tasks {
namespace {

// Where sentence-transformers keeps the activation function of a CrossEncoder, by version.
json::Value activation_place(json::Value config) {
  const json::Value current = config.at("sentence_transformers").at("activation_fn");
  if (!current.is_null()) return current;
  const json::Value before = config.at("sbert_ce_default_activation_function");
  return before.is_null() ? config.at("default_activation_function") : before;
}

// A path of Python's ("torch.nn.modules.activation.Sigmoid"), of which the last part counts.
Result<Activation> activation_of(json::Value config) {
  const json::Value place = activation_place(config);
  INLAY_ASSIGN(const std::string_view path, place.string_or("Sigmoid"));
  const std::string_view name = path.substr(path.rfind('.') + 1);
  if (name == "Sigmoid") return Activation::kSigmoid;
  if (name == "Identity") return Activation::kNone;
  return unsupported("{}: expected Sigmoid or Identity, found {}", place.path(), quote(path));
}

}  // namespace

Result<std::shared_ptr<const Reranker>> Reranker::create(std::shared_ptr<const ModelHead> head,
                                                         Activation activation) {
  if (head->labels().size() != 1)
    return unsupported("{}: expected a head of one label for ranking, found {}", head->path(),
                       head->labels().size());
  if (activation == Activation::kSoftmax)
    return invalid("activation: expected sigmoid or none for one label, found softmax");
  std::shared_ptr<Reranker> out(new Reranker());
  out->activation_ = activation;
  if (activation == Activation::kDefault) {
    auto configured = activation_of(head->config());
    if (!configured.ok()) return std::move(configured).status().at(head->path());
    out->activation_ = *configured;
  }
  out->head_ = std::move(head);
  return std::shared_ptr<const Reranker>(std::move(out));
}

Result<std::vector<RankedDocument>> Reranker::rank(
    std::string_view query, std::span<const std::string_view> documents) const {
  TokenBatch batch;
  for (size_t i = 0; i < documents.size(); ++i)
    INLAY_TRY(head_->model().tokenize(query, documents[i], {}, batch).at(format("document {}", i)));
  INLAY_ASSIGN(std::vector<float> scores, head_->logits(batch));
  apply_activation(activation_, scores);
  std::vector<RankedDocument> out;
  for (size_t i = 0; i < documents.size(); ++i)
    out.push_back({i, scores[i], batch.truncated[i] != 0});
  std::stable_sort(out.begin(), out.end(), [](const RankedDocument& a, const RankedDocument& b) {
    return a.score > b.score;
  });
  return out;
}

}  // namespace inlay::tasks
