/* Entities in texts. */
#include <string.h>

#include "c/cases.h"
#include "support/usage.h"

static const char* const kLabels[] = {"O", "B-X", "I-X", NULL};
static const char kLong[] = "0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9";

static void every_token_once(const inlay_model* model) {
  const char* const texts[] = {"a \xc3\xa4 1", kLong};
  const char* const none[] = {NULL};
  inlay_token_classifier_options options = INLAY_OPTIONS_INIT(inlay_token_classifier_options);
  inlay_token_classifier* classifier = NULL;
  inlay_entities* result = NULL;
  options.threads = 1;
  options.aggregation = INLAY_AGGREGATION_NONE;
  options.stride = 3;
  options.ignored_labels = none; /* none of them: every token is an entity */
  CHECK_OK(inlay_token_classifier_create(model, &options, &classifier));
  CHECK_OK(inlay_token_classifier_classify(classifier, texts, NULL, 2, &result));
  inlay_token_classifier_free(classifier);
  CHECK(inlay_entities_count(result) == 2);
  const inlay_text_entities first = inlay_entities_get(result, 0);
  CHECK(first.count == 3 && !first.truncated);
  CHECK(first.entities[1].begin == 2 && first.entities[1].end == 4); /* two bytes */
  CHECK(strcmp(first.entities[2].word, "1") == 0 && first.entities[2].score > 0.3f);
  const inlay_text_entities whole = inlay_entities_get(result, 1);
  CHECK(whole.count == 20);
  for (size_t i = 0; i < whole.count; ++i) CHECK(whole.entities[i].begin == 2 * i);
  CHECK(inlay_entities_get(result, 2).count == 0);
  inlay_entities_free(result);
}

static void joined_in_characters(const inlay_model* model) {
  const char* const texts[] = {"\xc3\xa4\xc3\xa4 ab cd"};
  inlay_token_classifier_options options = INLAY_OPTIONS_INIT(inlay_token_classifier_options);
  inlay_token_classifier* classifier = NULL;
  inlay_entities* result = NULL;
  const char* const none[] = {NULL};
  options.aggregation = INLAY_AGGREGATION_FIRST;
  options.character_offsets = 1;
  options.ignored_labels = none;
  CHECK_OK(inlay_token_classifier_create(model, &options, &classifier));
  CHECK_OK(inlay_token_classifier_classify(classifier, texts, NULL, 1, &result));
  const inlay_text_entities found = inlay_entities_get(result, 0);
  CHECK(found.count >= 1 && found.entities[0].begin == 0);
  CHECK(found.entities[found.count - 1].end == 8);
  for (size_t i = 0; i < found.count; ++i) CHECK(found.entities[i].label[1] != '-');
  inlay_entities_free(result);
  inlay_token_classifier_free(classifier);
}

static void cut_on_request(const inlay_model* model) {
  const char* const texts[] = {kLong};
  inlay_token_classifier_options options = INLAY_OPTIONS_INIT(inlay_token_classifier_options);
  inlay_token_classifier* classifier = NULL;
  inlay_entities* result = NULL;
  options.truncate = 1;
  CHECK_OK(inlay_token_classifier_create(model, &options, &classifier));
  CHECK_OK(inlay_token_classifier_classify(classifier, texts, NULL, 1, &result));
  CHECK(inlay_entities_get(result, 0).truncated == 1);
  inlay_entities_free(result);
  inlay_token_classifier_free(classifier);
}

static void what_cannot_be(const inlay_model* model) {
  inlay_token_classifier_options options = INLAY_OPTIONS_INIT(inlay_token_classifier_options);
  inlay_token_classifier* classifier = NULL;
  inlay_classifier* texts = NULL;
  options.stride = 10;
  CHECK_FAILS(inlay_token_classifier_create(model, &options, &classifier),
              INLAY_STATUS_INVALID_ARGUMENT, "stride");
  options.stride = 0;
  options.aggregation = 6;
  CHECK_FAILS(inlay_token_classifier_create(model, &options, &classifier),
              INLAY_STATUS_INVALID_ARGUMENT, "expected one of inlay_aggregation, found 6");
  CHECK_FAILS(inlay_classifier_from_head(model, NULL, &texts), INLAY_STATUS_UNSUPPORTED,
              "found one for tokens");
  CHECK(classifier == NULL);
}

void test_entities(void) {
  inlay_model* model = NULL;
  CHECK_OK(inlay_model_open(usage_tiny_head("BertForTokenClassification", kLabels), NULL, &model));
  CHECK(inlay_model_head(model) == INLAY_HEAD_TOKENS);
  every_token_once(model);
  joined_in_characters(model);
  cut_on_request(model);
  what_cannot_be(model);
  inlay_model_free(model);
}
