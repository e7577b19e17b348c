// A classification head on frozen embeddings, and its file (docs/HEADS.md).
//
//   INLAY_TRY(save_head(head, "titles.inlayhead"));
//   INLAY_ASSIGN(const FewShotHead head, open_head("titles.inlayhead"));
//
// Plain data; reading a file of any bytes gives a valid head or an error.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"

namespace inlay::tasks {

enum class FewShotMethod : uint32_t { kLogistic = 0, kCentroid = 1 };

struct FewShotHead {
  FewShotMethod method = FewShotMethod::kLogistic;
  std::vector<std::string> labels;  // each once
  size_t dimensions = 0;
  float temperature = 1;  // scores are softmax(weights . x / temperature)
  std::vector<float>
      thresholds;              // [labels]: a cosine to the centroid below it is "unknown"; -1: none
  std::vector<float> probe;    // [dimensions]: what the model makes of kProbeText, of length 1
  std::vector<float> weights;  // [labels, dimensions]
  std::vector<float> centroids;  // [labels, dimensions], of length 1
};

// The model that a head belongs to is known by its vector of this text: so an exported or converted copy of
// the model is the same one, and another prompt or pooling is not.
constexpr std::string_view kProbeText = "A head knows its model by what it makes of this sentence.";

// The format's limits.
constexpr size_t kMaxLabels = 65536, kMaxDimensions = 65536, kMaxLabelBytes = 65536;

// The file's bytes.
std::string write_head(const FewShotHead& head);
// `place` stands before messages. Fails with kCorrupt, naming byte or field, kUnsupported for a version that
// is not known.
Result<FewShotHead> read_head(std::string_view bytes, std::string_view place);

// Replaces the file in one step.
Status save_head(const FewShotHead& head, const std::string& path);
Result<FewShotHead> open_head(const std::string& path);

}  // namespace inlay::tasks
