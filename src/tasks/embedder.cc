#include "tasks/embedder.h"

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
  INLAY_ASSIGN(out->tokenizer_, text::Tokenizer::from_directory(directory->encoder_path()));
  INLAY_ASSIGN(out->prompt_, choose_prompt(*directory, options.prompt));
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
  if (!out->pipeline_->includes_prompt()) {
    INLAY_ASSIGN(out->prompt_tokens_, count_prompt_tokens(*out->tokenizer_, out->prompt_));
  }
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
    auto truncated = append_ids(text, batch.ids);
    if (!truncated.ok()) return std::move(truncated).status().at(format("text {}", i));
    batch.truncated.push_back(*truncated ? 1 : 0);
    batch.offsets.push_back(static_cast<int64_t>(batch.ids.size()));
  }
  return batch;
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
  Embeddings out;
  out.dimensions = dimensions();
  out.data.resize(texts.size() * out.dimensions);
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
  pipeline_->run(session_->pool(), reinterpret_cast<const float*>(outputs[0].data()), offsets,
                 prompt_tokens_, out.data.data() + begin * out.dimensions);
  return Status();
}

}  // namespace inlay::tasks
