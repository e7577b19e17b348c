/* Labels that are learned from examples. */
#include <string.h>

#include "c/cases.h"
#include "support/usage.h"

static const char* const kTexts[] = {"ab cd", "xyz", "ab ce", "xyy"};
static const char* const kNames[] = {"first", "last", "first", "last"};
static const inlay_label kLabels[] = {{"first", NULL, 0}, {"never seen", NULL, 0}};

static inlay_model* open_model(void) {
  inlay_model* model = NULL;
  CHECK_OK(inlay_model_open(usage_tiny_directory(), NULL, &model));
  return model;
}

static const char* best(const inlay_classifier* classifier, const char* text) {
  static char name[64];
  inlay_classifications* result = NULL;
  CHECK_OK(inlay_classifier_classify(classifier, &text, NULL, 1, &result));
  strcpy(name, inlay_classifications_get(result, 0).labels[0]);
  inlay_classifications_free(result);
  return name;
}

static void learns_and_saves(void) {
  const char* const path = usage_path("labels.inlayhead");
  inlay_few_shot_options options = INLAY_OPTIONS_INIT(inlay_few_shot_options);
  inlay_model* model = open_model();
  inlay_classifier *learned = NULL, *opened = NULL, *zero_shot = NULL;
  inlay_classifications* result = NULL;
  options.threads = 1;
  options.c = 100;
  CHECK_OK(inlay_classifier_from_examples(model, kLabels, 2, kTexts, NULL, kNames, 4, &options,
                                          &learned));
  CHECK(strcmp(best(learned, "ab cd"), "first") == 0 && strcmp(best(learned, "xyz"), "last") == 0);
  CHECK_OK(inlay_classifier_save(learned, path));
  CHECK_OK(inlay_classifier_open(model, path, NULL, &opened));
  CHECK_OK(inlay_classifier_classify(opened, kTexts, NULL, 4, &result));
  CHECK(inlay_classifications_get(result, 1).label_count == 3);
  CHECK(strcmp(inlay_classifications_get(result, 1).labels[0], "last") == 0);
  CHECK_OK(inlay_classifier_create(model, kLabels, 2, NULL, &zero_shot));
  CHECK_FAILS(inlay_classifier_save(zero_shot, path), INLAY_STATUS_UNSUPPORTED,
              "expected a classifier that learned from examples");
  inlay_classifications_free(result);
  inlay_classifier_free(learned);
  inlay_classifier_free(opened);
  inlay_classifier_free(zero_shot);
  inlay_model_free(model);
}

static void corrections(void) {
  const char* const text[] = {"ab cd"};
  const char* const corrected[] = {"last"};
  inlay_few_shot_options options = INLAY_OPTIONS_INIT(inlay_few_shot_options);
  inlay_model* model = open_model();
  inlay_trainer* trainer = NULL;
  inlay_classifier *before = NULL, *after = NULL;
  options.method = INLAY_FEW_SHOT_LOGISTIC;
  options.without_descriptions = 1;
  options.c = 1000;
  CHECK_OK(inlay_trainer_create(model, NULL, 0, &options, &trainer));
  inlay_model_free(model);
  CHECK_FAILS(inlay_trainer_train(trainer, &before), INLAY_STATUS_INVALID_ARGUMENT,
              "labels: expected at least one");
  CHECK_OK(inlay_trainer_add(trainer, kTexts, NULL, kNames, 4));
  CHECK_OK(inlay_trainer_train(trainer, &before));
  CHECK_OK(inlay_trainer_add(trainer, text, NULL, corrected, 1));
  CHECK(inlay_trainer_count(trainer) == 4 && inlay_trainer_count(NULL) == 0);
  CHECK_OK(inlay_trainer_train(trainer, &after));
  inlay_trainer_free(trainer);
  CHECK(strcmp(best(before, "ab cd"), "first") == 0);
  CHECK(strcmp(best(after, "ab cd"), "last") == 0);
  inlay_classifier_free(before);
  inlay_classifier_free(after);
}

static void what_cannot_be(void) {
  const char* const twice[] = {"ab", "ab"};
  const char* const nameless[] = {"first", ""};
  const char* const broken = usage_path("broken.inlayhead");
  inlay_few_shot_options options = INLAY_OPTIONS_INIT(inlay_few_shot_options);
  inlay_model* model = open_model();
  inlay_trainer* trainer = NULL;
  inlay_classifier* classifier = NULL;
  CHECK_OK(inlay_trainer_create(model, kLabels, 2, NULL, &trainer));
  CHECK_FAILS(
      inlay_trainer_add(trainer, twice, NULL, kNames, 2), INLAY_STATUS_INVALID_ARGUMENT,
      "example 1: expected the label \"first\", as example 0 gives this text, found \"last\"");
  CHECK_FAILS(inlay_trainer_add(trainer, kTexts, NULL, nameless, 2), INLAY_STATUS_INVALID_ARGUMENT,
              "example 1: expected a label");
  CHECK_FAILS(inlay_trainer_add(trainer, kTexts, NULL, NULL, 2), INLAY_STATUS_INVALID_ARGUMENT,
              "example_labels: expected a pointer");
  CHECK(inlay_trainer_count(trainer) == 0);
  inlay_trainer_free(trainer);
  options.method = 7;
  CHECK_FAILS(inlay_trainer_create(model, NULL, 0, &options, &trainer),
              INLAY_STATUS_INVALID_ARGUMENT, "method: expected");
  usage_write(broken, "INLAYHD\n", 8);
  CHECK_FAILS(inlay_classifier_open(model, broken, NULL, &classifier), INLAY_STATUS_CORRUPT,
              "broken.inlayhead: expected a head");
  CHECK_FAILS(inlay_classifier_open(model, usage_path("none"), NULL, &classifier),
              INLAY_STATUS_NOT_FOUND, "none");
  CHECK(classifier == NULL);
  inlay_model_free(model);
}

void test_few_shot(void) {
  learns_and_saves();
  corrections();
  what_cannot_be();
}
