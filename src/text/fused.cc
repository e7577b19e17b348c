#include "text/fused.h"

namespace inlay::text {

void FusedEncode::note(Spaces spaces) {
  if (white_space == WhiteSpace::kNoted) out.spaces.push_back(spaces);
}

Fused::~Fused() = default;

std::unique_ptr<Fused> make_fused(const FusedParts& parts) {
  using Make = std::unique_ptr<Fused> (*)(const FusedParts&);
  constexpr Make kMakes[] = {make_fused_bert, make_fused_bpe, make_fused_unigram};
  for (const Make make : kMakes) {
    if (auto fused = make(parts)) return fused;
  }
  return nullptr;
}

}  // namespace inlay::text
