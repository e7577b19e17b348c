#include "tasks/embedder.h"

#include <algorithm>

namespace inlay::tasks {
namespace {

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

// Tokens of a prompt at the head of each text, an end token that the tokenizer adds not among them.
Result<int64_t> count_prompt_tokens(const text::Tokenizer& tokenizer, const std::string& prompt) {
  if (prompt.empty()) return 0;
  INLAY_ASSIGN(const text::Encoding encoding,
               tokenizer.encode(prompt, std::nullopt, {.offsets = false}));
  const auto& special = encoding.special_tokens_mask;
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

Result<std::shared_ptr<const Embedder>> Embedder::create(
    std::shared_ptr<const runtime::Model> model, EmbedderOptions options) {
  const models::HfDirectory* directory = model->directory();
  if (!directory)
    return unsupported("{}: expected a model directory with a tokenizer, found a file",
                       model->path());
  std::shared_ptr<Embedder> out(new Embedder());
  INLAY_ASSIGN(out->prompt_, choose_prompt(*directory, options.prompt));
  out->special_tokens_ =
      directory->modules.encoder != models::SentenceModules::Encoder::kStaticEmbedding;
  const std::string output = token_vectors(*model);
  if (output.empty())
    return unsupported("{}: expected an encoder that gives token vectors", model->path());
  const int64_t columns = row_columns(*model, output);
  INLAY_ASSIGN(out->pipeline_,
               SentencePipeline::open(*directory, model->options().access, columns));
  INLAY_ASSIGN(out->model_,
               TextModel::open(model, {output, RowsOf::kTokens, columns}, options.threads));
  if (!out->pipeline_->includes_prompt()) {
    INLAY_ASSIGN(out->prompt_tokens_, count_prompt_tokens(out->tokenizer(), out->prompt_));
  }
  return std::shared_ptr<const Embedder>(std::move(out));
}

Result<Embeddings> Embedder::embed(std::span<const std::string_view> texts) const {
  const TokenizeOptions options{.prompt = prompt_, .special_tokens = special_tokens_};
  INLAY_ASSIGN(TokenBatch batch, model_->tokenize(texts, {}, options));
  Embeddings out;
  out.dimensions = dimensions();
  out.data.resize(texts.size() * out.dimensions);
  std::vector<float> vectors;
  INLAY_TRY(model_->run(batch, [&](const RunRows& run) {
    vectors.resize(run.texts.size() * out.dimensions);
    pipeline_->run(model_->pool(), run.data, run.offsets, prompt_tokens_, vectors.data());
    for (size_t i = 0; i < run.texts.size(); ++i)
      std::copy_n(vectors.data() + i * out.dimensions, out.dimensions,
                  out.data.data() + run.texts[i] * out.dimensions);
    return Status();
  }));
  out.truncated = std::move(batch.truncated);
  return out;
}

}  // namespace inlay::tasks
