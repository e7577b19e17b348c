// Any text parses or fails with one line; what parses is written and read back as the same tree.
#include "base/json.h"
#include "base/json_writer.h"
#include "fuzz_target.h"

namespace json = inlay::json;

namespace {

void write(json::Writer& writer, const json::Value& value) {
  switch (value.kind()) {
    case json::Kind::kNull: writer.value(nullptr); break;
    case json::Kind::kBool: writer.value(*value.boolean()); break;
    case json::Kind::kInteger: writer.value(*value.integer()); break;
    case json::Kind::kNumber: writer.value(*value.number()); break;
    case json::Kind::kString: writer.value(*value.string()); break;
    case json::Kind::kArray:
      writer.begin_array();
      for (const json::Value element : value.elements()) write(writer, element);
      writer.end_array();
      break;
    case json::Kind::kObject:
      writer.begin_object();
      for (const auto [key, member] : value.members()) write(writer.key(key), member);
      writer.end_object();
  }
}

std::string rewritten(const json::Document& document) {
  json::Writer writer;
  write(writer, document.root());
  return std::move(writer).text();
}

// The last value of an object or array, again and again: its path leads back to it.
void check_paths(json::Value value) {
  while (value.size() > 0) {
    json::Value last;
    for (const json::Value element : value.elements()) last = element;
    for (const auto [key, member] : value.members()) {
      INLAY_FUZZ_CHECK(value.at(key).exists());
      last = member;
    }
    INLAY_FUZZ_CHECK(last.path().size() > value.path().size());
    INLAY_FUZZ_CHECK(last.error("x").message().find('\n') == std::string_view::npos);
    value = last;
  }
}

// Walks only trees small enough for look-ups that are linear in the members.
constexpr size_t kMaxWalk = 2000;

}  // namespace

INLAY_FUZZ_TARGET(json) {
  auto document = json::parse(input, "input");
  if (!document.ok()) {
    INLAY_FUZZ_CHECK(document.message().find('\n') == std::string_view::npos);
    return;
  }
  const std::string once = rewritten(*document);
  auto again = json::parse(once, "again");
  INLAY_FUZZ_CHECK(again.ok());
  INLAY_FUZZ_CHECK(rewritten(*again) == once);
  if (input.size() <= kMaxWalk) check_paths(document->root());
}
