#include "model_argument.h"

#include "manifest.h"
#include "store.h"
#include "system.h"

namespace cli {

std::string model_path(const std::string& model) {
  std::error_code ignored;
  if (fs::exists(to_path(model), ignored)) return model;
  if (is_model_name(model)) {
    const fs::path installed = store_folder() / to_path(model);
    if (fs::is_directory(installed, ignored)) return to_text(installed);
    if (find_known_manifest(model)) {
      fail("model ", model, ": expected it in the model store ", to_text(store_folder()),
           ", found nothing; get it with: inlay model pull ", model);
    }
  }
  fail(
      "model ", quote(model, 400),
      ": expected a file, a directory or a name that `inlay model list` shows, found none of them");
}

Model open_model(const std::string& model) {
  Model opened;
  check(inlay_model_open(model_path(model).c_str(), nullptr, opened.out()));
  return opened;
}

void TokenizerArgument::add_to(Options& options) {
  options.text("-m,--model", model, "MODEL",
               "a model directory, a stored model or a tokenizer.json");
  options.text("--vocab", vocab, "FILE",
               "a bare vocabulary instead: vocab.txt, vocab.json with merges.txt beside it, a "
               "SentencePiece .model, tiktoken ranks");
  options.text("--like", like, "NAME",
               "whose defaults the vocabulary has: bert-base-cased, gpt2, T5Tokenizer, "
               "cl100k_base, …");
}

Tokenizer TokenizerArgument::open(const char* command) const {
  if (model.empty() == vocab.empty()) {
    fail_usage(command, ": expected either -m MODEL or --vocab FILE, found ",
               model.empty() ? "none" : "both");
  }
  if (vocab.empty() && !like.empty()) fail_usage(command, ": --like belongs to --vocab");
  Tokenizer tokenizer;
  if (!vocab.empty()) {
    check(inlay_tokenizer_from_vocabulary(vocab.c_str(), like.empty() ? nullptr : like.c_str(),
                                          tokenizer.out()));
    return tokenizer;
  }
  const std::string path = model_path(model);
  if (path.ends_with(".json")) {
    check(inlay_tokenizer_open(path.c_str(), tokenizer.out()));
    return tokenizer;
  }
  const Model opened = open_model(path);
  check(inlay_tokenizer_create(opened.get(), tokenizer.out()));
  return tokenizer;
}

}  // namespace cli
