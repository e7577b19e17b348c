// inlay inspect MODEL [--json]
#include <algorithm>
#include <memory>

#include "commands.h"
#include "described.h"
#include "model_argument.h"
#include "output.h"
#include "table.h"

namespace cli {
namespace {

struct Inspect {
  std::string model;
  bool json = false;
};

// "[batch, 3, ?]"; a size that is not known is null.
std::string shape_cell(const Json* shape) {
  if (!shape || shape->kind != Json::kArray) return "any rank";
  std::string out;
  for (const Json& size : shape->elements) {
    const std::string text = cell_text(size);
    out += (out.empty() ? "" : ", ") + (text.empty() ? "?" : text);
  }
  return "[" + out + "]";
}

// "float32", or "a sequence of float32 [n]" of what is no tensor.
std::string type_cell(const Json& value) {
  return member_text(value, value.find("type") ? "type" : "dtype");
}

// "inputs" and "outputs": name, type and shape of each.
void print_values(const std::string& title, const Json& values) {
  print_line(painted(title, Paint::kCyan));
  Table table({{"", Table::kFlexible, Paint::kBold}, {""}, {"", Table::kFlexible}});
  for (const Json& value : values.elements) {
    const bool is_tensor = !value.find("type");
    table.row({member_text(value, "name"), type_cell(value),
               is_tensor ? shape_cell(value.find("shape")) : ""});
  }
  table.print(2);
}

// An object of numbers, largest first, as operators and their counts are.
void print_counts(const std::string& title, const Json& counts) {
  print_line(painted(title, Paint::kCyan));
  std::vector<std::pair<std::string, std::string>> rows;
  for (const auto& [key, value] : counts.members()) rows.emplace_back(key, cell_text(value));
  std::stable_sort(rows.begin(), rows.end(), [](const auto& a, const auto& b) {
    return strtoll(a.second.c_str(), nullptr, 10) > strtoll(b.second.c_str(), nullptr, 10);
  });
  Table table({{"", Table::kFlexible}, {"", Table::kRight}});
  for (auto& [key, value] : rows) table.row({key, value});
  table.print(2);
}

void print_objects(const std::string& title, const Json& objects) {
  print_line(painted(title, Paint::kCyan));
  for (const Json& object : objects.elements) print_line("  " + cell_text(object));
}

bool all_numbers(const Json& object) {
  return std::all_of(object.elements.begin(), object.elements.end(),
                     [](const auto& member) { return member.kind == Json::kNumber; });
}

void print_section(const std::string& key, const Json& value) {
  if (key == "inputs" || key == "outputs") {
    print_values(key, value);
  } else if (value.kind == Json::kObject && !value.keys.empty()) {
    if (all_numbers(value)) return print_counts(key, value);
    print_line(painted(key, Paint::kCyan));
    Table table({{""}, {"", Table::kFlexible}});
    for (const auto& [name, member] : value.members()) table.row({name, cell_text(member)});
    table.print(2);
  } else if (value.kind == Json::kArray && !value.elements.empty()) {
    print_objects(key, value);
  }
}

void print_readable(const Json& model) {
  Table facts({{"", Table::kLeft, Paint::kCyan}, {"", Table::kFlexible}});
  for (const auto& [key, value] : model.members()) {
    if (value.kind == Json::kObject || value.kind == Json::kArray) continue;
    if (value.kind != Json::kNull) facts.row({key, cell_text(value)});
  }
  facts.print();
  for (const auto& [key, value] : model.members()) print_section(key, value);
}

void run_inspect(const Inspect& options) {
  const Model model = open_model(options.model);
  LibraryText text;
  check(inlay_model_describe(model.get(), text.out()));
  const Json description = parse_description(text);
  if (options.json) {
    print_line(write_json(description));
  } else {
    print_readable(description);
  }
}

}  // namespace

void add_inspect(Options& options) {
  auto inspect = std::make_shared<Inspect>();
  options.text("MODEL", inspect->model, "", "the model", Options::kRequired);
  options.flag("--json", inspect->json, "one object");
  options.on_run([inspect] { run_inspect(*inspect); });
}

}  // namespace cli
