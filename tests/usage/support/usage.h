/* What the usage programs share: checks that count failures, files of their own, and a table of cases.
 *
 *   static void opens_a_file(void) { CHECK(…); }
 *   const struct usage_case usage_cases[] = {{"models", test_models}, {NULL, NULL}};
 *
 * `program CASE` runs one case in the folder INLAY_TEST_FOLDER; exit 0 passed, 1 failed, 77 skipped. */
#ifndef INLAY_TESTS_USAGE_H_
#define INLAY_TESTS_USAGE_H_

#include <stddef.h>

#include "inlay/inlay.h"

#ifdef __cplusplus
extern "C" {
#endif

struct usage_case {
  const char* name;
  void (*run)(void);
};
extern const struct usage_case usage_cases[]; /* ends with a NULL name */

#define CHECK(condition) usage_check((condition) ? 1 : 0, #condition, __FILE__, __LINE__)
/* The call succeeds. */
#define CHECK_OK(error) usage_check_ok((error), #error, __FILE__, __LINE__)
/* The call fails with this code, and its message, one line, holds this text. */
#define CHECK_FAILS(error, code, text) \
  usage_check_fails((error), (code), (text), #error, __FILE__, __LINE__)

void usage_check(int ok, const char* what, const char* file, int line);
void usage_check_ok(inlay_error* error, const char* what, const char* file, int line);
void usage_check_fails(inlay_error* error, inlay_status code, const char* text, const char* what,
                       const char* file, int line);
void usage_check_message(const char* message, const char* text, const char* what, const char* file,
                         int line);

/* The real all-MiniLM-L6-v2, which INLAY_TEST_MODEL names; without it the program ends as skipped. */
const char* usage_real_model(void);
/* A path in this case's own folder; lives until the next call but seven. */
const char* usage_path(const char* name);
/* A file of tests/data. */
const char* usage_data(const char* name);
void usage_write(const char* path, const void* data, size_t bytes);

/* ---- small models, written when asked for ---- */

/* sum = x + w and product = x * w, with x of [rows, 3] and w = {1, 2, 3}. Returns the path. */
const char* usage_tiny_onnx(void);
/* longer = list with texts behind it, a sequence of strings; has = whether there is a "maybe", an optional of
 * float32; same = maybe; kept = scores, a map from int64 to float32. Returns the path. */
const char* usage_values_onnx(void);
#define USAGE_DIMENSIONS 16
#define USAGE_MAX_LENGTH 12 /* tokens */
/* A BERT of one layer with a vocabulary of letters and the prompt "query"; made up, but it always gives
 * the same vectors. Returns the directory. */
const char* usage_tiny_directory(void);
/* The same with a head, "BertForSequenceClassification" or "BertForTokenClassification"; `labels` ends with
 * NULL. */
const char* usage_tiny_head(const char* architecture, const char* const* labels);

#ifdef __cplusplus
}
#endif

#endif /* INLAY_TESTS_USAGE_H_ */
