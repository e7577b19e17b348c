// The real all-MiniLM-L6-v2, as in the example at the head of inlay.hpp.
#include <numeric>

#include "cpp/cases.h"

static float dot(std::span<const float> a, std::span<const float> b) {
  return std::inner_product(a.begin(), a.end(), b.begin(), 0.0f);
}

void test_real_model() {
  const auto model = inlay::Model::open(usage_real_model());
  const auto embedder = inlay::Embedder::create(model, inlay::EmbedderOptions().threads(2));
  const auto vectors = embedder.embed({"A man is eating food.", "A man is eating a piece of bread.",
                                       "The linker fails with an undefined reference."});
  CHECK(vectors.dimensions() == 384);
  CHECK(dot(vectors[0], vectors[1]) > 0.6f && dot(vectors[0], vectors[2]) < 0.3f);

  const auto classifier = inlay::Classifier::create(model, {"programming", "cooking"});
  const auto results =
      classifier.classify({"How long should I boil the eggs?", "The linker fails."});
  CHECK(results[0].label() == "cooking" && results[1].label() == "programming");
  CHECK(results[0].score() > 0.5f);

  const auto tokenizer = inlay::Tokenizer::create(model);
  CHECK(tokenizer.max_length() == 256);
  CHECK(tokenizer.decode(tokenizer.encode("The linker fails.").ids()) == "the linker fails.");
}
