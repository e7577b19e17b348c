// The commands of the program: one constant table, one file a command.
#pragma once

#include "options.h"

namespace cli {

struct Command {
  const char* name;
  const char* summary;
  void (*add)(Options& options);  // adds the command's options and what it runs
};

void add_run(Options& options);
void add_inspect(Options& options);
void add_tokenize(Options& options);
void add_detokenize(Options& options);
void add_embed(Options& options);
void add_similar(Options& options);
void add_classify(Options& options);
void add_rerank(Options& options);
void add_bench(Options& options);
void add_devices(Options& options);
void add_kernels(Options& options);
void add_model(Options& options);

// In the order in which --help shows them.
inline constexpr Command kCommands[] = {
    {"run", "Runs a model once over tensors from .npy or .npz files", add_run},
    {"inspect", "Shows a model's inputs, outputs, operators and size", add_inspect},
    {"tokenize", "Turns texts into the ids that a model takes", add_tokenize},
    {"detokenize", "Turns ids into text", add_detokenize},
    {"embed", "Turns texts into vectors", add_embed},
    {"similar", "Ranks sentences by how close they are to a query", add_similar},
    {"classify", "Sorts texts into labels, finds entities", add_classify},
    {"rerank", "Ranks texts by how well they answer a query", add_rerank},
    {"bench", "Measures how fast a model loads and runs", add_bench},
    {"devices", "Shows the devices that models can run on", add_devices},
    {"kernels", "Shows which kernels this machine uses, and why", add_kernels},
    {"model", "Lists, fetches and verifies models", add_model},
};

}  // namespace cli
