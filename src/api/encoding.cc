// From text to tokens: one text, words, many texts; and what came out of it.
#include "api/handle.h"
#include "api/objects.h"
#include "base/cpu.h"
#include "base/thread_pool.h"

using namespace inlay;

namespace {

// An encoding as the C ABI shows it.
struct Shown {
  text::Encoding encoding;
  std::vector<uint64_t> offsets;
  std::vector<char> token_texts;  // each with a byte 0 behind it
  std::vector<const char*> tokens;

  Shown(const text::Tokenizer& tokenizer, text::Encoding made) : encoding(std::move(made)) {
    offsets.reserve(2 * encoding.size());
    for (const text::Offset& offset : encoding.offsets()) {
      offsets.push_back(offset.begin);
      offsets.push_back(offset.end);
    }
    std::vector<size_t> begins;
    begins.reserve(encoding.size());
    for (const uint32_t id : encoding.ids()) {
      begins.push_back(token_texts.size());
      const std::string_view token = tokenizer.token(id);
      token_texts.insert(token_texts.end(), token.begin(), token.end());
      token_texts.push_back('\0');
    }
    tokens.reserve(encoding.size());
    for (const size_t begin : begins) tokens.push_back(token_texts.data() + begin);
  }

  inlay_encoding_view view() const {
    const text::Encoding& e = encoding;
    return {e.size(),
            e.ids().data(),
            e.type_ids().data(),
            e.attention_mask().data(),
            e.special_tokens_mask().data(),
            offsets.data(),
            tokens.data(),
            e.truncated ? 1u : 0u,
            e.word_ids().data()};
  }
};

}  // namespace

struct inlay_encoding {
  Shown shown;
  std::vector<Shown> windows;

  inlay_encoding(const text::Tokenizer& tokenizer, text::Encoding made)
      : inlay_encoding(tokenizer, std::move(made.overflowing), std::move(made)) {}

 private:
  inlay_encoding(const text::Tokenizer& tokenizer, std::vector<text::Encoding> overflowing,
                 text::Encoding&& made)
      : shown(tokenizer, std::move(made)) {
    windows.reserve(overflowing.size());
    for (text::Encoding& window : overflowing) windows.emplace_back(tokenizer, std::move(window));
  }
};

struct inlay_encodings {
  std::vector<std::unique_ptr<inlay_encoding>> all;
};

struct inlay_ids {
  std::vector<int32_t> ids;
  std::vector<size_t> begins;
};

namespace {

Result<text::Truncation> choose_truncation(const inlay_encode_options& given) {
  if (given.truncation > INLAY_TRUNCATION_ONLY_SECOND) {
    return invalid("options: expected a truncation from 0 to 2, found {}", given.truncation);
  }
  text::Truncation truncation;
  truncation.strategy = static_cast<text::Truncation::Strategy>(given.truncation);
  truncation.stride = given.stride;
  truncation.direction = given.truncate_left ? text::Direction::kLeft : text::Direction::kRight;
  return truncation;
}

std::optional<text::Padding> choose_padding(const text::Tokenizer& tokenizer,
                                            const inlay_encode_options& given) {
  if (!given.pad_to && !given.pad_to_multiple && !given.pad_to_longest) return std::nullopt;
  text::Padding padding = tokenizer.baked_padding().value_or(text::Padding{});
  padding.length.reset();
  if (given.pad_to > 0) padding.length = given.pad_to;
  padding.multiple_of = given.pad_to_multiple;
  if (given.pad_left) padding.direction = text::Direction::kLeft;
  return padding;
}

// 0: no limit.
size_t choose_limit(const text::Tokenizer& tokenizer, uint32_t max_length) {
  if (max_length == UINT32_MAX) return 0;
  return max_length ? max_length : tokenizer.max_length();
}

Result<text::EncodeOptions> choose_options(const text::Tokenizer& tokenizer,
                                           const inlay_encode_options* options) {
  INLAY_ASSIGN(const inlay_encode_options given, api::read_options(options));
  if (given.pad_to > 0 && given.pad_to_longest) {
    return invalid("options: expected pad_to or pad_to_longest, found both");
  }
  text::EncodeOptions chosen;
  chosen.add_special_tokens = !given.without_special_tokens;
  chosen.replace_invalid_utf8 = given.replace_invalid_utf8 != 0;
  if (given.character_offsets) chosen.offset_unit = text::OffsetUnit::kCharacters;
  INLAY_ASSIGN(const text::Truncation truncation, choose_truncation(given));
  if (const size_t limit = choose_limit(tokenizer, given.max_length); limit > 0) {
    chosen.truncation = truncation;
    chosen.truncation->max_length = limit;
  }
  chosen.padding = choose_padding(tokenizer, given);
  return chosen;
}

Result<std::vector<std::string_view>> read_all(const char* const* texts, const size_t* bytes,
                                               size_t count, std::string_view name) {
  if (count > 0) INLAY_TRY(api::expect_not_null(texts, name));
  std::vector<std::string_view> views;
  views.reserve(count);
  for (size_t i = 0; i < count; ++i) {
    INLAY_ASSIGN(const std::string_view view, api::read_text(texts[i], bytes, i, name));
    views.push_back(view);
  }
  return views;
}

// Null where one thread is enough.
Result<std::unique_ptr<ThreadPool>> make_pool(uint32_t threads, size_t texts) {
  constexpr uint32_t kMost = 1024;
  if (threads > kMost) return invalid("threads: expected 0 to {}, found {}", kMost, threads);
  if (texts < 2 || threads == 1) return std::unique_ptr<ThreadPool>();
  const int count = threads == 0 ? usable_cpu_count() : static_cast<int>(threads);
  return count == 1 ? nullptr : std::make_unique<ThreadPool>(count);
}

}  // namespace

inlay_error* inlay_tokenizer_encode(const inlay_tokenizer* tokenizer, const char* text,
                                    size_t text_bytes, const char* pair, size_t pair_bytes,
                                    const inlay_encode_options* options,
                                    inlay_encoding** encoding) {
  return api::guard([&]() -> Status {
    INLAY_TRY(api::expect_not_null(tokenizer, "tokenizer"));
    INLAY_TRY(api::expect_not_null(encoding, "encoding"));
    if (text_bytes > 0) INLAY_TRY(api::expect_not_null(text, "text"));
    if (pair_bytes > 0) INLAY_TRY(api::expect_not_null(pair, "pair"));
    const text::Tokenizer& t = *tokenizer->tokenizer;
    INLAY_ASSIGN(const text::EncodeOptions chosen, choose_options(t, options));
    std::optional<std::string_view> second;
    if (pair) second.emplace(pair, pair_bytes);
    INLAY_ASSIGN(text::Encoding made, t.encode({text, text_bytes}, second, chosen));
    *encoding = new inlay_encoding(t, std::move(made));
    return Status();
  });
}

inlay_error* inlay_tokenizer_encode_words(const inlay_tokenizer* tokenizer,
                                          const char* const* words, const size_t* word_bytes,
                                          size_t word_count, const char* const* pair_words,
                                          const size_t* pair_bytes, size_t pair_count,
                                          const inlay_encode_options* options,
                                          inlay_encoding** encoding) {
  return api::guard([&]() -> Status {
    INLAY_TRY(api::expect_not_null(tokenizer, "tokenizer"));
    INLAY_TRY(api::expect_not_null(encoding, "encoding"));
    const text::Tokenizer& t = *tokenizer->tokenizer;
    INLAY_ASSIGN(const text::EncodeOptions chosen, choose_options(t, options));
    INLAY_ASSIGN(const auto first, read_all(words, word_bytes, word_count, "word"));
    INLAY_ASSIGN(const auto second, read_all(pair_words, pair_bytes, pair_count, "pair word"));
    std::optional<text::Tokenizer::Words> pair;
    if (pair_words) pair = second;
    INLAY_ASSIGN(text::Encoding made, t.encode_words(first, pair, chosen));
    *encoding = new inlay_encoding(t, std::move(made));
    return Status();
  });
}

void inlay_encoding_free(inlay_encoding* encoding) { delete encoding; }

inlay_encoding_view inlay_encoding_get(const inlay_encoding* encoding) {
  return encoding ? encoding->shown.view() : inlay_encoding_view{};
}

size_t inlay_encoding_overflow_count(const inlay_encoding* encoding) {
  return encoding ? encoding->windows.size() : 0;
}

inlay_encoding_view inlay_encoding_overflow(const inlay_encoding* encoding, size_t index) {
  if (index >= inlay_encoding_overflow_count(encoding)) return {};
  return encoding->windows[index].view();
}

inlay_error* inlay_tokenizer_encode_batch(const inlay_tokenizer* tokenizer,
                                          const char* const* texts, const size_t* text_bytes,
                                          const char* const* pairs, const size_t* pair_bytes,
                                          size_t count, const inlay_encode_options* options,
                                          uint32_t threads, inlay_encodings** encodings) {
  return api::guard([&]() -> Status {
    INLAY_TRY(api::expect_not_null(tokenizer, "tokenizer"));
    INLAY_TRY(api::expect_not_null(encodings, "encodings"));
    const text::Tokenizer& t = *tokenizer->tokenizer;
    INLAY_ASSIGN(const text::EncodeOptions chosen, choose_options(t, options));
    INLAY_ASSIGN(const auto first, read_all(texts, text_bytes, count, "text"));
    std::vector<std::string_view> second;
    if (pairs) {
      INLAY_ASSIGN(second, read_all(pairs, pair_bytes, count, "pair"));
    }
    std::vector<text::TextPair> all(count);
    for (size_t i = 0; i < count; ++i) {
      all[i].text = first[i];
      if (pairs) all[i].pair = second[i];
    }
    INLAY_ASSIGN(const auto pool, make_pool(threads, count));
    INLAY_ASSIGN(std::vector<text::Encoding> made, t.encode_batch(all, chosen, pool.get()));
    auto out = std::make_unique<inlay_encodings>();
    for (text::Encoding& e : made) {
      out->all.push_back(std::make_unique<inlay_encoding>(t, std::move(e)));
    }
    *encodings = out.release();
    return Status();
  });
}

void inlay_encodings_free(inlay_encodings* encodings) { delete encodings; }

size_t inlay_encodings_count(const inlay_encodings* encodings) {
  return encodings ? encodings->all.size() : 0;
}

const inlay_encoding* inlay_encodings_get(const inlay_encodings* encodings, size_t index) {
  return index < inlay_encodings_count(encodings) ? encodings->all[index].get() : nullptr;
}

inlay_error* inlay_tokenizer_encode_ids(const inlay_tokenizer* tokenizer, const char* const* texts,
                                        const size_t* text_bytes, size_t count, uint32_t max_length,
                                        uint32_t threads, inlay_ids** ids) {
  return api::guard([&]() -> Status {
    INLAY_TRY(api::expect_not_null(tokenizer, "tokenizer"));
    INLAY_TRY(api::expect_not_null(ids, "ids"));
    const text::Tokenizer& t = *tokenizer->tokenizer;
    INLAY_ASSIGN(const auto views, read_all(texts, text_bytes, count, "text"));
    INLAY_ASSIGN(const auto pool, make_pool(threads, count));
    auto out = std::make_unique<inlay_ids>();
    INLAY_TRY(
        t.encode_ids_batch(views, choose_limit(t, max_length), pool.get(), out->ids, out->begins));
    *ids = out.release();
    return Status();
  });
}

void inlay_ids_free(inlay_ids* ids) { delete ids; }

inlay_ids_view inlay_ids_get(const inlay_ids* ids) {
  if (!ids) return {};
  return {ids->begins.size() - 1, ids->ids.data(), ids->begins.data()};
}
