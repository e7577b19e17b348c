// inlay_node_probe [--no-rewrite] [--rewrites] [--absolute X] DIRECTORY…: runs ONNX backend test cases and says
// how each went.
//
// A case is a directory with model.onnx and test_data_set_K/{input_i.pb,output_j.pb}, serialized
// TensorProtos. Prints a line a case: its name, a tab, "pass" or "fail" or "unsupported", a tab,
// why. With --absolute, elements of f32 may differ by so much and no more. With --rewrites also what Model::info() says of them. "-" among the arguments: directories
// come from standard input.
#include <cmath>
#include <cstdio>
#include <cstring>
#include <iostream>

#include "onnx/tensor_proto.h"
#include "runtime/session.h"

namespace {

using inlay::MappedFile;
using inlay::Result;
using inlay::Status;
using inlay::graph::DType;
using inlay::graph::TensorRef;
namespace onnx = inlay::onnx;
namespace runtime = inlay::runtime;

// ONNX's own runner has these.
constexpr double kRelative = 1e-3, kAbsolute = 1e-7;

struct Options {
  bool rewrite = true, show_rewrites = false;
  double absolute = 0;  // 0: as ONNX's own runner has it
};

Result<TensorRef> read_tensor_file(const std::string& path) {
  INLAY_ASSIGN(auto file, MappedFile::open(path));
  onnx::ModelSource source;
  source.bytes = file->bytes();
  source.name = path;
  source.owner = file;
  INLAY_ASSIGN(onnx::NamedTensor tensor, onnx::read_tensor(source.reader(), source));
  return std::move(tensor.tensor);
}

// Files PREFIX0.pb, PREFIX1.pb, … as long as there are some.
Result<std::vector<TensorRef>> read_tensors(const std::string& prefix) {
  std::vector<TensorRef> out;
  for (int i = 0;; ++i) {
    auto tensor = read_tensor_file(inlay::format("{}{}.pb", prefix, i));
    if (!tensor.ok() && tensor.code() == inlay::StatusCode::kNotFound) return out;
    if (!tensor.ok()) return std::move(tensor).status();
    out.push_back(std::move(*tensor));
  }
}

struct Tolerance {
  double absolute, relative;
};

bool close(double found, double expected, const Tolerance& within) {
  if (std::isnan(expected)) return std::isnan(found);
  if (std::isinf(expected)) return found == expected;
  return std::abs(found - expected) <= within.absolute + within.relative * std::abs(expected);
}

Tolerance tolerance_of(DType dtype, const Options& options) {
  if (options.absolute > 0 && dtype == DType::kFloat32) return {options.absolute, 0};
  // A half has 11 bits, a bfloat16 8.
  if (dtype == DType::kBfloat16) return {kAbsolute, 1.0 / 128};
  return {kAbsolute, dtype == DType::kFloat16 ? 2e-3 : kRelative};
}

Status compare(const runtime::OutputTensor& found, const inlay::graph::Tensor& expected,
               const Options& options) {
  if (found.dtype != expected.dtype)
    return inlay::invalid("expected {}, found {}", dtype_text(expected.dtype),
                          dtype_text(found.dtype));
  if (found.shape != expected.shape) return inlay::invalid("another shape");
  inlay::graph::Tensor view = expected;
  view.data = {found.data(), expected.data.size()};
  const auto expected_floats = float_elements(expected), floats = float_elements(view);
  if (!expected_floats) {
    const bool same = expected.data.empty() || std::memcmp(view.data.data(), expected.data.data(),
                                                           expected.data.size()) == 0;
    return same ? Status() : inlay::invalid("other elements");
  }
  const Tolerance within = tolerance_of(expected.dtype, options);
  for (size_t i = 0; i < floats->size(); ++i)
    if (!close((*floats)[i], (*expected_floats)[i], within))
      return inlay::invalid("element {}: expected {}, found {}", i, (*expected_floats)[i],
                            (*floats)[i]);
  return Status();
}

Status run_set(const runtime::Session& session, const std::string& folder, const Options& options) {
  INLAY_ASSIGN(const std::vector<TensorRef> inputs, read_tensors(folder + "/input_"));
  INLAY_ASSIGN(const std::vector<TensorRef> expected, read_tensors(folder + "/output_"));
  const auto& wanted = session.model().info().inputs;
  if (inputs.size() > wanted.size()) return inlay::unsupported("more inputs than the model has");
  std::vector<runtime::NamedTensor> named;
  for (size_t i = 0; i < inputs.size(); ++i)
    named.push_back({wanted[i].name, {inputs[i]->dtype, inputs[i]->shape, inputs[i]->data.data()}});
  INLAY_ASSIGN(const auto outputs, session.run(named, {}, {}));
  if (outputs.size() != expected.size())
    return inlay::invalid("expected {} outputs, found {}", expected.size(), outputs.size());
  for (size_t i = 0; i < outputs.size(); ++i)
    INLAY_TRY(compare(outputs[i], *expected[i], options).at(inlay::format("output {}", i)));
  return Status();
}

Status run_case(const std::string& folder, const Options& options) {
  INLAY_ASSIGN(auto model,
               runtime::Model::open(folder + "/model.onnx", {.rewrite = options.rewrite}));
  if (options.show_rewrites)
    for (const std::string& text : model->info().rewrites) std::cout << "# " << text << '\n';
  INLAY_ASSIGN(auto session, runtime::Session::create(model, {.threads = 2, .pool = nullptr}));
  int sets = 0;
  for (;; ++sets) {
    const std::string set = inlay::format("{}/test_data_set_{}", folder, sets);
    if (!MappedFile::open(set + "/output_0.pb").ok()) break;
    INLAY_TRY(run_set(*session, set, options));
  }
  return sets > 0 ? Status() : inlay::not_found("no test_data_set_0/output_0.pb");
}

void report(const std::string& folder, const Options& options) {
  const Status status = run_case(folder, options);
  const bool unsupported = status.code() == inlay::StatusCode::kUnsupported;
  const size_t slash = folder.find_last_of('/');
  std::cout << folder.substr(slash == std::string::npos ? 0 : slash + 1) << '\t'
            << (status.ok()   ? "pass"
                : unsupported ? "unsupported"
                              : "fail")
            << '\t' << status.message() << std::endl;
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  for (int i = 1; i < argc; ++i) {
    const std::string argument = argv[i];
    if (argument == "--no-rewrite") {
      options.rewrite = false;
    } else if (argument == "--rewrites") {
      options.show_rewrites = true;
    } else if (argument == "--absolute" && i + 1 < argc) {
      options.absolute = std::stod(argv[++i]);
    } else if (argument == "-") {
      for (std::string line; std::getline(std::cin, line);) report(line, options);
    } else {
      report(argument, options);
    }
  }
  return 0;
}
