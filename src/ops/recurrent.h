// What RNN, GRU and LSTM share: directions, layouts, lengths, activations and the products of a step.
//
// The products of all inputs are one matrix product; then time goes step by step, with a product of the states a
// step, to which the cell is applied while it is in cache. Columns of the products lie block by block: kernel.tile_n
// units of each gate side by side, so that threads may share a step by its units, and each completes its own.
#pragma once

#include <memory>
#include <vector>

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

// An activation by its name in ONNX, whose case does not count.
struct NamedActivation {
  std::string_view name;
  GateActivation kind;
  bool has_alpha, has_beta;
  float alpha, beta;  // where the model says none
};
const NamedActivation* find_gate_activation(std::string_view name);

// y[i] = f(clip(x[i])) in place; clip may be infinite.
void apply_gate(const GateFunction& f, float clip, float* x, int64_t n);
void apply_gate(const GateFunction& f, float clip, double* x, int64_t n);

struct RecurrentParams {
  int64_t hidden;
  int directions;
  bool reverse;  // of the only direction
  bool batch_first;
  bool input_forget, linear_before_reset;
  float clip;                           // infinite: none
  std::vector<GateFunction> functions;  // of the directions, one after the other
};

// One row's units of a block while a cell completes them.
template <class T>
struct CellUnits {
  const RecurrentParams& params;
  const GateFunction* functions;
  int64_t n;      // units
  int64_t tile;   // from gate to gate
  T* gates;       // of the first group: products of inputs and states, with biases
  T* last;        // the gate of the second group (GRU), of inputs alone as long as `made` is apart
  const T* made;  // GRU, linear before reset: the last gate's product of states, with its bias
  const T* peephole;  // those of gate i, or null; other gates' are params.hidden apart
  const T* h;         // the state before
  T* next_h;
  T* c;      // a state besides h
  T* reset;  // GRU: what the second product is made of
};

// Gates come in one or two groups; the product of the second waits for what becomes of the first, unless it is linear
// before the reset.
struct RecurrentCell {
  int64_t gates, last_gates;  // of the groups
  int functions;              // activations of a direction
  bool has_cell;              // a state besides h
  // After the first group's product, and after the second's.
  void (*complete_float[2])(const CellUnits<float>&);
  void (*complete_double[2])(const CellUnits<double>&);
  const char* defaults[3];

  int64_t all_gates() const { return gates + last_gates; }
};

struct RecurrentCall {
  RecurrentParams params;
  RecurrentCell cell;
  DType dtype;
  bool packed;  // W and R are constants, which lie as kGatesLayout has them
};

// Operands in the order of inputs, then of outputs, then packed weights or null: input and recurrent weights of the
// groups of the directions. Sizes: length, batch, input size.
enum RecurrentOperands { kX, kW, kR, kB, kLengths, kH0, kC0, kP, kY, kYh, kYc, kPacked };
// The step for elements of a type of Floats.
StepFn recurrent_step(DType dtype);

// Inputs X, W, R, B, sequence_lens, initial_h, initial_c, P; outputs Y, Y_h, Y_c.
Status infer_recurrent(Inference& in, const RecurrentCell& cell);
Status lower_recurrent(Lowering& low, const RecurrentCell& cell);

}  // namespace inlay::ops
