// Owners for what inlay.h hands out, and its errors as Failure.
//
//   Model model;
//   check(inlay_model_open(path, nullptr, model.out()));
#pragma once

#include <memory>
#include <string>
#include <utility>

#include "failure.h"
#include "inlay/inlay.h"

namespace cli {

template <class T, void (*Free)(T*)>
class Handle {
 public:
  Handle() = default;
  Handle(Handle&& other) noexcept : value_(std::exchange(other.value_, nullptr)) {}
  Handle& operator=(Handle&& other) noexcept {
    std::swap(value_, other.value_);
    return *this;
  }
  ~Handle() { Free(value_); }

  T* get() const { return value_; }
  // For an out-parameter; what was held before is freed.
  T** out() {
    Free(std::exchange(value_, nullptr));
    return &value_;
  }

 private:
  T* value_ = nullptr;
};

using Model = Handle<inlay_model, inlay_model_free>;
using Session = Handle<inlay_session, inlay_session_free>;
using Profile = Handle<inlay_profile, inlay_profile_free>;
using Tensor = Handle<inlay_tensor, inlay_tensor_free>;
using Tokenizer = Handle<inlay_tokenizer, inlay_tokenizer_free>;
using Encoding = Handle<inlay_encoding, inlay_encoding_free>;
using Embedder = Handle<inlay_embedder, inlay_embedder_free>;
using Embeddings = Handle<inlay_embeddings, inlay_embeddings_free>;
using Classifier = Handle<inlay_classifier, inlay_classifier_free>;
using Classifications = Handle<inlay_classifications, inlay_classifications_free>;
using TokenClassifier = Handle<inlay_token_classifier, inlay_token_classifier_free>;
using Entities = Handle<inlay_entities, inlay_entities_free>;
using Reranker = Handle<inlay_reranker, inlay_reranker_free>;
using Ranking = Handle<inlay_ranking, inlay_ranking_free>;
using LibraryText = Handle<char, inlay_string_free>;

// One of inlay.h's option structs with the defaults.
template <class T>
T default_options() {
  T options = {};
  options.struct_size = sizeof options;
  return options;
}

// Throws the library's error; nothing when there is none.
inline void check(inlay_error* error) {
  if (!error) return;
  const std::string message = inlay_error_message(error);
  inlay_error_free(error);
  fail(message);
}

}  // namespace cli
