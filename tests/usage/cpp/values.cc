// Strings, sequences, optionals and maps as values, and a model over them.
#include <vector>

#include "cpp/cases.h"

using inlay::DType;
using inlay::Session;
using inlay::Status;
using inlay::TensorView;
using inlay::Value;
using inlay::ValueKind;
using inlay::ValueType;
using inlay::ValueView;

static void values() {
  const Value texts = Value::strings({"a", std::string_view("b\0c", 3), ""}, {3});
  const ValueView view = texts.view();
  CHECK(view.kind() == ValueKind::kTensor && view.dtype() == DType::kString && view.size() == 3);
  CHECK(view.string(1) == std::string_view("b\0c", 3) && view.string(9).empty());
  CHECK(view.shape().size() == 1 && view.bytes().empty() && view.get() == texts.get());
  const std::vector<float> numbers = {1, 2};
  const Value tensor = Value::tensor(TensorView(numbers, {2}));
  CHECK(tensor.view().values<float>()[1] == 2 && tensor.view().bytes().size() == 8);
  CHECK_THROWS(tensor.view().values<double>(), Status::kInvalidArgument, "found 11");
  const Value nested = Value::sequence({Value::sequence({tensor, tensor}).view()});
  CHECK(nested.view().element(0).element(1).values<float>()[0] == 1);
  CHECK(nested.view().element(3).kind() == ValueKind::kNone);
  const std::vector<std::int64_t> keys = {5, 3};
  const Value map = Value::map(Value::tensor(TensorView(keys, {2})), tensor);
  CHECK(map.view().map_keys().values<std::int64_t>()[0] == 3);
  CHECK(map.view().map_values().values<float>()[0] == 2);
  CHECK(Value::nothing().view().kind() == ValueKind::kNone && Value().view().size() == 0);
  CHECK_THROWS(Value::strings({"a"}, {2}), Status::kInvalidArgument, "expected 2, found 1");
  CHECK_THROWS(Value::tensor(TensorView(numbers, {3})), Status::kInvalidArgument, "8 bytes");
}

static void runs() {
  const auto session = Session::create(inlay::Model::open(usage_values_onnx()));
  const ValueType list = session.input_type(0);
  CHECK(list.kind() == ValueKind::kSequence && list.inner().kind() == ValueKind::kTensor);
  CHECK(list.inner().key_or_element() == DType::kString);
  CHECK(session.output_type(3).kind() == ValueKind::kMap);
  CHECK(session.output_type(4).kind() == ValueKind::kNone);
  const std::vector<float> numbers = {1, 2};
  const std::vector<std::int64_t> keys = {5, 3};
  const Value tensor = Value::tensor(TensorView(numbers, {2}));
  const Value map = Value::map(Value::tensor(TensorView(keys, {2})), tensor);
  const Value texts = Value::strings({"x"}, {1}), empty = Value::sequence({}, DType::kString);
  const std::vector<Value> outputs =
      session.run_values({{"list", empty}, {"texts", texts}, {"maybe", tensor}, {"scores", map}});
  CHECK(outputs.size() == 4 && outputs[0].view().element(0).string(0) == "x");
  CHECK(outputs[1].view().values<bool>()[0]);
  CHECK(outputs[2].view().values<float>()[1] == 2);
  CHECK_THROWS(session.run_values({}), Status::kInvalidArgument, "expected an input \"list\"");
}

void test_values() {
  values();
  runs();
}
