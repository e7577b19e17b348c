// Texts to vectors, for the commands embed and similar.
#pragma once

#include <span>
#include <string>

#include "handles.h"
#include "options.h"

namespace cli {

struct EmbedderOptions {
  std::string model, prompt, prompt_text;
  int64_t threads = 0, dimensions = 0, chunk_overlap = 0;
  bool chunk = false, raw = false;
};

void add_embedder_options(Options& options, EmbedderOptions& embedder);
Embedder make_embedder(const EmbedderOptions& options);
Embeddings embed(const Embedder& embedder, std::span<const std::string> texts);

}  // namespace cli
