// inlay_node_probe [--no-rewrite] [--rewrites] [--threads N] DIRECTORY…: runs ONNX backend test cases and says how
// each went.
//
// A case is a directory with model.onnx and test_data_set_K/{input_i.pb,output_j.pb}: serialized TensorProtos,
// SequenceProtos and others, as the model's types say. Everything goes through the C ABI. Prints a line a case:
// its name, a tab, "pass" or "fail" or "unsupported", a tab, why. With --rewrites also what the description of
// the model says of them. "-" among the arguments: directories come from standard input, each maybe with tabs
// and the relative and absolute tolerance of its floats, then "strict" (halves too) or "random" and the range of
// elements.
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <iostream>

#include "base/json.h"
#include "base/mapped_file.h"
#include "graph/graph.h"
#include "graph/packed_elements.h"
#include "onnx/value_files.h"

namespace {

using inlay::MappedFile;
using inlay::Result;
using inlay::Status;
using inlay::graph::DType;
using inlay::graph::Tensor;
using inlay::test::to_status;
using inlay::test::ValueHandle;

struct Tolerance {  // ONNX's own runner has these
  double relative = 1e-3, absolute = 1e-7;
  bool widened_for_halves = true;
  bool random = false;  // any elements from `low` to `high`
  double low = 0, high = 0;
};

struct Options {
  bool rewrite = true, show_rewrites = false;
  uint32_t threads = 2;
  Tolerance tolerance;
};

struct FreeSession {
  void operator()(inlay_session* session) const { inlay_session_free(session); }
};
struct FreeModel {
  void operator()(inlay_model* model) const { inlay_model_free(model); }
};
using SessionHandle = std::unique_ptr<inlay_session, FreeSession>;
using ModelHandle = std::unique_ptr<inlay_model, FreeModel>;

bool close(double found, double expected, const Tolerance& tolerance) {
  if (std::isnan(expected)) return std::isnan(found);
  if (std::isinf(expected)) return found == expected;
  return std::abs(found - expected) <= tolerance.absolute + tolerance.relative * std::abs(expected);
}

// A tensor of a value, with elements as wide as they are in memory.
inlay::graph::TensorRef tensor_of(const inlay_value* value) {
  const inlay_tensor_view view = inlay_value_tensor(value);
  Tensor tensor;
  tensor.dtype = static_cast<DType>(view.dtype);
  tensor.shape.assign(view.shape, view.shape + view.rank);
  const int64_t count = tensor.count();
  std::vector<std::byte> elements(
      static_cast<size_t>(count * inlay::graph::dtype_bytes(tensor.dtype)));
  const auto* data = static_cast<const std::byte*>(view.data);
  if (inlay::graph::is_packed(tensor.dtype)) {
    const auto bytes = static_cast<size_t>(inlay::graph::packed_bytes(tensor.dtype, count));
    inlay::graph::unpack_elements(tensor.dtype, {data, bytes}, elements);
  } else if (!elements.empty()) {
    std::memcpy(elements.data(), data, elements.size());
  }
  return inlay::graph::make_tensor(tensor.dtype, tensor.shape, elements);
}

Status compare_strings(const inlay_value* found, const inlay_value* expected) {
  for (size_t i = 0; i < inlay_value_count(expected); ++i) {
    size_t found_bytes = 0, expected_bytes = 0;
    const char* const found_text = inlay_value_string(found, i, &found_bytes);
    const char* const expected_text = inlay_value_string(expected, i, &expected_bytes);
    if (std::string_view(found_text, found_bytes) !=
        std::string_view(expected_text, expected_bytes))
      return inlay::invalid("element {}: expected {}, found {}", i, inlay::quote(expected_text),
                            inlay::quote(found_text));
  }
  return Status();
}

Status in_range(const Tensor& found, const Tolerance& tolerance) {
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

Status compare_tensors(const inlay_value* found_value, const inlay_value* expected_value,
                       Tolerance tolerance) {
  const auto found = tensor_of(found_value), expected = tensor_of(expected_value);
  if (found->dtype != expected->dtype)
    return inlay::invalid("expected {}, found {}", dtype_text(expected->dtype),
                          dtype_text(found->dtype));
  if (found->shape != expected->shape)
    return inlay::invalid("expected shape {}, found {}", inlay::graph::shape_text(expected->shape),
                          inlay::graph::shape_text(found->shape));
  if (expected->dtype == DType::kString) return compare_strings(found_value, expected_value);
  if (tolerance.random) return in_range(*found, tolerance);
  const auto expected_floats = float_elements(*expected), floats = float_elements(*found);
  if (!expected_floats) {
    const bool same =
        expected->data.empty() ||
        std::memcmp(found->data.data(), expected->data.data(), expected->data.size()) == 0;
    return same ? Status() : inlay::invalid("other elements");
  }
  // A half has 11 bits, a bfloat16 8.
  const double narrowest = !tolerance.widened_for_halves         ? 0
                           : expected->dtype == DType::kBfloat16 ? 1.0 / 128
                           : expected->dtype == DType::kFloat16  ? 2e-3
                                                                 : 0;
  tolerance.relative = std::max(tolerance.relative, narrowest);
  for (size_t i = 0; i < floats->size(); ++i)
    if (!close((*floats)[i], (*expected_floats)[i], tolerance))
      return inlay::invalid("element {}: expected {}, found {}", i, (*expected_floats)[i],
                            (*floats)[i]);
  return Status();
}

Status compare(const inlay_value* found, const inlay_value* expected, const Tolerance& tolerance) {
  const inlay_value_kind kind = inlay_value_get_kind(expected);
  if (inlay_value_get_kind(found) != kind)
    return inlay::invalid("expected a value of kind {}, found {}", static_cast<int>(kind),
                          static_cast<int>(inlay_value_get_kind(found)));
  if (kind == INLAY_VALUE_TENSOR) return compare_tensors(found, expected, tolerance);
  if (inlay_value_count(found) != inlay_value_count(expected))
    return inlay::invalid("expected {} elements, found {}", inlay_value_count(expected),
                          inlay_value_count(found));
  if (kind == INLAY_VALUE_MAP) {
    INLAY_TRY(compare_tensors(inlay_value_map_keys(found), inlay_value_map_keys(expected), {}));
    return compare_tensors(inlay_value_map_values(found), inlay_value_map_values(expected),
                           tolerance);
  }
  for (size_t i = 0; i < inlay_value_count(expected); ++i)
    INLAY_TRY(compare(inlay_value_element(found, i), inlay_value_element(expected, i), tolerance)
                  .at(inlay::format("element {}", i)));
  return Status();
}

// Files PREFIX0.pb, PREFIX1.pb, … as long as there are some; `type_of` says what each holds, or null.
using TypeOf = const inlay_value_type* (*)(const inlay_session*, size_t);
Result<std::vector<ValueHandle>> read_values(const inlay_session* session, TypeOf type_of,
                                             const std::string& prefix) {
  std::vector<ValueHandle> out;
  for (size_t i = 0;; ++i) {
    const std::string path = inlay::format("{}{}.pb", prefix, i);
    if (!MappedFile::open(path).ok()) return out;
    const inlay_value_type* const type = type_of(session, i);
    if (!type) return inlay::unsupported("{}: more values than the model has", path);
    INLAY_ASSIGN(ValueHandle value, inlay::test::read_value_file(path, *type));
    out.push_back(std::move(value));
  }
}

Status run_set(const inlay_session* session, const std::string& folder,
               const Tolerance& tolerance) {
  INLAY_ASSIGN(const auto inputs,
               read_values(session, inlay_session_input_type, folder + "/input_"));
  INLAY_ASSIGN(const auto expected,
               read_values(session, inlay_session_output_type, folder + "/output_"));
  std::vector<const char*> names;
  std::vector<const inlay_value*> given;
  for (size_t i = 0; i < inputs.size(); ++i) {
    names.push_back(inlay_session_input(session, i).name);
    given.push_back(inputs[i].get());
  }
  std::vector<inlay_value*> made(inlay_session_output_count(session));
  INLAY_TRY(to_status(inlay_session_run_values(session, nullptr, names.data(), given.data(),
                                               given.size(), nullptr, made.size(), made.data())));
  const std::vector<ValueHandle> outputs(made.begin(), made.end());
  if (outputs.size() != expected.size())
    return inlay::invalid("expected {} outputs, found {}", expected.size(), outputs.size());
  for (size_t i = 0; i < outputs.size(); ++i)
    INLAY_TRY(
        compare(outputs[i].get(), expected[i].get(), tolerance).at(inlay::format("output {}", i)));
  return Status();
}

Status print_rewrites(const inlay_model* model) {
  char* text = nullptr;
  INLAY_TRY(to_status(inlay_model_describe(model, &text)));
  const std::string description = text;
  inlay_string_free(text);
  INLAY_ASSIGN(const inlay::json::Document document,
               inlay::json::parse(description, "description"));
  for (const inlay::json::Value line : document.root().at("rewrites").elements()) {
    INLAY_ASSIGN(const std::string_view words, line.string());
    std::cout << "# " << words << '\n';
  }
  return Status();
}

Status run_case(const std::string& folder, const Options& options) {
  auto model_options = INLAY_OPTIONS_INIT(inlay_model_options);
  model_options.without_rewrites = options.rewrite ? 0 : 1;
  inlay_model* opened = nullptr;
  INLAY_TRY(to_status(inlay_model_open((folder + "/model.onnx").c_str(), &model_options, &opened)));
  const ModelHandle model(opened);
  if (options.show_rewrites) INLAY_TRY(print_rewrites(model.get()));
  auto session_options = INLAY_OPTIONS_INIT(inlay_session_options);
  session_options.threads = options.threads;
  inlay_session* created = nullptr;
  INLAY_TRY(to_status(inlay_session_create(model.get(), &session_options, &created)));
  const SessionHandle session(created);
  int sets = 0;
  for (;; ++sets) {
    const std::string set = inlay::format("{}/test_data_set_{}", folder, sets);
    if (!MappedFile::open(set + "/output_0.pb").ok()) break;
    INLAY_TRY(run_set(session.get(), set, options.tolerance));
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
      options.threads = static_cast<uint32_t>(std::atoi(argv[++i]));
    } else if (argument == "-") {
      for (std::string line; std::getline(std::cin, line);) report_line(line, options);
    } else {
      report(argument, options);
    }
  }
  return 0;
}
