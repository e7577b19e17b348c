// JSON that the library describes itself with, for the commands inspect, devices and kernels.
#pragma once

#include "handles.h"
#include "json.h"

namespace cli {

// Throws Failure when `text` is not JSON.
Json parse_description(const LibraryText& text);

// A value in a cell: texts as they are, lists separated by commas, objects as key=value, null as "".
std::string cell_text(const Json& value);

// An array of objects as a table with a column for each key, or with `json` one object a line.
void print_description(const Json& array, bool json);

}  // namespace cli
