// LinearAttention (ONNX 27…): a state of [key size, value size] a head that every token adds to, and that the
// token's queries read. "update_rule" says whether it decays ("gated"), and whether a token replaces what the
// state says of its key ("delta").
#include <algorithm>
#include <cmath>

#include "ops/element_types.h"
#include "ops/lanes.h"
#include "ops/op.h"

namespace inlay::ops {
namespace {

enum Operands : size_t { kQuery, kKey, kValue, kPast, kDecay, kBeta, kOutput, kPresent };

using CopyState = void (*)(const std::byte* from, std::byte* to, int64_t n);

struct LinearParams {
  int64_t q_heads, kv_heads;
  float scale;  // 0: 1 / sqrt(key size)
  bool gated, delta;
  CopyState load, store;  // from the type of states to float, and back
  int64_t state_bytes;    // of an element
};

struct LinearSizes {
  int64_t batch, length, k_size, v_size, decays, betas;  // the last two: elements of a token
};

// One head of keys over the tokens of one text.
template <class T>
class LinearHead {
 public:
  LinearHead(const StepCall& call, int64_t batch, int64_t head, float* state, float* value)
      : call_(call),
        params_(call.as<LinearParams>()),
        p_(*reinterpret_cast<const LinearSizes*>(call.sizes)),
        batch_(batch),
        head_(head),
        state_(state),
        value_(value) {}

  void run() {
    for (int64_t t = 0; t < p_.length && !call_.run.cancelled(); ++t) {
      const int64_t token = batch_ * p_.length + t;
      const int64_t row = token * params_.kv_heads + head_;
      const T* k = call_.at<const T>(kKey) + row * p_.k_size;
      const T* v = call_.at<const T>(kValue) + row * p_.v_size;
      if (params_.gated) decay(token);
      for (int64_t m = 0; m < p_.v_size; ++m) value_[m] = static_cast<float>(v[m]);
      if (params_.delta) correct(token, k);
      for (int64_t d = 0; d < p_.k_size; ++d) add(static_cast<float>(k[d]), value_, row_of(d));
      const int64_t group = params_.q_heads / params_.kv_heads;
      for (int64_t h = head_ * group; h < (head_ + 1) * group; ++h)
        read(token * params_.q_heads + h);
    }
  }

 private:
  float* row_of(int64_t d) const { return state_ + d * p_.v_size; }
  // y += factor · x for a row of values.
  void add(float factor, const float* x, float* y) const {
    for (int64_t m = 0; m < p_.v_size; ++m) y[m] += factor * x[m];
  }

  void decay(int64_t token) const {
    const T* rates = call_.at<const T>(kDecay) + token * p_.decays;
    const bool one = p_.decays == params_.kv_heads;
    for (int64_t d = 0; d < p_.k_size; ++d) {
      const auto rate = static_cast<float>(rates[one ? head_ : head_ * p_.k_size + d]);
      const float factor = std::exp(rate);
      for (int64_t m = 0; m < p_.v_size; ++m) row_of(d)[m] *= factor;
    }
  }

  // What the state says of the key already is taken away, and the rest weighed.
  void correct(int64_t token, const T* k) const {
    for (int64_t d = 0; d < p_.k_size; ++d) add(-static_cast<float>(k[d]), row_of(d), value_);
    const auto rate = static_cast<float>(
        call_.at<const T>(kBeta)[token * p_.betas + (p_.betas == 1 ? 0 : head_)]);
    for (int64_t m = 0; m < p_.v_size; ++m) value_[m] *= rate;
  }

  void read(int64_t row) const {
    const T* q = call_.at<const T>(kQuery) + row * p_.k_size;
    T* y = call_.at<T>(kOutput) + row * p_.v_size;
    std::fill_n(value_, p_.v_size, 0.0f);
    for (int64_t d = 0; d < p_.k_size; ++d) add(static_cast<float>(q[d]), row_of(d), value_);
    const float scale =
        params_.scale != 0 ? params_.scale : 1.0f / std::sqrt(static_cast<float>(p_.k_size));
    for (int64_t m = 0; m < p_.v_size; ++m) y[m] = static_cast<T>(scale * value_[m]);
  }

  const StepCall& call_;
  const LinearParams& params_;
  const LinearSizes& p_;
  int64_t batch_, head_;
  float *state_, *value_;
};

template <class T>
Status run_linear(const StepCall& call) {
  const auto& params = call.as<LinearParams>();
  const LinearSizes& p = *reinterpret_cast<const LinearSizes*>(call.sizes);
  const int64_t elements = p.k_size * p.v_size, tasks = p.batch * params.kv_heads;
  const int64_t lanes = lane_count(call.run.pool(), tasks), room = elements + p.v_size;
  INLAY_ASSIGN(std::byte* const scratch, call.run.scratch(lanes * room * 4));
  for_each_in_lanes(call.run.pool(), tasks, lanes, [&](int64_t lane, int64_t task) {
    std::byte* memory = scratch + lane * room * 4;
    auto* state = reinterpret_cast<float*>(memory);
    const int64_t offset = task * elements * params.state_bytes;
    if (call.data[kPast])
      params.load(call.data[kPast] + offset, memory, elements);
    else
      std::fill_n(state, elements, 0.0f);
    LinearHead<T>(call, task / params.kv_heads, task % params.kv_heads, state, state + elements)
        .run();
    if (call.data[kPresent]) params.store(memory, call.data[kPresent] + offset, elements);
  });
  return Status();
}

template <class From, class To>
void copy_state(const std::byte* from, std::byte* to, int64_t n) {
  const auto* x = reinterpret_cast<const From*>(from);
  for (int64_t i = 0; i < n; ++i)
    reinterpret_cast<To*>(to)[i] = static_cast<To>(static_cast<float>(x[i]));
}

constexpr auto kLinear = []<class T>(std::type_identity<T>) -> StepFn { return run_linear<T>; };
constexpr auto kLoad = []<class T>(std::type_identity<T>) -> CopyState {
  return copy_state<T, float>;
};
constexpr auto kStore = []<class T>(std::type_identity<T>) -> CopyState {
  return copy_state<float, T>;
};

struct Rule {
  bool known, gated, delta;
};

Rule rule_of(const graph::Node& node) {
  const std::string_view name = node.text("update_rule", "gated_delta");
  return {name == "linear" || name == "gated" || name == "delta" || name == "gated_delta",
          name == "gated" || name == "gated_delta", name == "delta" || name == "gated_delta"};
}

Status expect_tokens(Inference& in, size_t input, const Shape& query) {
  INLAY_TRY(in.expect_dtype(input, {in.dtype(kQuery)}));
  INLAY_ASSIGN(const Shape shape, in.shape(input));
  if (shape.size() != 3)
    return in.error("input {}: expected 3 dimensions, found {}", input, shape.size());
  INLAY_TRY(in.expect_equal(shape[0], query[0], "batch"));
  return in.expect_equal(shape[1], query[1], "length");
}

// Decay or beta: there where the rule has it, with one of two numbers of elements a token.
Status expect_rates(Inference& in, size_t input, bool wanted, const Shape& query, Expr one,
                    Expr other) {
  if (in.has(input) != wanted)
    return in.error("input {}: {} for update_rule {}", input, wanted ? "expected" : "not expected",
                    quote(in.node().text("update_rule", "gated_delta")));
  if (!wanted) return Status();
  INLAY_TRY(expect_tokens(in, input, query));
  INLAY_ASSIGN(const Shape shape, in.shape(input));
  const Expr size = in.exprs().if_equal(shape[2], one, other, shape[2]);
  return in.expect_equal(size, other, format("elements of input {}", input));
}

}  // namespace

Status infer_linear_attention(Inference& in) {
  INLAY_TRY(in.expect_inputs(3, 6));
  if (!is_one_of(in.dtype(kQuery), Floats()))
    return in.error("{} elements are not supported", graph::dtype_text(in.dtype(kQuery)));
  const int64_t q_heads = in.node().integer("q_num_heads", 0);
  const int64_t kv_heads = in.node().integer("kv_num_heads", 0);
  if (q_heads <= 0 || kv_heads <= 0 || q_heads % kv_heads != 0)
    return in.error("expected kv_num_heads to divide q_num_heads, found {} and {}", kv_heads,
                    q_heads);
  const Rule rule = rule_of(in.node());
  if (!rule.known)
    return in.error("update_rule: expected linear, gated, delta or gated_delta, found {}",
                    quote(in.node().text("update_rule", "")));
  INLAY_ASSIGN(const Shape query, in.shape(kQuery));
  if (query.size() != 3) return in.error("input 0: expected 3 dimensions, found {}", query.size());
  for (size_t input : {kKey, kValue}) INLAY_TRY(expect_tokens(in, input, query));
  INLAY_ASSIGN(const Shape key, in.shape(kKey));
  INLAY_ASSIGN(const Shape value, in.shape(kValue));
  ExprPool& e = in.exprs();
  const Expr heads = in.constant(kv_heads);
  const Expr k_size = e.floor_div(key[2], heads), v_size = e.floor_div(value[2], heads);
  INLAY_TRY(in.expect_equal(query[2], e.mul(in.constant(q_heads), k_size), "query and key size"));
  INLAY_TRY(expect_rates(in, kDecay, rule.gated, query, heads, key[2]));
  INLAY_TRY(expect_rates(in, kBeta, rule.delta, query, heads, in.constant(1)));
  const Shape state = {query[0], heads, k_size, v_size};
  if (in.has(kPast)) {
    INLAY_ASSIGN(const Shape past, in.shape(kPast));
    if (past.size() != 4 || !is_one_of(in.dtype(kPast), Floats()))
      return in.error("input 3: expected floats of 4 dimensions, found {} of {}",
                      graph::dtype_text(in.dtype(kPast)), past.size());
    for (size_t axis = 0; axis < 4; ++axis)
      INLAY_TRY(in.expect_equal(past[axis], state[axis], format("state, axis {}", axis)));
  }
  in.set_output(0, in.dtype(kQuery), {query[0], query[1], e.mul(in.constant(q_heads), v_size)});
  in.set_output(1, in.dtype(in.has(kPast) ? kPast : kQuery), state);
  return Status();
}

Status lower_linear_attention(Lowering& low) {
  const graph::Node& node = low.node();
  ExprPool& e = low.exprs();
  const Rule rule = rule_of(node);
  const DType state = low.input_type(low.has(kPast) ? kPast : kQuery).dtype;
  const int64_t kv_heads = node.integer("kv_num_heads", 1);
  const auto last = [&](size_t i) { return low.has(i) ? low.input_shape(i).back() : Expr{}; };
  const Shape& query = low.input_shape(kQuery);
  std::vector<Operand> operands;
  for (size_t input = 0; input < 6; ++input) operands.push_back(low.dense(input));
  operands.push_back(low.output(0));
  operands.push_back(low.output(1));
  low.step({for_type(low.input_type(kQuery).dtype, Floats(), kLinear),
            std::move(operands),
            {query[0], query[1], e.floor_div(last(kKey), low.constant(kv_heads)),
             e.floor_div(last(kValue), low.constant(kv_heads)), last(kDecay), last(kBeta)},
            std::make_shared<LinearParams>(
                LinearParams{node.integer("q_num_heads", 1), kv_heads, node.real("scale", 0),
                             rule.gated, rule.delta, for_type(state, Floats(), kLoad),
                             for_type(state, Floats(), kStore), graph::dtype_bytes(state)})});
  return Status();
}

}  // namespace inlay::ops
