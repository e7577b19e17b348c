// Labels that are learned from examples, and what embedders can be asked for.
#include <vector>

#include "cpp/cases.h"

using inlay::Classifier;
using inlay::EmbedderOptions;
using inlay::Example;
using inlay::FewShotOptions;
using inlay::Label;
using inlay::Status;
using inlay::Trainer;

static void learns_and_saves(const inlay::Model& model) {
  const std::vector<Label> labels = {"first", {"last", {"xyz", "xyy"}}};
  const std::vector<Example> examples = {{"ab cd", "first"}, {"xyz", "last"}, {"ab ce", "first"}};
  const auto options = FewShotOptions()
                           .threads(1)
                           .method(FewShotOptions::Method::kCentroid)
                           .balanced()
                           .strength(10)
                           .unknown_share(0.1f);
  CHECK(options.c().threads == 1 && options.c().c == 10);
  const auto learned = Classifier::from_examples(model, labels, examples, options);
  learned.save(usage_path("labels.inlayhead"));
  const auto opened = Classifier::open(model, usage_path("labels.inlayhead"));
  CHECK(opened.classify("xyz")[0].size() >= 2);
  CHECK(opened.classify("xyz")[0].score() == learned.classify("xyz")[0].score());
  CHECK_THROWS(Classifier::create(model, {"a"}).save(usage_path("none")), Status::kUnsupported,
               "learned from examples");
}

static void corrections(const inlay::Model& model) {
  const auto options = FewShotOptions().without_descriptions().strength(1000);
  Trainer trainer = Trainer::create(model, {}, options);
  trainer.add({{"ab cd", "first"}, {"xyz", "last"}});
  CHECK(trainer.train().classify("ab cd")[0].label() == "first");
  trainer.add({{"ab cd", "last"}, {"e f", "first"}});
  CHECK(trainer.count() == 3);
  CHECK(trainer.train().classify("ab cd")[0].label() == "last");
  CHECK_THROWS(trainer.add({{"a", "first"}, {"a", "last"}}), Status::kInvalidArgument, "example 1");
}

static void embedder_options(const inlay::Model& model) {
  const std::string text = "a b c d e f g h i j k l m n";
  const auto plain = inlay::Embedder::create(model);
  const auto other = inlay::Embedder::create(
      model, EmbedderOptions().prompt_text("q ").dimensions(4).raw().chunk(2));
  const auto vectors = other.embed({text, "ab"});
  CHECK(vectors.dimensions() == 4 && !vectors.truncated(0));
  const auto similarities = inlay::similarity(vectors, vectors, inlay::SimilarityFunction::kCosine);
  CHECK(similarities.size() == 4 && similarities[0] > 0.9999f);
  CHECK_THROWS(inlay::similarity(vectors, plain.embed(text)), Status::kInvalidArgument,
               "same dimensions, found 4 and 16");
}

void test_few_shot() {
  const auto model = inlay::Model::open(usage_tiny_directory());
  learns_and_saves(model);
  corrections(model);
  embedder_options(model);
}
