/* Running a model: inputs and outputs by name, state, cancellation. */
#include <string.h>

#include "c/cases.h"
#include "support/usage.h"

static inlay_session* make_session(uint32_t threads) {
  inlay_session_options options = INLAY_OPTIONS_INIT(inlay_session_options);
  inlay_model* model = NULL;
  inlay_session* session = NULL;
  options.threads = threads;
  CHECK_OK(inlay_model_open(usage_tiny_onnx(), NULL, &model));
  CHECK_OK(inlay_session_create(model, &options, &session));
  inlay_model_free(model); /* the session keeps what it needs */
  return session;
}

static void says_its_inputs(const inlay_session* session) {
  CHECK(inlay_session_input_count(session) == 1);
  CHECK(inlay_session_output_count(session) == 2);
  inlay_value_info info = inlay_session_input(session, 0);
  CHECK(strcmp(info.name, "x") == 0 && info.dtype == INLAY_DTYPE_FLOAT32);
  CHECK(info.rank == 2 && info.shape[0] == -1 && info.shape[1] == 3);
  CHECK(strcmp(info.dims[0], "rows") == 0 && strcmp(info.dims[1], "3") == 0);
  CHECK(strcmp(inlay_session_output(session, 0).name, "sum") == 0);
  CHECK(strcmp(inlay_session_output(session, 1).name, "product") == 0);
  info = inlay_session_input(session, 1);
  CHECK(info.name == NULL && info.rank == 0 && info.shape == NULL);
  CHECK(inlay_session_output(session, 2).name == NULL);
}

static const char* const kX[] = {"x"};
static const float kValues[] = {1, 2, 3, 4, 5, 6};
static const int64_t kShape[] = {2, 3};
static const inlay_tensor_view kInput = {INLAY_DTYPE_FLOAT32, 2, kShape, kValues};

static void gives_all_outputs(const inlay_session* session) {
  inlay_tensor* outputs[2] = {NULL, NULL};
  CHECK_OK(inlay_session_run(session, NULL, kX, &kInput, 1, NULL, 2, outputs));
  const inlay_tensor_view sum = inlay_tensor_get(outputs[0]);
  const inlay_tensor_view product = inlay_tensor_get(outputs[1]);
  CHECK(sum.dtype == INLAY_DTYPE_FLOAT32 && sum.rank == 2);
  CHECK(sum.shape[0] == 2 && sum.shape[1] == 3);
  for (int i = 0; i < 6; ++i) {
    const float w = (float)(i % 3 + 1);
    CHECK(((const float*)sum.data)[i] == kValues[i] + w);
    CHECK(((const float*)product.data)[i] == kValues[i] * w);
  }
  inlay_tensor_free(outputs[0]);
  inlay_tensor_free(outputs[1]);
}

static void gives_chosen_outputs(const inlay_session* session) {
  const char* const names[] = {"product", "sum", "product"};
  const char* const unknown[] = {"none"};
  inlay_tensor* outputs[3] = {NULL, NULL, NULL};
  CHECK_OK(inlay_session_run(session, NULL, kX, &kInput, 1, names, 3, outputs));
  for (int i = 0; i < 3; ++i) {
    const float* data = (const float*)inlay_tensor_get(outputs[i]).data;
    CHECK(data[0] == (i == 1 ? 2.f : 1.f) && data[5] == (i == 1 ? 9.f : 18.f));
    inlay_tensor_free(outputs[i]);
    outputs[i] = NULL;
  }
  CHECK_FAILS(inlay_session_run(session, NULL, kX, &kInput, 1, unknown, 1, outputs),
              INLAY_STATUS_NOT_FOUND, "no output \"none\"");
  CHECK_FAILS(inlay_session_run(session, NULL, kX, &kInput, 1, NULL, 1, outputs),
              INLAY_STATUS_INVALID_ARGUMENT,
              "output_count: expected 2, the outputs of the session");
  CHECK_FAILS(inlay_session_run(session, NULL, kX, &kInput, 1, names, 0, outputs),
              INLAY_STATUS_INVALID_ARGUMENT, "expected the number of output_names, found 0");
  CHECK(outputs[0] == NULL);
}

static void an_empty_tensor(const inlay_session* session) {
  const int64_t shape[] = {0, 3};
  const inlay_tensor_view empty = {INLAY_DTYPE_FLOAT32, 2, shape, NULL};
  inlay_tensor* outputs[2] = {NULL, NULL};
  CHECK_OK(inlay_session_run(session, NULL, kX, &empty, 1, NULL, 2, outputs));
  CHECK(inlay_tensor_get(outputs[0]).shape[0] == 0);
  inlay_tensor_free(outputs[0]);
  inlay_tensor_free(outputs[1]);
}

static inlay_error* run_with(const inlay_session* session, inlay_tensor_view input) {
  inlay_tensor* outputs[2] = {NULL, NULL};
  inlay_error* error = inlay_session_run(session, NULL, kX, &input, 1, NULL, 2, outputs);
  CHECK(outputs[0] == NULL && outputs[1] == NULL);
  return error;
}

static void inputs_that_do_not_fit(const inlay_session* session) {
  const int64_t wide[] = {2, 4}, negative[] = {-1, 3}, huge[] = {INT64_MAX, INT64_MAX};
  const char *const unknown[] = {"y"}, *const twice[] = {"x", "x"};
  const inlay_tensor_view two[] = {kInput, kInput};
  inlay_tensor* outputs[2] = {NULL, NULL};
  inlay_tensor_view given = kInput;
  given.shape = wide;
  CHECK_FAILS(run_with(session, given), INLAY_STATUS_INVALID_ARGUMENT,
              "input \"x\": expected float32 [rows, 3], found float32 [2, 4]");
  given.shape = negative;
  CHECK_FAILS(run_with(session, given), INLAY_STATUS_INVALID_ARGUMENT, "size -1 on axis 0");
  given.shape = huge;
  CHECK_FAILS(run_with(session, given), INLAY_STATUS_INVALID_ARGUMENT, "input \"x\": size");
  given = kInput;
  given.rank = 1;
  CHECK_FAILS(run_with(session, given), INLAY_STATUS_INVALID_ARGUMENT, "found float32 [2]");
  given.rank = 65;
  CHECK_FAILS(run_with(session, given), INLAY_STATUS_INVALID_ARGUMENT, "at most 64 dimensions");
  given = kInput;
  given.dtype = INLAY_DTYPE_FLOAT64;
  given.data = NULL;
  CHECK_FAILS(run_with(session, given), INLAY_STATUS_INVALID_ARGUMENT, "expected data, found NULL");
  given.dtype = (inlay_dtype)4711;
  CHECK_FAILS(run_with(session, given), INLAY_STATUS_UNSUPPORTED, "element type 4711");
  CHECK_FAILS(inlay_session_run(session, NULL, unknown, &kInput, 1, NULL, 2, outputs),
              INLAY_STATUS_INVALID_ARGUMENT, "expected an input \"x\"");
  CHECK_FAILS(inlay_session_run(session, NULL, twice, two, 2, NULL, 2, outputs),
              INLAY_STATUS_INVALID_ARGUMENT, "expected each of 1 inputs once, found 2");
}

static void state_belongs_to_its_session(const inlay_session* session) {
  inlay_run_options options = INLAY_OPTIONS_INIT(inlay_run_options);
  inlay_session* other = make_session(1);
  inlay_tensor* outputs[2] = {NULL, NULL};
  CHECK_OK(inlay_state_create(other, &options.state));
  CHECK_FAILS(inlay_session_run(session, &options, kX, &kInput, 1, NULL, 2, outputs),
              INLAY_STATUS_INVALID_ARGUMENT, "expected a state of this session");
  CHECK_OK(inlay_session_run(other, &options, kX, &kInput, 1, NULL, 2, outputs));
  inlay_tensor_free(outputs[0]);
  inlay_tensor_free(outputs[1]);
  inlay_session_free(other);
  inlay_state_reset(options.state); /* lives on without its session */
  inlay_state_free(options.state);
  options.state = NULL;
  options.drop_padding = 2;
  CHECK_FAILS(inlay_session_run(session, &options, kX, &kInput, 1, NULL, 2, outputs),
              INLAY_STATUS_INVALID_ARGUMENT, "expected 0 or 1 in drop_padding, found 2");
}

static void cancelled(const inlay_session* session) {
  inlay_run_options options = INLAY_OPTIONS_INIT(inlay_run_options);
  inlay_cancel* cancel = NULL;
  inlay_tensor* outputs[2] = {NULL, NULL};
  CHECK_OK(inlay_cancel_create(&cancel));
  options.cancel = cancel;
  inlay_cancel_raise(cancel);
  CHECK_FAILS(inlay_session_run(session, &options, kX, &kInput, 1, NULL, 2, outputs),
              INLAY_STATUS_CANCELLED, "cancelled");
  CHECK(outputs[0] == NULL);
  inlay_cancel_reset(cancel);
  CHECK_OK(inlay_session_run(session, &options, kX, &kInput, 1, NULL, 2, outputs));
  inlay_tensor_free(outputs[0]);
  inlay_tensor_free(outputs[1]);
  inlay_cancel_free(cancel);
}

static void profiled(const inlay_session* session) {
  inlay_run_options options = INLAY_OPTIONS_INIT(inlay_run_options);
  inlay_tensor* outputs[2] = {NULL, NULL};
  char* trace = NULL;
  int run;
  CHECK_OK(inlay_profile_create(&options.profile));
  CHECK_OK(inlay_profile_trace(options.profile, &trace));
  CHECK(strcmp(trace, "{\"displayTimeUnit\":\"ms\",\"traceEvents\":[]}") == 0);
  inlay_string_free(trace);
  for (run = 0; run < 2; ++run) {
    CHECK_OK(inlay_session_run(session, &options, kX, &kInput, 1, NULL, 2, outputs));
    inlay_tensor_free(outputs[0]);
    inlay_tensor_free(outputs[1]);
  }
  CHECK_OK(inlay_profile_trace(options.profile, &trace));
  CHECK(strstr(trace, "\"ph\":\"X\"") != NULL && strstr(trace, "\"tid\":2") != NULL);
  inlay_string_free(trace);
  inlay_profile_free(options.profile);
}

static void outputs_outlive_their_session(void) {
  inlay_session* session = make_session(2);
  inlay_tensor* outputs[2] = {NULL, NULL};
  CHECK_OK(inlay_session_run(session, NULL, kX, &kInput, 1, NULL, 2, outputs));
  inlay_session_free(session);
  CHECK(((const float*)inlay_tensor_get(outputs[0]).data)[0] == 2);
  inlay_tensor_free(outputs[0]);
  inlay_tensor_free(outputs[1]);
}

static void too_many_threads(void) {
  inlay_session_options options = INLAY_OPTIONS_INIT(inlay_session_options);
  inlay_model* model = NULL;
  inlay_session* session = NULL;
  CHECK_OK(inlay_model_open(usage_tiny_onnx(), NULL, &model));
  options.threads = UINT32_MAX;
  CHECK_FAILS(inlay_session_create(model, &options, &session), INLAY_STATUS_INVALID_ARGUMENT,
              "threads: expected 0 to 1024");
  inlay_model_free(model);
}

static void a_memory_limit(void) {
  inlay_session_options options = INLAY_OPTIONS_INIT(inlay_session_options);
  inlay_model* model = NULL;
  inlay_session* session = NULL;
  inlay_tensor* outputs[2] = {NULL, NULL};
  CHECK_OK(inlay_model_open(usage_tiny_onnx(), NULL, &model));
  options.memory_limit = 1;
  CHECK_OK(inlay_session_create(model, &options, &session));
  CHECK_FAILS(inlay_session_run(session, NULL, kX, &kInput, 1, NULL, 2, outputs),
              INLAY_STATUS_OUT_OF_MEMORY, "the memory limit is 1 bytes");
  inlay_session_free(session);
  inlay_model_free(model);
}

void test_sessions(void) {
  inlay_session* session = make_session(1);
  says_its_inputs(session);
  gives_all_outputs(session);
  gives_chosen_outputs(session);
  an_empty_tensor(session);
  inputs_that_do_not_fit(session);
  state_belongs_to_its_session(session);
  cancelled(session);
  profiled(session);
  inlay_session_free(session);
  outputs_outlive_their_session();
  too_many_threads();
  a_memory_limit();
}
