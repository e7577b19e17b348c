#include "tasks/embedder.h"

#include <algorithm>
#include <cmath>

#include "kernels/pooling.h"

namespace inlay::tasks {
namespace {

using runtime::DType;
using Mode = models::PoolingConfig::Mode;

constexpr size_t kTokensPerRun = 2048;
constexpr float kNormEpsilon = 1e-12f;

std::string_view default_prompt(const models::HfDirectory& directory) {
  for (const models::Prompt& prompt : directory.prompts)
    if (prompt.name == directory.default_prompt) return prompt.text;
  return "";
}

Result<std::string> choose_prompt(const models::HfDirectory& directory,
                                  const std::optional<std::string>& name) {
  if (!name) return std::string(default_prompt(directory));
  std::string known;
  for (const models::Prompt& prompt : directory.prompts) {
    if (prompt.name == *name) return prompt.text;
    known += (known.empty() ? "" : ", ") + quote(prompt.name);
  }
  return not_found("{}: expected a prompt of the model ({}), found {}", directory.path,
                   known.empty() ? "it has none" : known, quote(*name));
}

void pool_one(Mode mode, const float* rows, int64_t count, int64_t columns, float* out) {
  switch (mode) {
    case Mode::kMean: kernels::mean_rows(rows, columns, count, columns, out); break;
    case Mode::kMax: kernels::max_rows(rows, columns, count, columns, out); break;
    case Mode::kCls: std::copy_n(rows, count > 0 ? columns : 0, out); break;
    case Mode::kLastToken:
      if (count > 0) std::copy_n(rows + (count - 1) * columns, columns, out);
      break;
    case Mode::kMeanSqrtLength:
      kernels::sum_rows(rows, columns, count, columns, out);
      for (int64_t i = 0; i < columns && count > 0; ++i)
        out[i] /= std::sqrt(static_cast<float>(count));
      break;
    case Mode::kWeightedMean: {
      // Later tokens weigh more: weights 1, 2, …, count over their sum.
      std::vector<float> weights(static_cast<size_t>(count));
      const float sum = 0.5f * static_cast<float>(count) * static_cast<float>(count + 1);
      for (size_t i = 0; i < weights.size(); ++i) weights[i] = static_cast<float>(i + 1) / sum;
      kernels::weighted_sum_rows(rows, columns, weights.data(), count, columns, out);
      break;
    }
  }
}

}  // namespace

// Token ids end to end; row i is [offsets[i], offsets[i + 1]).
struct Embedder::Batch {
  std::vector<int32_t> ids;
  std::vector<int64_t> offsets = {0};
  std::vector<uint8_t> truncated;
};

Result<std::shared_ptr<const Embedder>> Embedder::create(
    std::shared_ptr<const runtime::Model> model, EmbedderOptions options) {
  const models::HfDirectory* directory = model->directory();
  if (!directory)
    return unsupported("{}: expected a model directory with a tokenizer, found a file",
                       model->path());
  std::shared_ptr<Embedder> out(new Embedder());
  INLAY_ASSIGN(out->tokenizer_, text::Tokenizer::from_directory(directory->path));
  INLAY_ASSIGN(out->prompt_, choose_prompt(*directory, options.prompt));
  out->pooling_ = directory->pooling.value_or(models::PoolingConfig{});
  if (const auto& form = model->ragged()) model = form->model;
  for (const auto& input : model->info().inputs) out->typed_ |= input.name == "token_type_ids";
  const auto& outputs = model->info().outputs;
  const bool ragged =
      model->info().inputs.size() >= 2 && model->info().inputs.back().name == "row_offsets";
  if (!ragged || outputs.empty() || outputs[0].shape.size() != 2 || outputs[0].shape[1] <= 0)
    return unsupported("{}: expected an encoder that gives token vectors", model->path());
  out->hidden_ = static_cast<size_t>(outputs[0].shape[1]);
  out->dimensions_ = out->hidden_ * out->pooling_.modes.size();
  INLAY_ASSIGN(out->session_,
               runtime::Session::create(std::move(model), {.threads = options.threads}));
  return std::shared_ptr<const Embedder>(std::move(out));
}

Result<Embedder::Batch> Embedder::tokenize(std::span<const std::string_view> texts) const {
  Batch batch;
  std::string prompted;
  for (size_t i = 0; i < texts.size(); ++i) {
    std::string_view text = texts[i];
    if (!prompt_.empty()) text = prompted.assign(prompt_).append(text);
    auto truncated = tokenizer_->encode_ids(text, tokenizer_->max_length(), batch.ids);
    if (!truncated.ok()) return std::move(truncated).status().at(format("text {}", i));
    batch.truncated.push_back(*truncated ? 1 : 0);
    batch.offsets.push_back(static_cast<int64_t>(batch.ids.size()));
  }
  return batch;
}

Result<Embeddings> Embedder::embed(std::span<const std::string_view> texts) const {
  INLAY_ASSIGN(Batch batch, tokenize(texts));
  Embeddings out;
  out.dimensions = dimensions_;
  out.data.resize(texts.size() * dimensions_);
  for (size_t begin = 0, end = 0; begin < texts.size(); begin = end) {
    const auto limit = batch.offsets[begin] + static_cast<int64_t>(kTokensPerRun);
    for (end = begin + 1; end < texts.size() && batch.offsets[end + 1] <= limit;) ++end;
    INLAY_TRY(embed_rows(batch, begin, end, out));
  }
  out.truncated = std::move(batch.truncated);
  return out;
}

Status Embedder::embed_rows(const Batch& batch, size_t begin, size_t end, Embeddings& out) const {
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
  pool(reinterpret_cast<const float*>(outputs[0].data()), offsets, begin, out);
  return Status();
}

void Embedder::pool(const float* hidden, std::span<const int64_t> offsets, size_t first_row,
                    Embeddings& out) const {
  const auto columns = static_cast<int64_t>(hidden_);
  for (size_t row = 0; row + 1 < offsets.size(); ++row) {
    float* const target = out.data.data() + (first_row + row) * dimensions_;
    const float* const rows = hidden + offsets[row] * columns;
    float* part = target;
    for (Mode mode : pooling_.modes) {
      pool_one(mode, rows, offsets[row + 1] - offsets[row], columns, part);
      part += columns;
    }
    if (pooling_.normalize)
      kernels::l2_normalize(target, target, static_cast<int64_t>(dimensions_), kNormEpsilon);
  }
}

}  // namespace inlay::tasks
