// Unique of strings: the node runs on their places in the order of their bytes, which tell them apart as they do.
#include <algorithm>

#include "ops/objects/tensor_pieces.h"

namespace inlay::ops {

Status eval_unique_strings(ObjectCall& call) {
  INLAY_ASSIGN(const TensorRef texts, call.strings(0));
  std::vector<std::string> distinct = texts->strings;
  std::sort(distinct.begin(), distinct.end());
  distinct.erase(std::unique(distinct.begin(), distinct.end()), distinct.end());
  std::vector<int64_t> places;
  for (const std::string& text : texts->strings)
    places.push_back(std::lower_bound(distinct.begin(), distinct.end(), text) - distinct.begin());
  const AnyValue inputs[] = {graph::make_tensor(graph::DType::kInt64, texts->shape, places)};
  INLAY_ASSIGN(const std::vector<AnyValue> made, call.host().run_dense(inputs));
  for (size_t i = 1; i < made.size(); ++i)
    if (call.wants(i)) INLAY_TRY(call.set_output(i, made[i]));
  if (!call.wants(0)) return Status();
  const graph::Tensor& found = *made[0].tensor();
  const std::vector<int64_t> found_places = *graph::integer_elements(found);
  std::vector<std::string> strings;
  for (const int64_t place : found_places) strings.push_back(distinct[static_cast<size_t>(place)]);
  return call.set_output(0, make_strings(found.shape, std::move(strings)));
}

}  // namespace inlay::ops
