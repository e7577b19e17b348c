// LSTM (ONNX 1…): gates i, o, f, c; C = f ⊙ C + i ⊙ g(c), H = o ⊙ h(C), with peepholes from C to the gates.
#include "ops/recurrent.h"

namespace inlay::ops {
namespace {

// gate[i] += weight[i] · c[i].
template <class T>
void look(const T* weight, const T* c, int64_t n, T* gate) {
  for (int64_t i = 0; i < n && weight; ++i) gate[i] += weight[i] * c[i];
}

template <class T>
void advance_row(const RecurrentStep<T>& s, int64_t row) {
  const int64_t n = s.hidden;
  const float clip = s.params.clip;
  T *i = s.gate + row * 4 * n, *o = i + n, *f = o + n, *g = f + n;
  T *h = s.h + row * n, *c = s.c + row * n;
  const T* p = s.peephole;
  look(p, c, n, i);
  look(p ? p + 2 * n : p, c, n, f);
  apply_gate(s.functions[0], clip, i, n);
  apply_gate(s.functions[1], clip, g, n);
  if (s.params.input_forget)
    for (int64_t j = 0; j < n; ++j) f[j] = 1 - i[j];
  else
    apply_gate(s.functions[0], clip, f, n);
  for (int64_t j = 0; j < n; ++j) c[j] = f[j] * c[j] + i[j] * g[j];
  look(p ? p + n : p, c, n, o);
  apply_gate(s.functions[0], clip, o, n);
  for (int64_t j = 0; j < n; ++j) h[j] = c[j];
  apply_gate(s.functions[2], __builtin_inff(), h, n);
  for (int64_t j = 0; j < n; ++j) h[j] *= o[j];
}

template <class T>
void advance_lstm(RecurrentStep<T>& s) {
  s.recurrent.run(s.call, s.h, s.batch, s.gate, 4 * s.hidden, true);
  for (int64_t row = 0; row < s.batch; ++row)
    if (s.active[row]) advance_row(s, row);
}

constexpr RecurrentCell kLstm = {
    4, 3, true, false, advance_lstm<float>, advance_lstm<double>, {"sigmoid", "tanh", "tanh"}};

}  // namespace

Status infer_lstm(Inference& in) { return infer_recurrent(in, kLstm); }

Status lower_lstm(Lowering& low) { return lower_recurrent(low, kLstm); }

}  // namespace inlay::ops
