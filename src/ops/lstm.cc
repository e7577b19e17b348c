// LSTM (ONNX 1…): gates i, o, f, c; C = f ⊙ C + i ⊙ g(c), H = o ⊙ h(C), with peepholes from C to the gates.
#include <cmath>
#include <type_traits>

#include "kernels/gates.h"
#include "ops/recurrent.h"

namespace inlay::ops {
namespace {

// gate[i] += weight[i] · c[i].
template <class T>
void look(const T* weight, const T* c, int64_t n, T* gate) {
  for (int64_t i = 0; i < n && weight; ++i) gate[i] += weight[i] * c[i];
}

// Sigmoids and tanhs of whole gates, and nothing else.
bool is_usual(const CellUnits<float>& u) {
  return !u.peephole && !u.params.input_forget && !std::isfinite(u.params.clip) &&
         u.functions[0].kind == GateActivation::kSigmoid &&
         u.functions[1].kind == GateActivation::kTanh &&
         u.functions[2].kind == GateActivation::kTanh;
}
bool is_usual(const CellUnits<double>&) { return false; }

template <class T>
void complete_lstm(const CellUnits<T>& u) {
  const int64_t n = u.n;
  if (is_usual(u)) {
    if constexpr (std::is_same_v<T, float>)
      kernels::gates_kernel().lstm({u.gates, u.gates + u.tile, u.gates + 2 * u.tile,
                                    u.gates + 3 * u.tile, u.c, u.next_h, n});
    return;
  }
  const float clip = u.params.clip;
  T *i = u.gates, *o = i + u.tile, *f = o + u.tile, *g = f + u.tile, *c = u.c, *h = u.next_h;
  const T* p = u.peephole;
  look(p, c, n, i);
  look(p ? p + 2 * u.params.hidden : p, c, n, f);
  apply_gate(u.functions[0], clip, i, n);
  if (u.params.input_forget)
    for (int64_t j = 0; j < n; ++j) f[j] = 1 - i[j];
  else
    apply_gate(u.functions[0], clip, f, n);
  apply_gate(u.functions[1], clip, g, n);
  for (int64_t j = 0; j < n; ++j) h[j] = c[j] = f[j] * c[j] + i[j] * g[j];
  look(p ? p + u.params.hidden : p, c, n, o);
  apply_gate(u.functions[0], clip, o, n);
  apply_gate(u.functions[2], __builtin_inff(), h, n);
  for (int64_t j = 0; j < n; ++j) h[j] *= o[j];
}

constexpr RecurrentCell kLstm = {4,
                                 0,
                                 3,
                                 true,
                                 {complete_lstm<float>, nullptr},
                                 {complete_lstm<double>, nullptr},
                                 {"sigmoid", "tanh", "tanh"}};

}  // namespace

Status infer_lstm(Inference& in) { return infer_recurrent(in, kLstm); }

Status lower_lstm(Lowering& low) { return lower_recurrent(low, kLstm); }

}  // namespace inlay::ops
