#include "embedding.h"

#include "model_argument.h"
#include "texts.h"

namespace cli {

void add_embedder_options(Options& options, EmbedderOptions& embedder) {
  options.model(embedder.model);
  options.text("--prompt", embedder.prompt, "NAME",
               "one of the model's prompts, put before each text");
  options.text("--prompt-text", embedder.prompt_text, "TEXT",
               "a prompt as it is, in place of the model's");
  options.number("--dimensions", embedder.dimensions, 0,
                 "keep the first N numbers of a vector; 0, the default: all");
  options.flag("--chunk", embedder.chunk,
               "embed a text that is too long in windows; without it loses its end");
  options.number("--chunk-overlap", embedder.chunk_overlap, 0,
                 "tokens that windows share; 0, the default: an eighth of one");
  options.threads(embedder.threads);
}

Embedder make_embedder(const EmbedderOptions& options) {
  const Model model = open_model(options.model);
  auto embedder_options = default_options<inlay_embedder_options>();
  embedder_options.threads = static_cast<uint32_t>(options.threads);
  if (!options.prompt.empty()) embedder_options.prompt = options.prompt.c_str();
  if (!options.prompt_text.empty()) embedder_options.prompt_text = options.prompt_text.c_str();
  embedder_options.dimensions = static_cast<uint32_t>(options.dimensions);
  embedder_options.raw = options.raw;
  embedder_options.chunk = options.chunk;
  embedder_options.chunk_overlap = static_cast<uint32_t>(options.chunk_overlap);
  Embedder embedder;
  check(inlay_embedder_create(model.get(), &embedder_options, embedder.out()));
  return embedder;
}

Embeddings embed(const Embedder& embedder, std::span<const std::string> texts) {
  const TextPointers pointers(texts);
  Embeddings embeddings;
  check(inlay_embedder_embed(embedder.get(), pointers.data.data(), pointers.bytes.data(),
                             texts.size(), embeddings.out()));
  return embeddings;
}

}  // namespace cli
