#include <inlay/inlay.h>
#include <stdio.h>
#include <string.h>

int main(void) {
  inlay_error *error = inlay_abi_check(INLAY_ABI_VERSION);
  if (error) {
    fprintf(stderr, "%s\n", inlay_error_message(error));
    inlay_error_free(error);
    return 1;
  }
  puts(inlay_version());
  return strcmp(inlay_version(), INLAY_VERSION) != 0;
}
