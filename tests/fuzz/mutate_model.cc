#include "mutate_model.h"

#include <bit>
#include <random>

#include "graph/types.h"
#include "model_tree.h"
#include "ops/op.h"

namespace inlay::fuzz {
namespace {

using protobuf::WireType;

// Numbers of fields in onnx.proto.
constexpr uint32_t kGraphNode = 1, kGraphTensor = 5, kGraphInput = 11, kGraphOutput = 12;
constexpr uint32_t kNodeInput = 1, kNodeOutput = 2, kNodeOp = 4, kNodeAttribute = 5,
                   kNodeDomain = 7;
constexpr uint32_t kAttributeName = 1, kAttributeFloat = 2, kAttributeInt = 3, kAttributeInts = 8,
                   kAttributeType = 20;
constexpr uint32_t kTensorDims = 1, kTensorType = 2, kTensorName = 8, kTensorRaw = 9;
constexpr uint32_t kInfoName = 1, kInfoType = 2, kTypeTensor = 1, kElementType = 1, kTypeShape = 2;
constexpr uint32_t kDimValue = 1, kDimParam = 2;

class Random {
 public:
  explicit Random(uint32_t seed) : engine_(seed) {}
  size_t below(size_t count) { return count ? engine_() % count : 0; }
  bool one_in(size_t count) { return below(count) == 0; }
  template <class T>
  T& of(std::vector<T>& values) {
    return values[below(values.size())];
  }
  template <class T, size_t N>
  T of(const T (&values)[N]) {
    return values[below(N)];
  }

 private:
  std::mt19937 engine_;
};

constexpr int64_t kSmall[] = {-2, -1, 0, 1, 1, 2, 2, 3, 4, 5};
constexpr int64_t kStrange[] = {
    -3, 7, 16, 127, -128, 1000, int64_t{1} << 31, int64_t{1} << 62, INT64_MIN};
constexpr float kReals[] = {-2, -1, -0.5f, 0, 0.25f, 0.5f, 1, 1, 2, 3};

int64_t whole(Random& random) {
  return random.one_in(20) ? random.of(kStrange) : random.of(kSmall);
}

std::string fresh_name(Random& random) { return "f" + std::to_string(random.below(100000)); }

// Names of values that nodes of the graph may read.
std::vector<std::string> names_in(Field& graph) {
  std::vector<std::string> names;
  for (Field& field : graph.fields) {
    if (field.number == kGraphNode)
      for (Field& output : field.fields)
        if (output.number == kNodeOutput && !output.bytes.empty()) names.push_back(output.bytes);
    if (field.number == kGraphInput)
      if (Field* const name = field.find(kInfoName)) names.push_back(name->bytes);
    if (field.number == kGraphTensor)
      if (Field* const name = field.find(kTensorName)) names.push_back(name->bytes);
  }
  return names;
}

// Places in `message` of fields with the number.
std::vector<size_t> places(const Field& message, uint32_t number) {
  std::vector<size_t> found;
  for (size_t i = 0; i < message.fields.size(); ++i)
    if (message.fields[i].number == number) found.push_back(i);
  return found;
}

// A random graph of the model that has nodes; null when none has.
Field* a_graph(Field& model, Random& random) {
  std::vector<Field*> graphs = model.all(Kind::kGraph);
  std::erase_if(graphs, [](Field* graph) { return places(*graph, kGraphNode).empty(); });
  return graphs.empty() ? nullptr : random.of(graphs);
}

Field* a_field(Field& model, Kind kind, Random& random) {
  std::vector<Field*> found = model.all(kind);
  return found.empty() ? nullptr : random.of(found);
}

// The place of a random node among the graph's fields.
size_t a_node(Field& graph, Random& random) {
  std::vector<size_t> nodes = places(graph, kGraphNode);
  return random.of(nodes);
}

bool replace_input(Field& node, const std::string& name, Random& random) {
  std::vector<size_t> inputs = places(node, kNodeInput);
  if (inputs.empty()) return false;
  node.fields[random.of(inputs)].bytes = name;
  return true;
}

// Makes something behind `place` read the value: a node's input, or an output of the graph.
void use(Field& graph, size_t place, const std::string& name, Random& random) {
  std::vector<size_t> users = places(graph, kGraphNode);
  std::erase_if(users, [&](size_t user) { return user <= place; });
  if (!users.empty() && !random.one_in(3) &&
      replace_input(graph.fields[random.of(users)], name, random))
    return;
  Field output;
  output.number = kGraphOutput;
  output.kind = Kind::kValueInfo;
  output.fields.push_back(bytes_field(kInfoName, name));
  graph.fields.push_back(std::move(output));
}

void rewire(Field& model, Random& random) {
  Field* const graph = a_graph(model, random);
  if (!graph) return;
  std::vector<std::string> names = names_in(*graph);
  if (names.empty()) return;
  replace_input(graph->fields[a_node(*graph, random)], random.of(names), random);
}

void set_operator(Field& node, Random& random) {
  const std::span<const ops::OpDef> table = ops::table();
  const ops::OpDef& op = table[random.below(table.size())];
  if (op.domain == "inlay") return;
  node.set_bytes(kNodeOp, op.name);
  node.set_bytes(kNodeDomain, op.domain);
}

void insert_node(Field& model, Random& random) {
  Field* const graph = a_graph(model, random);
  if (!graph) return;
  std::vector<std::string> names = names_in(*graph);
  if (names.empty()) return;
  Field node;
  node.number = kGraphNode;
  node.kind = Kind::kNode;
  const size_t inputs = 1 + random.below(3);
  for (size_t i = 0; i < inputs; ++i)
    node.fields.push_back(bytes_field(kNodeInput, random.of(names)));
  const std::string name = fresh_name(random);
  node.fields.push_back(bytes_field(kNodeOutput, name));
  node.set_bytes(kNodeOp, "Add");
  set_operator(node, random);
  const size_t place = a_node(*graph, random) + random.below(2);
  graph->fields.insert(graph->fields.begin() + static_cast<ptrdiff_t>(place), std::move(node));
  use(*graph, place, name, random);
}

void duplicate_node(Field& model, Random& random) {
  Field* const graph = a_graph(model, random);
  if (!graph) return;
  const size_t place = a_node(*graph, random);
  Field copy = graph->fields[place];
  std::string name;
  for (Field& field : copy.fields)
    if (field.number == kNodeOutput && !field.bytes.empty())
      field.bytes = name = fresh_name(random);
  graph->fields.insert(graph->fields.begin() + static_cast<ptrdiff_t>(place) + 1, std::move(copy));
  use(*graph, place + 1, name, random);
}

// Takes a node out; those that read it read what it read.
void bypass_node(Field& model, Random& random) {
  Field* const graph = a_graph(model, random);
  if (!graph) return;
  const size_t place = a_node(*graph, random);
  const Field node = graph->fields[place];
  graph->fields.erase(graph->fields.begin() + static_cast<ptrdiff_t>(place));
  const std::vector<size_t> inputs = places(node, kNodeInput), outputs = places(node, kNodeOutput);
  if (inputs.empty() || outputs.empty()) return;
  for (Field& other : graph->fields)
    for (Field& field : other.fields)
      if (other.number == kGraphNode && field.number == kNodeInput &&
          field.bytes == node.fields[outputs[0]].bytes)
        field.bytes = node.fields[inputs[0]].bytes;
}

void swap_operator(Field& model, Random& random) {
  if (Field* const node = a_field(model, Kind::kNode, random)) set_operator(*node, random);
}

void show_value(Field& model, Random& random) {
  Field* const graph = a_graph(model, random);
  if (!graph) return;
  std::vector<std::string> names = names_in(*graph);
  if (!names.empty()) use(*graph, graph->fields.size(), random.of(names), random);
}

void change_attribute(Field& model, Random& random) {
  Field* const attribute = a_field(model, Kind::kAttribute, random);
  if (!attribute || attribute->fields.empty()) return;
  Field& field = random.of(attribute->fields);
  if (field.number == kAttributeInt || field.number == kAttributeInts)
    field.value = static_cast<uint64_t>(whole(random));
  else if (field.number == kAttributeFloat)
    field.value = std::bit_cast<uint32_t>(random.of(kReals));
  else if (field.number == 4 && !field.bytes.empty())  // s
    field.bytes[random.below(field.bytes.size())] = static_cast<char>('A' + random.below(58));
}

void remove_attribute(Field& model, Random& random) {
  Field* const node = a_field(model, Kind::kNode, random);
  if (!node) return;
  std::vector<size_t> found = places(*node, kNodeAttribute);
  if (!found.empty())
    node->fields.erase(node->fields.begin() + static_cast<ptrdiff_t>(random.of(found)));
}

void add_attribute(Field& model, Random& random) {
  static constexpr const char* kNames[] = {"axis",
                                           "axes",
                                           "keepdims",
                                           "perm",
                                           "alpha",
                                           "beta",
                                           "transA",
                                           "transB",
                                           "to",
                                           "group",
                                           "strides",
                                           "pads",
                                           "epsilon",
                                           "dilations",
                                           "kernel_shape",
                                           "k",
                                           "blocksize",
                                           "mode",
                                           "num_outputs",
                                           "batch_dims",
                                           "select_last_index",
                                           "exclusive",
                                           "reverse",
                                           "largest",
                                           "sorted",
                                           "upper",
                                           "ceil_mode",
                                           "count_include_pad",
                                           "noop_with_empty_axes"};
  Field* const node = a_field(model, Kind::kNode, random);
  if (!node) return;
  Field attribute;
  attribute.number = kNodeAttribute;
  attribute.kind = Kind::kAttribute;
  attribute.fields.push_back(bytes_field(kAttributeName, random.of(kNames)));
  const size_t kind = random.below(3);
  if (kind == 0) {
    attribute.fields.push_back(varint_field(kAttributeInt, static_cast<uint64_t>(whole(random))));
  } else if (kind == 1) {
    for (size_t i = random.below(5); i > 0; --i)
      attribute.fields.push_back(
          varint_field(kAttributeInts, static_cast<uint64_t>(whole(random))));
  } else {
    Field real = varint_field(kAttributeFloat, std::bit_cast<uint32_t>(random.of(kReals)));
    real.type = WireType::kFixed32;
    attribute.fields.push_back(std::move(real));
  }
  constexpr uint64_t kTypes[] = {2, 7, 1};  // INT, INTS, FLOAT
  attribute.fields.push_back(varint_field(kAttributeType, kTypes[kind]));
  node->fields.push_back(std::move(attribute));
}

// An attribute of another node.
void copy_attribute(Field& model, Random& random) {
  Field* const attribute = a_field(model, Kind::kAttribute, random);
  if (!attribute) return;
  Field copy = *attribute;
  if (Field* const node = a_field(model, Kind::kNode, random))
    node->fields.push_back(std::move(copy));
}

std::string elements(graph::DType dtype, int64_t count, Random& random) {
  std::string out;
  const auto append = [&](const auto& value) {
    out.append(reinterpret_cast<const char*>(&value), sizeof value);
  };
  for (int64_t i = 0; i < count; ++i) {
    if (dtype == graph::DType::kFloat32)
      append(random.of(kReals));
    else if (dtype == graph::DType::kFloat64)
      append(double{random.of(kReals)});
    else if (dtype == graph::DType::kInt64)
      append(random.of(kSmall));
    else if (dtype == graph::DType::kInt32)
      append(static_cast<int32_t>(random.of(kSmall)));
    else
      append(static_cast<uint8_t>(random.below(dtype == graph::DType::kBool ? 2 : 6)));
  }
  return out;
}

// New elements and sizes for a constant.
void refill_tensor(Field& model, Random& random) {
  using graph::DType;
  static constexpr DType kTypes[] = {DType::kFloat32, DType::kFloat32, DType::kInt64,
                                     DType::kInt64,   DType::kFloat64, DType::kInt32,
                                     DType::kBool,    DType::kUint8};
  Field* const tensor = a_field(model, Kind::kTensor, random);
  if (!tensor) return;
  const Field* const name = tensor->find(kTensorName);
  std::vector<Field> fields;
  if (name) fields.push_back(*name);
  const DType dtype = random.of(kTypes);
  int64_t count = 1;
  for (size_t rank = random.below(4); rank > 0; --rank) {
    const auto size = static_cast<int64_t>(random.one_in(12) ? 0 : 1 + random.below(4));
    fields.push_back(varint_field(kTensorDims, static_cast<uint64_t>(size)));
    count *= size;
  }
  fields.push_back(varint_field(kTensorType, static_cast<uint64_t>(dtype)));
  fields.push_back(bytes_field(kTensorRaw, elements(dtype, count, random)));
  tensor->fields = std::move(fields);
}

void change_tensor(Field& model, Random& random) {
  Field* const tensor = a_field(model, Kind::kTensor, random);
  if (!tensor || tensor->fields.empty()) return;
  Field& field = random.of(tensor->fields);
  if (field.number == kTensorDims || field.number == kTensorType)
    field.value = static_cast<uint64_t>(whole(random));
  else if (field.number != kTensorName && !field.bytes.empty())
    field.bytes[random.below(field.bytes.size())] = static_cast<char>(random.below(256));
}

void change_size(Field& model, Random& random) {
  Field* const dim = a_field(model, Kind::kDim, random);
  if (!dim) return;
  dim->fields.clear();
  static constexpr const char* kSymbols[] = {"n", "m", ""};
  if (random.one_in(2))
    dim->fields.push_back(varint_field(kDimValue, static_cast<uint64_t>(whole(random))));
  else if (const std::string symbol = random.of(kSymbols); !symbol.empty())
    dim->fields.push_back(bytes_field(kDimParam, symbol));
}

// An axis more or less of an input, or another element type.
void change_type(Field& model, Random& random) {
  Field* const type = a_field(model, Kind::kTensorType, random);
  if (!type) return;
  if (random.one_in(3)) return type->set_number(kElementType, 1 + random.below(16));
  Field* const shape = type->find(kTypeShape);
  if (!shape) return;
  if (!shape->fields.empty() && random.one_in(2)) {
    shape->fields.pop_back();
    return;
  }
  Field dim;
  dim.number = 1;
  dim.kind = Kind::kDim;
  dim.fields.push_back(varint_field(kDimValue, static_cast<uint64_t>(random.of(kSmall))));
  shape->fields.push_back(std::move(dim));
}

// A constant becomes an input.
void open_constant(Field& model, Random& random) {
  Field* const graph = a_graph(model, random);
  if (!graph) return;
  std::vector<size_t> tensors = places(*graph, kGraphTensor);
  if (tensors.empty()) return;
  const size_t place = random.of(tensors);
  Field tensor = graph->fields[place];
  Field shape, tensor_type, type, info;
  shape.number = kTypeShape;
  shape.kind = Kind::kShape;
  for (const Field& field : tensor.fields) {
    if (field.number != kTensorDims || field.type != WireType::kVarint) continue;
    Field dim;
    dim.number = 1;
    dim.kind = Kind::kDim;
    dim.fields.push_back(varint_field(kDimValue, field.value));
    shape.fields.push_back(std::move(dim));
  }
  tensor_type.number = kTypeTensor;
  tensor_type.kind = Kind::kTensorType;
  const Field* const dtype = tensor.find(kTensorType);
  tensor_type.fields.push_back(varint_field(kElementType, dtype ? dtype->value : 1));
  tensor_type.fields.push_back(std::move(shape));
  type.number = kInfoType;
  type.kind = Kind::kType;
  type.fields.push_back(std::move(tensor_type));
  info.number = kGraphInput;
  info.kind = Kind::kValueInfo;
  const Field* const name = tensor.find(kTensorName);
  info.fields.push_back(bytes_field(kInfoName, name ? name->bytes : ""));
  info.fields.push_back(std::move(type));
  graph->fields[place] = std::move(info);
}

constexpr void (*kMutations[])(Field&, Random&) = {
    rewire,           rewire,        insert_node,    insert_node,      duplicate_node,
    bypass_node,      swap_operator, show_value,     change_attribute, change_attribute,
    remove_attribute, add_attribute, copy_attribute, refill_tensor,    change_tensor,
    change_size,      change_type,   open_constant};

}  // namespace

std::string mutate_model(std::string_view bytes, uint32_t seed) {
  std::optional<Field> model = parse_model(bytes);
  if (!model) return std::string(bytes);
  Random random(seed);
  for (size_t i = 1 + random.below(3); i > 0; --i) random.of(kMutations)(*model, random);
  return serialize(*model);
}

std::string cross_models(std::string_view first, std::string_view second, uint32_t seed) {
  std::optional<Field> model = parse_model(first), other = parse_model(second);
  if (!model || !other) return std::string(first);
  Random random(seed);
  Field *const to = a_graph(*model, random), *const from = a_graph(*other, random);
  if (!to || !from) return std::string(first);
  std::vector<std::string> names = names_in(*to);
  const std::vector<std::string> known = names_in(*from);
  for (Field& field : from->fields)
    if (field.number == kGraphTensor) to->fields.push_back(field);
  const std::vector<size_t> nodes = places(*from, kGraphNode);
  const size_t begin = random.below(nodes.size()), count = 1 + random.below(nodes.size() - begin);
  std::string last;
  std::vector<Field> taken;
  for (size_t i = begin; i < begin + count; ++i) {
    Field node = from->fields[nodes[i]];
    for (Field& field : node.fields) {
      // Values that come with the second model alone are read from the first.
      const bool foreign = field.number == kNodeInput && i == begin && !names.empty();
      if (foreign && random.one_in(2)) field.bytes = random.of(names);
      if (field.number == kNodeOutput && !field.bytes.empty()) last = field.bytes;
    }
    taken.push_back(std::move(node));
  }
  to->fields.insert(to->fields.end(), taken.begin(), taken.end());
  if (!last.empty()) use(*to, to->fields.size(), last, random);
  return serialize(*model);
}

}  // namespace inlay::fuzz
