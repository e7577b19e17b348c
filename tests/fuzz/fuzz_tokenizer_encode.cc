// Any bytes as a model and a text: all ways of encoding give what a slow encoder gives, which
// shares nothing with the library (tests/validation/text/reference_encoder.h).
#include "../validation/text/reference_encoder.h"
#include "fuzz_target.h"

INLAY_FUZZ_TARGET(tokenizer_encode) {
  if (input.size() > 600) return;  // the reference takes cubic time
  INLAY_FUZZ_CHECK(inlay::text::differs_from_reference(input).empty());
}
