// From token vectors to one vector a text: pooling and what a model has behind it.
//
//   INLAY_ASSIGN(auto pipeline, SentencePipeline::open(directory, access, hidden));
//   pipeline.run(pool, hidden_states, offsets, 0, out);   // out [rows, dimensions()]
//
// Immutable after open; run() may be called by many threads at once.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "base/block.h"
#include "base/thread_pool.h"
#include "models/hf_directory.h"

namespace inlay::tasks {

class SentencePipeline {
 public:
  // For an encoder that gives vectors of `hidden` elements. Reads and packs the modules' weights.
  static Result<SentencePipeline> open(const models::HfDirectory& directory, FileAccess access,
                                       int64_t hidden);

  int64_t dimensions() const { return dimensions_; }
  // Whether the model's vectors have length 1; run() leaves that to the caller.
  bool normalizes() const { return normalizes_; }
  bool includes_prompt() const { return pooling_.include_prompt; }

  // Row i is tokens [offsets[i], offsets[i + 1]) of `hidden`; the first `prompt_tokens` of each do not
  // count where the model leaves prompts out. The result depends on a row's own tokens alone.
  void run(ThreadPool& pool, const float* hidden, std::span<const int64_t> offsets,
           int64_t prompt_tokens, float* out) const;

 private:
  // One module behind pooling: exactly one kind has what it needs.
  struct Dense {
    Block weights;  // packed
    std::vector<float> bias;
    models::SentenceDense::Activation activation;
  };
  struct LayerNorm {
    std::vector<float> gamma, beta;
  };
  struct Normalize {};
  struct Stage {
    int64_t in, out;  // columns
    std::variant<Dense, LayerNorm, Normalize> module;
  };
  static Result<Stage> open_stage(const models::SentenceDense& dense, FileAccess access,
                                  int64_t in);
  static Result<Stage> open_stage(const models::SentenceLayerNorm& norm, FileAccess access,
                                  int64_t in);
  static Result<Stage> open_stage(const models::SentenceNormalize&, FileAccess, int64_t in);
  static Result<Stage> open_stage(const models::Pooling&, FileAccess, int64_t in);
  static void apply(const Dense& dense, const Stage& stage, ThreadPool& pool, int64_t rows,
                    const float* x, float* y);
  static void apply(const LayerNorm& norm, const Stage& stage, ThreadPool& pool, int64_t rows,
                    const float* x, float* y);
  static void apply(const Normalize&, const Stage& stage, ThreadPool& pool, int64_t rows,
                    const float* x, float* y);

  int64_t hidden_ = 0, pooled_ = 0, dimensions_ = 0;
  bool normalizes_ = false;
  models::Pooling pooling_;
  std::vector<Stage> stages_;
};

}  // namespace inlay::tasks
