#include "tasks/embedder.h"

#include <algorithm>

#include "kernels/pooling.h"

namespace inlay::tasks {
namespace {

std::string_view default_prompt(const models::HfDirectory& directory) {
  for (const models::Prompt& prompt : directory.prompts)
    if (prompt.name == directory.default_prompt) return prompt.text;
  return "";
}

Result<std::string> choose_prompt(const models::HfDirectory& directory,
                                  const EmbedderOptions& options) {
  const std::optional<std::string>& name = options.prompt;
  if (options.prompt_text && name) return invalid("prompt: expected a name or a text, found both");
  if (options.prompt_text) return *options.prompt_text;
  if (!name) return std::string(default_prompt(directory));
  std::string known;
  for (const models::Prompt& prompt : directory.prompts) {
    if (prompt.name == *name) return prompt.text;
    known += (known.empty() ? "" : ", ") + quote(prompt.name);
  }
  return not_found("{}: expected a prompt of the model ({}), found {}", directory.path,
                   known.empty() ? "it has none" : known, quote(*name));
}

// Tokens of a prompt at the head of each text, an end token that the tokenizer adds not among them.
Result<int64_t> count_prompt_tokens(const text::Tokenizer& tokenizer, const std::string& prompt) {
  if (prompt.empty()) return 0;
  INLAY_ASSIGN(const text::Encoding encoding,
               tokenizer.encode(prompt, std::nullopt, {.offsets = false}));
  const auto special = encoding.special_tokens_mask();
  const bool ended = !special.empty() && special.back() != 0;
  return static_cast<int64_t>(encoding.size()) - (ended ? 1 : 0);
}

// The output that has the token vectors; empty: none has.
std::string token_vectors(const runtime::Model& model) {
  const auto fits = [&](const std::string& name) {
    return rows_of(model, name) == RowsOf::kTokens && row_columns(model, name) > 0;
  };
  for (const char* name : {"last_hidden_state", "token_embeddings"})
    if (fits(name)) return name;
  for (const auto& output : model.info().outputs)
    if (output.name != "logits" && fits(output.name)) return output.name;
  return "";
}

}  // namespace

// Text i has rows [begins[i], begins[i + 1]): one, or its windows.
struct Embedder::Rows {
  TokenBatch batch;
  std::vector<float> weights;  // of rows among those of their text
  std::vector<size_t> begins = {0};
  std::vector<uint8_t> truncated;  // of texts
};

Result<std::shared_ptr<const Embedder>> Embedder::create(
    std::shared_ptr<const runtime::Model> model, EmbedderOptions options) {
  INLAY_ASSIGN(const models::HfDirectory* const directory, directory_of(*model));
  std::shared_ptr<Embedder> out(new Embedder());
  INLAY_ASSIGN(out->prompt_, choose_prompt(*directory, options));
  out->special_tokens_ =
      directory->modules.encoder != models::SentenceModules::Encoder::kStaticEmbedding;
  const std::string output = token_vectors(*model);
  if (output.empty())
    return unsupported("{}: expected an encoder that gives token vectors", model->path());
  const int64_t columns = row_columns(*model, output);
  INLAY_ASSIGN(out->pipeline_,
               SentencePipeline::open(*directory, model->options().access, columns));
  INLAY_ASSIGN(out->similarity_, parse_similarity(directory->similarity, directory->path));
  const auto all = static_cast<size_t>(out->pipeline_->dimensions());
  out->dimensions_ = options.dimensions == 0 ? all : options.dimensions;
  if (out->dimensions_ > all)
    return invalid("dimensions: expected at most {}, as the model has, found {}", all,
                   options.dimensions);
  if (options.chunk_overlap > 0 && !options.chunk)
    return invalid("chunk_overlap: expected chunk with it, found {} alone", options.chunk_overlap);
  INLAY_ASSIGN(out->model_,
               TextModel::open(model, {output, RowsOf::kTokens, columns}, options.threads));
  INLAY_ASSIGN(out->prefix_tokens_, count_prompt_tokens(out->tokenizer(), out->prompt_));
  if (!out->pipeline_->includes_prompt()) out->prompt_tokens_ = out->prefix_tokens_;
  out->options_ = std::move(options);
  return std::shared_ptr<const Embedder>(std::move(out));
}

Result<Embedder::Rows> Embedder::tokenize(std::span<const std::string_view> texts) const {
  const TokenizeOptions options{.special_tokens = special_tokens_};
  Rows rows;
  std::string prompted;
  for (size_t i = 0; i < texts.size(); ++i) {
    std::string_view text = texts[i];
    if (!prompt_.empty()) text = prompted.assign(prompt_).append(text);
    INLAY_TRY(model_->tokenize(text, std::nullopt, options, rows.batch).at(format("text {}", i)));
    const bool cut = rows.batch.truncated.back() != 0;
    if (cut && options_.chunk) {
      rows.batch.drop_last_row();
      INLAY_TRY(append_windows(text, rows).at(format("text {}", i)));
    } else {
      rows.weights.push_back(1);
    }
    rows.truncated.push_back(cut && !options_.chunk ? 1 : 0);
    rows.begins.push_back(rows.batch.rows());
  }
  return rows;
}

// Each window has the prompt and the special tokens around it.
Status Embedder::append_windows(std::string_view text, Rows& rows) const {
  INLAY_ASSIGN(const text::Encoding whole,
               tokenizer().encode(text, std::nullopt, {.offsets = false}));
  const auto ids = whole.ids();
  const auto special = whole.special_tokens_mask();
  size_t head = static_cast<size_t>(prefix_tokens_), tail = 0;
  while (head < ids.size() && special[head]) ++head;
  while (tail < ids.size() - head && special[ids.size() - 1 - tail]) ++tail;
  const size_t limit = model_->max_tokens();
  if (head + tail >= limit)
    return invalid("expected a prompt of fewer than {} tokens, found {}", limit, head + tail);
  const size_t window = limit - head - tail, end = ids.size() - tail;
  const size_t overlap = options_.chunk_overlap == 0 ? window / 8 : options_.chunk_overlap;
  if (overlap >= window)
    return invalid("chunk_overlap: expected fewer than the {} tokens of a window, found {}", window,
                   overlap);
  for (size_t begin = head;; begin += window - overlap) {
    const size_t stop = std::min(begin + window, end);
    for (const auto part : {ids.first(head), ids.subspan(begin, stop - begin), ids.last(tail)})
      rows.batch.ids.insert(rows.batch.ids.end(), part.begin(), part.end());
    rows.batch.end_row(false);
    rows.weights.push_back(static_cast<float>(stop - begin));
    if (stop == end) return Status();
  }
}

Result<Embeddings> Embedder::embed(std::span<const std::string_view> texts) const {
  INLAY_ASSIGN(Rows rows, tokenize(texts));
  const auto columns = static_cast<size_t>(pipeline_->dimensions());
  std::vector<float> vectors(rows.batch.rows() * columns), of_run;
  INLAY_TRY(model_->run(rows.batch, [&](const RunRows& run) {
    of_run.resize(run.texts.size() * columns);
    pipeline_->run(model_->pool(), run.data, run.offsets, prompt_tokens_, of_run.data());
    for (size_t i = 0; i < run.texts.size(); ++i)
      std::copy_n(&of_run[i * columns], columns, &vectors[run.texts[i] * columns]);
    return Status();
  }));
  return finish(std::move(rows), std::move(vectors));
}

Embeddings Embedder::finish(Rows rows, std::vector<float> vectors) const {
  const auto columns = pipeline_->dimensions();
  const auto width = static_cast<size_t>(columns);
  const bool normalize = pipeline_->normalizes() && !options_.raw;
  if (normalize) normalize_rows(vectors, width);
  Embeddings out{dimensions_, {}, std::move(rows.truncated), similarity_};
  const bool merged = rows.batch.rows() > out.count();
  for (size_t i = 0; merged && i < out.count(); ++i) {
    const size_t begin = rows.begins[i], count = rows.begins[i + 1] - begin;
    float sum = 0;
    for (size_t row = begin; row < begin + count; ++row) sum += rows.weights[row];
    for (size_t row = begin; row < begin + count; ++row) rows.weights[row] /= sum;
    std::vector<float> mean(width);
    kernels::weighted_sum_rows(&vectors[begin * width], columns, &rows.weights[begin],
                               static_cast<int64_t>(count), columns, mean.data());
    std::copy(mean.begin(), mean.end(), &vectors[i * width]);
  }
  if (width == dimensions_) {
    out.data = std::move(vectors);
    out.data.resize(out.count() * width);
  } else {
    for (size_t i = 0; i < out.count(); ++i)
      out.data.insert(out.data.end(), &vectors[i * width], &vectors[i * width] + dimensions_);
  }
  if (normalize && (merged || width != dimensions_)) normalize_rows(out.data, dimensions_);
  return out;
}

}  // namespace inlay::tasks
