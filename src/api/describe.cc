#include "api/describe.h"

#include <algorithm>

#include "base/cpu.h"
#include "base/json_writer.h"
#include "kernels/registry.h"

namespace inlay::api {
namespace {

void write_values(json::Writer& json, std::string_view key,
                  const std::vector<runtime::ModelInfo::Value>& values) {
  json.key(key).begin_array();
  for (const auto& value : values) {
    json.begin_object().member("name", value.name).member("dtype", graph::dtype_text(value.dtype));
    if (value.type.kind != graph::ValueType::Kind::kTensor) json.member("type", value.type_text);
    json.key("shape");
    if (!value.ranked) json.value(nullptr);
    if (value.ranked) {
      json.begin_array();
      for (size_t i = 0; i < value.shape.size(); ++i) {
        if (value.shape[i] >= 0) json.value(value.shape[i]);
        if (value.shape[i] < 0) json.value(value.dims[i]);
      }
      json.end_array();
    }
    json.end_object();
  }
  json.end_array();
}

void write_counts(json::Writer& json, std::string_view key,
                  const std::map<std::string, int>& counts) {
  json.key(key).begin_object();
  for (const auto& [name, count] : counts) json.member(name, count);
  json.end_object();
}

}  // namespace

std::string describe_model(const runtime::ModelInfo& info) {
  json::Writer json;
  json.begin_object();
  write_values(json, "inputs", info.inputs);
  write_values(json, "outputs", info.outputs);
  write_values(json, "states", info.states);
  json.key("metadata").begin_object();
  for (const auto& [name, value] : info.metadata) json.member(name, value);
  json.end_object();
  write_counts(json, "operators", info.operators);
  write_counts(json, "operators_to_run", info.operators_to_run);
  json.key("rewrites").array(info.rewrites);
  json.member("parameters", info.parameters);
  if (info.is_interpreted) json.member("interpreted", true);
  json.end_object();
  return std::move(json).text();
}

std::string describe_kernels() {
  json::Writer json;
  json.begin_array();
  for (const kernels::FamilyInfo& family : kernels::families()) {
    json.begin_object().member("family", family.name);
    for (const kernels::KernelInfo& entry : family.entries)
      if (entry.chosen) json.member("chosen", entry.name).member("isa", isa_text(entry.isa));
    json.member("why", family.why).key("entries").begin_array();
    for (const kernels::KernelInfo& entry : family.entries)
      json.begin_object()
          .member("name", entry.name)
          .member("isa", isa_text(entry.isa))
          .member("usable", entry.usable)
          .end_object();
    json.end_array().end_object();
  }
  json.end_array();
  return std::move(json).text();
}

std::string describe_devices() {
  const CpuInfo& cpu = cpu_info();
  json::Writer json;
  json.begin_array().begin_object();
  json.member("name", cpu.name).member("kind", "cpu").member("provider", "inlay");
  json.member("available", true).member("reason", nullptr);
  json.member("isa", isa_text(cpu.isa)).member("threads", usable_cpu_count());
  json.member("l2_bytes", cpu.l2_bytes).member("l3_bytes", cpu.l3_bytes);
  json.end_object().end_array();
  return std::move(json).text();
}

std::string describe_profile(const runtime::Profile& profile) {
  const std::vector<runtime::Profile::Step> steps = profile.steps();
  int64_t start = INT64_MAX;
  for (const auto& step : steps) start = std::min(start, step.begin_ns);
  json::Writer json;
  json.begin_object().member("displayTimeUnit", "ms").key("traceEvents").begin_array();
  for (const auto& step : steps) {
    json.begin_object().member("name", step.op).member("ph", "X");
    json.member("ts", static_cast<double>(step.begin_ns - start) / 1e3);
    json.member("dur", static_cast<double>(step.duration_ns) / 1e3);
    json.member("pid", 1).member("tid", step.run);
    json.key("args").begin_object().member("node", step.node).end_object();
    json.end_object();
  }
  json.end_array().end_object();
  return std::move(json).text();
}

}  // namespace inlay::api
