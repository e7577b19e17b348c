// MODEL on the command line: a file, a directory, or a name in the model store.
#pragma once

#include <string>

#include "handles.h"

namespace cli {

// The path that MODEL stands for. What exists as a path wins over a stored model of that name.
// Throws Failure that names the `inlay model pull` to run when it is a known model that is not there.
std::string model_path(const std::string& model);

Model open_model(const std::string& model);

// The tokenizer of a model, or of a tokenizer.json file.
Tokenizer open_tokenizer(const std::string& model);

}  // namespace cli
