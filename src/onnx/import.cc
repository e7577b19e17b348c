#include "onnx/import.h"

#include "onnx/graph_importer.h"

namespace inlay::onnx {
namespace {

// Field numbers of onnx.proto.
enum ModelField : uint32_t {
  kIrVersion = 1,
  kProducerName = 2,
  kProducerVersion = 3,
  kDomain = 4,
  kModelVersion = 5,
  kGraph = 7,
  kOpsetImport = 8,
  kMetadataProps = 14,
  kFunctions = 25,
};

constexpr int64_t kLastWithoutOpsets = 2;  // IR versions up to it have operator set 1 alone

struct ModelFields {
  int64_t ir_version = 0;
  std::optional<protobuf::Reader> graph;
  std::map<std::string, std::string> metadata;
  OpsetImports opsets;
  Functions functions;
};

Status read_text_into(const protobuf::Reader& in, ModelFields& model, const char* key) {
  INLAY_ASSIGN(std::string text, read_text(in));
  if (!text.empty()) model.metadata.emplace(key, std::move(text));
  return Status();
}

Status read_field(const protobuf::Reader& in, const ModelSource& source, ModelFields& model) {
  switch (in.field()) {
    case kProducerName: return read_text_into(in, model, "producer_name");
    case kProducerVersion: return read_text_into(in, model, "producer_version");
    case kDomain: return read_text_into(in, model, "domain");
    case kIrVersion: {
      INLAY_ASSIGN(model.ir_version, in.int64());
      return Status();
    }
    case kModelVersion: {
      INLAY_ASSIGN(const int64_t version, in.int64());
      if (version != 0) model.metadata.emplace("model_version", to_text(version));
      return Status();
    }
    case kGraph: {
      INLAY_ASSIGN(model.graph, in.message());
      return Status();
    }
    case kOpsetImport: {
      INLAY_ASSIGN(const protobuf::Reader opset, in.message());
      return read_opset_import(opset, source, model.opsets);
    }
    case kMetadataProps: {
      INLAY_ASSIGN(const protobuf::Reader message, in.message());
      INLAY_ASSIGN(auto entry, read_entry(message));
      model.metadata.insert_or_assign(std::move(entry.first), std::move(entry.second));
      return Status();
    }
    case kFunctions: {
      INLAY_ASSIGN(FunctionProto function, read_function(in, source));
      return model.functions.add(std::move(function), source);
    }
    default: return Status();
  }
}

Result<std::shared_ptr<graph::Graph>> import_source(ModelSource source) {
  ModelFields model;
  protobuf::Reader reader = source.reader();
  while (reader.next()) INLAY_TRY(read_field(reader, source, model));
  INLAY_TRY(reader.status());
  if (!model.graph) return corrupt("{}: expected an ONNX model, found no graph in it", source.name);
  if (model.opsets.empty() && model.ir_version <= kLastWithoutOpsets) model.opsets.emplace("", 1);
  ModelContext context{source, std::make_shared<graph::ExprPool>(), std::move(model.opsets),
                       std::move(model.functions)};
  INLAY_ASSIGN(std::shared_ptr<graph::Graph> graph,
               GraphImporter(context, nullptr).import(*model.graph));
  graph->metadata = std::move(model.metadata);
  graph->rewrites = context.inliner.notes();
  return graph;
}

}  // namespace

Result<std::shared_ptr<graph::Graph>> import_model(std::shared_ptr<const MappedFile> file) {
  ModelSource source;
  source.bytes = file->bytes();
  source.name = file->path();
  source.owner = file;
  source.file = std::move(file);
  return import_source(std::move(source));
}

Result<std::shared_ptr<graph::Graph>> import_model(std::span<const std::byte> bytes,
                                                   std::shared_ptr<const void> owner,
                                                   std::string name) {
  ModelSource source;
  source.bytes = bytes;
  source.name = std::move(name);
  source.owner = std::move(owner);
  return import_source(std::move(source));
}

}  // namespace inlay::onnx
