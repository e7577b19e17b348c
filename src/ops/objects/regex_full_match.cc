// RegexFullMatch (ONNX 20): whether each text as a whole matches a pattern in RE2's syntax (unicode/regex.h).
#include "base/utf8.h"
#include "ops/objects/object_op.h"
#include "unicode/regex.h"

namespace inlay::ops {

Status eval_regex_full_match(ObjectCall& call) {
  INLAY_ASSIGN(const graph::TensorRef x, call.strings(0));
  const auto regex = unicode::Regex::compile_re2_full_match(call.node().text("pattern", ""));
  if (!regex.ok()) return call.error("pattern: {}", regex.message());
  std::vector<uint8_t> matches;
  for (const std::string& text : x->strings) {
    if (call.host().cancelled()) return Status();
    bool found = false;
    // Nothing matches bytes that are no UTF-8.
    if (utf8_error(text) == text.npos) {
      unicode::Regex::Matcher matcher(**regex, text);
      size_t begin, end;
      auto searched = matcher.search(0, begin, end);
      if (!searched.ok()) return call.error("element {}: {}", matches.size(), searched.message());
      found = *searched;
    }
    matches.push_back(found);
  }
  return call.set_output(0, graph::make_tensor(graph::DType::kBool, x->shape, matches));
}

}  // namespace inlay::ops
