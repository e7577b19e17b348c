#include "described.h"

#include <algorithm>

#include "output.h"
#include "table.h"

namespace cli {
namespace {

// The keys of all objects, in the order in which they first come.
std::vector<std::string> keys_of(const std::vector<Json>& objects) {
  std::vector<std::string> keys;
  for (const Json& object : objects) {
    for (const auto& [key, value] : object.members()) {
      if (std::find(keys.begin(), keys.end(), key) == keys.end()) keys.push_back(key);
    }
  }
  return keys;
}

// Numbers stand on the right; a column of longer texts may be cut on a narrow terminal.
Table::Align alignment(const std::vector<Json>& objects, const std::string& key) {
  bool numbers = true;
  size_t longest = 0;
  for (const Json& object : objects) {
    const Json* value = object.find(key);
    if (!value || value->kind == Json::kNull) continue;
    numbers = numbers && value->kind == Json::kNumber;
    longest = std::max(longest, cell_text(*value).size());
  }
  return numbers ? Table::kRight : longest > 20 ? Table::kFlexible : Table::kLeft;
}

}  // namespace

Json parse_description(const LibraryText& text) { return parse_json(text.get(), "the library"); }

std::string cell_text(const Json& value) {
  std::string out;
  const auto item = [&out](const std::string& text) { out += (out.empty() ? "" : ", ") + text; };
  switch (value.kind) {
    case Json::kNull: return "";
    case Json::kFalse: return "no";
    case Json::kTrue: return "yes";
    case Json::kNumber:
    case Json::kString: return value.text;
    case Json::kArray:
      for (const Json& element : value.elements) item(cell_text(element));
      return out;
    case Json::kObject:
      for (const auto& [key, member] : value.members()) item(key + "=" + cell_text(member));
  }
  return out;
}

std::string member_text(const Json& object, std::string_view key) {
  const Json* value = object.find(key);
  return value ? cell_text(*value) : "";
}

void print_description(const Json& array, bool json) {
  if (json) {
    for (const Json& object : array.elements) print_line(write_json(object));
    return;
  }
  const std::vector<std::string> keys = keys_of(array.elements);
  std::vector<Table::Column> columns;
  for (const std::string& key : keys) {
    columns.push_back({key.c_str(), alignment(array.elements, key),
                       columns.empty() ? Paint::kBold : Paint::kPlain});
  }
  Table table(columns);
  for (const Json& object : array.elements) {
    std::vector<std::string> cells;
    for (const std::string& key : keys) cells.push_back(member_text(object, key));
    table.row(std::move(cells));
  }
  table.print();
}

}  // namespace cli
