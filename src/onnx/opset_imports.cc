#include "onnx/opset_imports.h"

namespace inlay::onnx {
namespace {

constexpr int64_t kLastOpset = 27;  // of ONNX 1.22: what newer ones say is not known here

}  // namespace

Status read_opset_import(protobuf::Reader message, const ModelSource& source,
                         OpsetImports& imports) {
  std::string domain;
  int64_t version = 0;
  while (message.next()) {
    if (message.field() == 1) {
      INLAY_ASSIGN(domain, read_text(message));
    } else if (message.field() == 2) {
      INLAY_ASSIGN(version, message.int64());
    }
  }
  INLAY_TRY(message.status());
  if (version < 1 || version > INT32_MAX)
    return message.error(format("expected an opset version of at least 1, found {}", version));
  if (domain == "ai.onnx") domain.clear();
  if (domain.empty() && version > kLastOpset)
    return unsupported("{}: expected an opset version of at most {}, found {}", source.name,
                       kLastOpset, version);
  imports.insert_or_assign(std::move(domain), static_cast<int>(version));
  return Status();
}

}  // namespace inlay::onnx
