#include "tasks/text_model.h"

#include <algorithm>
#include <variant>

namespace inlay::tasks {
namespace {

using graph::DType;
using Value = runtime::ModelInfo::Value;

bool is_ragged(const runtime::ModelInfo& info) {
  return std::any_of(info.inputs.begin(), info.inputs.end(),
                     [](const Value& input) { return input.name == "row_offsets"; });
}

const Value* find_output(const runtime::ModelInfo& info, std::string_view name) {
  for (const Value& output : info.outputs)
    if (output.name == name) return &output;
  return nullptr;
}

// False for families whose tokenizers give no token types, though their models have a table of them.
Result<bool> has_token_types(json::Value config) {
  INLAY_ASSIGN(const std::string_view family, config.at("model_type").string_or(""));
  for (const std::string_view untyped : {"roberta", "camembert", "xlm-roberta"})
    if (family == untyped) return false;
  INLAY_ASSIGN(const int64_t types, config.at("type_vocab_size").integer_or(2));
  return types > 1;
}

Result<int64_t> padding_id(const text::Tokenizer& tokenizer, json::Value config) {
  if (const auto& padding = tokenizer.baked_padding()) return int64_t{padding->id};
  return config.at("pad_token_id").integer_or(0);
}

}  // namespace

Result<const models::HfDirectory*> directory_of(const runtime::Model& model) {
  if (model.directory()) return model.directory();
  return unsupported("{}: expected a model directory with a tokenizer, found a file", model.path());
}

std::optional<RowsOf> rows_of(const runtime::Model& model, std::string_view output) {
  const runtime::ModelInfo& info = model.info();
  const Value* value = find_output(info, output);
  if (!value || !value->ranked) return {};
  if (is_ragged(info)) {
    if (value->shape.size() != 2) return {};
    const auto head = info.metadata.find("head");
    const bool text_head = head != info.metadata.end() && head->second == "text classification";
    return output == "logits" && text_head ? RowsOf::kTexts : RowsOf::kTokens;
  }
  if (value->shape.size() == 3) return RowsOf::kTokens;
  if (value->shape.size() == 2) return RowsOf::kTexts;
  return {};
}

int64_t row_columns(const runtime::Model& model, std::string_view output) {
  const Value* value = find_output(model.info(), output);
  return value && !value->shape.empty() ? value->shape.back() : -1;
}

void TokenBatch::end_row(bool cut) {
  truncated.push_back(cut ? 1 : 0);
  type_ids.resize(ids.size());
  offsets.push_back(static_cast<int64_t>(ids.size()));
}

void TokenBatch::drop_last_row() {
  truncated.pop_back();
  offsets.pop_back();
  ids.resize(static_cast<size_t>(offsets.back()));
  type_ids.resize(ids.size());
}

void TokenBatch::append(const text::Encoding& encoding) {
  ids.insert(ids.end(), encoding.ids().begin(), encoding.ids().end());
  type_ids.insert(type_ids.end(), encoding.type_ids().begin(), encoding.type_ids().end());
  end_row(encoding.truncated);
}

// Texts that are run together.
struct TextModel::Group {
  std::vector<size_t> texts;
  std::vector<int64_t> offsets;  // without padding
  int64_t rows = 0, length = 0;  // with it

  int64_t tokens() const { return offsets.back(); }
};

// An input's elements, of the type that the model takes.
struct TextModel::Tensor {
  std::vector<int64_t> shape;
  std::variant<std::vector<int32_t>, std::vector<int64_t>, std::vector<float>> elements;

  runtime::NamedTensor view(const Input& input) const {
    const auto* data = std::visit(
        [](const auto& typed) { return reinterpret_cast<const std::byte*>(typed.data()); },
        elements);
    return {input.name, {input.dtype, shape, data}};
  }
};

Result<std::shared_ptr<const TextModel>> TextModel::open(
    const std::shared_ptr<const runtime::Model>& model, Output output, int threads) {
  INLAY_ASSIGN(const models::HfDirectory* const directory, directory_of(*model));
  std::shared_ptr<TextModel> out(new TextModel());
  out->path_ = model->path();
  INLAY_ASSIGN(out->tokenizer_, text::Tokenizer::from_directory(directory->encoder_path()));
  const auto run = model->ragged() ? model->ragged()->model : model;
  const Value* value = find_output(run->info(), output.name);
  if (!value || value->dtype != DType::kFloat32)
    return unsupported("{}: {}: expected a float32 output, found {}", model->path(),
                       quote(output.name), value ? graph::dtype_text(value->dtype) : "none");
  out->output_ = std::move(output);
  out->max_tokens_ = out->tokenizer_->max_length();
  INLAY_TRY(out->read_inputs(run->info()));
  if (!out->ragged_) out->read_fixed_sizes(run->info());
  INLAY_ASSIGN(out->typed_, has_token_types(directory->config.root()));
  INLAY_ASSIGN(out->pad_id_, padding_id(*out->tokenizer_, directory->config.root()));
  INLAY_ASSIGN(out->session_, runtime::Session::create(run, {.threads = threads}));
  return std::shared_ptr<const TextModel>(std::move(out));
}

Status TextModel::read_inputs(const runtime::ModelInfo& info) {
  static constexpr struct {
    std::string_view name;
    Feed feed;
  } kFeeds[] = {{"input_ids", Feed::kIds},          {"token_type_ids", Feed::kTypeIds},
                {"input_type", Feed::kTypeIds},     {"attention_mask", Feed::kMask},
                {"position_ids", Feed::kPositions}, {"row_offsets", Feed::kRowOffsets}};
  ragged_ = is_ragged(info);
  for (const Value& input : info.inputs) {
    const auto* known = std::find_if(std::begin(kFeeds), std::end(kFeeds),
                                     [&](const auto& feed) { return feed.name == input.name; });
    if (known == std::end(kFeeds))
      return unsupported(
          "{}: expected inputs that texts give (input_ids, attention_mask, …), found {}", path_,
          quote(input.name));
    if (input.dtype != DType::kInt64 && input.dtype != DType::kInt32 &&
        input.dtype != DType::kFloat32)
      return unsupported("{}: {}: expected int64, int32 or float32, found {}", path_,
                         quote(input.name), graph::dtype_text(input.dtype));
    masked_ |= known->feed == Feed::kMask;
    inputs_.push_back({input.name, input.dtype, known->feed});
  }
  const bool has_ids = std::any_of(inputs_.begin(), inputs_.end(),
                                   [](const Input& input) { return input.feed == Feed::kIds; });
  return has_ids ? Status() : unsupported("{}: expected an input \"input_ids\", found none", path_);
}

void TextModel::read_fixed_sizes(const runtime::ModelInfo& info) {
  for (const Value& input : info.inputs) {
    if (!input.ranked || input.shape.size() != 2) continue;
    fixed_rows_ = std::max(fixed_rows_, input.shape[0]);
    fixed_length_ = std::max(fixed_length_, input.shape[1]);
  }
  const auto length = static_cast<size_t>(std::max<int64_t>(fixed_length_, 0));
  if (length > 0) max_tokens_ = max_tokens_ > 0 ? std::min(max_tokens_, length) : length;
}

Result<bool> TextModel::append_ids(std::string_view text, const TokenizeOptions& options,
                                   std::vector<int32_t>& out) const {
  if (options.special_tokens) return tokenizer_->encode_ids(text, max_tokens_, out);
  INLAY_ASSIGN(
      const text::Encoding encoding,
      tokenizer_->encode(text, std::nullopt, {.add_special_tokens = false, .offsets = false}));
  out.insert(out.end(), encoding.ids().begin(), encoding.ids().end());
  return false;
}

Status TextModel::tokenize(std::string_view text, std::optional<std::string_view> pair,
                           const TokenizeOptions& options, TokenBatch& out) const {
  if (!pair) {
    INLAY_ASSIGN(const bool cut, append_ids(text, options, out.ids));
    out.end_row(cut);
    return Status();
  }
  text::EncodeOptions encode{.add_special_tokens = options.special_tokens, .offsets = false};
  if (options.special_tokens && max_tokens_ > 0)
    encode.truncation = text::Truncation{.max_length = max_tokens_, .strategy = options.truncation};
  INLAY_ASSIGN(const text::Encoding encoding, tokenizer_->encode(text, pair, encode));
  out.append(encoding);
  return Status();
}

Result<TokenBatch> TextModel::tokenize(std::span<const std::string_view> texts,
                                       std::span<const std::string_view> pairs,
                                       const TokenizeOptions& options) const {
  if (!pairs.empty() && pairs.size() != texts.size())
    return invalid("pairs: expected one for each of {} texts, found {}", texts.size(),
                   pairs.size());
  TokenBatch batch;
  for (size_t i = 0; i < texts.size(); ++i) {
    const auto pair = pairs.empty() ? std::optional<std::string_view>() : pairs[i];
    INLAY_TRY(tokenize(texts[i], pair, options, batch).at(format("text {}", i)));
  }
  return batch;
}

// Ragged runs take texts in their order, padded ones in the order of their lengths.
std::vector<TextModel::Group> TextModel::cut_into_groups(const TokenBatch& batch) const {
  std::vector<size_t> order(batch.rows());
  for (size_t i = 0; i < order.size(); ++i) order[i] = i;
  const auto length = [&](size_t text) {
    return fixed_length_ > 0 ? fixed_length_ : std::max<int64_t>(batch.length(text), 1);
  };
  if (!ragged_)
    std::stable_sort(order.begin(), order.end(),
                     [&](size_t a, size_t b) { return batch.length(a) < batch.length(b); });
  const auto fits = [&](const Group& group, size_t text) {
    if (fixed_rows_ > 0) return static_cast<int64_t>(group.texts.size()) < fixed_rows_;
    const int64_t tokens =
        ragged_ ? group.tokens() + batch.length(text) : (group.rows + 1) * length(text);
    if (tokens > static_cast<int64_t>(kTokensPerRun)) return false;
    return ragged_ || masked_ || length(text) == group.length;
  };
  std::vector<Group> groups;
  for (const size_t text : order) {
    if (groups.empty() || !fits(groups.back(), text)) groups.push_back({{}, {0}, 0, 0});
    Group& group = groups.back();
    group.texts.push_back(text);
    group.offsets.push_back(group.offsets.back() + batch.length(text));
    group.rows = std::max(static_cast<int64_t>(group.texts.size()), fixed_rows_);
    group.length = std::max(group.length, length(text));
  }
  return groups;
}

// Of a token by its place in its text.
int64_t TextModel::element(Feed feed, const TokenBatch& batch, size_t text, int64_t place) const {
  const auto token = static_cast<size_t>(batch.offsets[text] + place);
  switch (feed) {
    case Feed::kIds: return batch.ids[token];
    case Feed::kTypeIds: return typed_ ? batch.type_ids[token] : 0;
    case Feed::kPositions: return place;
    case Feed::kMask:
    case Feed::kRowOffsets: break;
  }
  return 1;
}

template <class T>
std::vector<T> TextModel::elements(Feed feed, const TokenBatch& batch, const Group& group) const {
  if (feed == Feed::kRowOffsets) return {group.offsets.begin(), group.offsets.end()};
  std::vector<T> out;
  const T padding = feed == Feed::kIds ? static_cast<T>(pad_id_) : T{};
  for (size_t row = 0; row < group.texts.size(); ++row) {
    if (!ragged_) out.resize(row * static_cast<size_t>(group.length), padding);
    for (int64_t i = 0; i < batch.length(group.texts[row]); ++i)
      out.push_back(static_cast<T>(element(feed, batch, group.texts[row], i)));
  }
  if (!ragged_) out.resize(static_cast<size_t>(group.rows * group.length), padding);
  return out;
}

TextModel::Tensor TextModel::make_tensor(const Input& input, const TokenBatch& batch,
                                         const Group& group) const {
  Tensor out;
  if (input.feed == Feed::kRowOffsets)
    out.shape = {static_cast<int64_t>(group.offsets.size())};
  else if (ragged_)
    out.shape = {group.tokens()};
  else
    out.shape = {group.rows, group.length};
  switch (input.dtype) {
    case DType::kInt64: out.elements = elements<int64_t>(input.feed, batch, group); break;
    case DType::kInt32: out.elements = elements<int32_t>(input.feed, batch, group); break;
    default: out.elements = elements<float>(input.feed, batch, group); break;
  }
  return out;
}

Status TextModel::check_shape(std::span<const int64_t> shape, const Group& group) const {
  std::vector<int64_t> expected;
  if (output_.rows == RowsOf::kTexts)
    expected = {group.rows, output_.columns};
  else if (ragged_)
    expected = {group.tokens(), output_.columns};
  else
    expected = {group.rows, group.length, output_.columns};
  if (std::equal(shape.begin(), shape.end(), expected.begin(), expected.end())) return Status();
  const auto words = [](std::span<const int64_t> sizes) {
    std::string out;
    for (const int64_t size : sizes) out += (out.empty() ? "" : ", ") + to_text(size);
    return "[" + out + "]";
  };
  return corrupt("{}: {}: expected {}, found {}", path_, quote(output_.name), words(expected),
                 words(shape));
}

Status TextModel::run_group(const TokenBatch& batch, const Group& group, const Use& use) const {
  std::vector<Tensor> tensors;
  std::vector<runtime::NamedTensor> inputs;
  tensors.reserve(inputs_.size());
  for (const Input& input : inputs_) {
    tensors.push_back(make_tensor(input, batch, group));
    inputs.push_back(tensors.back().view(input));
  }
  const std::string_view names[] = {output_.name};
  INLAY_ASSIGN(const auto outputs, session_->run(inputs, names, {}));
  INLAY_TRY(check_shape(outputs[0].shape, group));
  const auto* data = reinterpret_cast<const float*>(outputs[0].data());
  if (ragged_ || output_.rows == RowsOf::kTexts) return use({group.texts, group.offsets, data});
  std::vector<float> rows;  // without padding
  rows.reserve(static_cast<size_t>(group.tokens() * output_.columns));
  for (size_t row = 0; row < group.texts.size(); ++row) {
    const float* first = data + static_cast<int64_t>(row) * group.length * output_.columns;
    rows.insert(rows.end(), first, first + batch.length(group.texts[row]) * output_.columns);
  }
  return use({group.texts, group.offsets, rows.data()});
}

Status TextModel::run(const TokenBatch& batch, const Use& use) const {
  if (output_.rows == RowsOf::kTexts)
    for (size_t i = 0; i < batch.rows(); ++i)
      if (batch.length(i) == 0)
        return invalid("text {}: expected at least one token, found none", i);
  for (const Group& group : cut_into_groups(batch)) INLAY_TRY(run_group(batch, group, use));
  return Status();
}

}  // namespace inlay::tasks
