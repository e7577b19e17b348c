// A Hugging Face model directory: config.json, weights, and what sentence-transformers adds to it.
//
// Reading it reads only small JSON files; the weights are mapped. Immutable after open.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/mapped_file.h"
#include "graph/graph.h"

namespace inlay::models {

// What sentence-transformers' modules.json says about turning token vectors into one vector.
struct PoolingConfig {
  // In this order, results are put end to end.
  enum class Mode : uint8_t { kCls, kMax, kMean, kMeanSqrtLength, kWeightedMean, kLastToken };
  std::vector<Mode> modes = {Mode::kMean};
  bool normalize = false;  // L2, after pooling
};

struct Prompt {
  std::string name, text;
};

struct HfDirectory {
  HfDirectory(std::string folder, json::Document document)
      : path(std::move(folder)), config(std::move(document)) {}

  std::string path;
  json::Document config;                 // config.json
  std::optional<PoolingConfig> pooling;  // nothing when there is no modules.json
  std::vector<Prompt> prompts;
  std::string default_prompt;  // a name; empty: none
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
