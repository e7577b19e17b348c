// Version, errors, models, and what the library says of the machine.
#include "cpp/cases.h"

using inlay::Model;
using inlay::ModelOptions;
using inlay::Status;

static void version_and_machine() {
  CHECK(inlay::version() == INLAY_VERSION);
  CHECK(inlay::check_abi());
  CHECK_THROWS(inlay::check_abi(INLAY_ABI_VERSION + 1), Status::kUnsupported, "inlay ABI");
  CHECK(contains(inlay::describe_kernels(), "\"family\""));
  CHECK(contains(inlay::describe_devices(), "\"kind\":\"cpu\""));
}

static void options_are_built_by_chaining() {
  const auto options = ModelOptions().copy_files().without_rewrites();
  CHECK(options.c().struct_size == sizeof(inlay_model_options));
  CHECK(options.c().copy_files == 1 && options.c().without_rewrites == 1);
  CHECK(ModelOptions().copy_files().copy_files(false).c().copy_files == 0);
  const Model model = Model::open(usage_tiny_onnx(), options);
  CHECK(contains(model.describe(), "\"Mul\""));
}

static void the_macro_makes_options_too() {
  const inlay_run_options options = INLAY_OPTIONS_INIT(inlay_run_options);
  CHECK(options.struct_size == sizeof options && options.state == nullptr);
}

static void errors_are_thrown() {
  CHECK_THROWS(Model::open(usage_path("none.onnx")), Status::kNotFound, "none.onnx");
  usage_write(usage_path("bad.onnx"), "\x3a\x7f", 2);
  CHECK_THROWS(Model::open(usage_path("bad.onnx")), Status::kCorrupt, "bad.onnx");
}

static void handles_move() {
  Model model = Model::open(usage_tiny_onnx());
  inlay_model* const raw = model.get();
  Model other = std::move(model);
  CHECK(!model && other && other.get() == raw);  // NOLINT: what a moved-from handle is, is said
  model = std::move(other);
  CHECK(model.get() == raw && !other);  // NOLINT
  Model* const same = &model;
  model = std::move(*same);
  CHECK(model.get() == raw);
  const Model adopted(model.release());
  CHECK(!model && adopted.get() == raw);
}

void test_models() {
  version_and_machine();
  options_are_built_by_chaining();
  the_macro_makes_options_too();
  errors_are_thrown();
  handles_move();
}
