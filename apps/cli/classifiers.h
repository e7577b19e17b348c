// The classifiers that `inlay classify` makes: by labels in words, by examples, or by a model's own head.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "examples.h"
#include "handles.h"
#include "labels.h"
#include "options.h"

namespace cli {

struct ClassifierOptions {
  std::string labels, labels_file;                // in words
  std::string examples, method, save_head, head;  // learned
  std::string hypothesis, activation;             // of a model with a head
  bool multi_label = false, balanced = false, raw = false;
  float threshold = 0, margin = 0, temperature = 0, unknown_share = 0;
  int64_t threads = 0;

  bool has_labels() const { return !labels.empty() || !labels_file.empty(); }
  bool learns() const { return !examples.empty(); }
  bool uses_own_head() const { return !has_labels() && !learns() && head.empty(); }
};

// What options name files for, read.
struct ClassifierMaterial {
  std::vector<Label> labels;
  Examples examples;
};

void add_classifier_options(Options& options, ClassifierOptions& classifier);
// Options that would have no effect are mistakes. Comes before the model is opened, which takes longer.
ClassifierMaterial read_material(const ClassifierOptions& options);
// Writes --save-head where it is asked for.
Classifier make_classifier(const ClassifierOptions& options, const ClassifierMaterial& material,
                           const Model& model);

}  // namespace cli
