// MODEL on the command line: a file, a directory, or a name in the model store.
#pragma once

#include <string>

#include "handles.h"
#include "options.h"

namespace cli {

// The path that MODEL stands for. What exists as a path wins over a stored model of that name.
// Throws Failure that names the `inlay model pull` to run when it is a known model that is not there.
std::string model_path(const std::string& model);

Model open_model(const std::string& model);

// Which tokenizer a command works with: that of a model or a tokenizer.json (-m), or a bare
// vocabulary (--vocab) with the defaults of a model that is named (--like).
struct TokenizerArgument {
  std::string model, vocab, like;

  void add_to(Options& options);
  // Fails as wrong usage unless one of -m and --vocab is given, naming `command`.
  Tokenizer open(const char* command) const;
};

}  // namespace cli
