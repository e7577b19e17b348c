// The program from its arguments to its exit status: 0 done, 1 failed, 2 wrong usage.
#pragma once

#include <string>
#include <vector>

namespace cli {

int run_program(const std::vector<std::string>& arguments);

}  // namespace cli
