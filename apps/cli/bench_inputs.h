// Random inputs for `inlay bench`, made from what a session says of its inputs.
#pragma once

#include <string>
#include <vector>

#include "handles.h"
#include "inputs.h"

namespace cli {

struct BenchSizes {
  int64_t batch = 1, length = 128;
  int64_t vocab_size = 1000;        // ids are below it
  std::vector<std::string> shapes;  // NAME=1x3x224x224
};

// Text inputs are known by name: input_ids, attention_mask, token_type_ids and position_ids as
// [batch, length], or input_ids and token_type_ids as [tokens] with row_offsets [batch + 1]. Others
// take their shape from --shape, or from the model when all sizes but a first one called batch are known.
// Throws Failure that names the input whose shape is missing.
std::vector<NamedArray> make_bench_inputs(const Session& session, const BenchSizes& sizes);

}  // namespace cli
