// GRU (ONNX 1…): gates z, r, h; H = (1 - z) ⊙ g(h) + z ⊙ H, where h sees r ⊙ H, or ("linear_before_reset") r
// times what it makes of H.
#include "ops/recurrent.h"

namespace inlay::ops {
namespace {

template <class T>
void complete_gates(const CellUnits<T>& u) {
  const int64_t n = u.n;
  T *z = u.gates, *r = z + u.tile;
  if (n == u.tile) {
    apply_gate(u.functions[0], u.params.clip, z, 2 * n);
  } else {
    apply_gate(u.functions[0], u.params.clip, z, n);
    apply_gate(u.functions[0], u.params.clip, r, n);
  }
  if (!u.params.linear_before_reset)
    for (int64_t j = 0; j < n; ++j) u.reset[j] = r[j] * u.h[j];
}

template <class T>
void complete_candidate(const CellUnits<T>& u) {
  const int64_t n = u.n;
  const T *z = u.gates, *r = z + u.tile, *h = u.h;
  T *candidate = u.last, *next = u.next_h;
  if (u.params.linear_before_reset)
    for (int64_t j = 0; j < n; ++j) candidate[j] += r[j] * u.made[j];
  apply_gate(u.functions[1], u.params.clip, candidate, n);
  for (int64_t j = 0; j < n; ++j) next[j] = (1 - z[j]) * candidate[j] + z[j] * h[j];
}

constexpr RecurrentCell kGru = {2,
                                1,
                                2,
                                false,
                                {complete_gates<float>, complete_candidate<float>},
                                {complete_gates<double>, complete_candidate<double>},
                                {"sigmoid", "tanh", nullptr}};

}  // namespace

Status infer_gru(Inference& in) { return infer_recurrent(in, kGru); }

Status lower_gru(Lowering& low) { return lower_recurrent(low, kGru); }

}  // namespace inlay::ops
