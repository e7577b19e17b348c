// Documents in the order of their relevance to a query, by a cross-encoder: a model with a head of one
// label over pairs of query and document.
//
//   INLAY_ASSIGN(auto ranked, reranker->rank("How do I link it?", documents));
//   documents[ranked[0].document];   // the best one
//
// Scores are what the model's configuration says (sentence-transformers' activation function), else the
// sigmoid of the logit. Immutable, safe for concurrent use.
#pragma once

#include <memory>

#include "tasks/activation.h"
#include "tasks/model_head.h"

namespace inlay::tasks {

struct RankedDocument {
  size_t document;
  float score;
  bool truncated;  // query and document were longer than the model takes
};

class Reranker {
 public:
  // Fails with kUnsupported for a head of more than one label, and for a model whose activation
  // function is another than sigmoid and identity, unless `activation` says what to use.
  static Result<std::shared_ptr<const Reranker>> create(std::shared_ptr<const ModelHead> head,
                                                        Activation activation);

  // Best first; equal ones in their order.
  Result<std::vector<RankedDocument>> rank(std::string_view query,
                                           std::span<const std::string_view> documents) const;

 private:
  Reranker() = default;

  std::shared_ptr<const ModelHead> head_;
  Activation activation_ = Activation::kSigmoid;
};

}  // namespace inlay::tasks
