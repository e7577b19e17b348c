/* Models' own heads: labels of texts and pairs, and language inference. */
#include <math.h>
#include <string.h>

#include "c/cases.h"
#include "support/usage.h"

static const char* const kLabels[] = {"contradiction", "neutral", "entailment", NULL};
static const char* const kTexts[] = {"abc", "xyz 12"};
static const char* const kPairs[] = {"de", "0 1 2 3 4 5 6 7 8 9 0 1 2 3"};

static void texts_and_pairs(const inlay_model* model) {
  inlay_head_options options = INLAY_OPTIONS_INIT(inlay_head_options);
  inlay_classifier* classifier = NULL;
  inlay_classifications *single = NULL, *pairs = NULL;
  options.threads = 1;
  CHECK_OK(inlay_classifier_from_head(model, &options, &classifier));
  CHECK(inlay_classifier_label_count(classifier) == 3);
  CHECK(strcmp(inlay_classifier_label(classifier, 2), "entailment") == 0);
  CHECK(inlay_classifier_label(classifier, 3) == NULL);
  CHECK_OK(inlay_classifier_classify(classifier, kTexts, NULL, 2, &single));
  CHECK_OK(inlay_classifier_classify_pairs(classifier, kTexts, NULL, kPairs, NULL, 2, &pairs));
  inlay_classifier_free(classifier);
  const inlay_classification one = inlay_classifications_get(single, 1);
  CHECK(one.label_count == 3 && !one.unknown && !one.truncated);
  CHECK(one.scores[0] >= one.scores[1] && one.scores[1] >= one.scores[2]);
  CHECK(fabsf(one.scores[0] + one.scores[1] + one.scores[2] - 1) < 1e-5f);
  CHECK(fabsf(logf(one.scores[0] / one.scores[1]) - one.similarities[0] + one.similarities[1]) <
        1e-4f);
  CHECK(!inlay_classifications_get(pairs, 0).truncated &&
        inlay_classifications_get(pairs, 1).truncated);
  CHECK(inlay_classifications_get(pairs, 0).scores[0] !=
        inlay_classifications_get(single, 0).scores[0]);
  inlay_classifications_free(single);
  inlay_classifications_free(pairs);
}

static void raw_logits(const inlay_model* model) {
  inlay_head_options options = INLAY_OPTIONS_INIT(inlay_head_options);
  inlay_classifier* classifier = NULL;
  inlay_classifications* result = NULL;
  options.activation = INLAY_ACTIVATION_NONE;
  CHECK_OK(inlay_classifier_from_head(model, &options, &classifier));
  CHECK_OK(inlay_classifier_classify(classifier, kTexts, NULL, 1, &result));
  const inlay_classification one = inlay_classifications_get(result, 0);
  CHECK(one.scores[0] == one.similarities[0] && one.scores[0] >= one.scores[1]);
  inlay_classifications_free(result);
  inlay_classifier_free(classifier);
  options.activation = 9;
  CHECK_FAILS(inlay_classifier_from_head(model, &options, &classifier),
              INLAY_STATUS_INVALID_ARGUMENT,
              "activation: expected one of inlay_activation, found 9");
}

static void inference(const inlay_model* model) {
  const char* const labels[] = {"ab", "cd"};
  const char* const twice[] = {"ab", "ab"};
  inlay_nli_options options = INLAY_OPTIONS_INIT(inlay_nli_options);
  inlay_classifier* classifier = NULL;
  inlay_classifications* result = NULL;
  options.hypothesis = "a {}";
  CHECK_OK(inlay_classifier_from_nli(model, labels, 2, &options, &classifier));
  CHECK_OK(inlay_classifier_classify(classifier, kPairs, NULL, 2, &result));
  const inlay_classification one = inlay_classifications_get(result, 1);
  CHECK(one.label_count == 2 && one.truncated && one.scores[0] >= one.scores[1]);
  CHECK(fabsf(one.scores[0] + one.scores[1] - 1) < 1e-5f);
  inlay_classifications_free(result);
  CHECK_FAILS(inlay_classifier_classify_pairs(classifier, kTexts, NULL, kPairs, NULL, 2, &result),
              INLAY_STATUS_UNSUPPORTED, "pairs: expected single texts");
  inlay_classifier_free(classifier);
  classifier = NULL;
  CHECK_FAILS(inlay_classifier_from_nli(model, twice, 2, &options, &classifier),
              INLAY_STATUS_INVALID_ARGUMENT, "found \"ab\" again");
  options.hypothesis = "none";
  CHECK_FAILS(inlay_classifier_from_nli(model, labels, 2, &options, &classifier),
              INLAY_STATUS_INVALID_ARGUMENT, "template \"none\"");
  options.hypothesis = NULL; /* letters of "This example is" alone are more than the model takes */
  CHECK_FAILS(inlay_classifier_from_nli(model, labels, 2, &options, &classifier),
              INLAY_STATUS_INVALID_ARGUMENT, "label 0: ");
  CHECK(classifier == NULL);
}

void test_heads(void) {
  inlay_model *model = NULL, *plain = NULL;
  inlay_classifier* classifier = NULL;
  CHECK_OK(
      inlay_model_open(usage_tiny_head("BertForSequenceClassification", kLabels), NULL, &model));
  CHECK(inlay_model_head(model) == INLAY_HEAD_INFERENCE &&
        inlay_model_head(NULL) == INLAY_HEAD_NONE);
  texts_and_pairs(model);
  raw_logits(model);
  inference(model);
  inlay_model_free(model);
  CHECK_OK(inlay_model_open(usage_tiny_directory(), NULL, &plain));
  CHECK(inlay_model_head(plain) == INLAY_HEAD_NONE);
  CHECK_FAILS(inlay_classifier_from_head(plain, NULL, &classifier), INLAY_STATUS_UNSUPPORTED,
              "expected a classification head for texts");
  inlay_model_free(plain);
}
