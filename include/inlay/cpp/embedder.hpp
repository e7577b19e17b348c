// Texts to vectors.
//
//   const auto embedder = inlay::Embedder::create(model);
//   const auto vectors = embedder.embed({"A man is eating food.", "The linker fails."});
//   vectors[0];  // a span of embedder.dimensions() floats
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "inlay/cpp/model.hpp"
#include "inlay/cpp/texts.hpp"

namespace inlay {
inline namespace INLAY_CPP_NAMESPACE {

class EmbedderOptions {
 public:
  // 0: one for each CPU that the process may use. At most 1024.
  EmbedderOptions& threads(std::uint32_t count) {
    c_.threads = count;
    return *this;
  }
  // The name of one of the model's prompts, put before each text; not set: the model's default.
  EmbedderOptions& prompt(std::string name) {
    prompt_ = std::move(name);
    has_prompt_ = true;
    return *this;
  }
  // A prompt as it is, in place of the model's; "": none.
  EmbedderOptions& prompt_text(std::string text) {
    prompt_text_ = std::move(text);
    has_prompt_text_ = true;
    return *this;
  }
  // The first so many of a vector (Matryoshka); 0: all.
  EmbedderOptions& dimensions(std::uint32_t count) {
    c_.dimensions = count;
    return *this;
  }
  // Vectors keep their length, also where the model makes it 1.
  EmbedderOptions& raw(bool on = true) {
    c_.raw = on;
    return *this;
  }
  // A text longer than the model takes is embedded in windows that overlap by so many tokens (0: an eighth of
  // a window); its vector is their mean. Not set: it loses its end.
  EmbedderOptions& chunk(std::uint32_t overlap = 0) {
    c_.chunk = 1;
    c_.chunk_overlap = overlap;
    return *this;
  }
  // Points into this object.
  inlay_embedder_options c() const noexcept {
    inlay_embedder_options options = c_;
    options.prompt = has_prompt_ ? prompt_.c_str() : nullptr;
    options.prompt_text = has_prompt_text_ ? prompt_text_.c_str() : nullptr;
    return options;
  }

 private:
  inlay_embedder_options c_ = detail::make_options<inlay_embedder_options>();
  std::string prompt_, prompt_text_;
  bool has_prompt_ = false, has_prompt_text_ = false;
};

// One vector a text.
class Embeddings : public detail::Handle<inlay_embeddings> {
 public:
  using Handle::Handle;

  std::size_t size() const { return c().count; }
  std::size_t dimensions() const { return c().dimensions; }
  // [size(), dimensions()]
  std::span<const float> data() const { return {c().data, size() * dimensions()}; }
  // Requires index < size().
  std::span<const float> operator[](std::size_t index) const {
    return data().subspan(index * dimensions(), dimensions());
  }
  // True when the text was longer than the model takes. Requires index < size().
  bool truncated(std::size_t index) const { return c().truncated[index] != 0; }
  inlay_embeddings_view c() const { return inlay_embeddings_get(get()); }
};

class Embedder : public detail::Handle<inlay_embedder> {
 public:
  using Handle::Handle;

  // Fails with kUnsupported for a model without a tokenizer or without token vectors.
  static Outcome<Embedder> create(const Model& model, const EmbedderOptions& options = {}) {
    const inlay_embedder_options c = options.c();
    return detail::make_handle<Embedder, inlay_embedder>(
        [&](inlay_embedder** out) { return inlay_embedder_create(model.get(), &c, out); });
  }

  std::size_t dimensions() const { return inlay_embedder_dimensions(get()); }
  // Fails with kInvalidArgument for a text that is not UTF-8, naming the text and the byte.
  Outcome<Embeddings> embed(const Texts& texts) const {
    return detail::make_handle<Embeddings, inlay_embeddings>([&](inlay_embeddings** out) {
      return inlay_embedder_embed(get(), texts.data(), texts.bytes(), texts.size(), out);
    });
  }
};

enum class SimilarityFunction : std::uint32_t {
  kModel = INLAY_SIMILARITY_MODEL,  // what the model of the first vectors says
  kCosine = INLAY_SIMILARITY_COSINE,
  kDot = INLAY_SIMILARITY_DOT,
  kEuclidean = INLAY_SIMILARITY_EUCLIDEAN,  // minus the distance
  kManhattan = INLAY_SIMILARITY_MANHATTAN,  // minus the sum of absolute differences
};

// How alike each vector of `a` is to each of `b`, larger is closer: [a.size(), b.size()].
// Fails with kInvalidArgument for vectors of different dimensions.
inline Outcome<std::vector<float>> similarity(
    const Embeddings& a, const Embeddings& b,
    SimilarityFunction function = SimilarityFunction::kModel) {
  std::vector<float> out(a.size() * b.size());
  inlay_error* const error = inlay_similarity(
      a.get(), b.get(), static_cast<inlay_similarity_function>(function), out.data(), out.size());
  return detail::outcome<std::vector<float>>(error, [&] { return std::move(out); });
}

}  // namespace INLAY_CPP_NAMESPACE
}  // namespace inlay
