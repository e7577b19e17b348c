// Sentence embeddings: texts to vectors, by an encoder and the modules that a model has behind it.
//
//   INLAY_ASSIGN(auto embedder, Embedder::create(model, {}));
//   INLAY_ASSIGN(Embeddings e, embedder->embed(texts));   // e.row(i): dimensions() floats
//
// A text's vector does not depend on what else is in the batch (for ONNX graphs that are run over padded
// texts: within rounding; text_model.h), nor on the number of threads. Immutable; embed() may be called
// by many threads at once.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tasks/sentence_pipeline.h"
#include "tasks/similarity.h"
#include "tasks/text_model.h"

namespace inlay::tasks {

struct EmbedderOptions {
  int threads = 0;                         // 0: one for each usable CPU
  std::optional<std::string> prompt;       // a name; nothing: the model's default
  std::optional<std::string> prompt_text;  // itself, in place of one of the model's
  size_t dimensions = 0;                   // the first so many of a vector (Matryoshka); 0: all
  bool raw = false;  // vectors keep their length, also where the model makes it 1
  // A text that is longer than the model takes is cut into windows that overlap by `chunk_overlap` tokens (0:
  // an eighth of a window); its vector is their mean, weighted by their tokens.
  bool chunk = false;
  size_t chunk_overlap = 0;
};

struct Embeddings {
  size_t dimensions = 0;
  std::vector<float> data;         // [count, dimensions]
  std::vector<uint8_t> truncated;  // [count]; 1: the text was longer than the model takes
  Similarity similarity = Similarity::kCosine;  // what the model compares its vectors by

  size_t count() const { return truncated.size(); }
  std::span<const float> row(size_t i) const {
    return std::span(data).subspan(i * dimensions, dimensions);
  }
};

class Embedder {
 public:
  // Fails with kUnsupported for a model without a tokenizer or without token vectors, kInvalidArgument
  // for options that do not fit the model.
  static Result<std::shared_ptr<const Embedder>> create(std::shared_ptr<const runtime::Model> model,
                                                        EmbedderOptions options);

  // Fails with kInvalidArgument for a text that is not UTF-8, naming the text and the byte.
  Result<Embeddings> embed(std::span<const std::string_view> texts) const;

  size_t dimensions() const { return dimensions_; }
  const text::Tokenizer& tokenizer() const { return model_->tokenizer(); }

 private:
  struct Rows;
  Embedder() = default;
  Result<Rows> tokenize(std::span<const std::string_view> texts) const;
  // Appends the windows of a text that is too long.
  Status append_windows(std::string_view text, Rows& rows) const;
  // The texts' vectors of those of their rows, [rows, the model's dimensions].
  Embeddings finish(Rows rows, std::vector<float> vectors) const;

  std::shared_ptr<const TextModel> model_;
  std::optional<SentencePipeline> pipeline_;
  EmbedderOptions options_;
  std::string prompt_;
  int64_t prompt_tokens_ = 0;  // that pooling leaves out
  int64_t prefix_tokens_ = 0;  // of the prompt and what stands before it; 0 without a prompt
  size_t dimensions_ = 0;
  Similarity similarity_ = Similarity::kCosine;
  bool special_tokens_ = false;  // texts get those of the tokenizer
};

}  // namespace inlay::tasks
