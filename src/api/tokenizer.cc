#include "api/handle.h"
#include "api/objects.h"

using namespace inlay;

struct inlay_encoding {
  text::Encoding encoding;
  std::vector<uint64_t> offsets;
  std::vector<std::string> token_texts;
  std::vector<const char*> tokens;
};

namespace {

Result<text::EncodeOptions> choose_options(const text::Tokenizer& tokenizer,
                                           const inlay_encode_options& given) {
  text::EncodeOptions options;
  options.add_special_tokens = !given.without_special_tokens;
  size_t limit = given.max_length ? given.max_length : tokenizer.max_length();
  if (given.max_length == UINT32_MAX) limit = 0;
  if (limit > 0) {
    options.truncation.emplace();
    options.truncation->max_length = limit;
  }
  if (given.pad_to > 0) {
    options.padding = tokenizer.baked_padding().value_or(text::Padding{});
    options.padding->length = given.pad_to;
    options.padding->multiple_of = 0;
  }
  return options;
}

}  // namespace

inlay_error* inlay_tokenizer_create(const inlay_model* model, inlay_tokenizer** tokenizer) {
  return api::guard([&]() -> Status {
    INLAY_TRY(api::expect_not_null(model, "model"));
    INLAY_TRY(api::expect_not_null(tokenizer, "tokenizer"));
    if (!model->model->directory())
      return unsupported("{}: expected a model directory with a tokenizer, found a file",
                         model->model->path());
    INLAY_ASSIGN(auto made, text::Tokenizer::from_directory(model->model->path()));
    *tokenizer = new inlay_tokenizer{std::move(made)};
    return Status();
  });
}

inlay_error* inlay_tokenizer_open(const char* path, inlay_tokenizer** tokenizer) {
  return api::guard([&]() -> Status {
    INLAY_TRY(api::expect_not_null(path, "path"));
    INLAY_TRY(api::expect_not_null(tokenizer, "tokenizer"));
    INLAY_ASSIGN(const auto file, MappedFile::open(path));
    INLAY_ASSIGN(auto made, text::Tokenizer::from_json(file, path));
    *tokenizer = new inlay_tokenizer{std::move(made)};
    return Status();
  });
}

void inlay_tokenizer_free(inlay_tokenizer* tokenizer) { delete tokenizer; }

size_t inlay_tokenizer_vocab_size(const inlay_tokenizer* tokenizer) {
  return tokenizer ? tokenizer->tokenizer->vocab_size() : 0;
}

size_t inlay_tokenizer_max_length(const inlay_tokenizer* tokenizer) {
  return tokenizer ? tokenizer->tokenizer->max_length() : 0;
}

inlay_error* inlay_tokenizer_encode(const inlay_tokenizer* tokenizer, const char* text,
                                    size_t text_bytes, const char* pair, size_t pair_bytes,
                                    const inlay_encode_options* options,
                                    inlay_encoding** encoding) {
  return api::guard([&]() -> Status {
    INLAY_TRY(api::expect_not_null(tokenizer, "tokenizer"));
    INLAY_TRY(api::expect_not_null(encoding, "encoding"));
    if (text_bytes > 0) INLAY_TRY(api::expect_not_null(text, "text"));
    if (pair_bytes > 0) INLAY_TRY(api::expect_not_null(pair, "pair"));
    INLAY_ASSIGN(const inlay_encode_options given, api::read_options(options));
    const text::Tokenizer& t = *tokenizer->tokenizer;
    INLAY_ASSIGN(const text::EncodeOptions chosen, choose_options(t, given));
    std::optional<std::string_view> second;
    if (pair) second.emplace(pair, pair_bytes);
    auto out = std::make_unique<inlay_encoding>();
    INLAY_ASSIGN(out->encoding, t.encode({text, text_bytes}, second, chosen));
    for (const text::Offset& offset : out->encoding.offsets) {
      out->offsets.push_back(offset.begin);
      out->offsets.push_back(offset.end);
    }
    for (uint32_t id : out->encoding.ids) out->token_texts.emplace_back(t.token(id));
    for (const std::string& token : out->token_texts) out->tokens.push_back(token.c_str());
    *encoding = out.release();
    return Status();
  });
}

void inlay_encoding_free(inlay_encoding* encoding) { delete encoding; }

inlay_encoding_view inlay_encoding_get(const inlay_encoding* encoding) {
  if (!encoding) return {};
  const text::Encoding& e = encoding->encoding;
  return {e.size(),
          e.ids.data(),
          e.type_ids.data(),
          e.attention_mask.data(),
          e.special_tokens_mask.data(),
          encoding->offsets.data(),
          encoding->tokens.data(),
          e.truncated ? 1u : 0u};
}

inlay_error* inlay_tokenizer_decode(const inlay_tokenizer* tokenizer, const uint32_t* ids,
                                    size_t count, uint32_t skip_special, char** text) {
  return api::guard([&]() -> Status {
    INLAY_TRY(api::expect_not_null(tokenizer, "tokenizer"));
    INLAY_TRY(api::expect_not_null(text, "text"));
    if (count > 0) INLAY_TRY(api::expect_not_null(ids, "ids"));
    INLAY_ASSIGN(const std::string decoded,
                 tokenizer->tokenizer->decode({ids, count}, skip_special != 0));
    INLAY_ASSIGN(*text, api::copy_string(decoded));
    return Status();
  });
}
