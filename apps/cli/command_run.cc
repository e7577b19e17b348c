// inlay run MODEL --input NAME=FILE.npy … --output-dir DIR [--threads N] [--precision f32|bf16|int8]
//           [--profile FILE.json] [--memory-limit BYTES]
#include <algorithm>
#include <cstring>
#include <memory>

#include "commands.h"
#include "inputs.h"
#include "model_argument.h"
#include "npy.h"
#include "output.h"
#include "precision.h"
#include "table.h"
#include "tensor_proto.h"

namespace cli {
namespace {

struct Run {
  std::string model, output_dir, precision = "f32", profile;
  std::vector<std::string> inputs;
  int64_t threads = 0;
  uint64_t memory_limit = 0;
  bool drop_padding = false;
};

// The name of an output as a file name: "/" and what file systems refuse become "_".
std::string file_stem(std::string name) {
  for (char& c : name) {
    const bool refused = static_cast<uint8_t>(c) < 0x20 ||
                         std::string_view("/\\:*?\"<>|").find(c) != std::string_view::npos;
    if (refused) c = '_';
  }
  const bool only_dots = name.find_first_not_of('.') == std::string::npos;
  return only_dots ? std::string(std::max<size_t>(name.size(), 1), '_') : name;
}

// Writes DIR/<name>.npy, or .pb for types that NumPy lacks. Returns the file's path.
std::string write_output(const fs::path& directory, const std::string& name,
                         const inlay_tensor_view& tensor) {
  const fs::path stem = directory / to_path(file_stem(name));
  if (npy_has(tensor.dtype)) {
    const fs::path path = fs::path(stem) += ".npy";
    write_npy(path, tensor);
    return to_text(path);
  }
  const fs::path path = fs::path(stem) += ".pb";
  write_tensor_proto(path, name, tensor);
  return to_text(path);
}

// Before the first output is written.
void check_writable(const std::string& name, const inlay_tensor_view& tensor) {
  if (packed_bytes(tensor.dtype, 1) != 0) return;
  fail("output ", quote(name), ": expected numbers, found ", dtype_name(tensor.dtype),
       ", which cannot be written yet");
}

// Before the model runs; the folder itself is made when there is something to write.
void check_output_dir(const std::string& name) {
  std::error_code ignored;
  const fs::path path = to_path(name);
  if (fs::exists(path, ignored) && !fs::is_directory(path, ignored))
    fail(name, ": expected a folder for the outputs, found a file");
}

fs::path make_output_dir(const std::string& name) {
  const fs::path path = to_path(name);
  std::error_code error;
  fs::create_directories(path, error);
  if (error) fail(name, ": expected a folder for the outputs, found: ", error.message());
  return path;
}

std::vector<Tensor> run_session(const Session& session, const std::vector<NamedArray>& inputs,
                                const inlay_run_options& options) {
  std::vector<const char*> names;
  std::vector<inlay_tensor_view> views;
  for (const NamedArray& input : inputs) {
    names.push_back(input.name.c_str());
    views.push_back(input.array.view());
  }
  const size_t count = inlay_session_output_count(session.get());
  std::vector<inlay_tensor*> raw(count);
  check(inlay_session_run(session.get(), &options, names.data(), views.data(), views.size(),
                          nullptr, count, raw.data()));
  std::vector<Tensor> outputs(count);
  for (size_t i = 0; i < count; ++i) *outputs[i].out() = raw[i];
  return outputs;
}

void write_profile(const std::string& name, const Profile& profile) {
  LibraryText trace;
  check(inlay_profile_trace(profile.get(), trace.out()));
  OutputFile file(to_path(name));
  file.write(trace.get(), std::strlen(trace.get()));
  file.commit();
}

void run_model(const Run& options) {
  check_precision("run", options.precision);
  const std::vector<NamedArray> inputs = read_inputs(options.inputs);
  if (!options.output_dir.empty()) check_output_dir(options.output_dir);
  const Model model = open_model(options.model);
  auto session_options = default_options<inlay_session_options>();
  session_options.threads = static_cast<uint32_t>(options.threads);
  session_options.memory_limit = options.memory_limit;
  Session session;
  check(inlay_session_create(model.get(), &session_options, session.out()));
  Profile profile;
  if (!options.profile.empty()) check(inlay_profile_create(profile.out()));
  auto run_options = default_options<inlay_run_options>();
  run_options.profile = profile.get();
  run_options.drop_padding = options.drop_padding;
  const std::vector<Tensor> outputs = run_session(session, inputs, run_options);
  fs::path directory;
  if (!options.output_dir.empty()) {
    for (size_t i = 0; i < outputs.size(); ++i)
      check_writable(inlay_session_output(session.get(), i).name,
                     inlay_tensor_get(outputs[i].get()));
    directory = make_output_dir(options.output_dir);
  }

  if (profile.get()) write_profile(options.profile, profile);

  Table table({{"output", Table::kFlexible, Paint::kBold},
               {"dtype"},
               {"shape"},
               {"file", Table::kFlexible}});
  for (size_t i = 0; i < outputs.size(); ++i) {
    const std::string name = inlay_session_output(session.get(), i).name;
    const inlay_tensor_view view = inlay_tensor_get(outputs[i].get());
    table.row({name, dtype_name(view.dtype), shape_text(view.shape, view.rank),
               directory.empty() ? "" : write_output(directory, name, view)});
  }
  table.print();
}

}  // namespace

void add_run(Options& options) {
  auto run = std::make_shared<Run>();
  options.text("MODEL", run->model, "", "the model", Options::kRequired);
  options.list("--input", run->inputs, "NAME=FILE.npy",
               "an input's values, or one .npz with the names");
  options.text("--output-dir", run->output_dir, "DIR", "write each output to DIR/<name>.npy");
  options.threads(run->threads);
  options.size("--memory-limit", run->memory_limit,
               "the most memory for packed weights and tensors, such as 512M or 2G");
  options.text("--precision", run->precision, "f32|bf16|int8", "how numbers are multiplied");
  options.text("--profile", run->profile, "FILE",
               "write when each step ran, for Perfetto or Chrome's tracing page");
  options.flag("--drop-padding", run->drop_padding,
               "padded tokens are not computed where nothing else depends on them");
  options.on_run([run] { run_model(*run); });
}

}  // namespace cli
