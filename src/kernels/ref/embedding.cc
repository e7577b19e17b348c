#include "kernels/entries.h"
#include "kernels/ref/element_ref.h"
#include "kernels/ref/layer_norm_ref.h"

namespace inlay::kernels {
namespace {

int64_t id_at(const EmbeddingTable& table, int64_t row) {
  if (!table.ids) return 0;
  if (table.id_bytes == 8) return static_cast<const int64_t*>(table.ids)[row];
  return static_cast<const int32_t*>(table.ids)[row];
}

void run(const EmbeddingArgs& args, int64_t row_begin, int64_t row_end) {
  for (int64_t row = row_begin; row < row_end; ++row) {
    float* y = args.y + row * args.y_stride;
    for (int32_t t = 0; t < args.table_count; ++t) {
      const EmbeddingTable& table = args.tables[t];
      const int64_t entry = id_at(table, row) * table.stride;
      for (int64_t i = 0; i < args.columns; ++i) {
        y[i] = (t == 0 ? 0 : y[i]) + element_ref(table.data, table.element, entry + i);
      }
    }
    if (args.normalize) {
      normalize_row_ref(y, args.gamma, args.beta, args.epsilon, false, y, args.columns);
    }
  }
}

}  // namespace

const EmbeddingKernel kEmbeddingRef = {"embedding_f32_ref", 0, run};

}  // namespace inlay::kernels
