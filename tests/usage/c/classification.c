/* Labels in words, no training. */
#include <string.h>

#include "c/cases.h"
#include "support/usage.h"

static const char* const kDescriptions[] = {"ab cd", "ab ce"};
static const inlay_label kLabels[] = {{"first", kDescriptions, 2}, {"xyz", NULL, 0}};

static inlay_error* create(const inlay_label* labels, size_t count,
                           const inlay_classifier_options* options, inlay_classifier** out) {
  inlay_model* model = NULL;
  CHECK_OK(inlay_model_open(usage_tiny_directory(), NULL, &model));
  inlay_error* error = inlay_classifier_create(model, labels, count, options, out);
  inlay_model_free(model);
  return error;
}

static void best_first(void) {
  const char* const templates[] = {"{}"};
  const char* const texts[] = {"xyz", "ab cd"};
  const size_t bytes[] = {3, 5};
  inlay_classifier_options options = INLAY_OPTIONS_INIT(inlay_classifier_options);
  inlay_classifier* classifier = NULL;
  inlay_classifications* result = NULL;
  options.threads = 1;
  options.templates = templates;
  options.template_count = 1;
  CHECK_OK(create(kLabels, 2, &options, &classifier));
  CHECK_OK(inlay_classifier_classify(classifier, texts, bytes, 2, &result));
  inlay_classifier_free(classifier); /* results outlive it */
  CHECK(inlay_classifications_count(result) == 2);
  const inlay_classification one = inlay_classifications_get(result, 0);
  CHECK(one.label_count == 2 && !one.unknown && !one.truncated);
  CHECK(strcmp(one.labels[0], "xyz") == 0 && one.similarities[0] > 0.9999f);
  CHECK(one.scores[0] >= one.scores[1]);
  CHECK(one.scores[0] + one.scores[1] > 0.9999f && one.scores[0] + one.scores[1] < 1.0001f);
  CHECK(strcmp(inlay_classifications_get(result, 1).labels[0], "first") == 0);
  CHECK(inlay_classifications_get(result, 2).label_count == 0);
  inlay_classifications_free(result);
}

static void unknown_below_the_threshold(void) {
  const char* const texts[] = {"0 1 2 3 4 5 6 7 8 9 0 1 2 3"};
  inlay_classifier_options options = INLAY_OPTIONS_INIT(inlay_classifier_options);
  inlay_classifier* classifier = NULL;
  inlay_classifications* result = NULL;
  options.multi_label = 1;
  options.threshold = 0.9999f;
  options.margin = 0.0001f;
  options.temperature = 0.1f;
  CHECK_OK(create(kLabels, 2, &options, &classifier));
  CHECK_OK(inlay_classifier_classify(classifier, texts, NULL, 1, &result));
  const inlay_classification one = inlay_classifications_get(result, 0);
  CHECK(one.label_count == 3 && one.unknown && one.truncated);
  CHECK(strcmp(one.labels[0], "unknown") == 0 && one.scores[0] == 0);
  CHECK(one.similarities[0] == one.similarities[1]);
  inlay_classifications_free(result);
  inlay_classifier_free(classifier);
}

static void what_cannot_be(void) {
  const inlay_label twice[] = {{"a", NULL, 0}, {"a", NULL, 0}};
  const inlay_label nameless[] = {{NULL, NULL, 0}}, missing[] = {{"a", NULL, 1}};
  const char* const templates[] = {"about"};
  inlay_classifier_options options = INLAY_OPTIONS_INIT(inlay_classifier_options);
  inlay_classifier* classifier = NULL;
  CHECK_FAILS(create(NULL, 0, NULL, &classifier), INLAY_STATUS_INVALID_ARGUMENT,
              "labels: expected at least one");
  CHECK_FAILS(create(twice, 2, NULL, &classifier), INLAY_STATUS_INVALID_ARGUMENT,
              "expected each name once, found \"a\" again");
  CHECK_FAILS(create(nameless, 1, NULL, &classifier), INLAY_STATUS_INVALID_ARGUMENT,
              "label 0: expected text, found NULL");
  CHECK_FAILS(create(missing, 1, NULL, &classifier), INLAY_STATUS_INVALID_ARGUMENT,
              "descriptions: expected a pointer, found NULL");
  options.temperature = -1;
  CHECK_FAILS(create(kLabels, 2, &options, &classifier), INLAY_STATUS_INVALID_ARGUMENT,
              "temperature: expected a number above 0, found -1");
  options.temperature = 0;
  options.templates = templates;
  options.template_count = 1;
  CHECK_FAILS(create(kLabels, 2, &options, &classifier), INLAY_STATUS_INVALID_ARGUMENT,
              "template \"about\"");
  CHECK(classifier == NULL);
}

void test_classification(void) {
  best_first();
  unknown_below_the_threshold();
  what_cannot_be();
}
