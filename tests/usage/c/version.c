/* Version, the ABI check, errors, and what the library says of the machine. */
#include <string.h>

#include "c/cases.h"
#include "support/usage.h"

static void header_and_library_fit(void) {
  CHECK(strcmp(inlay_version(), INLAY_VERSION) == 0);
  CHECK_OK(inlay_abi_check(INLAY_ABI_VERSION));
  CHECK_FAILS(inlay_abi_check(INLAY_ABI_VERSION + 1), INLAY_STATUS_UNSUPPORTED,
              ", this library is " INLAY_VERSION " with ABI ");
  CHECK_FAILS(inlay_abi_check(0), INLAY_STATUS_UNSUPPORTED, "inlay ABI 0");
}

static void no_error_is_ok(void) {
  CHECK(inlay_error_code(NULL) == INLAY_STATUS_OK);
  CHECK(strcmp(inlay_error_message(NULL), "") == 0);
  inlay_error_free(NULL);
}

static void an_error_says_what_happened(void) {
  inlay_model* model = NULL;
  inlay_error* error = inlay_model_open("no/such/place", NULL, &model);
  CHECK(model == NULL);
  CHECK(inlay_error_code(error) == INLAY_STATUS_NOT_FOUND);
  CHECK(strstr(inlay_error_message(error), "no/such/place") != NULL);
  inlay_error_free(error);
}

static void the_machine(void) {
  char* json = NULL;
  CHECK_OK(inlay_kernels_describe(&json));
  CHECK(json && json[0] == '[' && strstr(json, "\"family\"") && strstr(json, "\"chosen\""));
  inlay_string_free(json);
  json = NULL;
  CHECK_OK(inlay_devices_describe(&json));
  CHECK(json && json[0] == '[' && strstr(json, "\"kind\":\"cpu\""));
  inlay_string_free(json);
}

void test_version(void) {
  header_and_library_fit();
  no_error_is_ok();
  an_error_says_what_happened();
  the_machine();
}
