#include "ops/recurrent.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "kernels/activation.h"
#include "kernels/dot.h"
#include "kernels/gemm.h"
#include "ops/lanes.h"
#include "ops/stop_check.h"

namespace inlay::ops {
namespace {

struct NamedActivation {
  std::string_view name;
  GateActivation kind;
  bool has_alpha, has_beta;
  float alpha, beta;  // where the model says none
};
constexpr NamedActivation kActivations[] = {
    {"relu", GateActivation::kRelu, false, false, 0, 0},
    {"tanh", GateActivation::kTanh, false, false, 0, 0},
    {"sigmoid", GateActivation::kSigmoid, false, false, 0, 0},
    {"affine", GateActivation::kAffine, true, true, 1, 0},
    {"leakyrelu", GateActivation::kLeakyRelu, true, false, 0.01f, 0},
    {"thresholdedrelu", GateActivation::kThresholdedRelu, true, false, 1, 0},
    {"scaledtanh", GateActivation::kScaledTanh, true, true, 1, 1},
    {"hardsigmoid", GateActivation::kHardSigmoid, true, true, 0.2f, 0.5f},
    {"elu", GateActivation::kElu, true, false, 1, 0},
    {"softsign", GateActivation::kSoftsign, false, false, 0, 0},
    {"softplus", GateActivation::kSoftplus, false, false, 0, 0},
};

const NamedActivation* find_activation(std::string_view name) {
  std::string lower(name);
  for (char& c : lower) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c + 'a' - 'A' : c);
  for (const NamedActivation& activation : kActivations)
    if (activation.name == lower) return &activation;
  return nullptr;
}

template <class T>
T activate(const GateFunction& f, T x) {
  const T alpha = static_cast<T>(f.alpha), beta = static_cast<T>(f.beta);
  switch (f.kind) {
    case GateActivation::kRelu: return x > 0 ? x : T{0};
    case GateActivation::kTanh: return std::tanh(x);
    case GateActivation::kSigmoid: return 1 / (1 + std::exp(-x));
    case GateActivation::kAffine: return alpha * x + beta;
    case GateActivation::kLeakyRelu: return x >= 0 ? x : alpha * x;
    case GateActivation::kThresholdedRelu: return x >= alpha ? x : T{0};
    case GateActivation::kScaledTanh: return alpha * std::tanh(beta * x);
    case GateActivation::kHardSigmoid: return std::clamp<T>(alpha * x + beta, 0, 1);
    case GateActivation::kElu: return x >= 0 ? x : alpha * (std::exp(x) - 1);
    case GateActivation::kSoftsign: return x / (1 + std::abs(x));
    case GateActivation::kSoftplus: break;
  }
  return x > 0 ? x + std::log1p(std::exp(-x)) : std::log1p(std::exp(x));
}

template <class T>
void clip_gate(float clip, T* x, int64_t n) {
  if (!std::isfinite(clip)) return;
  for (int64_t i = 0; i < n; ++i)
    x[i] = std::clamp(x[i], static_cast<T>(-clip), static_cast<T>(clip));
}

}  // namespace

void apply_gate(const GateFunction& f, float clip, float* x, int64_t n) {
  clip_gate(clip, x, n);
  switch (f.kind) {
    case GateActivation::kRelu: return kernels::unary(kernels::Unary::kRelu, x, x, n);
    case GateActivation::kTanh: return kernels::unary(kernels::Unary::kTanh, x, x, n);
    case GateActivation::kSigmoid: return kernels::unary(kernels::Unary::kSigmoid, x, x, n);
    default:
      for (int64_t i = 0; i < n; ++i) x[i] = activate(f, x[i]);
  }
}

void apply_gate(const GateFunction& f, float clip, double* x, int64_t n) {
  clip_gate(clip, x, n);
  for (int64_t i = 0; i < n; ++i) x[i] = activate(f, x[i]);
}

namespace {

constexpr int64_t kProductsPerTask = 1 << 16;

void multiply_rows(const float* a, const float* w, int64_t k, int64_t n, float* out, bool add) {
  constexpr int64_t kAtOnce = 64;
  float sums[kAtOnce];
  for (int64_t begin = 0; begin < n; begin += kAtOnce) {
    const int64_t count = std::min(kAtOnce, n - begin);
    kernels::dot_rows(a, w + begin * k, k, count, k, sums);
    for (int64_t i = 0; i < count; ++i) out[begin + i] = (add ? out[begin + i] : 0) + sums[i];
  }
}

void multiply_rows(const double* a, const double* w, int64_t k, int64_t n, double* out, bool add) {
  for (int64_t row = 0; row < n; ++row) {
    double sum = 0;
    for (int64_t i = 0; i < k; ++i) sum += a[i] * w[row * k + i];
    out[row] = (add ? out[row] : 0) + sum;
  }
}

}  // namespace

template <>
Status RowProduct<double>::prepare(const StepCall&, const double* w, int64_t n, int64_t k,
                                   int64_t) {
  w_ = w;
  n_ = n;
  k_ = k;
  return Status();
}

template <>
Status RowProduct<float>::prepare(const StepCall& call, const float* w, int64_t n, int64_t k,
                                  int64_t uses) {
  w_ = w;
  n_ = n;
  k_ = k;
  constexpr int64_t kFew = 8;  // packing costs as much as a few rows
  if (uses <= kFew) return Status();
  const kernels::GemmKernel& kernel = kernels::gemm_kernel();
  INLAY_ASSIGN(std::byte* const memory, call.run.scratch(kernel.packed_bytes(k, n)));
  auto* packed = reinterpret_cast<float*>(memory);
  constexpr int64_t kColumnsPerTask = 192;  // a multiple of every kernel's tile_n
  call.run.pool().parallel_for((n + kColumnsPerTask - 1) / kColumnsPerTask, [&](int64_t task) {
    const int64_t begin = task * kColumnsPerTask;
    kernel.pack({w, kernels::Element::kF32, k, n, 1, k, 1.0f, 0}, k, n, begin,
                std::min(n, begin + kColumnsPerTask), packed);
  });
  packed_ = packed;
  return Status();
}

template <>
void RowProduct<double>::run(const StepCall& call, const double* a, int64_t m, double* out,
                             int64_t out_stride, bool add) const {
  for_each_range(call.run.pool(), m * n_, kProductsPerTask / (k_ + 1) + 1,
                 [&](int64_t begin, int64_t end) {
                   for (int64_t i = begin; i < end; ++i)
                     multiply_rows(a + i / n_ * k_, w_ + i % n_ * k_, k_, 1,
                                   out + i / n_ * out_stride + i % n_, add);
                 });
}

template <>
void RowProduct<float>::run(const StepCall& call, const float* a, int64_t m, float* out,
                            int64_t out_stride, bool add) const {
  ThreadPool& pool = call.run.pool();
  if (m == 0 || n_ == 0) return;
  constexpr int64_t kFewRows = 2;
  if (!packed_ || m <= kFewRows) {
    for (int64_t row = 0; row < m; ++row)
      for_each_range(pool, n_, kProductsPerTask / (k_ + 1) + 1, [&](int64_t begin, int64_t end) {
        multiply_rows(a + row * k_, w_ + begin * k_, k_, end - begin,
                      out + row * out_stride + begin, add);
      });
    return;
  }
  kernels::GemmArgs args{};
  args.a = a;
  args.a_stride = k_;
  args.b_packed = packed_;
  args.residual = add ? out : nullptr;
  args.residual_stride = out_stride;
  args.c = out;
  args.c_stride = out_stride;
  args.m = m;
  args.n = n_;
  args.k = k_;
  args.stop = stop_check(call.run);
  const kernels::GemmPartition partition = kernels::plan_gemm(m, n_, k_, pool.threads());
  pool.parallel_for(partition.tasks(), [&](int64_t task) {
    kernels::run_block(kernels::gemm_kernel(), args, kernels::gemm_block(partition, task));
  });
}

namespace {

// Operands in the order of inputs, then of outputs. Sizes: length, batch, input size.
enum Operands { kX, kW, kR, kB, kLengths, kH0, kC0, kP, kY, kYh, kYc };

// An operand as elements of the type that is computed in: itself, or widened into memory.
template <class T>
Result<const Wide<T>*> widened(const StepCall& call, int operand, int64_t count) {
  const T* x = call.at<const T>(static_cast<size_t>(operand));
  if constexpr (std::is_same_v<T, Wide<T>>) {
    return x;
  } else {
    if (!x) return static_cast<const Wide<T>*>(nullptr);
    INLAY_ASSIGN(std::byte* const memory, call.run.scratch(count * 4));
    auto* wide = reinterpret_cast<float*>(memory);
    for (int64_t i = 0; i < count; ++i) wide[i] = static_cast<float>(x[i]);
    return static_cast<const float*>(wide);
  }
}

template <class T, class W>
void store_row(const W* from, int64_t n, T* to) {
  for (int64_t i = 0; i < n; ++i) to[i] = static_cast<T>(from[i]);
}

struct Sequence {
  int64_t length, batch, input;
  const int32_t* lengths;  // or null

  int64_t of(int64_t row) const { return lengths ? lengths[row] : length; }
};

Status check_lengths(const Sequence& s) {
  for (int64_t row = 0; row < s.batch && s.lengths; ++row)
    if (s.lengths[row] < 0 || s.lengths[row] > s.length)
      return invalid("sequence {}: expected a length in [0, {}], found {}", row, s.length,
                     s.lengths[row]);
  return Status();
}

struct RecurrentCall {
  RecurrentParams params;
  RecurrentCell cell;
};

template <class W>
void advance(const RecurrentCell& cell, RecurrentStep<W>& step) {
  if constexpr (std::is_same_v<W, float>)
    cell.advance_float(step);
  else
    cell.advance_double(step);
}

// What goes in, widened.
template <class W>
struct Weights {
  const W *x, *w, *r, *b, *h0, *c0, *p;
};

template <class T>
class DirectionRun {
 public:
  using W = Wide<T>;
  DirectionRun(const StepCall& call, const Weights<W>& weights, int direction)
      : call_(call),
        args_(call.as<RecurrentCall>()),
        weights_(weights),
        direction_(direction),
        s_{call.sizes[0], call.sizes[1], call.sizes[2], call.at<const int32_t>(kLengths)},
        hidden_(args_.params.hidden),
        width_(args_.cell.gates * hidden_) {}

  Status run() {
    INLAY_ASSIGN(std::byte* const memory,
                 call_.run.scratch((s_.length * s_.batch * width_ + 2 * s_.batch * width_ +
                                    2 * s_.batch * hidden_ + width_) *
                                   static_cast<int64_t>(sizeof(W))));
    products_ = reinterpret_cast<W*>(memory);
    W* gate = products_ + s_.length * s_.batch * width_;
    W* h = gate + 2 * s_.batch * width_;
    bias_ = h + 2 * s_.batch * hidden_;
    INLAY_ASSIGN(std::byte* const active, call_.run.scratch(s_.batch));
    RecurrentStep<W> step{call_,
                          args_.params,
                          args_.params.functions.data() + direction_ * args_.cell.functions,
                          s_.batch,
                          hidden_,
                          args_.cell.gates,
                          reinterpret_cast<uint8_t*>(active),
                          gate,
                          h,
                          h + s_.batch * hidden_,
                          gate + s_.batch * width_,
                          weights_.p ? weights_.p + direction_ * 3 * hidden_ : nullptr,
                          nullptr,
                          {},
                          {}};
    start_states(step);
    add_biases(step);
    INLAY_TRY(multiply_inputs());
    INLAY_TRY(prepare_recurrent(step));
    for (int64_t t = 0; t < s_.length; ++t) {
      if (call_.run.cancelled()) return Status();
      take_inputs(step, t, reinterpret_cast<uint8_t*>(active));
      advance(args_.cell, step);
      store_outputs(step, t);
    }
    store_states(step);
    return Status();
  }

 private:
  bool backwards() const { return args_.params.reverse || direction_ == 1; }
  // The place in time that a row is at in step t; the row must be active.
  int64_t place(int64_t row, int64_t t) const { return backwards() ? s_.of(row) - 1 - t : t; }
  int64_t state_offset(int64_t row) const {
    return args_.params.batch_first ? (row * args_.params.directions + direction_) * hidden_
                                    : (direction_ * s_.batch + row) * hidden_;
  }
  int64_t output_offset(int64_t time, int64_t row) const {
    const int64_t d = args_.params.directions;
    return args_.params.batch_first ? ((row * s_.length + time) * d + direction_) * hidden_
                                    : ((time * d + direction_) * s_.batch + row) * hidden_;
  }

  void start_states(RecurrentStep<W>& step) const {
    const auto start = [&](const W* from, W* to) {
      for (int64_t row = 0; row < s_.batch; ++row)
        for (int64_t i = 0; i < hidden_; ++i)
          to[row * hidden_ + i] = from ? from[state_offset(row) + i] : W{0};
    };
    start(weights_.h0, step.h);
    start(weights_.c0, step.c);
  }

  // W's biases and R's; the last gate of GRU may need its own apart.
  void add_biases(RecurrentStep<W>& step) {
    std::fill_n(bias_, width_, W{0});
    if (!weights_.b) return;
    const W* b = weights_.b + direction_ * 2 * width_;
    const bool apart = args_.cell.split_last && args_.params.linear_before_reset;
    const int64_t together = apart ? width_ - hidden_ : width_;
    for (int64_t i = 0; i < width_; ++i) bias_[i] = b[i] + (i < together ? b[width_ + i] : W{0});
    if (apart) step.last_bias = b + 2 * width_ - hidden_;
  }

  Status multiply_inputs() {
    const int64_t rows = s_.length * s_.batch;
    RowProduct<W> product;
    INLAY_TRY(product.prepare(call_, weights_.w + direction_ * width_ * s_.input, width_, s_.input,
                              rows));
    product.run(call_, weights_.x, rows, products_, width_, false);
    return Status();
  }

  Status prepare_recurrent(RecurrentStep<W>& step) const {
    const W* r = weights_.r + direction_ * width_ * hidden_;
    const int64_t uses = s_.batch > 2 ? s_.length * s_.batch : 0;
    const int64_t first = args_.cell.split_last ? width_ - hidden_ : width_;
    INLAY_TRY(step.recurrent.prepare(call_, r, first, hidden_, uses));
    if (!args_.cell.split_last) return Status();
    return step.last.prepare(call_, r + first * hidden_, hidden_, hidden_, uses);
  }

  void take_inputs(RecurrentStep<W>& step, int64_t t, uint8_t* active) const {
    for (int64_t row = 0; row < s_.batch; ++row) {
      active[row] = t < s_.of(row);
      W* gate = step.gate + row * width_;
      if (!active[row]) {
        std::fill_n(gate, width_, W{0});
        continue;
      }
      const int64_t time = place(row, t);
      const W* from =
          products_ +
          (args_.params.batch_first ? row * s_.length + time : time * s_.batch + row) * width_;
      for (int64_t i = 0; i < width_; ++i) gate[i] = from[i] + bias_[i];
    }
  }

  void store_outputs(const RecurrentStep<W>& step, int64_t t) const {
    T* y = call_.at<T>(kY);
    for (int64_t row = 0; row < s_.batch && y; ++row) {
      if (step.active[row])
        store_row(step.h + row * hidden_, hidden_, y + output_offset(place(row, t), row));
      else  // behind its end: nothing was computed for this place
        std::fill_n(y + output_offset(t, row), hidden_, static_cast<T>(0.0f));
    }
  }

  void store_states(const RecurrentStep<W>& step) const {
    for (int64_t row = 0; row < s_.batch; ++row) {
      if (T* h = call_.at<T>(kYh))
        store_row(step.h + row * hidden_, hidden_, h + state_offset(row));
      if (T* c = call_.at<T>(kYc))
        store_row(step.c + row * hidden_, hidden_, c + state_offset(row));
    }
  }

  const StepCall& call_;
  const RecurrentCall& args_;
  const Weights<W>& weights_;
  int64_t direction_;
  Sequence s_;
  int64_t hidden_, width_;
  W *products_ = nullptr, *bias_ = nullptr;
};

template <class T>
Status run_recurrent(const StepCall& call) {
  const RecurrentCall& args = call.as<RecurrentCall>();
  const Sequence s{call.sizes[0], call.sizes[1], call.sizes[2], call.at<const int32_t>(kLengths)};
  INLAY_TRY(check_lengths(s));
  const int64_t d = args.params.directions, hidden = args.params.hidden;
  const int64_t width = args.cell.gates * hidden, state = d * s.batch * hidden;
  Weights<Wide<T>> weights{};
  INLAY_ASSIGN(weights.x, widened<T>(call, kX, s.length * s.batch * s.input));
  INLAY_ASSIGN(weights.w, widened<T>(call, kW, d * width * s.input));
  INLAY_ASSIGN(weights.r, widened<T>(call, kR, d * width * hidden));
  INLAY_ASSIGN(weights.b, widened<T>(call, kB, d * 2 * width));
  INLAY_ASSIGN(weights.h0, widened<T>(call, kH0, state));
  INLAY_ASSIGN(weights.c0, widened<T>(call, kC0, state));
  INLAY_ASSIGN(weights.p, widened<T>(call, kP, d * 3 * hidden));
  for (int direction = 0; direction < d; ++direction)
    INLAY_TRY(DirectionRun<T>(call, weights, direction).run());
  return Status();
}

constexpr auto kRecurrent = []<class T>(std::type_identity<T>) -> StepFn {
  return run_recurrent<T>;
};

template <class T>
const std::vector<T>* list_of(const graph::Node& node, std::string_view key) {
  const auto found = node.attributes.find(key);
  return found == node.attributes.end() ? nullptr : std::get_if<std::vector<T>>(&found->second);
}

// Alphas and betas go, in order, to the functions that have them.
Result<std::vector<GateFunction>> functions_of(const graph::Graph& graph, const graph::Node& node,
                                               const RecurrentCell& cell, int directions) {
  const auto* names = list_of<std::string>(node, "activations");
  const auto* alphas = list_of<float>(node, "activation_alpha");
  const auto* betas = list_of<float>(node, "activation_beta");
  const auto count = static_cast<size_t>(cell.functions * directions);
  if (names && names->size() != count)
    return invalid("{}: expected {} activations, found {}", describe(graph, node), count,
                   names->size());
  std::vector<GateFunction> out;
  size_t alpha = 0, beta = 0;
  for (size_t i = 0; i < count; ++i) {
    const std::string_view name = names ? std::string_view((*names)[i])
                                        : cell.defaults[i % static_cast<size_t>(cell.functions)];
    const NamedActivation* found = find_activation(name);
    if (!found) return unsupported("{}: activation {}", describe(graph, node), quote(name));
    GateFunction f{found->kind, found->alpha, found->beta};
    if (found->has_alpha && alphas && alpha < alphas->size()) f.alpha = (*alphas)[alpha++];
    if (found->has_beta && betas && beta < betas->size()) f.beta = (*betas)[beta++];
    out.push_back(f);
  }
  return out;
}

int directions_of(const graph::Node& node) {
  return node.text("direction", "forward") == "bidirectional" ? 2 : 1;
}

}  // namespace

namespace {

// The size of a gate: as the attribute says, or as R has it.
Result<Expr> hidden_of(Inference& in) {
  INLAY_ASSIGN(const Shape r, in.shape(2));
  if (r.size() != 3) return in.error("input 2: expected 3 dimensions, found {}", r.size());
  const bool said = in.node().attributes.contains("hidden_size");
  if (!said && !in.exprs().value(r[2]))
    return in.error("input 2: expected a constant hidden size, found {}", in.exprs().text(r[2]));
  const Expr hidden = said ? in.constant(in.node().integer("hidden_size", 0)) : r[2];
  INLAY_TRY(in.expect_equal(r[2], hidden, "hidden size"));
  return hidden;
}

Status expect_shape(Inference& in, size_t input, DType dtype, const Shape& expected) {
  if (!in.has(input)) return Status();
  INLAY_TRY(in.expect_dtype(input, {dtype}));
  INLAY_ASSIGN(const Shape shape, in.shape(input));
  if (shape.size() != expected.size())
    return in.error("input {}: expected {} dimensions, found {}", input, expected.size(),
                    shape.size());
  for (size_t axis = 0; axis < shape.size(); ++axis)
    INLAY_TRY(
        in.expect_equal(shape[axis], expected[axis], format("input {}, axis {}", input, axis)));
  return Status();
}

}  // namespace

Status infer_recurrent(Inference& in, const RecurrentCell& cell) {
  INLAY_TRY(in.expect_inputs(3, cell.has_cell ? 8 : 6));
  if (!is_one_of(in.dtype(0), Floats()))
    return in.error("{} elements are not supported", graph::dtype_text(in.dtype(0)));
  const std::string_view direction = in.node().text("direction", "forward");
  if (direction != "forward" && direction != "reverse" && direction != "bidirectional")
    return in.error("direction: expected forward, reverse or bidirectional, found {}",
                    quote(direction));
  if (const float clip = in.node().real("clip", 0); !(clip >= 0))
    return in.error("clip: expected at least 0, found {}", clip);
  INLAY_ASSIGN(const Shape x, in.shape(0));
  if (x.size() != 3) return in.error("input 0: expected 3 dimensions, found {}", x.size());
  INLAY_ASSIGN(const Expr hidden, hidden_of(in));
  const int count = directions_of(in.node());
  INLAY_TRY(functions_of(in.graph(), in.node(), cell, count).status());
  const bool batch_first = in.node().integer("layout", 0) != 0;
  const Expr directions = in.constant(count);
  const Expr length = x[batch_first ? 1 : 0], batch = x[batch_first ? 0 : 1];
  const Expr width = in.exprs().mul(in.constant(cell.gates), hidden);
  const Shape state =
      batch_first ? Shape{batch, directions, hidden} : Shape{directions, batch, hidden};
  const DType dtype = in.dtype(0);
  INLAY_TRY(expect_shape(in, 1, dtype, {directions, width, x[2]}));
  INLAY_TRY(expect_shape(in, 2, dtype, {directions, width, hidden}));
  INLAY_TRY(expect_shape(in, 3, dtype, {directions, in.exprs().mul(in.constant(2), width)}));
  INLAY_TRY(expect_shape(in, 4, DType::kInt32, {batch}));
  INLAY_TRY(expect_shape(in, 5, dtype, state));
  INLAY_TRY(expect_shape(in, 6, dtype, state));
  INLAY_TRY(expect_shape(in, 7, dtype, {directions, in.exprs().mul(in.constant(3), hidden)}));
  in.set_output(0, dtype,
                batch_first ? Shape{batch, length, directions, hidden}
                            : Shape{length, directions, batch, hidden});
  in.set_output(1, dtype, state);
  in.set_output(2, dtype, state);
  return Status();
}

Status lower_recurrent(Lowering& low, const RecurrentCell& cell) {
  const graph::Node& node = low.node();
  const Shape& x = low.input_shape(0);
  RecurrentParams params{};
  params.hidden =
      low.node().integer("hidden_size", low.exprs().value(low.input_shape(2)[2]).value_or(0));
  params.directions = directions_of(node);
  params.reverse = node.text("direction", "forward") == "reverse";
  params.batch_first = node.integer("layout", 0) != 0;
  params.input_forget = node.integer("input_forget", 0) != 0;
  params.linear_before_reset = node.integer("linear_before_reset", 0) != 0;
  params.clip = node.attributes.count("clip") ? node.real("clip", 0) : INFINITY;
  INLAY_ASSIGN(params.functions, functions_of(low.graph(), node, cell, params.directions));
  std::vector<Operand> operands;
  for (size_t input = 0; input < 8; ++input) operands.push_back(low.dense(input));
  for (size_t output = 0; output < 3; ++output) operands.push_back(low.output(output));
  low.step({for_type(low.input_type(0).dtype, Floats(), kRecurrent),
            std::move(operands),
            {x[params.batch_first ? 1 : 0], x[params.batch_first ? 0 : 1], x[2]},
            std::make_shared<RecurrentCall>(RecurrentCall{std::move(params), cell})});
  return Status();
}

}  // namespace inlay::ops
