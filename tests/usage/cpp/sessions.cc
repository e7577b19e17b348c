// Running a model: inputs and outputs by name, state, cancellation.
#include <array>
#include <vector>

#include "cpp/cases.h"

using inlay::DType;
using inlay::NamedTensor;
using inlay::RunOptions;
using inlay::Session;
using inlay::Status;
using inlay::Tensor;
using inlay::TensorView;

static Session make_session() {
  return Session::create(inlay::Model::open(usage_tiny_onnx()), inlay::SessionOptions().threads(1));
}

static void says_its_values(const Session& session) {
  CHECK(session.input_count() == 1 && session.output_count() == 2);
  const inlay::ValueInfo x = session.input(0);
  CHECK(x.name == "x" && x.dtype == DType::kFloat32 && x.ranked);
  CHECK(x.shape.size() == 2 && x.shape[0] == -1 && x.shape[1] == 3);
  CHECK(x.dims.size() == 2 && std::string_view(x.dims[0]) == "rows");
  CHECK(session.output(1).name == "product");
  CHECK(session.input(7).name.empty() && session.output(7).shape.empty());
}

static void gives_outputs(const Session& session) {
  const std::vector<float> values = {1, 2, 3, 4, 5, 6};
  const std::vector<Tensor> outputs = session.run({{"x", {values, {2, 3}}}});
  CHECK(outputs.size() == 2);
  const Tensor& sum = outputs[0];
  CHECK(sum.dtype() == DType::kFloat32 && sum.size() == 6 && sum.bytes().size() == 24);
  CHECK(sum.shape().size() == 2 && sum.shape()[0] == 2 && sum.shape()[1] == 3);
  const std::span<const float> elements = sum.values<float>();
  CHECK(elements.size() == 6 && elements[0] == 2 && elements[5] == 9);
  CHECK_THROWS(sum.values<double>(), Status::kInvalidArgument, "expected element type 1, found 11");

  const std::array<NamedTensor, 1> named = {{{"x", TensorView(values, {2, 3})}}};
  const auto products = session.run(named, RunOptions().outputs({"product"}));
  CHECK(products.size() == 1 && products[0].values<float>()[5] == 18);
}

static void keeps_to_its_memory() {
  const Session small = Session::create(inlay::Model::open(usage_tiny_onnx()),
                                        inlay::SessionOptions().memory_limit(1));
  const std::vector<float> values = {1, 2, 3};
  CHECK_THROWS(small.run({{"x", {values, {1, 3}}}}), Status::kOutOfMemory,
               "the memory limit is 1 bytes");
}

static void views_know_their_bytes() {
  const std::array<std::int64_t, 4> integers = {1, 2, 3, 4};
  const TensorView view(integers, {2, 2});
  CHECK(view.dtype() == DType::kInt64 && view.bytes() == 32 && view.fits());
  CHECK(view.data() == integers.data() && view.shape().size() == 2 && view.c().rank == 2);
  CHECK(!TensorView(integers, {5}).fits() && !TensorView(integers, {-4}).fits());
  CHECK(!TensorView(integers, {INT64_MAX, INT64_MAX}).fits());
  const std::array<std::byte, 6> halves = {};
  CHECK(TensorView(DType::kFloat16, halves, {3}).fits());
  CHECK(TensorView(DType::kInt4, halves, {11}).fits());
  CHECK(TensorView(DType::kUint2, halves, {3, 8}).fits());
  CHECK(!TensorView(DType::kInt4, halves, {13}).fits());
  CHECK(!TensorView(DType::kInt2, halves, {INT64_MAX, 4}).fits());
  CHECK(inlay::dtype_of<std::uint8_t>() == DType::kUint8);
  CHECK(inlay::dtype_of<long long>() == DType::kInt64);
  CHECK(inlay::dtype_of<bool>() == DType::kBool);
  CHECK(inlay::dtype_of<double>() == DType::kFloat64);
  CHECK(inlay::dtype_of<std::string>() == DType::kUndefined);
  CHECK(inlay::element_bytes(DType::kBfloat16) == 2 && inlay::element_bytes(DType::kString) == 0);
  CHECK(inlay::element_bytes(DType::kComplex128) == 16 && inlay::element_bits(DType::kInt2) == 2);
  CHECK(inlay::packed_bytes(DType::kInt4, 3) == 2 && inlay::packed_bytes(DType::kInt64, 3) == 24);
}

static void inputs_that_do_not_fit(const Session& session) {
  const std::vector<float> values(6);
  CHECK_THROWS(session.run({{"x", {values, {2, 4}}}}), Status::kInvalidArgument,
               "input \"x\": expected the elements of shape [2, 4], found 24 bytes");
  CHECK_THROWS(session.run({{"x", {values, {3, 2}}}}), Status::kInvalidArgument,
               "expected float32 [rows, 3], found float32 [3, 2]");
  CHECK_THROWS(session.run({{"y", {values, {2, 3}}}}), Status::kInvalidArgument,
               "expected an input \"x\"");
  CHECK_THROWS(session.run({}), Status::kInvalidArgument, "expected an input \"x\"");
}

static void state_and_cancel(const Session& session) {
  const std::vector<float> values(3);
  inlay::State state = inlay::State::create(session);
  inlay::Cancel cancel = inlay::Cancel::create();
  const auto options = RunOptions().state(state).cancel(cancel).drop_padding();
  CHECK(options.c().state == state.get() && options.c().cancel == cancel.get());
  CHECK(options.outputs().empty());
  CHECK(session.run({{"x", {values, {1, 3}}}}, options).size() == 2);
  state.reset();
  cancel.raise();
  CHECK_THROWS(session.run({{"x", {values, {1, 3}}}}, options), Status::kCancelled, "cancelled");
  cancel.reset();
  CHECK(session.run({{"x", {values, {1, 3}}}}, options).size() == 2);
  CHECK_THROWS(make_session().run({{"x", {values, {1, 3}}}}, options), Status::kInvalidArgument,
               "a state of this session");
}

static void profile(const Session& session) {
  const std::vector<float> values(3);
  inlay::Profile profile = inlay::Profile::create();
  CHECK(session.run({{"x", {values, {1, 3}}}}, RunOptions().profile(profile)).size() == 2);
  CHECK(profile.trace().find("\"tid\":1") != std::string::npos);
}

void test_sessions() {
  const Session session = make_session();
  says_its_values(session);
  gives_outputs(session);
  keeps_to_its_memory();
  views_know_their_bytes();
  inputs_that_do_not_fit(session);
  state_and_cancel(session);
  profile(session);
}
