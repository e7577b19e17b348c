// RNN (ONNX 1…): H = f(X · Wᵀ + H · Rᵀ + biases).
#include <algorithm>

#include "ops/recurrent.h"

namespace inlay::ops {
namespace {

template <class T>
void complete_rnn(const CellUnits<T>& u) {
  std::copy_n(u.gates, u.n, u.next_h);
  apply_gate(u.functions[0], u.params.clip, u.next_h, u.n);
}

constexpr RecurrentCell kRnn = {1,
                                0,
                                1,
                                false,
                                {complete_rnn<float>, nullptr},
                                {complete_rnn<double>, nullptr},
                                {"tanh", nullptr, nullptr}};

}  // namespace

Status infer_rnn(Inference& in) { return infer_recurrent(in, kRnn); }

Status lower_rnn(Lowering& low) { return lower_recurrent(low, kRnn); }

}  // namespace inlay::ops
