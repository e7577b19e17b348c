// Making tokenizers, saving them, and from ids back to text; encoding.cc has the other direction.
#include "api/handle.h"
#include "api/objects.h"
#include "tasks/text_model.h"
#include "text/decode_stream.h"

using namespace inlay;

struct inlay_decode_stream {
  text::DecodeStream stream;
};

inlay_error* inlay_tokenizer_create(const inlay_model* model, inlay_tokenizer** tokenizer) {
  return api::guard([&]() -> Status {
    INLAY_TRY(api::expect_not_null(model, "model"));
    INLAY_TRY(api::expect_not_null(tokenizer, "tokenizer"));
    INLAY_TRY(tasks::directory_of(*model->model).status());
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

inlay_error* inlay_tokenizer_from_vocabulary(const char* path, const char* like,
                                             inlay_tokenizer** tokenizer) {
  return api::guard([&]() -> Status {
    INLAY_TRY(api::expect_not_null(path, "path"));
    INLAY_TRY(api::expect_not_null(tokenizer, "tokenizer"));
    INLAY_ASSIGN(auto made, text::Tokenizer::from_vocabulary(path, like ? like : ""));
    *tokenizer = new inlay_tokenizer{std::move(made)};
    return Status();
  });
}

inlay_error* inlay_tokenizer_from_vocabulary_bytes(const void* vocabulary, size_t vocabulary_bytes,
                                                   const void* merges, size_t merges_bytes,
                                                   const char* like, inlay_tokenizer** tokenizer) {
  return api::guard([&]() -> Status {
    INLAY_TRY(api::expect_not_null(tokenizer, "tokenizer"));
    INLAY_TRY(api::expect_not_null(vocabulary, "vocabulary"));
    if (merges_bytes > 0) INLAY_TRY(api::expect_not_null(merges, "merges"));
    INLAY_ASSIGN(auto made,
                 text::Tokenizer::from_vocabulary_bytes(
                     {static_cast<const char*>(vocabulary), vocabulary_bytes},
                     {static_cast<const char*>(merges), merges_bytes}, like ? like : ""));
    *tokenizer = new inlay_tokenizer{std::move(made)};
    return Status();
  });
}

inlay_error* inlay_tokenizer_save(const inlay_tokenizer* tokenizer, const char* path) {
  return api::guard([&]() -> Status {
    INLAY_TRY(api::expect_not_null(tokenizer, "tokenizer"));
    INLAY_TRY(api::expect_not_null(path, "path"));
    return tokenizer->tokenizer->save(path);
  });
}

void inlay_tokenizer_free(inlay_tokenizer* tokenizer) { delete tokenizer; }

size_t inlay_tokenizer_vocab_size(const inlay_tokenizer* tokenizer) {
  return tokenizer ? tokenizer->tokenizer->vocab_size() : 0;
}

size_t inlay_tokenizer_max_length(const inlay_tokenizer* tokenizer) {
  return tokenizer ? tokenizer->tokenizer->max_length() : 0;
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

inlay_error* inlay_decode_stream_create(const inlay_tokenizer* tokenizer, uint32_t skip_special,
                                        inlay_decode_stream** stream) {
  return api::guard([&]() -> Status {
    INLAY_TRY(api::expect_not_null(tokenizer, "tokenizer"));
    INLAY_TRY(api::expect_not_null(stream, "stream"));
    *stream = new inlay_decode_stream{{tokenizer->tokenizer, skip_special != 0}};
    return Status();
  });
}

inlay_error* inlay_decode_stream_push(inlay_decode_stream* stream, const uint32_t* ids,
                                      size_t count, char** text) {
  return api::guard([&]() -> Status {
    INLAY_TRY(api::expect_not_null(stream, "stream"));
    INLAY_TRY(api::expect_not_null(text, "text"));
    if (count > 0) INLAY_TRY(api::expect_not_null(ids, "ids"));
    INLAY_ASSIGN(const std::string added, stream->stream.push({ids, count}));
    INLAY_ASSIGN(*text, api::copy_string(added));
    return Status();
  });
}

inlay_error* inlay_decode_stream_flush(inlay_decode_stream* stream, char** text) {
  return api::guard([&]() -> Status {
    INLAY_TRY(api::expect_not_null(stream, "stream"));
    INLAY_TRY(api::expect_not_null(text, "text"));
    INLAY_ASSIGN(const std::string rest, stream->stream.flush());
    INLAY_ASSIGN(*text, api::copy_string(rest));
    return Status();
  });
}

void inlay_decode_stream_reset(inlay_decode_stream* stream) {
  if (stream) stream->stream.reset();
}

void inlay_decode_stream_free(inlay_decode_stream* stream) { delete stream; }
