// inlay devices [--json]
#include <memory>

#include "commands.h"
#include "described.h"

namespace cli {

void add_devices(Options& options) {
  auto json = std::make_shared<bool>(false);
  options.flag("--json", *json, "one object a line");
  options.on_run([json] {
    LibraryText text;
    check(inlay_devices_describe(text.out()));
    print_description(parse_description(text), *json);
  });
}

}  // namespace cli
