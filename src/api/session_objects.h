// A session's handle, and what both ways to run it read from their arguments.
#pragma once

#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "inlay/inlay.h"
#include "runtime/session.h"

// The C structs of a session's values, made once.
struct inlay_session {
  std::shared_ptr<const inlay::runtime::Session> session;
  struct Info {
    std::vector<const char*> dims;
    inlay_value_info view;
    // What the value is, then what lies in it.
    std::vector<inlay_value_type> types;
  };
  std::vector<Info> inputs, outputs;
};

struct inlay_state {
  std::shared_ptr<const inlay::runtime::Session> session;
  std::unique_ptr<inlay::runtime::SessionState> state;
};

struct inlay_cancel {
  std::atomic<bool> raised{false};
};

namespace inlay::api {

// Elements of less than a byte are unpacked into `unpacked`.
Result<runtime::TensorView> read_tensor(const inlay_tensor_view& given,
                                        std::vector<std::byte>& unpacked);

// What a run reads besides its inputs.
struct RunArguments {
  std::vector<std::string_view> output_names;  // none: all outputs
  runtime::RunOptions options;
};
Result<RunArguments> read_run(const inlay_session& session, const inlay_run_options* options,
                              const char* const* output_names, size_t output_count);

}  // namespace inlay::api
