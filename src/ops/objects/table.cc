#include "ops/objects/object_op.h"
#include "ops/op_lookup.h"

namespace inlay::ops {

// Each operator's file defines eval_<id>; the line in the table below is all else that it needs.
// clang-format off
#define INLAY_OBJECT_OPS(X) \
  X("", "Identity", 1, object_identity, with_objects) \
  X("", "SequenceLength", 11, sequence_length, always)
// clang-format on

#define INLAY_DECLARE(domain, name, since, id, applies) Status eval_##id(ObjectCall&);
INLAY_OBJECT_OPS(INLAY_DECLARE)
#undef INLAY_DECLARE

namespace {

bool always(const graph::Node&, bool) { return true; }
bool with_objects(const graph::Node&, bool has_objects) { return has_objects; }

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
