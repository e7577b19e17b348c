#include "embedding.h"

#include "model_argument.h"
#include "texts.h"

namespace cli {

void add_embedder_options(Options& options, EmbedderOptions& embedder) {
  options.model(embedder.model);
  options.text("--prompt", embedder.prompt, "NAME",
               "one of the model's prompts, put before each text");
  options.threads(embedder.threads);
}

Embedder make_embedder(const EmbedderOptions& options) {
  const Model model = open_model(options.model);
  auto embedder_options = default_options<inlay_embedder_options>();
  embedder_options.threads = static_cast<uint32_t>(options.threads);
  if (!options.prompt.empty()) embedder_options.prompt = options.prompt.c_str();
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
