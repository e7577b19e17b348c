#include "ops/ml/attributes.h"
#include "ops/objects/class_labels.h"
#include "ops/objects/object_graph.h"
#include "ops/objects/object_op.h"
#include "ops/op_lookup.h"

namespace inlay::ops {

// Each operator's file defines eval_<id>; the line in the table below is all else that it needs.
// clang-format off
#define INLAY_OBJECT_OPS(X) \
  X("", "Cast", 6, object_cast, makes_strings) \
  X("", "CastLike", 15, object_cast_like, with_objects) \
  X("", "CenterCropPad", 1, moved_strings, with_objects) \
  X("", "Compress", 1, moved_strings, with_objects) \
  X("", "Concat", 1, moved_strings, with_objects) \
  X("", "ConcatFromSequence", 11, concat_from_sequence, always) \
  X("", "DepthToSpace", 1, moved_strings, with_objects) \
  X("", "Equal", 1, equal_strings, with_objects) \
  X("", "Expand", 1, moved_strings, with_objects) \
  X("", "Flatten", 1, moved_strings, with_objects) \
  X("", "Gather", 1, moved_strings, with_objects) \
  X("", "GatherElements", 1, moved_strings, with_objects) \
  X("", "GatherND", 1, moved_strings, with_objects) \
  X("", "Identity", 1, object_identity, with_objects) \
  X("", "If", 1, object_if, with_objects_inside) \
  X("", "Loop", 1, object_loop, with_objects_inside) \
  X("", "OneHot", 1, moved_strings, with_objects) \
  X("", "Optional", 15, optional, always) \
  X("", "OptionalGetElement", 15, optional_get_element, always) \
  X("", "OptionalHasElement", 15, optional_has_element, always) \
  X("", "Pad", 1, moved_strings, with_objects) \
  X("", "RegexFullMatch", 20, regex_full_match, always) \
  X("", "Reshape", 1, moved_strings, with_objects) \
  X("", "ReverseSequence", 1, moved_strings, with_objects) \
  X("", "Scan", 8, scan_8, always) \
  X("", "Scan", 9, scan, always) \
  X("", "Scatter", 1, moved_strings, with_objects) \
  X("", "ScatterElements", 1, moved_strings, with_objects) \
  X("", "ScatterND", 1, moved_strings, with_objects) \
  X("", "SequenceAt", 11, sequence_at, always) \
  X("", "SequenceConstruct", 11, sequence_construct, always) \
  X("", "SequenceEmpty", 11, sequence_empty, always) \
  X("", "SequenceErase", 11, sequence_erase, always) \
  X("", "SequenceInsert", 11, sequence_insert, always) \
  X("", "SequenceLength", 11, sequence_length, always) \
  X("", "SequenceMap", 17, sequence_map, always) \
  X("", "Shape", 1, sizes_of_strings, with_objects) \
  X("", "Size", 1, sizes_of_strings, with_objects) \
  X("", "Slice", 1, moved_strings, with_objects) \
  X("", "SpaceToDepth", 1, moved_strings, with_objects) \
  X("", "Split", 1, moved_strings, with_objects) \
  X("", "SplitToSequence", 11, split_to_sequence, always) \
  X("", "Squeeze", 1, moved_strings, with_objects) \
  X("", "StringConcat", 20, string_concat, always) \
  X("", "StringNormalizer", 10, string_normalizer, always) \
  X("", "StringSplit", 20, string_split, always) \
  X("", "TfIdfVectorizer", 9, tf_idf_vectorizer, with_objects) \
  X("", "Tile", 1, moved_strings, with_objects) \
  X("", "Transpose", 1, moved_strings, with_objects) \
  X("", "Unique", 11, unique_strings, with_objects) \
  X("", "Unsqueeze", 1, moved_strings, with_objects) \
  X("", "Where", 1, moved_strings, with_objects) \
  X("ai.onnx.ml", "ArrayFeatureExtractor", 1, array_feature_extractor, with_objects) \
  X("ai.onnx.ml", "CastMap", 1, cast_map, always) \
  X("ai.onnx.ml", "CategoryMapper", 1, category_mapper, always) \
  X("ai.onnx.ml", "DictVectorizer", 1, dict_vectorizer, always) \
  X("ai.onnx.ml", "LabelEncoder", 1, label_encoder, always) \
  X("ai.onnx.ml", "LabelEncoder", 2, label_encoder, maps_to_strings) \
  X("ai.onnx.ml", "LinearClassifier", 1, linear_classifier, has_string_labels) \
  X("ai.onnx.ml", "OneHotEncoder", 1, one_hot_encoder, with_objects) \
  X("ai.onnx.ml", "SVMClassifier", 1, svm_classifier, has_string_labels) \
  X("ai.onnx.ml", "TreeEnsembleClassifier", 1, tree_ensemble_classifier, has_string_labels) \
  X("ai.onnx.ml", "ZipMap", 1, zip_map, always)
// clang-format on

// One function may stand in several lines.
#define INLAY_DECLARE(domain, name, since, id, applies) Status eval_##id(ObjectCall&);
INLAY_OBJECT_OPS(INLAY_DECLARE)
#undef INLAY_DECLARE

namespace {

bool always(const graph::Node&, bool) { return true; }
bool with_objects(const graph::Node&, bool has_objects) { return has_objects; }
bool makes_strings(const graph::Node& node, bool has_objects) {
  return has_objects || node.integer("to", 0) == static_cast<int64_t>(graph::DType::kString);
}
bool maps_to_strings(const graph::Node& node, bool has_objects) {
  const graph::TensorRef values = node.tensor("values_tensor");
  return has_objects || ml::strings(node, "values_strings") ||
         (values && values->dtype == graph::DType::kString);
}
bool with_objects_inside(const graph::Node& node, bool has_objects) {
  return has_objects || ops::has_objects_inside(node);
}

#define INLAY_ROW(domain, name, since, id, applies) {domain, name, since, eval_##id, applies},
constexpr ObjectOp kTable[] = {INLAY_OBJECT_OPS(INLAY_ROW)};
#undef INLAY_ROW

static_assert(is_op_table(kTable), "keep the operators sorted by domain, name and version");

}  // namespace

std::span<const ObjectOp> object_table() { return kTable; }

const ObjectOp* find_object_op(std::string_view domain, std::string_view name, int version) {
  return find_entry(std::span<const ObjectOp>(kTable), domain, name, version);
}

}  // namespace inlay::ops
