// Texts to vectors.
#include <algorithm>
#include <vector>

#include "cpp/cases.h"

using inlay::Embedder;
using inlay::EmbedderOptions;
using inlay::Embeddings;
using inlay::Status;
using inlay::Texts;

static bool equal(std::span<const float> a, std::span<const float> b) {
  return std::ranges::equal(a, b);
}

static void texts_of_every_kind(const Embedder& embedder) {
  const std::string text = "ab cd";
  const std::string_view view = text;
  const std::vector<std::string> strings = {text, "e"};
  const std::vector<const char*> pointers = {text.c_str(), "e"};
  const Embeddings expected = embedder.embed({"ab cd", "e"});
  CHECK(expected.size() == 2 && expected.dimensions() == USAGE_DIMENSIONS);
  CHECK(expected.data().size() == 2 * USAGE_DIMENSIONS && expected.c().count == 2);
  for (const Embeddings& one : {embedder.embed(text), embedder.embed(view), embedder.embed("ab cd"),
                                embedder.embed(strings), embedder.embed(pointers),
                                embedder.embed(std::span(strings).first(1))}) {
    CHECK(equal(one[0], expected[0]));
  }
  CHECK(embedder.embed(strings).size() == 2 && equal(embedder.embed(strings)[1], expected[1]));
  CHECK(embedder.embed({}).size() == 0 && embedder.embed({"a"}).size() == 1);
  const Texts texts({"a", "bc"});
  CHECK(texts.size() == 2 && texts.bytes()[1] == 2 && texts.data()[1][0] == 'b');
}

static void prompts(const inlay::Model& model, const Embedder& plain) {
  const Embedder prompted = Embedder::create(model, EmbedderOptions().threads(1).prompt("query"));
  CHECK(equal(prompted.embed("ab")[0], plain.embed("q ab")[0]));
  CHECK(EmbedderOptions().c().prompt == nullptr);
  CHECK_THROWS(Embedder::create(model, EmbedderOptions().prompt("none")), Status::kNotFound,
               "\"none\"");
}

void test_embeddings() {
  const auto model = inlay::Model::open(usage_tiny_directory());
  const Embedder embedder = Embedder::create(model);
  CHECK(embedder.dimensions() == USAGE_DIMENSIONS);
  texts_of_every_kind(embedder);
  prompts(model, embedder);
  const Embeddings cut = embedder.embed({"a", "a b c d e f g h i j k l m n"});
  CHECK(!cut.truncated(0) && cut.truncated(1));
  CHECK_THROWS(embedder.embed({"a", "\xc3("}), Status::kInvalidArgument, "text 1: ");
  CHECK_THROWS(Embedder::create(inlay::Model::open(usage_tiny_onnx())), Status::kUnsupported,
               "tiny.onnx");
}
