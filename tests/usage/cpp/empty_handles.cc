// Handles that hold nothing: errors, 0 and empty spans.
#include "cpp/cases.h"

using inlay::Status;

void test_empty_handles() {
  const inlay::Session session;
  CHECK(!session && session.input_count() == 0 && session.input(0).name.empty());
  CHECK_THROWS(session.run({}), Status::kInvalidArgument, "session: expected a pointer");
  CHECK_THROWS(inlay::Session::create(inlay::Model()), Status::kInvalidArgument, "model: expected");
  CHECK_THROWS(inlay::Model().describe(), Status::kInvalidArgument, "model: expected a pointer");
  const inlay::Tensor tensor;
  CHECK(tensor.size() == 0 && tensor.shape().empty() && tensor.bytes().empty());
  CHECK(tensor.dtype() == inlay::DType::kUndefined);
  CHECK_THROWS(inlay::Tokenizer().encode("a"), Status::kInvalidArgument, "tokenizer: expected");
  CHECK(inlay::Tokenizer().vocab_size() == 0 && inlay::Encoding().ids().empty());
  CHECK(inlay::Embedder().dimensions() == 0 && inlay::Embeddings().data().empty());
  CHECK_THROWS(inlay::Embedder().embed("a"), Status::kInvalidArgument, "embedder: expected");
  CHECK(inlay::Classifications().size() == 0 && inlay::Classifications()[0].size() == 0);
  CHECK_THROWS(inlay::Classifier().classify("a"), Status::kInvalidArgument, "classifier: expected");
  CHECK(inlay::Classifier().label_count() == 0 && inlay::Entities().size() == 0);
  CHECK(inlay::Ranking().size() == 0 && inlay::Entities()[0].size() == 0);
  inlay::Cancel().raise();
  inlay::State().reset();
}
