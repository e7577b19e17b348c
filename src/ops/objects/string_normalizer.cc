// StringNormalizer (ONNX 10): texts without stop words, in lower or upper case. Case is that of Unicode, one character
// for one, whatever "locale" says: no language changes it.
#include <algorithm>
#include <set>

#include "base/format.h"
#include "ops/ml/attributes.h"
#include "ops/ml/label_map.h"
#include "ops/objects/object_op.h"
#include "unicode/case_text.h"

namespace inlay::ops {
namespace {

enum class Case : uint8_t { kNone, kLower, kUpper };

std::string in_case(Case wanted, std::string_view text) {
  if (wanted == Case::kLower) return unicode::lower_text(text);
  return wanted == Case::kUpper ? unicode::upper_text(text) : std::string(text);
}

Result<Case> case_of(const ObjectCall& call) {
  const std::string_view name = call.node().text("case_change_action", "NONE");
  if (name == "NONE") return Case::kNone;
  if (name == "LOWER") return Case::kLower;
  if (name == "UPPER") return Case::kUpper;
  return call.error("case_change_action: expected LOWER, UPPER or NONE, found {}", quote(name));
}

}  // namespace

Status eval_string_normalizer(ObjectCall& call) {
  INLAY_ASSIGN(const graph::TensorRef x, call.strings(0));
  const size_t rank = x->shape.size();
  if (rank != 1 && !(rank == 2 && x->shape[0] == 1))
    return call.error("input 0: expected [C] or [1, C], found {}", describe(x));
  INLAY_ASSIGN(const Case change, case_of(call));
  const bool sensitive = call.node().integer("is_case_sensitive", 0) != 0;
  const Case compared = sensitive ? Case::kNone : Case::kLower;
  std::set<std::string> stop_words;
  if (const auto* words = ml::strings(call.node(), "stopwords"))
    for (const std::string& word : *words) stop_words.insert(in_case(compared, word));
  std::vector<std::string> texts;
  for (const std::string& text : x->strings)
    if (stop_words.empty() || stop_words.count(in_case(compared, text)) == 0)
      texts.push_back(in_case(change, text));
  if (texts.empty()) texts.emplace_back();
  std::vector<int64_t> shape(rank, 1);
  shape.back() = static_cast<int64_t>(texts.size());
  return call.set_output(0, ml::string_tensor(std::move(shape), std::move(texts)));
}

}  // namespace inlay::ops
