#include "text/descriptions.h"

#include "base/json_writer.h"

namespace inlay::text {
namespace {

void write(json::Writer& out, const json::Value& value) {
  switch (value.kind()) {
    case json::Kind::kNull: out.value(nullptr); return;
    case json::Kind::kBool: out.value(*value.boolean()); return;
    case json::Kind::kInteger: out.value(*value.integer()); return;
    case json::Kind::kNumber: out.value(*value.number()); return;
    case json::Kind::kString: out.value(*value.string()); return;
    case json::Kind::kArray:
      out.begin_array();
      for (const json::Value& element : value.elements()) write(out, element);
      out.end_array();
      return;
    case json::Kind::kObject:
      out.begin_object();
      for (const auto& [key, member] : value.members()) {
        out.key(key);
        write(out, member);
      }
      out.end_object();
      return;
  }
}

}  // namespace

std::string json_text(const json::Value& value) {
  json::Writer out;
  write(out, value);
  return std::move(out).text();
}

std::string json_text(std::string_view text) {
  json::Writer out;
  out.value(text);
  return std::move(out).text();
}

std::string describe_sequence(std::string_view key, std::span<const std::string> parts) {
  json::Writer out;
  out.begin_object().member("type", "Sequence").key(key).begin_array();
  bool any = false;
  for (const std::string& part : parts) {
    if (part.empty()) continue;
    out.raw(part);
    any = true;
  }
  out.end_array().end_object();
  return any ? std::move(out).text() : std::string();
}

}  // namespace inlay::text
