#include <algorithm>

#include "api/describe.h"
#include "api/handle.h"
#include "api/objects.h"
#include "api/session_objects.h"
#include "graph/packed_elements.h"

using namespace inlay;

struct inlay_tensor {
  runtime::OutputTensor tensor;
  std::vector<std::byte> packed;  // what the caller sees of elements of less than a byte
};

namespace {

constexpr uint32_t kMaxRank = 64;

inlay_value_kind kind_of(graph::ValueType::Kind kind) {
  switch (kind) {
    case graph::ValueType::Kind::kTensor: return INLAY_VALUE_TENSOR;
    case graph::ValueType::Kind::kSequence: return INLAY_VALUE_SEQUENCE;
    case graph::ValueType::Kind::kOptional: return INLAY_VALUE_OPTIONAL;
    case graph::ValueType::Kind::kMap: return INLAY_VALUE_MAP;
  }
  return INLAY_VALUE_NONE;
}

void add_types(const graph::ValueType& type, std::vector<inlay_value_type>& types) {
  const bool is_map = type.kind == graph::ValueType::Kind::kMap;
  const graph::DType dtype = is_map ? type.key : type.tensor.dtype;
  types.push_back({kind_of(type.kind), static_cast<inlay_dtype>(dtype), nullptr});
  if (type.element) add_types(*type.element, types);
}

std::vector<inlay_session::Info> list_values(const std::vector<runtime::ModelInfo::Value>& values) {
  std::vector<inlay_session::Info> out;
  for (const auto& value : values) {
    inlay_session::Info info;
    for (const std::string& dim : value.dims) info.dims.push_back(dim.c_str());
    add_types(value.type, info.types);
    info.view = {value.name.c_str(), static_cast<inlay_dtype>(value.dtype),
                 value.ranked ? static_cast<int32_t>(value.shape.size()) : -1, value.shape.data(),
                 nullptr};
    out.push_back(std::move(info));
    out.back().view.dims = out.back().dims.data();  // stays where it is when `out` moves
    for (size_t i = 0; i + 1 < out.back().types.size(); ++i)
      out.back().types[i].element = &out.back().types[i + 1];
  }
  return out;
}

}  // namespace

Result<runtime::TensorView> api::read_tensor(const inlay_tensor_view& given,
                                             std::vector<std::byte>& unpacked) {
  int number;  // a program may have put any number there, which the enum type must not hold
  static_assert(sizeof number == sizeof given.dtype);
  std::memcpy(&number, &given.dtype, sizeof number);
  const auto dtype = static_cast<graph::DType>(number);
  if (number < 0 || number > UINT8_MAX || graph::dtype_bytes(dtype) == 0)
    return unsupported("element type {} is not supported", number);
  if (given.rank > kMaxRank)
    return invalid("expected at most {} dimensions, found {}", kMaxRank, given.rank);
  if (given.rank > 0) INLAY_TRY(api::expect_not_null(given.shape, "shape"));
  int64_t bytes = graph::dtype_bytes(dtype);  // at least as many as the caller's
  for (uint32_t i = 0; i < given.rank; ++i)
    if (given.shape[i] < 0 || __builtin_mul_overflow(bytes, given.shape[i], &bytes))
      return invalid("size {} on axis {} is not possible", given.shape[i], i);
  if (bytes > 0 && !given.data) return invalid("expected data, found NULL");
  const auto* data = static_cast<const std::byte*>(given.data);
  if (graph::is_packed(dtype)) {
    unpacked.resize(static_cast<size_t>(bytes));
    graph::unpack_elements(dtype, {data, static_cast<size_t>(graph::packed_bytes(dtype, bytes))},
                           unpacked);
    data = unpacked.data();
  }
  return runtime::TensorView{dtype, {given.shape, given.rank}, data};
}

Result<api::RunArguments> api::read_run(const inlay_session& session,
                                        const inlay_run_options* options,
                                        const char* const* output_names, size_t output_count) {
  INLAY_ASSIGN(const inlay_run_options given, api::read_options(options));
  RunArguments run;
  for (size_t i = 0; output_names && i < output_count; ++i) {
    INLAY_TRY(api::expect_not_null(output_names[i], "output_names"));
    run.output_names.push_back(output_names[i]);
  }
  if (output_names && output_count == 0)
    return invalid("output_count: expected the number of output_names, found 0");
  if (!output_names && output_count != session.outputs.size())
    return invalid("output_count: expected {}, the outputs of the session, found {}",
                   session.outputs.size(), output_count);
  if (given.drop_padding > 1)
    return invalid("options: expected 0 or 1 in drop_padding, found {}", given.drop_padding);
  if (given.state && given.state->session != session.session)
    return invalid("options: expected a state of this session, found one of another");
  run.options.state = given.state ? given.state->state.get() : nullptr;
  run.options.cancel = given.cancel ? &given.cancel->raised : nullptr;
  run.options.drop_padding = given.drop_padding == 1;
  run.options.profile = given.profile ? &given.profile->profile : nullptr;
  return run;
}

namespace {

std::unique_ptr<inlay_tensor> make_tensor(runtime::OutputTensor tensor) {
  std::vector<std::byte> packed;
  if (graph::is_packed(tensor.dtype)) {
    const int64_t count = tensor.count();
    packed.resize(static_cast<size_t>(graph::packed_bytes(tensor.dtype, count)));
    graph::pack_elements(tensor.dtype, {tensor.data(), static_cast<size_t>(count)}, packed);
  }
  return std::make_unique<inlay_tensor>(inlay_tensor{std::move(tensor), std::move(packed)});
}

}  // namespace

inlay_error* inlay_session_create(const inlay_model* model, const inlay_session_options* options,
                                  inlay_session** session) {
  return api::guard([&]() -> Status {
    INLAY_TRY(api::expect_not_null(model, "model"));
    INLAY_TRY(api::expect_not_null(session, "session"));
    INLAY_ASSIGN(const inlay_session_options given, api::read_options(options));
    runtime::SessionOptions chosen;
    chosen.threads = static_cast<int>(std::min<uint32_t>(given.threads, INT32_MAX));
    chosen.memory_limit = given.memory_limit;
    INLAY_ASSIGN(auto made, runtime::Session::create(model->model, chosen));
    const runtime::ModelInfo& info = made->model().info();
    *session =
        new inlay_session{std::move(made), list_values(info.inputs), list_values(info.outputs)};
    return Status();
  });
}

void inlay_session_free(inlay_session* session) { delete session; }

size_t inlay_session_input_count(const inlay_session* session) {
  return session ? session->inputs.size() : 0;
}

size_t inlay_session_output_count(const inlay_session* session) {
  return session ? session->outputs.size() : 0;
}

inlay_value_info inlay_session_input(const inlay_session* session, size_t index) {
  if (index >= inlay_session_input_count(session)) return {};
  return session->inputs[index].view;
}

inlay_value_info inlay_session_output(const inlay_session* session, size_t index) {
  if (index >= inlay_session_output_count(session)) return {};
  return session->outputs[index].view;
}

const inlay_value_type* inlay_session_input_type(const inlay_session* session, size_t index) {
  if (index >= inlay_session_input_count(session)) return nullptr;
  return session->inputs[index].types.data();
}

const inlay_value_type* inlay_session_output_type(const inlay_session* session, size_t index) {
  if (index >= inlay_session_output_count(session)) return nullptr;
  return session->outputs[index].types.data();
}

inlay_error* inlay_session_run(const inlay_session* session, const inlay_run_options* options,
                               const char* const* input_names, const inlay_tensor_view* inputs,
                               size_t input_count, const char* const* output_names,
                               size_t output_count, inlay_tensor** outputs) {
  return api::guard([&]() -> Status {
    INLAY_TRY(api::expect_not_null(session, "session"));
    INLAY_TRY(api::expect_not_null(outputs, "outputs"));
    std::vector<runtime::NamedTensor> named;
    std::vector<std::vector<std::byte>> unpacked(input_count);
    for (size_t i = 0; i < input_count; ++i) {
      INLAY_TRY(api::expect_not_null(input_names ? input_names[i] : nullptr, "input_names"));
      INLAY_TRY(api::expect_not_null(inputs, "inputs"));
      auto tensor = api::read_tensor(inputs[i], unpacked[i]);
      if (!tensor.ok())
        return std::move(tensor).status().at(format("input {}", quote(input_names[i])));
      named.push_back({input_names[i], *tensor});
    }
    INLAY_ASSIGN(const api::RunArguments run,
                 api::read_run(*session, options, output_names, output_count));
    INLAY_ASSIGN(auto made, session->session->run(named, run.output_names, run.options));
    std::vector<std::unique_ptr<inlay_tensor>> tensors;
    for (auto& tensor : made) tensors.push_back(make_tensor(std::move(tensor)));
    for (size_t i = 0; i < tensors.size(); ++i) outputs[i] = tensors[i].release();
    return Status();
  });
}

inlay_tensor_view inlay_tensor_get(const inlay_tensor* tensor) {
  if (!tensor) return {};
  const runtime::OutputTensor& t = tensor->tensor;
  return {static_cast<inlay_dtype>(t.dtype), static_cast<uint32_t>(t.shape.size()), t.shape.data(),
          graph::is_packed(t.dtype) ? tensor->packed.data() : t.data()};
}

void inlay_tensor_free(inlay_tensor* tensor) { delete tensor; }

inlay_error* inlay_state_create(const inlay_session* session, inlay_state** state) {
  return api::guard([&]() -> Status {
    INLAY_TRY(api::expect_not_null(session, "session"));
    INLAY_TRY(api::expect_not_null(state, "state"));
    INLAY_ASSIGN(auto made, session->session->make_state());
    *state = new inlay_state{session->session, std::move(made)};
    return Status();
  });
}

void inlay_state_reset(inlay_state* state) {
  if (state) state->state->reset();
}

void inlay_state_free(inlay_state* state) { delete state; }

inlay_error* inlay_cancel_create(inlay_cancel** cancel) {
  return api::guard([&]() -> Status {
    INLAY_TRY(api::expect_not_null(cancel, "cancel"));
    *cancel = new inlay_cancel();
    return Status();
  });
}

void inlay_cancel_raise(inlay_cancel* cancel) {
  if (cancel) cancel->raised.store(true, std::memory_order_relaxed);
}

void inlay_cancel_reset(inlay_cancel* cancel) {
  if (cancel) cancel->raised.store(false, std::memory_order_relaxed);
}

void inlay_cancel_free(inlay_cancel* cancel) { delete cancel; }

inlay_error* inlay_profile_create(inlay_profile** profile) {
  return api::guard([&]() -> Status {
    INLAY_TRY(api::expect_not_null(profile, "profile"));
    *profile = new inlay_profile();
    return Status();
  });
}

inlay_error* inlay_profile_trace(const inlay_profile* profile, char** json) {
  return api::guard([&]() -> Status {
    INLAY_TRY(api::expect_not_null(profile, "profile"));
    INLAY_TRY(api::expect_not_null(json, "json"));
    INLAY_ASSIGN(*json, api::copy_string(api::describe_profile(profile->profile)));
    return Status();
  });
}

void inlay_profile_free(inlay_profile* profile) { delete profile; }
