// Documents in the order of their relevance to a query.
//
//   const auto reranker = inlay::Reranker::create(model);
//   const auto ranking = reranker.rank("How do I link it?", documents);
//   documents[ranking[0].document];  // the best one
#pragma once

#include <cstddef>
#include <string_view>

#include "inlay/cpp/classifier.hpp"

namespace inlay {
inline namespace INLAY_CPP_NAMESPACE {

// Best first.
class Ranking : public detail::Handle<inlay_ranking> {
 public:
  using Handle::Handle;

  std::size_t size() const { return inlay_ranking_count(get()); }
  // Zeros when index >= size().
  inlay_ranked operator[](std::size_t index) const { return inlay_ranking_get(get(), index); }
};

// A cross-encoder: a model with a head of one label over pairs of query and document.
class Reranker : public detail::Handle<inlay_reranker> {
 public:
  using Handle::Handle;

  // Fails with kUnsupported for a model without a head for texts, or with more than one label.
  static Outcome<Reranker> create(const Model& model, const HeadOptions& options = {}) {
    return detail::make_handle<Reranker, inlay_reranker>([&](inlay_reranker** out) {
      return inlay_reranker_create(model.get(), &options.c(), out);
    });
  }

  // Fails as Embedder::embed.
  Outcome<Ranking> rank(std::string_view query, const Texts& documents) const {
    return detail::make_handle<Ranking, inlay_ranking>([&](inlay_ranking** out) {
      return inlay_reranker_rank(get(), query.data() ? query.data() : "", query.size(),
                                 documents.data(), documents.bytes(), documents.size(), out);
    });
  }
};

}  // namespace INLAY_CPP_NAMESPACE
}  // namespace inlay
