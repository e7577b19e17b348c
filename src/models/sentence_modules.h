// What sentence-transformers' modules.json says about turning token vectors into one vector a text.
//
// modules.json is a list of {idx, name, path, type}, of which only the last part of `type` is stable. The
// first is the encoder, a Transformer or a StaticEmbedding; what comes behind it is run in order.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/json.h"

namespace inlay::models {

struct Pooling {
  enum class Mode : uint8_t { kCls, kMax, kMean, kMeanSqrtLength, kWeightedMean, kLastToken };
  std::vector<Mode> modes = {Mode::kMean};  // results are put end to end
  bool include_prompt = true;               // false: tokens of the prompt do not count
};

// activation(x · Wᵀ + b); "linear.weight" [out, in] and "linear.bias" or none lie in the folder.
struct SentenceDense {
  enum class Activation : uint8_t { kNone, kTanh, kRelu, kGelu, kSigmoid, kSilu };
  std::string folder;
  Activation activation = Activation::kTanh;
};

// "norm.weight" and "norm.bias" in the folder.
struct SentenceLayerNorm {
  std::string folder;
};

struct SentenceNormalize {};  // L2

using SentenceModule = std::variant<Pooling, SentenceDense, SentenceLayerNorm, SentenceNormalize>;

struct SentenceModules {
  enum class Encoder : uint8_t { kTransformer, kStaticEmbedding };
  Encoder encoder = Encoder::kTransformer;
  std::string encoder_folder;  // the directory, or a folder of it
  // Pooling is first where the encoder gives token vectors.
  std::vector<SentenceModule> after;
};

// Of a directory; one with a Transformer and mean pooling where there is no modules.json. Fails with
// kUnsupported for a module that nothing here runs.
Result<SentenceModules> read_sentence_modules(const std::string& directory);

// A JSON file whose root is of that kind; nothing where there is no such file.
Result<std::optional<json::Document>> read_json(const std::string& path, json::Kind root);

}  // namespace inlay::models
