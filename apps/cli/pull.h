// Bringing a model into the store.
#pragma once

#include <string>

#include "manifest.h"

namespace cli {

// Fetches the model that `model` names, a known one or a manifest file FILE.json. `from`, when it is
// not "", is the only source; else $INLAY_MODEL_SOURCE is the first one. Each file's SHA-256 is checked
// before it counts; the model appears whole or not at all. A model that is there and whole stays; a
// damaged one is mended. Returns its folder. Throws Failure.
fs::path pull_model(const std::string& model, const std::string& from);

}  // namespace cli
