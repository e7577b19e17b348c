#include "api/describe.h"
#include "api/handle.h"
#include "api/objects.h"
#include "base/cpu.h"
#include "tasks/nli_classifier.h"

using namespace inlay;

inlay_error* inlay_model_open(const char* path, const inlay_model_options* options,
                              inlay_model** model) {
  return api::guard([&]() -> Status {
    INLAY_TRY(api::expect_not_null(path, "path"));
    INLAY_TRY(api::expect_not_null(model, "model"));
    INLAY_ASSIGN(const inlay_model_options given, api::read_options(options));
    runtime::ModelOptions chosen;
    chosen.access = given.copy_files ? FileAccess::kCopy : FileAccess::kMap;
    chosen.rewrite = !given.without_rewrites;
    INLAY_ASSIGN(auto opened, runtime::Model::open(path, chosen));
    *model = new inlay_model{std::move(opened)};
    return Status();
  });
}

void inlay_model_free(inlay_model* model) { delete model; }

inlay_error* inlay_model_describe(const inlay_model* model, char** json) {
  return api::guard([&]() -> Status {
    INLAY_TRY(api::expect_not_null(model, "model"));
    INLAY_TRY(api::expect_not_null(json, "json"));
    INLAY_ASSIGN(*json, api::copy_string(api::describe_model(model->model->info())));
    return Status();
  });
}

inlay_head inlay_model_head(const inlay_model* model) {
  if (!model) return INLAY_HEAD_NONE;
  switch (tasks::head_kind(*model->model)) {
    case tasks::HeadKind::kNone: return INLAY_HEAD_NONE;
    case tasks::HeadKind::kTexts: return INLAY_HEAD_TEXTS;
    case tasks::HeadKind::kTokens: return INLAY_HEAD_TOKENS;
    case tasks::HeadKind::kInference: return INLAY_HEAD_INFERENCE;
  }
  return INLAY_HEAD_NONE;
}

inlay_error* inlay_kernels_describe(char** json) {
  return api::guard([&]() -> Status {
    INLAY_TRY(api::expect_not_null(json, "json"));
    INLAY_TRY(check_isa_choice());
    INLAY_ASSIGN(*json, api::copy_string(api::describe_kernels()));
    return Status();
  });
}

inlay_error* inlay_devices_describe(char** json) {
  return api::guard([&]() -> Status {
    INLAY_TRY(api::expect_not_null(json, "json"));
    INLAY_ASSIGN(*json, api::copy_string(api::describe_devices()));
    return Status();
  });
}
