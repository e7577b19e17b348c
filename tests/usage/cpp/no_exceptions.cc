// The same API in a file compiled with -fno-exceptions: what can fail returns inlay::Result.
#include <type_traits>
#include <vector>

#include "cpp/cases.h"

static_assert(std::is_same_v<decltype(inlay::Model::open("")), inlay::Result<inlay::Model>>);

static void good_results() {
  auto model = inlay::Model::open(usage_tiny_onnx());
  CHECK(model.ok() && model && model->get());
  auto session = inlay::Session::create(*model);
  const std::vector<float> values = {1, 2, 3};
  const auto outputs = session.value().run({{"x", {values, {1, 3}}}});
  CHECK(outputs.ok() && outputs->size() == 2);
  const auto sum = (*outputs)[0].values<float>();
  CHECK(sum.ok() && (*sum)[2] == 6);
  CHECK(inlay::check_abi().ok() && contains(*inlay::describe_devices(), "cpu"));
  const inlay::Model taken = std::move(model).value();
  CHECK(taken);
}

static void errors() {
  const auto model = inlay::Model::open(usage_path("none.onnx"));
  CHECK(!model.ok() && !model);
  CHECK(model.error().code() == inlay::Status::kNotFound);
  CHECK(contains(model.error().what(), "none.onnx"));
  const auto misfit = inlay::Session().run({{"x", {std::vector<float>(2), {1, 3}}}});
  CHECK(!misfit.ok() && misfit.error().code() == inlay::Status::kInvalidArgument);
  CHECK(!inlay::Embedder().embed("a").ok());
}

void test_no_exceptions() {
  good_results();
  errors();
}
