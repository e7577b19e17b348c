// A model with its tokenizer: texts, or pairs of them, to rows of one of its outputs.
//
//   INLAY_ASSIGN(auto model, TextModel::open(opened, {"logits", RowsOf::kTexts, 3}, 0));
//   INLAY_ASSIGN(TokenBatch batch, model->tokenize(texts, {}, {}));
//   INLAY_TRY(model->run(batch, [&](const RunRows& run) { … run.data … return Status(); }));
//
// A batch is cut into runs of about kTokensPerRun tokens. Where the model has a ragged form, texts are
// put end to end and no padding is computed; a text's rows do not depend on the texts beside it. An
// ONNX graph that has none gets texts of similar length together, padded behind their ends and
// masked; its rows are the same within the rounding of the graph's own operators.
//
// Immutable; all functions may be called by many threads at once.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/session.h"
#include "text/tokenizer.h"

namespace inlay::tasks {

// Fails with kUnsupported for a model that is a file.
Result<const models::HfDirectory*> directory_of(const runtime::Model& model);

// What an output has a row for.
enum class RowsOf : uint8_t { kTokens, kTexts };

// Of the model as it was opened; nothing for an output that is neither.
std::optional<RowsOf> rows_of(const runtime::Model& model, std::string_view output);
// The elements of a row; -1 when it is not known before a run.
int64_t row_columns(const runtime::Model& model, std::string_view output);

// Token ids end to end; text i has [offsets[i], offsets[i + 1]).
struct TokenBatch {
  std::vector<int32_t> ids, type_ids;
  std::vector<int64_t> offsets = {0};
  std::vector<uint8_t> truncated;  // a flag a text

  size_t rows() const { return truncated.size(); }
  int64_t length(size_t row) const { return offsets[row + 1] - offsets[row]; }
  // Ends the text whose ids were appended.
  void end_row(bool cut);
  void drop_last_row();
  // Appends a row of an encoding, whose special tokens and padding are part of it.
  void append(const text::Encoding& encoding);
};

// The rows of some texts of a batch.
struct RunRows {
  std::span<const size_t> texts;     // their numbers in the batch
  std::span<const int64_t> offsets;  // tokens of texts[i] are [offsets[i], offsets[i + 1])
  const float* data;                 // a row a token, or a row a text, in the order of `texts`
};

struct TokenizeOptions {
  bool special_tokens = true;  // false: texts are not truncated either
  text::Truncation::Strategy truncation = text::Truncation::Strategy::kLongestFirst;
};

class TextModel {
 public:
  static constexpr size_t kTokensPerRun = 2048;
  // Tasks that make many rows of a text take as many texts at once as make a few runs: what waits is bounded.
  static constexpr size_t kTokensAtOnce = 16 * kTokensPerRun;

  struct Output {
    std::string name;
    RowsOf rows;
    int64_t columns;
  };
  // Fails with kUnsupported for a model without a tokenizer, or with an input that texts do not give.
  static Result<std::shared_ptr<const TextModel>> open(
      const std::shared_ptr<const runtime::Model>& model, Output output, int threads);

  const text::Tokenizer& tokenizer() const { return *tokenizer_; }
  ThreadPool& pool() const { return session_->pool(); }
  int64_t columns() const { return output_.columns; }
  // The most tokens of a text, special ones included; 0: no limit known.
  size_t max_tokens() const { return max_tokens_; }

  // `pairs` is empty, or has the second text for each. Fails with kInvalidArgument for a text that
  // is not UTF-8, naming the text and the byte.
  Result<TokenBatch> tokenize(std::span<const std::string_view> texts,
                              std::span<const std::string_view> pairs,
                              const TokenizeOptions& options) const;
  // Appends one text, or a pair.
  Status tokenize(std::string_view text, std::optional<std::string_view> pair,
                  const TokenizeOptions& options, TokenBatch& out) const;

  // Calls `use` for each run, until it fails.
  using Use = std::function<Status(const RunRows&)>;
  Status run(const TokenBatch& batch, const Use& use) const;

 private:
  // What an input of the model is filled with.
  enum class Feed : uint8_t { kIds, kTypeIds, kMask, kPositions, kRowOffsets };
  struct Input {
    std::string name;
    graph::DType dtype;
    Feed feed;
  };
  struct Tensor;
  struct Group;

  TextModel() = default;
  Status read_inputs(const runtime::ModelInfo& info);
  void read_fixed_sizes(const runtime::ModelInfo& info);
  Result<bool> append_ids(std::string_view text, const TokenizeOptions& options,
                          std::vector<int32_t>& out) const;
  std::vector<Group> cut_into_groups(const TokenBatch& batch) const;
  int64_t element(Feed feed, const TokenBatch& batch, size_t text, int64_t place) const;
  template <class T>
  std::vector<T> elements(Feed feed, const TokenBatch& batch, const Group& group) const;
  Tensor make_tensor(const Input& input, const TokenBatch& batch, const Group& group) const;
  Status run_group(const TokenBatch& batch, const Group& group, const Use& use) const;
  Status check_shape(std::span<const int64_t> shape, const Group& group) const;

  std::string path_;
  std::shared_ptr<const runtime::Session> session_;
  std::shared_ptr<const text::Tokenizer> tokenizer_;
  Output output_ = {};
  std::vector<Input> inputs_;
  bool ragged_ = false;
  bool masked_ = false;        // an input says what is padding
  bool typed_ = false;         // texts of a pair differ in their token types
  int64_t fixed_rows_ = -1;    // of each run; -1: any number
  int64_t fixed_length_ = -1;  // of padded texts; -1: any
  int64_t pad_id_ = 0;
  size_t max_tokens_ = 0;
};

}  // namespace inlay::tasks
