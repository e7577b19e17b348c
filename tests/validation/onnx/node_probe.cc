// inlay_node_probe [--no-rewrite] [--rewrites] [--threads N] DIRECTORY…: runs ONNX backend test cases and
// says how each went.
//
// A case is a directory with model.onnx and test_data_set_K/{input_i.pb,output_j.pb}, serialized
// TensorProtos. Prints a line a case: its name, a tab, "pass" or "fail" or "unsupported", a tab,
// why. With --rewrites also what Model::info() says of them. "-" among the arguments: directories
// come from standard input, each maybe with tabs and the relative and absolute tolerance of its floats.
#include <cmath>
#include <cstdio>
#include <cstdlib>
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

struct Tolerance {  // ONNX's own runner has these
  double relative = 1e-3, absolute = 1e-7;
  bool widened_for_halves = true;
  bool random = false;  // any elements from `low` to `high`
  double low = 0, high = 0;
};

struct Options {
  bool rewrite = true, show_rewrites = false;
  int threads = 2;
  Tolerance tolerance;
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

bool close(double found, double expected, const Tolerance& tolerance) {
  if (std::isnan(expected)) return std::isnan(found);
  if (std::isinf(expected)) return found == expected;
  return std::abs(found - expected) <= tolerance.absolute + tolerance.relative * std::abs(expected);
}

// ONNX 1.19 and before have the bits of bfloat16 in files as uint16.
bool is_bits_of(DType file, DType model) {
  return file == DType::kUint16 && model == DType::kBfloat16;
}

Status in_range(const inlay::graph::Tensor& found, const Tolerance& tolerance) {
  std::vector<double> elements;
  if (const auto floats = float_elements(found)) elements = *floats;
  if (const auto integers = integer_elements(found))
    elements.assign(integers->begin(), integers->end());
  if (static_cast<int64_t>(elements.size()) != found.count())
    return inlay::unsupported("a range of {} elements", dtype_text(found.dtype));
  for (double element : elements)
    if (!(element >= tolerance.low && element <= tolerance.high))
      return inlay::invalid("expected an element in [{}, {}], found {}", tolerance.low,
                            tolerance.high, element);
  return Status();
}

Status compare(const runtime::OutputTensor& found, inlay::graph::Tensor expected,
               Tolerance tolerance) {
  if (is_bits_of(expected.dtype, found.dtype)) expected.dtype = found.dtype;
  if (found.dtype != expected.dtype)
    return inlay::invalid("expected {}, found {}", dtype_text(expected.dtype),
                          dtype_text(found.dtype));
  if (found.shape != expected.shape) return inlay::invalid("another shape");
  inlay::graph::Tensor view = expected;
  view.data = {found.data(), expected.data.size()};
  if (tolerance.random) return in_range(view, tolerance);
  const auto expected_floats = float_elements(expected), floats = float_elements(view);
  if (!expected_floats) {
    const bool same = expected.data.empty() || std::memcmp(view.data.data(), expected.data.data(),
                                                           expected.data.size()) == 0;
    return same ? Status() : inlay::invalid("other elements");
  }
  // A half has 11 bits, a bfloat16 8.
  const double narrowest = !tolerance.widened_for_halves        ? 0
                           : expected.dtype == DType::kBfloat16 ? 1.0 / 128
                           : expected.dtype == DType::kFloat16  ? 2e-3
                                                                : 0;
  tolerance.relative = std::max(tolerance.relative, narrowest);
  for (size_t i = 0; i < floats->size(); ++i)
    if (!close((*floats)[i], (*expected_floats)[i], tolerance))
      return inlay::invalid("element {}: expected {}, found {}", i, (*expected_floats)[i],
                            (*floats)[i]);
  return Status();
}

Status run_set(const runtime::Session& session, const std::string& folder,
               const Tolerance& tolerance) {
  INLAY_ASSIGN(const std::vector<TensorRef> inputs, read_tensors(folder + "/input_"));
  INLAY_ASSIGN(const std::vector<TensorRef> expected, read_tensors(folder + "/output_"));
  const auto& wanted = session.model().info().inputs;
  if (inputs.size() > wanted.size()) return inlay::unsupported("more inputs than the model has");
  std::vector<runtime::NamedTensor> named;
  for (size_t i = 0; i < inputs.size(); ++i) {
    const DType model = wanted[i].dtype;
    const DType dtype = is_bits_of(inputs[i]->dtype, model) ? model : inputs[i]->dtype;
    named.push_back({wanted[i].name, {dtype, inputs[i]->shape, inputs[i]->data.data()}});
  }
  INLAY_ASSIGN(const auto outputs, session.run(named, {}, {}));
  if (outputs.size() != expected.size())
    return inlay::invalid("expected {} outputs, found {}", expected.size(), outputs.size());
  for (size_t i = 0; i < outputs.size(); ++i)
    INLAY_TRY(compare(outputs[i], *expected[i], tolerance).at(inlay::format("output {}", i)));
  return Status();
}

Status run_case(const std::string& folder, const Options& options) {
  INLAY_ASSIGN(auto model,
               runtime::Model::open(folder + "/model.onnx", {.rewrite = options.rewrite}));
  if (options.show_rewrites)
    for (const std::string& text : model->info().rewrites) std::cout << "# " << text << '\n';
  INLAY_ASSIGN(auto session,
               runtime::Session::create(model, {.threads = options.threads, .pool = nullptr}));
  int sets = 0;
  for (;; ++sets) {
    const std::string set = inlay::format("{}/test_data_set_{}", folder, sets);
    if (!MappedFile::open(set + "/output_0.pb").ok()) break;
    INLAY_TRY(run_set(*session, set, options.tolerance));
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

// A line of standard input.
void report_line(const std::string& line, Options options) {
  const size_t end = line.find('\t');
  if (end != std::string::npos) {
    Tolerance& tolerance = options.tolerance;
    char word[8] = "";
    std::sscanf(line.c_str() + end, "%lf %lf %7s %lf %lf", &tolerance.relative, &tolerance.absolute,
                word, &tolerance.low, &tolerance.high);
    tolerance.random = word == std::string_view("random");
    tolerance.widened_for_halves = word != std::string_view("strict");
  }
  report(line.substr(0, end), options);
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
    } else if (argument == "--threads" && i + 1 < argc) {
      options.threads = std::atoi(argv[++i]);
    } else if (argument == "-") {
      for (std::string line; std::getline(std::cin, line);) report_line(line, options);
    } else {
      report(argument, options);
    }
  }
  return 0;
}
