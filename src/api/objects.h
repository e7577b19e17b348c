// The handles of the C ABI. Each keeps what it needs alive.
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "runtime/session.h"
#include "tasks/classifier.h"
#include "tasks/embedder.h"
#include "tasks/few_shot.h"
#include "text/tokenizer.h"

struct inlay_model {
  std::shared_ptr<const inlay::runtime::Model> model;
};

struct inlay_profile {
  inlay::runtime::Profile profile;
};

struct inlay_tokenizer {
  std::shared_ptr<const inlay::text::Tokenizer> tokenizer;
};

struct inlay_embedder {
  std::shared_ptr<const inlay::tasks::Embedder> embedder;
};

struct inlay_classifier {
  std::shared_ptr<const inlay::tasks::Classifier> classifier;
  // The same, where it learned from examples; else null.
  std::shared_ptr<const inlay::tasks::FewShotClassifier> head = nullptr;
};

struct inlay_trainer {
  std::unique_ptr<inlay::tasks::FewShotTrainer> trainer;
};
