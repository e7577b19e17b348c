#include "api/arguments.h"
#include "api/handle.h"
#include "api/objects.h"
#include "tasks/token_classifier.h"

using namespace inlay;

struct inlay_token_classifier {
  std::shared_ptr<const tasks::TokenClassifier> classifier;
};

struct inlay_entities {
  struct One {
    std::vector<inlay_entity> entities;  // of the texts beside it
    bool truncated;
  };
  std::vector<tasks::TextEntities> texts;
  std::vector<One> results;
};

namespace {

Result<tasks::Aggregation> read_aggregation(uint32_t aggregation) {
  if (aggregation > INLAY_AGGREGATION_MAX)
    return invalid("aggregation: expected one of inlay_aggregation, found {}", aggregation);
  return static_cast<tasks::Aggregation>(aggregation);
}

Result<tasks::TokenClassifierOptions> read_token_options(
    const inlay_token_classifier_options& given) {
  tasks::TokenClassifierOptions options;
  INLAY_ASSIGN(options.aggregation, read_aggregation(given.aggregation));
  if (given.stride != 0) options.stride = given.stride == UINT32_MAX ? 0 : given.stride;
  options.truncate = given.truncate != 0;
  options.character_offsets = given.character_offsets != 0;
  if (given.ignored_labels) {
    INLAY_ASSIGN(const auto labels, api::read_texts(given.ignored_labels, nullptr,
                                                    given.ignored_count, "ignored label"));
    options.ignored.assign(labels.begin(), labels.end());
  }
  return options;
}

inlay_entities::One describe(const tasks::TextEntities& text) {
  inlay_entities::One one{{}, text.truncated};
  for (const tasks::Entity& entity : text.entities)
    one.entities.push_back(
        {entity.label.c_str(), entity.score, entity.begin, entity.end, entity.word.c_str()});
  return one;
}

}  // namespace

inlay_error* inlay_token_classifier_create(const inlay_model* model,
                                           const inlay_token_classifier_options* options,
                                           inlay_token_classifier** classifier) {
  return api::guard([&]() -> Status {
    INLAY_TRY(api::expect_not_null(model, "model"));
    INLAY_TRY(api::expect_not_null(classifier, "classifier"));
    INLAY_ASSIGN(const inlay_token_classifier_options given, api::read_options(options));
    INLAY_ASSIGN(tasks::TokenClassifierOptions chosen, read_token_options(given));
    INLAY_ASSIGN(auto head, tasks::ModelHead::open(model->model, tasks::RowsOf::kTokens,
                                                   api::read_threads(given.threads)));
    INLAY_ASSIGN(auto made, tasks::TokenClassifier::create(std::move(head), std::move(chosen)));
    *classifier = new inlay_token_classifier{std::move(made)};
    return Status();
  });
}

void inlay_token_classifier_free(inlay_token_classifier* classifier) { delete classifier; }

inlay_error* inlay_token_classifier_classify(const inlay_token_classifier* classifier,
                                             const char* const* texts, const size_t* text_bytes,
                                             size_t count, inlay_entities** result) {
  return api::guard([&]() -> Status {
    INLAY_TRY(api::expect_not_null(classifier, "classifier"));
    INLAY_TRY(api::expect_not_null(result, "result"));
    INLAY_ASSIGN(const auto views, api::read_texts(texts, text_bytes, count, "text"));
    auto out = std::make_unique<inlay_entities>();
    INLAY_ASSIGN(out->texts, classifier->classifier->classify(views));
    for (const tasks::TextEntities& text : out->texts) out->results.push_back(describe(text));
    *result = out.release();
    return Status();
  });
}

void inlay_entities_free(inlay_entities* result) { delete result; }

size_t inlay_entities_count(const inlay_entities* result) {
  return result ? result->results.size() : 0;
}

inlay_text_entities inlay_entities_get(const inlay_entities* result, size_t index) {
  if (index >= inlay_entities_count(result)) return {};
  const inlay_entities::One& one = result->results[index];
  return {one.entities.size(), one.entities.data(), one.truncated ? 1u : 0u};
}
