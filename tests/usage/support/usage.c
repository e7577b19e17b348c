#include "support/usage.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int failures = 0;

void usage_check(int ok, const char* what, const char* file, int line) {
  if (ok) return;
  fprintf(stderr, "%s:%d: expected %s\n", file, line, what);
  ++failures;
}

void usage_check_ok(inlay_error* error, const char* what, const char* file, int line) {
  if (!error) return;
  fprintf(stderr, "%s:%d: %s: %s\n", file, line, what, inlay_error_message(error));
  inlay_error_free(error);
  ++failures;
}

void usage_check_message(const char* message, const char* text, const char* what, const char* file,
                         int line) {
  if (strstr(message, text) && !strchr(message, '\n')) return;
  fprintf(stderr, "%s:%d: %s: expected one line with \"%s\", found \"%s\"\n", file, line, what,
          text, message);
  ++failures;
}

void usage_check_fails(inlay_error* error, inlay_status code, const char* text, const char* what,
                       const char* file, int line) {
  if (!error || inlay_error_code(error) != code) {
    fprintf(stderr, "%s:%d: %s: expected error %d, found %d (%s)\n", file, line, what, (int)code,
            (int)inlay_error_code(error), inlay_error_message(error));
    ++failures;
  }
  if (error) usage_check_message(inlay_error_message(error), text, what, file, line);
  inlay_error_free(error);
}

static void skip(const char* reason) {
  printf("skipped: %s\n", reason);
  exit(failures ? 1 : 77);
}

const char* usage_real_model(void) {
  const char* path = getenv("INLAY_TEST_MODEL");
  if (!path || !*path) skip("missing model: INLAY_TEST_MODEL names none");
  return path;
}

/* "folder/name" in one of eight buffers. */
static const char* join(const char* folder, const char* name) {
  static char paths[8][4096];
  static unsigned next = 0;
  char* path = paths[next++ % 8];
  snprintf(path, sizeof paths[0], "%s/%s", folder ? folder : ".", name);
  return path;
}

const char* usage_path(const char* name) { return join(getenv("INLAY_TEST_FOLDER"), name); }
const char* usage_data(const char* name) { return join(getenv("INLAY_TEST_DATA"), name); }

void usage_write(const char* path, const void* data, size_t bytes) {
  FILE* file = fopen(path, "wb");
  if (!file || fwrite(data, 1, bytes, file) != bytes || fclose(file) != 0) {
    perror(path);
    exit(1);
  }
}

int main(int argc, char** argv) {
  const struct usage_case* one = usage_cases;
  while (one->name && (argc != 2 || strcmp(one->name, argv[1]) != 0)) ++one;
  if (!one->name) {
    fprintf(stderr, "usage: %s CASE\n", argv[0]);
    return 2;
  }
  one->run();
  return failures ? 1 : 0;
}
