// Heads that learn from examples: trainers, and classifiers that are saved and opened.
#include "api/arguments.h"
#include "api/handle.h"
#include "api/objects.h"

using namespace inlay;

namespace {

Result<tasks::FewShotOptions> read_options(const inlay_few_shot_options& given) {
  tasks::FewShotOptions options;
  if (given.method > INLAY_FEW_SHOT_CENTROID)
    return invalid("method: expected an inlay_few_shot_method, found {}", given.method);
  options.method = static_cast<tasks::FewShotMethod>(given.method);
  if (given.c != 0) options.c = given.c;
  options.without_descriptions = given.without_descriptions != 0;
  options.balanced = given.balanced != 0;
  options.unknown_share = given.unknown_share;
  return options;
}

Result<std::unique_ptr<tasks::FewShotTrainer>> make_trainer(const inlay_model* model,
                                                            const inlay_label* labels,
                                                            size_t label_count,
                                                            const inlay_few_shot_options* options) {
  INLAY_TRY(api::expect_not_null(model, "model"));
  INLAY_ASSIGN(const inlay_few_shot_options given, api::read_options(options));
  INLAY_ASSIGN(const tasks::FewShotOptions chosen, read_options(given));
  INLAY_ASSIGN(std::vector<tasks::Label> read, api::read_labels(labels, label_count));
  INLAY_ASSIGN(auto embedder, api::make_embedder(*model, given.threads));
  return tasks::FewShotTrainer::create(std::move(embedder), std::move(read), chosen);
}

Status add_examples(tasks::FewShotTrainer& trainer, const char* const* texts,
                    const size_t* text_bytes, const char* const* labels, size_t count) {
  INLAY_ASSIGN(const auto read, api::read_texts(texts, text_bytes, count, "text"));
  INLAY_ASSIGN(const auto names, api::read_texts(labels, nullptr, count, "example_label"));
  return trainer.add(read, names);
}

Status train(const tasks::FewShotTrainer& trainer, inlay_classifier** classifier) {
  INLAY_ASSIGN(auto made, trainer.train());
  *classifier = new inlay_classifier{made, made};
  return Status();
}

}  // namespace

inlay_error* inlay_classifier_from_examples(const inlay_model* model, const inlay_label* labels,
                                            size_t label_count, const char* const* texts,
                                            const size_t* text_bytes,
                                            const char* const* example_labels, size_t example_count,
                                            const inlay_few_shot_options* options,
                                            inlay_classifier** classifier) {
  return api::guard([&]() -> Status {
    INLAY_TRY(api::expect_not_null(classifier, "classifier"));
    INLAY_ASSIGN(const auto trainer, make_trainer(model, labels, label_count, options));
    INLAY_TRY(add_examples(*trainer, texts, text_bytes, example_labels, example_count));
    return train(*trainer, classifier);
  });
}

inlay_error* inlay_trainer_create(const inlay_model* model, const inlay_label* labels,
                                  size_t label_count, const inlay_few_shot_options* options,
                                  inlay_trainer** trainer) {
  return api::guard([&]() -> Status {
    INLAY_TRY(api::expect_not_null(trainer, "trainer"));
    INLAY_ASSIGN(auto made, make_trainer(model, labels, label_count, options));
    *trainer = new inlay_trainer{std::move(made)};
    return Status();
  });
}

inlay_error* inlay_trainer_add(inlay_trainer* trainer, const char* const* texts,
                               const size_t* text_bytes, const char* const* example_labels,
                               size_t example_count) {
  return api::guard([&]() -> Status {
    INLAY_TRY(api::expect_not_null(trainer, "trainer"));
    return add_examples(*trainer->trainer, texts, text_bytes, example_labels, example_count);
  });
}

size_t inlay_trainer_count(const inlay_trainer* trainer) {
  return trainer ? trainer->trainer->count() : 0;
}

inlay_error* inlay_trainer_train(const inlay_trainer* trainer, inlay_classifier** classifier) {
  return api::guard([&]() -> Status {
    INLAY_TRY(api::expect_not_null(trainer, "trainer"));
    INLAY_TRY(api::expect_not_null(classifier, "classifier"));
    return train(*trainer->trainer, classifier);
  });
}

void inlay_trainer_free(inlay_trainer* trainer) { delete trainer; }

inlay_error* inlay_classifier_save(const inlay_classifier* classifier, const char* path) {
  return api::guard([&]() -> Status {
    INLAY_TRY(api::expect_not_null(classifier, "classifier"));
    INLAY_TRY(api::expect_not_null(path, "path"));
    if (!classifier->head)
      return unsupported("{}: expected a classifier that learned from examples, found another one",
                         path);
    return tasks::save_head(classifier->head->head(), path);
  });
}

inlay_error* inlay_classifier_open(const inlay_model* model, const char* path,
                                   const inlay_few_shot_options* options,
                                   inlay_classifier** classifier) {
  return api::guard([&]() -> Status {
    INLAY_TRY(api::expect_not_null(model, "model"));
    INLAY_TRY(api::expect_not_null(path, "path"));
    INLAY_TRY(api::expect_not_null(classifier, "classifier"));
    INLAY_ASSIGN(const inlay_few_shot_options given, api::read_options(options));
    INLAY_ASSIGN(tasks::FewShotHead head, tasks::open_head(path));
    INLAY_ASSIGN(auto embedder, api::make_embedder(*model, given.threads));
    auto made = tasks::FewShotClassifier::create(std::move(embedder), std::move(head));
    if (!made.ok()) return std::move(made).status().at(path);
    *classifier = new inlay_classifier{*made, *made};
    return Status();
  });
}
