// GRU (ONNX 1…): gates z, r, h; H = (1 - z) ⊙ g(h) + z ⊙ H, where h sees r ⊙ H, or ("linear_before_reset") r
// times what it makes of H.
#include "ops/recurrent.h"

namespace inlay::ops {
namespace {

// Completes gate h of each active row, of gates whose z and r are done.
template <class T>
void complete_candidate(RecurrentStep<T>& s) {
  const int64_t n = s.hidden;
  const auto each = [&](auto&& body) {
    for (int64_t row = 0; row < s.batch; ++row)
      for (int64_t j = 0; j < n; ++j)
        body(s.gate[(row * 3 + 1) * n + j], s.extra[row * n + j], row * n + j,
             (row * 3 + 2) * n + j);
  };
  if (s.params.linear_before_reset) {
    s.last.run(s.call, s.h, s.batch, s.extra, n, false);
    each([&](T r, T& made, int64_t at, int64_t gate) {
      s.gate[gate] += r * (made + (s.last_bias ? s.last_bias[at % n] : T{0}));
    });
  } else {
    each([&](T r, T& reset, int64_t at, int64_t) { reset = r * s.h[at]; });
    s.last.run(s.call, s.extra, s.batch, s.gate + 2 * n, 3 * n, true);
  }
}

template <class T>
void advance_gru(RecurrentStep<T>& s) {
  const int64_t n = s.hidden;
  s.recurrent.run(s.call, s.h, s.batch, s.gate, 3 * n, true);
  for (int64_t row = 0; row < s.batch; ++row)
    apply_gate(s.functions[0], s.params.clip, s.gate + row * 3 * n, 2 * n);
  complete_candidate(s);
  for (int64_t row = 0; row < s.batch; ++row) {
    if (!s.active[row]) continue;
    T *z = s.gate + row * 3 * n, *candidate = z + 2 * n, *h = s.h + row * n;
    apply_gate(s.functions[1], s.params.clip, candidate, n);
    for (int64_t j = 0; j < n; ++j) h[j] = (1 - z[j]) * candidate[j] + z[j] * h[j];
  }
}

constexpr RecurrentCell kGru = {
    3, 2, false, true, advance_gru<float>, advance_gru<double>, {"sigmoid", "tanh", nullptr}};

}  // namespace

Status infer_gru(Inference& in) { return infer_recurrent(in, kGru); }

Status lower_gru(Lowering& low) { return lower_recurrent(low, kGru); }

}  // namespace inlay::ops
