// Running a model on tensors.
//
//   const auto session = inlay::Session::create(model);
//   const auto outputs = session.run({{"x", {values, {2, 3}}}});
//   std::span<const float> first = outputs[0].values<float>();
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "inlay/cpp/model.hpp"
#include "inlay/cpp/tensor.hpp"
#include "inlay/cpp/value.hpp"

namespace inlay {
inline namespace INLAY_CPP_NAMESPACE {

class SessionOptions {
 public:
  // 0: one for each CPU that the process may use. At most 1024.
  SessionOptions& threads(std::uint32_t count) {
    c_.threads = count;
    return *this;
  }
  // Bytes of packed weights, intermediate tensors, outputs until they are freed and states; 0: no limit.
  SessionOptions& memory_limit(std::uint64_t bytes) {
    c_.memory_limit = bytes;
    return *this;
  }
  const inlay_session_options& c() const noexcept { return c_; }

 private:
  inlay_session_options c_ = detail::make_options<inlay_session_options>();
};

// An input or output of a session. Belongs to the session.
struct ValueInfo {
  std::string_view name;
  DType dtype = DType::kUndefined;
  bool ranked = false;                  // false: any number of axes
  std::span<const std::int64_t> shape;  // -1 where the size is symbolic
  std::span<const char* const> dims;    // the sizes in words: "384", "batch"
};

class Session;

// A flag that any thread may raise to end runs early; such a run fails with kCancelled.
class Cancel : public detail::Handle<inlay_cancel> {
 public:
  using Handle::Handle;

  static Outcome<Cancel> create() {
    return detail::make_handle<Cancel, inlay_cancel>(
        [](inlay_cancel** out) { return inlay_cancel_create(out); });
  }
  void raise() { inlay_cancel_raise(get()); }
  void reset() { inlay_cancel_reset(get()); }
};

// When each step of the runs that are given it began and how long it took.
class Profile : public detail::Handle<inlay_profile> {
 public:
  using Handle::Handle;

  static Outcome<Profile> create() {
    return detail::make_handle<Profile, inlay_profile>(
        [](inlay_profile** out) { return inlay_profile_create(out); });
  }
  // The steps so far in the trace event format, for Perfetto or Chrome's tracing page.
  Outcome<std::string> trace() const {
    return detail::make_string([&](char** out) { return inlay_profile_trace(get(), out); });
  }
};

// Tensors that live across runs of one session; used by one run at a time.
class State : public detail::Handle<inlay_state> {
 public:
  using Handle::Handle;

  static Outcome<State> create(const Session& session);
  // Empties every tensor. Not while a run uses the state.
  void reset() { inlay_state_reset(get()); }
};

// `state`, `cancel` and `profile` are used by the run, and must live as long.
class RunOptions {
 public:
  RunOptions& state(State& state) {
    c_.state = state.get();
    return *this;
  }
  RunOptions& cancel(const Cancel& cancel) {
    c_.cancel = cancel.get();
    return *this;
  }
  RunOptions& profile(Profile& profile) {
    c_.profile = profile.get();
    return *this;
  }
  // Padded tokens are not computed where a rewrite proves that others do not see them; their rows
  // of an output are 0 then.
  RunOptions& drop_padding() {
    c_.drop_padding = 1;
    return *this;
  }
  // Only these outputs, in this order; none: all of the session's.
  RunOptions& outputs(std::vector<std::string> names) {
    outputs_ = std::move(names);
    return *this;
  }
  const std::vector<std::string>& outputs() const noexcept { return outputs_; }
  const inlay_run_options& c() const noexcept { return c_; }

 private:
  inlay_run_options c_ = detail::make_options<inlay_run_options>();
  std::vector<std::string> outputs_;
};

// A model made ready to run.
class Session : public detail::Handle<inlay_session> {
 public:
  using Handle::Handle;

  static Outcome<Session> create(const Model& model, const SessionOptions& options = {}) {
    return detail::make_handle<Session, inlay_session>(
        [&](inlay_session** out) { return inlay_session_create(model.get(), &options.c(), out); });
  }

  std::size_t input_count() const { return inlay_session_input_count(get()); }
  std::size_t output_count() const { return inlay_session_output_count(get()); }
  // An empty one when index >= count.
  ValueInfo input(std::size_t index) const { return read(inlay_session_input(get(), index)); }
  ValueInfo output(std::size_t index) const { return read(inlay_session_output(get(), index)); }

  // What it is: a tensor, a sequence, … Of kNone when index >= count.
  ValueType input_type(std::size_t index) const {
    return ValueType(inlay_session_input_type(get(), index));
  }
  ValueType output_type(std::size_t index) const {
    return ValueType(inlay_session_output_type(get(), index));
  }

  // Runs the model once, on every input of the session:
  //   auto outputs = session.run({{"x", {values, {2, 3}}}});
  // Fails with kInvalidArgument and kNotFound for inputs that do not fit, naming the input; with
  // kCancelled; with kOutOfMemory.
  Outcome<std::vector<Tensor>> run(std::span<const NamedTensor> inputs,
                                   const RunOptions& options = {}) const {
    std::vector<const char*> names, wanted;
    std::vector<inlay_tensor_view> views;
    for (const NamedTensor& input : inputs) {
      if (!input.tensor.fits()) return detail::fail<std::vector<Tensor>>(misfit(input));
      names.push_back(input.name.c_str());
      views.push_back(input.tensor.c());
    }
    for (const std::string& name : options.outputs()) wanted.push_back(name.c_str());
    const std::size_t count = wanted.empty() ? output_count() : wanted.size();
    std::vector<Tensor> outputs(count);
    std::vector<inlay_tensor*> raw(count);
    inlay_error* const error =
        inlay_session_run(get(), &options.c(), names.data(), views.data(), views.size(),
                          wanted.empty() ? nullptr : wanted.data(), count, raw.data());
    for (std::size_t i = 0; i < count; ++i) outputs[i] = Tensor(raw[i]);
    return detail::outcome<std::vector<Tensor>>(error, [&] { return std::move(outputs); });
  }
  Outcome<std::vector<Tensor>> run(std::initializer_list<NamedTensor> inputs,
                                   const RunOptions& options = {}) const {
    return run(std::span(inputs.begin(), inputs.size()), options);
  }

  // The same for inputs and outputs of any kind.
  Outcome<std::vector<Value>> run_values(std::span<const NamedValue> inputs,
                                         const RunOptions& options = {}) const {
    std::vector<const char*> names, wanted;
    std::vector<const inlay_value*> values;
    for (const NamedValue& input : inputs) {
      names.push_back(input.name.c_str());
      values.push_back(input.value.get());
    }
    for (const std::string& name : options.outputs()) wanted.push_back(name.c_str());
    const std::size_t count = wanted.empty() ? output_count() : wanted.size();
    std::vector<Value> outputs(count);
    std::vector<inlay_value*> raw(count);
    inlay_error* const error =
        inlay_session_run_values(get(), &options.c(), names.data(), values.data(), values.size(),
                                 wanted.empty() ? nullptr : wanted.data(), count, raw.data());
    for (std::size_t i = 0; i < count; ++i) outputs[i] = Value(raw[i]);
    return detail::outcome<std::vector<Value>>(error, [&] { return std::move(outputs); });
  }
  Outcome<std::vector<Value>> run_values(std::initializer_list<NamedValue> inputs,
                                         const RunOptions& options = {}) const {
    return run_values(std::span(inputs.begin(), inputs.size()), options);
  }

 private:
  static ValueInfo read(const inlay_value_info& info) {
    const std::size_t rank = info.rank > 0 ? static_cast<std::size_t>(info.rank) : 0;
    return {info.name ? info.name : "",
            static_cast<DType>(info.dtype),
            info.rank >= 0,
            {info.shape, rank},
            {info.dims, rank}};
  }
  static Error misfit(const NamedTensor& input) {
    std::string shape;
    for (const std::int64_t size : input.tensor.shape())
      shape += (shape.empty() ? "" : ", ") + std::to_string(size);
    return Error(Status::kInvalidArgument,
                 "input \"" + input.name + "\": expected the elements of shape [" + shape +
                     "], found " + std::to_string(input.tensor.bytes()) + " bytes");
  }
};

inline Outcome<State> State::create(const Session& session) {
  return detail::make_handle<State, inlay_state>(
      [&](inlay_state** out) { return inlay_state_create(session.get(), out); });
}

}  // namespace INLAY_CPP_NAMESPACE
}  // namespace inlay
