// What RNN, GRU and LSTM share: directions, layouts, lengths, activations and the products of a step.
//
// The products of all inputs of a direction are one matrix product; then time goes step by step, over all rows
// of the batch, with one product of the states a step. The operator says what a cell makes of them.
#pragma once

#include <memory>
#include <vector>

#include "ops/element_types.h"
#include "ops/op.h"

namespace inlay::ops {

enum class GateActivation : uint8_t {
  kRelu,
  kTanh,
  kSigmoid,
  kAffine,
  kLeakyRelu,
  kThresholdedRelu,
  kScaledTanh,
  kHardSigmoid,
  kElu,
  kSoftsign,
  kSoftplus,
};

struct GateFunction {
  GateActivation kind;
  float alpha, beta;
};

struct RecurrentParams {
  int64_t hidden;
  int directions;
  bool reverse;  // of the only direction
  bool batch_first;
  bool input_forget, linear_before_reset;
  float clip;                           // infinite: none
  std::vector<GateFunction> functions;  // of the directions, one after the other
};

// y[i] = f(clip(x[i])) in place.
void apply_gate(const GateFunction& f, float clip, float* x, int64_t n);
void apply_gate(const GateFunction& f, float clip, double* x, int64_t n);

// out[m, n] = a[m, k] · w[n, k]ᵀ, or that added to out. Few rows are products of vectors, where the weights lie;
// for more of them the weights are packed first.
template <class T>
class RowProduct {
 public:
  // `uses` is how many rows will be asked for, all calls together.
  Status prepare(const StepCall& call, const T* w, int64_t n, int64_t k, int64_t uses);
  void run(const StepCall& call, const T* a, int64_t m, T* out, int64_t out_stride, bool add) const;

 private:
  const T* w_ = nullptr;
  int64_t n_ = 0, k_ = 0;
  const float* packed_ = nullptr;
};

// A direction while it runs. [batch, …] unless it says otherwise.
template <class T>
struct RecurrentStep {
  const StepCall& call;
  const RecurrentParams& params;
  const GateFunction* functions;
  int64_t batch, hidden, gates;
  const uint8_t* active;  // rows whose sequence goes on
  T* gate;                // [gates · hidden]: products of the inputs, with biases; to be completed
  T* h;                   // the states, to be replaced in active rows
  T* c;
  T* extra;            // [gates · hidden] to work with
  const T* peephole;   // [3 · hidden], or null
  const T* last_bias;  // [hidden]: the recurrent bias of the last gate, left out of `gate`, or null
  RowProduct<T> recurrent;  // h to all gates; of GRU to all but the last
  RowProduct<T> last;       // of GRU: h to the last gate
};

struct RecurrentCell {
  int64_t gates;
  int functions;    // activations of a direction
  bool has_cell;    // a state besides h
  bool split_last;  // the product for the last gate waits for the others
  void (*advance_float)(RecurrentStep<float>&);
  void (*advance_double)(RecurrentStep<double>&);
  const char* defaults[3];
};

// Inputs X, W, R, B, sequence_lens, initial_h, initial_c, P; outputs Y, Y_h, Y_c.
Status infer_recurrent(Inference& in, const RecurrentCell& cell);
Status lower_recurrent(Lowering& low, const RecurrentCell& cell);

}  // namespace inlay::ops
