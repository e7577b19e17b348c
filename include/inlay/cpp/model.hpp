// Models, the version of the library, and what it says of the machine.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "inlay/cpp/handle.hpp"

namespace inlay {
inline namespace INLAY_CPP_NAMESPACE {

// The version of the library that is linked, "0.1.0".
inline std::string_view version() { return inlay_version(); }

// Fails with kUnsupported when this header and the linked library do not fit together; else true.
inline Outcome<bool> check_abi(std::uint32_t abi_version = INLAY_ABI_VERSION) {
  return detail::outcome<bool>(inlay_abi_check(abi_version), [] { return true; });
}

class ModelOptions {
 public:
  // Copies the files into memory, for files that may change; otherwise they are mapped.
  ModelOptions& copy_files(bool on = true) {
    c_.copy_files = on;
    return *this;
  }
  // Runs the graph as the file spells it.
  ModelOptions& without_rewrites(bool on = true) {
    c_.without_rewrites = on;
    return *this;
  }
  const inlay_model_options& c() const noexcept { return c_; }

 private:
  inlay_model_options c_ = detail::make_options<inlay_model_options>();
};

// What a model's own classification head is for.
enum class Head : int {
  kNone = INLAY_HEAD_NONE,
  kTexts = INLAY_HEAD_TEXTS,
  kTokens = INLAY_HEAD_TOKENS,
  kInference = INLAY_HEAD_INFERENCE,  // texts too; one of its labels begins with "entail"
};

// An ONNX file or a Hugging Face directory. What is made from a model keeps it alive.
class Model : public detail::Handle<inlay_model> {
 public:
  using Handle::Handle;

  // Fails with kNotFound, kCorrupt, kUnsupported and kIo; the message names the path.
  static Outcome<Model> open(const std::string& path, const ModelOptions& options = {}) {
    return detail::make_handle<Model, inlay_model>(
        [&](inlay_model** out) { return inlay_model_open(path.c_str(), &options.c(), out); });
  }

  Head head() const { return static_cast<Head>(inlay_model_head(get())); }
  // One JSON object: inputs, outputs, metadata, operators, parameters, rewrites.
  Outcome<std::string> describe() const {
    return detail::make_string([&](char** out) { return inlay_model_describe(get(), out); });
  }
};

// JSON arrays: what `inlay kernels --json` and `inlay devices --json` print.
inline Outcome<std::string> describe_kernels() {
  return detail::make_string([](char** out) { return inlay_kernels_describe(out); });
}
inline Outcome<std::string> describe_devices() {
  return detail::make_string([](char** out) { return inlay_devices_describe(out); });
}

}  // namespace INLAY_CPP_NAMESPACE
}  // namespace inlay
