#include "api/arguments.h"
#include "api/handle.h"
#include "api/objects.h"
#include "tasks/head_classifier.h"
#include "tasks/nli_classifier.h"
#include "tasks/zero_shot.h"

using namespace inlay;

struct inlay_classifications {
  struct One {
    std::vector<const char*> labels;
    std::vector<float> scores, similarities;
    bool unknown, truncated;
  };
  std::shared_ptr<const tasks::Classifier> owner;  // of the labels' names
  std::vector<One> results;
};

namespace {

Result<tasks::ZeroShotOptions> read_options(const inlay_classifier_options& given) {
  tasks::ZeroShotOptions options;
  if (given.temperature != 0) options.temperature = given.temperature;
  options.threshold = given.threshold;
  options.margin = given.margin;
  options.multi_label = given.multi_label != 0;
  for (size_t i = 0; i < given.template_count; ++i) {
    INLAY_TRY(api::expect_not_null(given.templates, "templates"));
    INLAY_ASSIGN(const std::string_view text,
                 api::read_text(given.templates[i], nullptr, i, "template"));
    options.templates.emplace_back(text);
  }
  return options;
}

inlay_classifications::One describe(const tasks::Classification& result,
                                    std::span<const std::string> labels) {
  inlay_classifications::One one{{}, {}, {}, result.unknown, result.truncated};
  if (result.unknown) {
    one.labels.push_back("unknown");
    one.scores.push_back(0);
    one.similarities.push_back(result.labels[0].similarity);
  }
  for (const tasks::LabelScore& score : result.labels) {
    one.labels.push_back(labels[score.label].c_str());
    one.scores.push_back(score.score);
    one.similarities.push_back(score.similarity);
  }
  return one;
}

Result<std::vector<std::string>> read_names(const char* const* names, size_t count) {
  INLAY_ASSIGN(const auto views, api::read_texts(names, nullptr, count, "label"));
  return std::vector<std::string>(views.begin(), views.end());
}

inlay_classifications* make_result(const inlay_classifier* classifier,
                                   const std::vector<tasks::Classification>& made) {
  auto out = std::make_unique<inlay_classifications>();
  out->owner = classifier->classifier;
  for (const tasks::Classification& one : made)
    out->results.push_back(describe(one, out->owner->labels()));
  return out.release();
}

}  // namespace

inlay_error* inlay_classifier_create(const inlay_model* model, const inlay_label* labels,
                                     size_t label_count, const inlay_classifier_options* options,
                                     inlay_classifier** classifier) {
  return api::guard([&]() -> Status {
    INLAY_TRY(api::expect_not_null(model, "model"));
    INLAY_TRY(api::expect_not_null(classifier, "classifier"));
    INLAY_ASSIGN(const inlay_classifier_options given, api::read_options(options));
    INLAY_ASSIGN(std::vector<tasks::Label> read, api::read_labels(labels, label_count));
    INLAY_ASSIGN(tasks::ZeroShotOptions chosen, read_options(given));
    INLAY_ASSIGN(auto embedder, api::make_embedder(*model, given.threads));
    INLAY_ASSIGN(auto made, tasks::ZeroShotClassifier::create(std::move(embedder), std::move(read),
                                                              std::move(chosen)));
    *classifier = new inlay_classifier{std::move(made)};
    return Status();
  });
}

inlay_error* inlay_classifier_from_head(const inlay_model* model, const inlay_head_options* options,
                                        inlay_classifier** classifier) {
  return api::guard([&]() -> Status {
    INLAY_TRY(api::expect_not_null(model, "model"));
    INLAY_TRY(api::expect_not_null(classifier, "classifier"));
    INLAY_ASSIGN(const inlay_head_options given, api::read_options(options));
    INLAY_ASSIGN(const tasks::Activation activation, api::read_activation(given.activation));
    INLAY_ASSIGN(auto head, tasks::ModelHead::open(model->model, tasks::RowsOf::kTexts,
                                                   api::read_threads(given.threads)));
    INLAY_ASSIGN(auto made, tasks::HeadClassifier::create(std::move(head), activation));
    *classifier = new inlay_classifier{std::move(made)};
    return Status();
  });
}

inlay_error* inlay_classifier_from_nli(const inlay_model* model, const char* const* labels,
                                       size_t label_count, const inlay_nli_options* options,
                                       inlay_classifier** classifier) {
  return api::guard([&]() -> Status {
    INLAY_TRY(api::expect_not_null(model, "model"));
    INLAY_TRY(api::expect_not_null(classifier, "classifier"));
    INLAY_ASSIGN(const inlay_nli_options given, api::read_options(options));
    INLAY_ASSIGN(std::vector<std::string> names, read_names(labels, label_count));
    tasks::NliOptions chosen;
    if (given.hypothesis) chosen.hypothesis = given.hypothesis;
    chosen.multi_label = given.multi_label != 0;
    INLAY_ASSIGN(auto head, tasks::ModelHead::open(model->model, tasks::RowsOf::kTexts,
                                                   api::read_threads(given.threads)));
    INLAY_ASSIGN(auto made, tasks::NliClassifier::create(std::move(head), std::move(names),
                                                         std::move(chosen)));
    *classifier = new inlay_classifier{std::move(made)};
    return Status();
  });
}

void inlay_classifier_free(inlay_classifier* classifier) { delete classifier; }

inlay_error* inlay_classifier_classify(const inlay_classifier* classifier, const char* const* texts,
                                       const size_t* text_bytes, size_t count,
                                       inlay_classifications** result) {
  return api::guard([&]() -> Status {
    INLAY_TRY(api::expect_not_null(classifier, "classifier"));
    INLAY_TRY(api::expect_not_null(result, "result"));
    INLAY_ASSIGN(const auto views, api::read_texts(texts, text_bytes, count, "text"));
    INLAY_ASSIGN(const auto made, classifier->classifier->classify(views));
    *result = make_result(classifier, made);
    return Status();
  });
}

inlay_error* inlay_classifier_classify_pairs(const inlay_classifier* classifier,
                                             const char* const* texts, const size_t* text_bytes,
                                             const char* const* pairs, const size_t* pair_bytes,
                                             size_t count, inlay_classifications** result) {
  return api::guard([&]() -> Status {
    INLAY_TRY(api::expect_not_null(classifier, "classifier"));
    INLAY_TRY(api::expect_not_null(result, "result"));
    INLAY_ASSIGN(const auto firsts, api::read_texts(texts, text_bytes, count, "text"));
    INLAY_ASSIGN(const auto seconds, api::read_texts(pairs, pair_bytes, count, "pair"));
    INLAY_ASSIGN(const auto made, classifier->classifier->classify_pairs(firsts, seconds));
    *result = make_result(classifier, made);
    return Status();
  });
}

size_t inlay_classifier_label_count(const inlay_classifier* classifier) {
  return classifier ? classifier->classifier->labels().size() : 0;
}

const char* inlay_classifier_label(const inlay_classifier* classifier, size_t index) {
  if (index >= inlay_classifier_label_count(classifier)) return nullptr;
  return classifier->classifier->labels()[index].c_str();
}

void inlay_classifications_free(inlay_classifications* result) { delete result; }

size_t inlay_classifications_count(const inlay_classifications* result) {
  return result ? result->results.size() : 0;
}

inlay_classification inlay_classifications_get(const inlay_classifications* result, size_t index) {
  if (index >= inlay_classifications_count(result)) return {};
  const inlay_classifications::One& one = result->results[index];
  return {one.labels.size(),       one.labels.data(),     one.scores.data(),
          one.similarities.data(), one.unknown ? 1u : 0u, one.truncated ? 1u : 0u};
}
