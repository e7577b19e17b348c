// RNN (ONNX 1…): H = f(X · Wᵀ + H · Rᵀ + biases).
#include <algorithm>

#include "ops/recurrent.h"

namespace inlay::ops {
namespace {

template <class T>
void advance_rnn(RecurrentStep<T>& s) {
  const int64_t n = s.hidden;
  s.recurrent.run(s.call, s.h, s.batch, s.gate, n, true);
  for (int64_t row = 0; row < s.batch; ++row) {
    if (!s.active[row]) continue;
    apply_gate(s.functions[0], s.params.clip, s.gate + row * n, n);
    std::copy_n(s.gate + row * n, n, s.h + row * n);
  }
}

constexpr RecurrentCell kRnn = {
    1, 1, false, false, advance_rnn<float>, advance_rnn<double>, {"tanh", nullptr, nullptr}};

}  // namespace

Status infer_rnn(Inference& in) { return infer_recurrent(in, kRnn); }

Status lower_rnn(Lowering& low) { return lower_recurrent(low, kRnn); }

}  // namespace inlay::ops
