// Two threads on one session, one embedder, one tokenizer, one classifier, from the first call on.
#include <algorithm>
#include <thread>
#include <vector>

#include "cpp/cases.h"

namespace {

constexpr int kRounds = 50;

template <class Work>
void in_two_threads(Work work) {
  std::thread other([&] { work(1); });
  work(0);
  other.join();
}

std::vector<float> copy(std::span<const float> values) { return {values.begin(), values.end()}; }

void one_session() {
  const auto session = inlay::Session::create(inlay::Model::open(usage_tiny_onnx()),
                                              inlay::SessionOptions().threads(2));
  bool good[2] = {true, true};
  in_two_threads([&](int thread) {
    for (int round = 1; round <= kRounds; ++round) {
      const std::vector<float> values(static_cast<size_t>(3 * round), static_cast<float>(thread));
      const auto outputs = session.run({{"x", {values, {round, 3}}}});
      const auto sum = outputs[0].values<float>();
      good[thread] &= sum.size() == values.size() && sum.back() == static_cast<float>(thread + 3);
    }
  });
  CHECK(good[0] && good[1]);
}

void one_of_each_task() {
  const auto model = inlay::Model::open(usage_tiny_directory());
  const auto expected = [&](const char* text) {
    return copy(inlay::Embedder::create(model).embed(text)[0]);
  };
  const char* const texts[] = {"ab cd", "x y z 1 2 3"};
  const std::vector<float> vectors[] = {expected(texts[0]), expected(texts[1])};
  const auto embedder = inlay::Embedder::create(model, inlay::EmbedderOptions().threads(2));
  const auto tokenizer = inlay::Tokenizer::create(model);
  const auto classifier = inlay::Classifier::create(model, {"ab cd", "x y z 1 2 3"});
  bool good[2] = {true, true};
  in_two_threads([&](int thread) {
    for (int round = 0; round < kRounds; ++round) {
      const char* const text = texts[thread];
      good[thread] &= copy(embedder.embed(text)[0]) == vectors[thread];
      good[thread] &= tokenizer.decode(tokenizer.encode(text).ids()) == text;
      good[thread] &= classifier.classify(text)[0].label() == text;
    }
  });
  CHECK(good[0] && good[1]);
}

}  // namespace

void test_threads() {
  one_session();
  one_of_each_task();
}
