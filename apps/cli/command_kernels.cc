// inlay kernels [--json]
#include <memory>

#include "commands.h"
#include "described.h"
#include "table.h"

namespace cli {
namespace {

// The instruction sets of a family's kernels in order of preference; in brackets those that cannot run here.
std::string choice_text(const Json& family) {
  std::string out;
  const Json* entries = family.find("entries");
  if (!entries) return out;
  for (const Json& entry : entries->elements) {
    const Json* usable = entry.find("usable");
    const std::string isa = member_text(entry, "isa");
    out +=
        (out.empty() ? "" : " ") + (usable && usable->kind == Json::kFalse ? "(" + isa + ")" : isa);
  }
  return out;
}

void print_kernels(const Json& families) {
  Table table({{"family", Table::kLeft, Paint::kBold},
               {"kernel", Table::kLeft, Paint::kGreen},
               {"from"},
               {"why", Table::kFlexible}});
  for (const Json& family : families.elements) {
    table.row({member_text(family, "family"), member_text(family, "chosen"), choice_text(family),
               member_text(family, "why")});
  }
  table.print();
}

}  // namespace

void add_kernels(Options& options) {
  auto json = std::make_shared<bool>(false);
  options.flag("--json", *json, "one object a line");
  options.on_run([json] {
    LibraryText text;
    check(inlay_kernels_describe(text.out()));
    const Json families = parse_description(text);
    *json ? print_description(families, true) : print_kernels(families);
  });
}

}  // namespace cli
