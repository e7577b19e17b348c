// A Hugging Face model directory: config.json, weights, and what sentence-transformers adds to it.
//
// Reading it reads only small JSON files; the weights are mapped. Immutable after open.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/mapped_file.h"
#include "graph/graph.h"
#include "models/sentence_modules.h"

namespace inlay::models {

struct Prompt {
  std::string name, text;
};

struct HfDirectory {
  HfDirectory(std::string folder, SentenceModules sentence_modules, json::Document document)
      : path(std::move(folder)),
        modules(std::move(sentence_modules)),
        config(std::move(document)) {}

  // Where config.json, the weights and the tokenizer lie.
  const std::string& encoder_path() const { return modules.encoder_folder; }

  std::string path;
  SentenceModules modules;
  json::Document config;  // config.json
  std::vector<Prompt> prompts;
  std::string default_prompt;  // a name; empty: none
  std::string similarity;      // similarity_fn_name: "cosine", "dot", …; empty: none said
};

// Fails with kNotFound without config.json, kCorrupt on files that break their format.
Result<std::shared_ptr<const HfDirectory>> open_hf_directory(const std::string& path);

// The encoder of the directory as a graph over a ragged batch:
//   inputs   input_ids int32 [tokens], token_type_ids int32 [tokens], row_offsets int64 [rows + 1]
//   outputs  last_hidden_state f32 [tokens, hidden]
// Fails with kUnsupported for a model_type that none of the importers knows.
Result<std::shared_ptr<graph::Graph>> import_encoder(const HfDirectory& directory,
                                                     FileAccess access);

}  // namespace inlay::models
