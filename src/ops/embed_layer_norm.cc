// EmbedLayerNorm (domain "inlay"): the embedding layer of an encoder over a ragged batch.
//
// Inputs: input_ids [tokens] and token_type_ids [tokens] or none, int32 or int64; row_offsets int64
// [rows + 1]; word table [words, n], position table [positions, n] or none, type table [types, n]
// or none, each f32, f16 or bf16; gamma [n] and beta [n], each or none; without gamma nothing is
// normalized. A token's position is its place in its row plus "position_offset".
// Attributes: "epsilon", "position_offset".
#include "kernels/embedding.h"

#include "ops/lanes.h"
#include "ops/op.h"
#include "ops/row_offsets.h"
#include "ops/weights.h"

namespace inlay::ops {
namespace {

enum Input { kIds, kTypeIds, kOffsets, kWords, kPositions, kTypes, kGamma, kBeta, kInputCount };

struct EmbedParams {
  float epsilon;
  int64_t position_offset;
  int32_t id_bytes[2];
  kernels::Element tables[3];
};

int64_t id_at(const void* ids, int32_t id_bytes, int64_t i) {
  return id_bytes == 8 ? static_cast<const int64_t*>(ids)[i] : static_cast<const int32_t*>(ids)[i];
}

Status check_ids(const char* name, const void* ids, int32_t id_bytes, int64_t count,
                 int64_t limit) {
  for (int64_t i = 0; i < count; ++i) {
    const int64_t id = id_at(ids, id_bytes, i);
    if (id < 0 || id >= limit)
      return invalid("{}: expected ids in [0, {}), found {} at token {}", name, limit, id, i);
  }
  return Status();
}

Status check_lengths(const RowOffsets& offsets, int64_t longest) {
  for (int64_t row = 0; row < offsets.rows(); ++row)
    if (offsets.length(row) > longest)
      return invalid("row {}: expected at most {} tokens, found {}", row, longest,
                     offsets.length(row));
  return Status();
}

// Operands: the inputs in order, then the output. Sizes: tokens, rows, columns, words, positions,
// types.
Status run_embed(const StepCall& call) {
  const auto& params = call.as<EmbedParams>();
  const int64_t tokens = call.sizes[0], rows = call.sizes[1], columns = call.sizes[2];
  const void* ids = call.data[kIds];
  const void* type_ids = call.data[kTypeIds];
  INLAY_TRY(check_ids("input_ids", ids, params.id_bytes[0], tokens, call.sizes[3]));
  if (type_ids)
    INLAY_TRY(check_ids("token_type_ids", type_ids, params.id_bytes[1], tokens, call.sizes[5]));

  kernels::EmbeddingArgs args{};
  args.tables[args.table_count++] = {call.data[kWords], params.tables[0], columns, ids,
                                     params.id_bytes[0]};
  if (call.data[kPositions]) {
    INLAY_ASSIGN(std::byte* const scratch,
                 call.run.scratch(tokens * int64_t{sizeof(int32_t)} + 64));
    auto* positions = reinterpret_cast<int32_t*>(scratch);
    INLAY_ASSIGN(const RowOffsets offsets,
                 RowOffsets::read(call.at<const int64_t>(kOffsets), rows, tokens));
    INLAY_TRY(check_lengths(offsets, call.sizes[4] - params.position_offset));
    offsets.fill_places(params.position_offset, positions);
    args.tables[args.table_count++] = {call.data[kPositions], params.tables[1], columns, positions,
                                       4};
  }
  if (call.data[kTypes])
    args.tables[args.table_count++] = {call.data[kTypes], params.tables[2], columns, type_ids,
                                       params.id_bytes[1]};
  args.y = call.at<float>(kInputCount);
  args.y_stride = columns;
  args.columns = columns;
  args.normalize = call.data[kGamma] != nullptr;
  args.gamma = call.at<const float>(kGamma);
  args.beta = call.at<const float>(kBeta);
  args.epsilon = params.epsilon;
  constexpr int64_t kTokensPerTask = 16;
  for_each_range(call.run.pool(), tokens, kTokensPerTask,
                 [&](int64_t begin, int64_t end) { kernels::embedding(args, begin, end); });
  return Status();
}

}  // namespace

Status infer_embed_layer_norm(Inference& in) {
  INLAY_TRY(in.expect_inputs(kInputCount, kInputCount));
  INLAY_TRY(in.expect_dtype(kIds, {DType::kInt32, DType::kInt64}));
  INLAY_TRY(in.expect_dtype(kOffsets, {DType::kInt64}));
  INLAY_ASSIGN(const Shape ids, in.shape(kIds));
  INLAY_ASSIGN(const Shape words, in.shape(kWords));
  if (ids.size() != 1 || words.size() != 2)
    return in.error("expected ids [tokens] and a table [words, n]");
  if (in.has(kTypeIds)) {
    INLAY_TRY(in.expect_dtype(kTypeIds, {DType::kInt32, DType::kInt64}));
    INLAY_ASSIGN(const Shape types, in.shape(kTypeIds));
    if (types != ids) return in.error("token_type_ids: expected the shape of input_ids");
  }
  for (size_t table : {kWords, kPositions, kTypes}) {
    if (!in.has(table)) continue;
    INLAY_TRY(expect_weight(in, table));
    INLAY_ASSIGN(const Shape shape, in.shape(table));
    if (shape.size() != 2)
      return in.error("input {}: expected 2 dimensions, found {}", table, shape.size());
    INLAY_TRY(in.expect_equal(shape[1], words[1], "table width"));
  }
  for (size_t vector : {kGamma, kBeta}) {
    if (!in.has(vector)) continue;
    INLAY_TRY(in.expect_dtype(vector, {DType::kFloat32}));
    INLAY_ASSIGN(const Shape shape, in.shape(vector));
    if (shape != Shape{words[1]})
      return in.error("input {}: expected [{}]", vector, in.exprs().text(words[1]));
  }
  in.set_output(0, DType::kFloat32, {ids[0], words[1]});
  return Status();
}

Status lower_embed_layer_norm(Lowering& low) {
  std::vector<Operand> operands;
  for (size_t i = 0; i < kInputCount; ++i) operands.push_back(low.dense(i));
  operands.push_back(low.output(0));
  const auto entries = [&](size_t table) {
    return low.has(table) ? low.input_shape(table)[0] : low.constant(0);
  };
  const auto id_bytes = [&](size_t i) {
    return static_cast<int32_t>(low.has(i) ? graph::dtype_bytes(low.input_type(i).dtype) : 8);
  };
  const auto element = [&](size_t table) {
    return low.has(table) ? element_of(low.input_type(table).dtype) : kernels::Element::kF32;
  };
  low.step({run_embed,
            std::move(operands),
            {low.input_shape(kIds)[0], row_count(low, kOffsets), low.input_shape(kWords)[1],
             entries(kWords), entries(kPositions), entries(kTypes)},
            std::make_shared<EmbedParams>(
                EmbedParams{low.node().real("epsilon", 1e-12f),
                            low.node().integer("position_offset", 0),
                            {id_bytes(kIds), id_bytes(kTypeIds)},
                            {element(kWords), element(kPositions), element(kTypes)}})});
  return Status();
}

}  // namespace inlay::ops
