// Inputs of `inlay run` from files.
#pragma once

#include <string>
#include <vector>

#include "array.h"

namespace cli {

struct NamedArray {
  std::string name;
  Array array;
};

// Each argument is NAME=FILE.npy or FILE.npz, whose entries carry the names. Throws Failure when a
// name comes twice or a file is not what it should be.
std::vector<NamedArray> read_inputs(const std::vector<std::string>& arguments);

}  // namespace cli
