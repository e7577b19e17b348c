#include "api/handle.h"
#include "api/objects.h"
#include "api/texts.h"
#include "tasks/zero_shot.h"

using namespace inlay;

struct inlay_embeddings {
  tasks::Embeddings embeddings;
};

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

}  // namespace

inlay_error* inlay_embedder_create(const inlay_model* model, const inlay_embedder_options* options,
                                   inlay_embedder** embedder) {
  return api::guard([&]() -> Status {
    INLAY_TRY(api::expect_not_null(model, "model"));
    INLAY_TRY(api::expect_not_null(embedder, "embedder"));
    INLAY_ASSIGN(const inlay_embedder_options given, api::read_options(options));
    tasks::EmbedderOptions chosen;
    chosen.threads = static_cast<int>(std::min<uint32_t>(given.threads, INT32_MAX));
    if (given.prompt) chosen.prompt = given.prompt;
    if (given.prompt_text) chosen.prompt_text = given.prompt_text;
    chosen.dimensions = given.dimensions;
    chosen.raw = given.raw != 0;
    chosen.chunk = given.chunk != 0;
    chosen.chunk_overlap = given.chunk_overlap;
    INLAY_ASSIGN(auto made, tasks::Embedder::create(model->model, std::move(chosen)));
    *embedder = new inlay_embedder{std::move(made)};
    return Status();
  });
}

void inlay_embedder_free(inlay_embedder* embedder) { delete embedder; }

size_t inlay_embedder_dimensions(const inlay_embedder* embedder) {
  return embedder ? embedder->embedder->dimensions() : 0;
}

inlay_error* inlay_embedder_embed(const inlay_embedder* embedder, const char* const* texts,
                                  const size_t* text_bytes, size_t count,
                                  inlay_embeddings** embeddings) {
  return api::guard([&]() -> Status {
    INLAY_TRY(api::expect_not_null(embedder, "embedder"));
    INLAY_TRY(api::expect_not_null(embeddings, "embeddings"));
    INLAY_ASSIGN(const auto views, api::read_texts(texts, text_bytes, count, "text"));
    INLAY_ASSIGN(tasks::Embeddings made, embedder->embedder->embed(views));
    *embeddings = new inlay_embeddings{std::move(made)};
    return Status();
  });
}

void inlay_embeddings_free(inlay_embeddings* embeddings) { delete embeddings; }

inlay_embeddings_view inlay_embeddings_get(const inlay_embeddings* embeddings) {
  if (!embeddings) return {};
  const tasks::Embeddings& e = embeddings->embeddings;
  return {e.count(), e.dimensions, e.data.data(), e.truncated.data()};
}

inlay_error* inlay_similarity(const inlay_embeddings* a, const inlay_embeddings* b,
                              inlay_similarity_function function, float* similarities,
                              size_t similarity_count) {
  return api::guard([&]() -> Status {
    INLAY_TRY(api::expect_not_null(a, "a"));
    INLAY_TRY(api::expect_not_null(b, "b"));
    if (similarity_count > 0) INLAY_TRY(api::expect_not_null(similarities, "similarities"));
    const tasks::Embeddings &left = a->embeddings, &right = b->embeddings;
    if (left.dimensions != right.dimensions)
      return invalid("similarity: expected vectors of the same dimensions, found {} and {}",
                     left.dimensions, right.dimensions);
    if (similarity_count != left.count() * right.count())
      return invalid("similarity_count: expected {} * {}, found {}", left.count(), right.count(),
                     similarity_count);
    const auto number = static_cast<uint32_t>(function);
    if (number > INLAY_SIMILARITY_MANHATTAN)
      return invalid("function: expected an inlay_similarity_function, found {}", number);
    const auto chosen =
        number == INLAY_SIMILARITY_MODEL ? left.similarity : static_cast<tasks::Similarity>(number);
    tasks::similarity_matrix(chosen, left.data, right.data, left.dimensions, similarities);
    return Status();
  });
}

inlay_error* inlay_classifier_create(const inlay_model* model, const inlay_label* labels,
                                     size_t label_count, const inlay_classifier_options* options,
                                     inlay_classifier** classifier) {
  return api::guard([&]() -> Status {
    INLAY_TRY(api::expect_not_null(model, "model"));
    INLAY_TRY(api::expect_not_null(classifier, "classifier"));
    INLAY_ASSIGN(const inlay_classifier_options given, api::read_options(options));
    INLAY_ASSIGN(std::vector<tasks::Label> read, api::read_labels(labels, label_count));
    INLAY_ASSIGN(tasks::ZeroShotOptions chosen, read_options(given));
    tasks::EmbedderOptions embedding;
    embedding.threads = static_cast<int>(std::min<uint32_t>(given.threads, INT32_MAX));
    INLAY_ASSIGN(auto embedder, tasks::Embedder::create(model->model, std::move(embedding)));
    INLAY_ASSIGN(auto made, tasks::ZeroShotClassifier::create(std::move(embedder), std::move(read),
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
    auto out = std::make_unique<inlay_classifications>();
    out->owner = classifier->classifier;
    for (const tasks::Classification& one : made)
      out->results.push_back(describe(one, out->owner->labels()));
    *result = out.release();
    return Status();
  });
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
