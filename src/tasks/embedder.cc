#include "tasks/embedder.h"

#include <algorithm>

#include "kernels/pooling.h"

namespace inlay::tasks {
namespace {

using runtime::DType;

constexpr size_t kTokensPerRun = 2048;

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
  const auto& special = encoding.special_tokens_mask;
  const bool ended = !special.empty() && special.back() != 0;
  return static_cast<int64_t>(encoding.size()) - (ended ? 1 : 0);
}

// Makes each row of length 1.
void normalize_rows(float* rows, size_t count, int64_t columns) {
  for (size_t i = 0; i < count; ++i, rows += columns)
    kernels::l2_normalize(rows, rows, columns, 1e-12f);
}

}  // namespace

// Token ids end to end; row i is [offsets[i], offsets[i + 1]). A text has rows [begins[i], begins[i + 1]).
struct Embedder::Batch {
  std::vector<int32_t> ids;
  std::vector<int64_t> offsets = {0};
  std::vector<float> weights;  // of rows among those of their text
  std::vector<size_t> begins = {0};
  std::vector<uint8_t> truncated;

  size_t rows() const { return offsets.size() - 1; }
  void end_row(float weight) {
    offsets.push_back(static_cast<int64_t>(ids.size()));
    weights.push_back(weight);
  }
};

Result<std::shared_ptr<const Embedder>> Embedder::create(
    std::shared_ptr<const runtime::Model> model, EmbedderOptions options) {
  const models::HfDirectory* directory = model->directory();
  if (!directory)
    return unsupported("{}: expected a model directory with a tokenizer, found a file",
                       model->path());
  std::shared_ptr<Embedder> out(new Embedder());
  INLAY_ASSIGN(out->tokenizer_, text::Tokenizer::from_directory(directory->encoder_path()));
  INLAY_ASSIGN(out->prompt_, choose_prompt(*directory, options));
  out->special_tokens_ =
      directory->modules.encoder != models::SentenceModules::Encoder::kStaticEmbedding;
  const std::shared_ptr<const runtime::Model> given = model;  // owns the directory
  if (const auto& form = given->ragged()) model = form->model;
  for (const auto& input : model->info().inputs) out->typed_ |= input.name == "token_type_ids";
  const auto& outputs = model->info().outputs;
  const bool ragged =
      model->info().inputs.size() >= 2 && model->info().inputs.back().name == "row_offsets";
  if (!ragged || outputs.empty() || outputs[0].shape.size() != 2 || outputs[0].shape[1] <= 0)
    return unsupported("{}: expected an encoder that gives token vectors", model->path());
  INLAY_ASSIGN(out->pipeline_,
               SentencePipeline::open(*directory, model->options().access, outputs[0].shape[1]));
  INLAY_ASSIGN(out->prefix_tokens_, count_prompt_tokens(*out->tokenizer_, out->prompt_));
  if (!out->pipeline_->includes_prompt()) out->prompt_tokens_ = out->prefix_tokens_;
  INLAY_ASSIGN(out->similarity_, parse_similarity(directory->similarity, directory->path));
  const auto all = static_cast<size_t>(out->pipeline_->dimensions());
  out->dimensions_ = options.dimensions == 0 ? all : options.dimensions;
  if (out->dimensions_ > all)
    return invalid("dimensions: expected at most {}, as the model has, found {}", all,
                   options.dimensions);
  if (options.chunk_overlap > 0 && !options.chunk)
    return invalid("chunk_overlap: expected chunk with it, found {} alone", options.chunk_overlap);
  INLAY_ASSIGN(out->session_,
               runtime::Session::create(std::move(model), {.threads = options.threads}));
  out->options_ = std::move(options);
  return std::shared_ptr<const Embedder>(std::move(out));
}

Result<Embedder::Batch> Embedder::tokenize(std::span<const std::string_view> texts) const {
  Batch batch;
  std::string prompted;
  for (size_t i = 0; i < texts.size(); ++i) {
    std::string_view text = texts[i];
    if (!prompt_.empty()) text = prompted.assign(prompt_).append(text);
    INLAY_TRY(append_rows(text, batch).at(format("text {}", i)));
    batch.begins.push_back(batch.rows());
  }
  return batch;
}

Status Embedder::append_rows(std::string_view text, Batch& batch) const {
  const size_t begin = batch.ids.size();
  INLAY_ASSIGN(const bool cut, append_ids(text, batch.ids));
  if (cut && options_.chunk) {
    batch.ids.resize(begin);
    batch.truncated.push_back(0);
    return append_windows(text, batch);
  }
  batch.truncated.push_back(cut ? 1 : 0);
  batch.end_row(1);
  return Status();
}

// Each window has the prompt and the special tokens around it.
Status Embedder::append_windows(std::string_view text, Batch& batch) const {
  INLAY_ASSIGN(const text::Encoding whole,
               tokenizer_->encode(text, std::nullopt, {.offsets = false}));
  const std::span<const uint32_t> ids = whole.ids;
  const auto& special = whole.special_tokens_mask;
  size_t head = static_cast<size_t>(prefix_tokens_), tail = 0;
  while (head < ids.size() && special[head]) ++head;
  while (tail < ids.size() - head && special[ids.size() - 1 - tail]) ++tail;
  const size_t limit = tokenizer_->max_length();
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
      batch.ids.insert(batch.ids.end(), part.begin(), part.end());
    batch.end_row(static_cast<float>(stop - begin));
    if (stop == end) return Status();
  }
}

Result<bool> Embedder::append_ids(std::string_view text, std::vector<int32_t>& out) const {
  if (special_tokens_) return tokenizer_->encode_ids(text, tokenizer_->max_length(), out);
  INLAY_ASSIGN(
      const text::Encoding encoding,
      tokenizer_->encode(text, std::nullopt, {.add_special_tokens = false, .offsets = false}));
  out.insert(out.end(), encoding.ids.begin(), encoding.ids.end());
  return false;
}

Result<Embeddings> Embedder::embed(std::span<const std::string_view> texts) const {
  INLAY_ASSIGN(Batch batch, tokenize(texts));
  const auto columns = static_cast<size_t>(pipeline_->dimensions());
  std::vector<float> rows(batch.rows() * columns);
  for (size_t begin = 0, end = 0; begin < batch.rows(); begin = end) {
    const auto limit = batch.offsets[begin] + static_cast<int64_t>(kTokensPerRun);
    for (end = begin + 1; end < batch.rows() && batch.offsets[end + 1] <= limit;) ++end;
    INLAY_TRY(embed_rows(batch, begin, end, rows.data() + begin * columns));
  }
  return finish(std::move(batch), std::move(rows));
}

Embeddings Embedder::finish(Batch batch, std::vector<float> rows) const {
  const auto columns = pipeline_->dimensions();
  const auto width = static_cast<size_t>(columns);
  const bool normalize = pipeline_->normalizes() && !options_.raw;
  if (normalize) normalize_rows(rows.data(), batch.rows(), columns);
  Embeddings out{dimensions_, {}, std::move(batch.truncated), similarity_};
  const bool merged = batch.rows() > out.count();
  for (size_t i = 0; merged && i < out.count(); ++i) {
    const size_t begin = batch.begins[i], count = batch.begins[i + 1] - begin;
    float sum = 0;
    for (size_t row = begin; row < begin + count; ++row) sum += batch.weights[row];
    for (size_t row = begin; row < begin + count; ++row) batch.weights[row] /= sum;
    std::vector<float> mean(width);
    kernels::weighted_sum_rows(&rows[begin * width], columns, &batch.weights[begin],
                               static_cast<int64_t>(count), columns, mean.data());
    std::copy(mean.begin(), mean.end(), &rows[i * width]);
  }
  if (width == dimensions_) {
    out.data = std::move(rows);
    out.data.resize(out.count() * width);
  } else {
    for (size_t i = 0; i < out.count(); ++i)
      out.data.insert(out.data.end(), &rows[i * width], &rows[i * width] + dimensions_);
  }
  if (normalize && (merged || width != dimensions_)) {
    const auto kept = static_cast<int64_t>(dimensions_);
    normalize_rows(out.data.data(), out.count(), kept);
  }
  return out;
}

Status Embedder::embed_rows(const Batch& batch, size_t begin, size_t end, float* out) const {
  std::vector<int64_t> offsets(batch.offsets.begin() + static_cast<std::ptrdiff_t>(begin),
                               batch.offsets.begin() + static_cast<std::ptrdiff_t>(end) + 1);
  const int64_t first = offsets.front();
  for (int64_t& offset : offsets) offset -= first;
  const int64_t tokens[] = {offsets.back()}, bounds[] = {static_cast<int64_t>(offsets.size())};
  const std::vector<int32_t> types(typed_ ? static_cast<size_t>(tokens[0]) : 0);
  std::vector<runtime::NamedTensor> inputs = {
      {"input_ids",
       {DType::kInt32, tokens, reinterpret_cast<const std::byte*>(batch.ids.data() + first)}},
      {"row_offsets", {DType::kInt64, bounds, reinterpret_cast<const std::byte*>(offsets.data())}}};
  if (typed_)
    inputs.push_back({"token_type_ids",
                      {DType::kInt32, tokens, reinterpret_cast<const std::byte*>(types.data())}});
  INLAY_ASSIGN(const auto outputs, session_->run(inputs, {}, {}));
  pipeline_->run(session_->pool(), reinterpret_cast<const float*>(outputs[0].data()), offsets,
                 prompt_tokens_, out);
  return Status();
}

}  // namespace inlay::tasks
