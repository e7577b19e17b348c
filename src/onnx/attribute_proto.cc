#include "onnx/attribute_proto.h"

#include <optional>

#include "onnx/sparse_tensor_proto.h"

namespace inlay::onnx {
namespace {

// AttributeProto.AttributeType.
enum AttributeType : int32_t {
  kUndefined = 0,
  kFloat = 1,
  kInt = 2,
  kString = 3,
  kTensor = 4,
  kGraph = 5,
  kFloats = 6,
  kInts = 7,
  kStrings = 8,
  kTensors = 9,
  kGraphs = 10,
  kSparseTensor = 11,
  kTypeProto = 13,
};

// Everything that an attribute may hold; what its field numbers say is used where `type` is left
// out.
struct Fields {
  std::string name;
  int32_t type = kUndefined, seen = kUndefined;
  float f = 0;
  int64_t i = 0;
  std::string s;
  graph::TensorRef t;
  std::shared_ptr<graph::Graph> g;
  std::vector<float> floats;
  std::vector<int64_t> ints;
  std::vector<std::string> strings;
  std::vector<graph::TensorRef> tensors;
  std::vector<std::shared_ptr<graph::Graph>> graphs;
  std::shared_ptr<const graph::ValueType> tp;
};

class AttributeReader {
 public:
  AttributeReader(ModelSource& source, SubgraphImporter& subgraphs)
      : source_(source), subgraphs_(subgraphs) {}

  Result<NamedAttribute> read(protobuf::Reader in) {
    while (in.next()) INLAY_TRY(read_field(in));
    INLAY_TRY(in.status());
    return finish(in);
  }

 private:
  Status read_field(protobuf::Reader& in) {
    switch (in.field()) {
      case 1: return assign(fields_.name, read_text(in), fields_.seen);
      case 2: return assign(fields_.f, in.float32(), kFloat);
      case 3: return assign(fields_.i, in.int64(), kInt);
      case 4: return assign(fields_.s, in.string(), kString);
      case 5: return assign(fields_.t, tensor(in), kTensor);
      case 6: return assign(fields_.g, subgraph(in), kGraph);
      case 7: fields_.seen = kFloats; return in.append(fields_.floats);
      case 8: fields_.seen = kInts; return in.append(fields_.ints);
      case 9: return append(fields_.strings, in.string(), kStrings);
      case 10: return append(fields_.tensors, tensor(in), kTensors);
      case 11: return append(fields_.graphs, subgraph(in), kGraphs);
      case 14: return assign(fields_.tp, subgraphs_.import_type(in), kTypeProto);
      case 15: return refuse("lists of types");
      case 20: return assign(fields_.type, in.int32(), fields_.seen);
      case 21: return in.error("expected a value, found a reference to a function's attribute");
      case 22: return assign(fields_.t, sparse_tensor(in), kSparseTensor);
      case 23: return refuse("lists of sparse tensors");
      default: return Status();
    }
  }

  Status refuse(std::string_view what) const {
    return unsupported("{}: attribute {}: {} are not supported", source_.name, quote(fields_.name),
                       what);
  }

  template <class T, class Source>
  Status assign(T& target, Result<Source> value, int32_t seen) {
    if (!value.ok()) return std::move(value).status();
    target = std::move(*value);
    fields_.seen = seen;
    return Status();
  }

  template <class T, class Source>
  Status append(std::vector<T>& target, Result<Source> value, int32_t seen) {
    if (!value.ok()) return std::move(value).status();
    target.push_back(T(std::move(*value)));
    fields_.seen = seen;
    return Status();
  }

  Result<graph::TensorRef> tensor(const protobuf::Reader& in) {
    INLAY_ASSIGN(const protobuf::Reader message, in.message());
    INLAY_ASSIGN(NamedTensor read, read_tensor(message, source_));
    return std::move(read.tensor);
  }

  Result<graph::TensorRef> sparse_tensor(const protobuf::Reader& in) {
    INLAY_ASSIGN(const protobuf::Reader message, in.message());
    INLAY_ASSIGN(NamedTensor read, read_sparse_tensor(message, source_));
    return std::move(read.tensor);
  }

  Result<std::shared_ptr<graph::Graph>> subgraph(const protobuf::Reader& in) {
    INLAY_ASSIGN(const protobuf::Reader message, in.message());
    return subgraphs_.import_subgraph(message);
  }

  Result<NamedAttribute> finish(const protobuf::Reader& in) {
    Fields& f = fields_;
    const auto named = [&](graph::Attribute value) {
      return NamedAttribute{std::move(f.name), std::move(value)};
    };
    switch (f.type == kUndefined ? f.seen : f.type) {
      case kFloat: return named(f.f);
      case kInt: return named(f.i);
      case kString: return named(std::move(f.s));
      case kTensor:
      case kSparseTensor:
        if (f.t) return named(std::move(f.t));
        break;
      case kGraph:
        if (f.g) return named(std::move(f.g));
        break;
      case kFloats: return named(std::move(f.floats));
      case kInts: return named(std::move(f.ints));
      case kStrings: return named(std::move(f.strings));
      case kTensors: return named(std::move(f.tensors));
      case kGraphs: return named(std::move(f.graphs));
      case kTypeProto:
        if (f.tp) return named(std::move(f.tp));
        break;
      default: break;
    }
    return in.error(format("attribute {}: expected a value, found none", quote(f.name)));
  }

  ModelSource& source_;
  SubgraphImporter& subgraphs_;
  Fields fields_;
};

}  // namespace

Result<NamedAttribute> read_attribute(protobuf::Reader message, ModelSource& source,
                                      SubgraphImporter& subgraphs) {
  return AttributeReader(source, subgraphs).read(message);
}

}  // namespace inlay::onnx
