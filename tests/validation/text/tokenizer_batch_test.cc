// Batches against one text after the other, with any number of threads.
#include <gtest/gtest.h>

#include <random>

#include "base/thread_pool.h"
#include "columns.h"
#include "tiny_tokenizer.h"

namespace inlay::text {
namespace {

void expect_equal(const Encoding& a, const Encoding& b) {
  ASSERT_EQ(list(a.ids()), list(b.ids()));
  ASSERT_EQ(list(a.type_ids()), list(b.type_ids()));
  ASSERT_EQ(list(a.attention_mask()), list(b.attention_mask()));
  ASSERT_EQ(list(a.special_tokens_mask()), list(b.special_tokens_mask()));
  ASSERT_EQ(list(a.offsets()), list(b.offsets()));
  ASSERT_EQ(list(a.word_ids()), list(b.word_ids()));
  ASSERT_EQ(a.overflowing.size(), b.overflowing.size());
  for (size_t i = 0; i < a.overflowing.size(); ++i) {
    expect_equal(a.overflowing[i], b.overflowing[i]);
  }
}

// Texts of 0 to 100 words, so that stretches hold different numbers of them.
std::vector<std::string> random_texts(size_t count) {
  constexpr std::string_view kWords[] = {"a",          "man", "eats",         "unaffable",
                                         "H\u00e9llo", ".",   "\u65e5\u672c", "zzz"};
  std::mt19937 random(3);
  std::vector<std::string> texts(count);
  for (std::string& text : texts) {
    for (size_t words = random() % 100; words > 0; --words) {
      text += kWords[random() % std::size(kWords)];
      text += ' ';
    }
  }
  return texts;
}

std::vector<TextPair> pairs_of(const std::vector<std::string>& texts) {
  std::vector<TextPair> out;
  for (size_t i = 0; i < texts.size(); ++i) {
    out.push_back({texts[i]});
    if (i % 3 == 1) out.back().pair = texts[texts.size() - i];
  }
  return out;
}

std::vector<EncodeOptions> all_options() {
  EncodeOptions padded;
  padded.padding = Padding{.multiple_of = 8, .id = 1};
  EncodeOptions cut;
  cut.offsets = false;
  cut.truncation = Truncation{.max_length = 24, .stride = 2};
  cut.padding = Padding{.length = 30, .direction = Direction::kLeft};
  EncodeOptions bare;
  bare.add_special_tokens = false;
  return {EncodeOptions(), padded, cut, bare};
}

TEST(TokenizerBatch, GivesWhatTheTextsGiveOneByOne) {
  const auto tokenizer = tiny();
  const std::vector<std::string> texts = random_texts(150);
  const std::vector<TextPair> pairs = pairs_of(texts);
  for (const EncodeOptions& options : all_options()) {
    std::vector<Encoding> expected;
    EncodeOptions each = options;
    each.padding = std::nullopt;
    for (const TextPair& p : pairs) expected.push_back(*tokenizer->encode(p.text, p.pair, each));
    if (options.padding) {
      ASSERT_TRUE(pad(expected, *options.padding).ok());
    }
    for (const int threads : {0, 1, 2, 3, 8}) {
      std::unique_ptr<ThreadPool> pool;
      if (threads > 0) pool = std::make_unique<ThreadPool>(threads);
      const auto batch = tokenizer->encode_batch(pairs, options, pool.get());
      ASSERT_TRUE(batch.ok()) << batch.message();
      ASSERT_EQ(batch->size(), expected.size());
      for (size_t i = 0; i < expected.size(); ++i) {
        expect_equal((*batch)[i], expected[i]);
        ASSERT_FALSE(HasFatalFailure()) << "text " << i << ", " << threads << " threads";
      }
    }
  }
}

TEST(TokenizerBatch, IdsAreThoseOfTheTexts) {
  const auto tokenizer = tiny();
  const std::vector<std::string> texts = random_texts(150);
  const std::vector<std::string_view> views(texts.begin(), texts.end());
  for (const size_t limit : {0, 2, 17}) {
    std::vector<int32_t> expected;
    std::vector<size_t> expected_begins = {0};
    for (const std::string& text : texts) {
      ASSERT_TRUE(tokenizer->encode_ids(text, limit, expected).ok());
      expected_begins.push_back(expected.size());
    }
    for (const int threads : {1, 2, 7}) {
      ThreadPool pool(threads);
      std::vector<int32_t> ids = {7, 7, 7};
      std::vector<size_t> begins = {1};
      ASSERT_TRUE(tokenizer->encode_ids_batch(views, limit, &pool, ids, begins).ok());
      ASSERT_EQ(ids, expected) << threads;
      ASSERT_EQ(begins, expected_begins) << threads;
    }
  }
}

TEST(TokenizerBatch, NoTexts) {
  const auto tokenizer = tiny();
  ThreadPool pool(2);
  EncodeOptions padded;
  padded.padding = Padding();
  const auto batch = tokenizer->encode_batch({}, padded, &pool);
  ASSERT_TRUE(batch.ok());
  EXPECT_TRUE(batch->empty());
  std::vector<int32_t> ids = {1};
  std::vector<size_t> begins;
  ASSERT_TRUE(tokenizer->encode_ids_batch({}, 0, &pool, ids, begins).ok());
  EXPECT_TRUE(ids.empty());
  EXPECT_EQ(begins, std::vector<size_t>{0});
}

// The lowest number wins, whichever thread is first.
TEST(TokenizerBatch, TheErrorIsThatOfTheFirstTextThatFails) {
  const auto tokenizer = tiny();
  std::vector<std::string> texts = random_texts(300);
  for (const size_t i : {299, 231, 230, 188}) texts[i] = "a man \xff";
  const std::vector<std::string_view> views(texts.begin(), texts.end());
  std::vector<TextPair> pairs;
  for (const std::string_view view : views) pairs.push_back({view});
  for (const int threads : {1, 2, 5}) {
    ThreadPool pool(threads);
    const auto batch = tokenizer->encode_batch(pairs, {}, &pool);
    ASSERT_FALSE(batch.ok());
    EXPECT_EQ(batch.code(), StatusCode::kInvalidArgument);
    EXPECT_TRUE(batch.message().starts_with("text 188: ")) << batch.message();
    std::vector<int32_t> ids;
    std::vector<size_t> begins;
    const Status status = tokenizer->encode_ids_batch(views, 0, &pool, ids, begins);
    EXPECT_EQ(status.message(), batch.message());
    EXPECT_TRUE(ids.empty() && begins.empty());
  }
}

TEST(TokenizerBatch, PaddingThatIsTooLongIsRefused) {
  EncodeOptions options;
  options.padding = Padding{.length = kMaxPaddedLength + 1};
  const TextPair one{"a man"};
  EXPECT_EQ(tiny()->encode_batch({&one, 1}, options, nullptr).code(), StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace inlay::text
