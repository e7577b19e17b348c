// Each allocation by operator new fails, alone or with all after it: the call returns
// INLAY_STATUS_OUT_OF_MEMORY and hands nothing out, and the same call succeeds afterwards.
#include <atomic>
#include <cstdlib>
#include <new>

#include "cpp/cases.h"

namespace {

constexpr long kNever = -1;

std::atomic<long> left = kNever;     // allocations until one fails
std::atomic<bool> for_good = false;  // all after it fail, too
std::atomic<bool> failed = false;

void* allocate(std::size_t bytes) {
  long now = left.load(std::memory_order_relaxed);
  while (now > 0 && !left.compare_exchange_weak(now, now - 1)) {
  }
  if (now == 0) {
    if (!for_good) left = kNever;
    failed = true;
    throw std::bad_alloc();
  }
  if (void* memory = std::malloc(bytes ? bytes : 1)) return memory;
  throw std::bad_alloc();
}

}  // namespace

void* operator new(std::size_t bytes) { return allocate(bytes); }
void* operator new[](std::size_t bytes) { return allocate(bytes); }
void* operator new(std::size_t bytes, const std::nothrow_t&) noexcept {
  try {
    return allocate(bytes);
  } catch (const std::bad_alloc&) {
    return nullptr;
  }
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete[](void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, const std::nothrow_t&) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete[](void* memory, std::size_t) noexcept { std::free(memory); }

namespace {

// `call` returns an error and writes a handle; `release` frees it.
template <class Handle, class Call, class Free>
void fails_at_every_allocation(const char* name, Call call, Free release, bool after_it_too) {
  constexpr long kMost = 100000;
  for_good = after_it_too;
  long n = 0;
  for (bool again = true; again && n < kMost; ++n) {
    Handle* made = nullptr;
    failed = false;
    left = n;
    inlay_error* const error = call(&made);
    left = kNever;
    again = failed;
    if (failed && !error) {  // an allocation that it can do without
      release(made);
    } else if (failed) {
      CHECK_FAILS(error, INLAY_STATUS_OUT_OF_MEMORY, "memory");
      CHECK(made == nullptr);
    } else {
      usage_check_ok(error, name, __FILE__, __LINE__);
      release(made);
    }
    // Whatever failed before, the next call is as good as any.
    if (n % 16 == 0) {
      Handle* whole = nullptr;
      usage_check_ok(call(&whole), name, __FILE__, __LINE__);
      release(whole);
    }
  }
  usage_check(n > 1 && n < kMost, name, __FILE__, __LINE__);
}

template <class Handle, class Call, class Free>
void fails_at_every_allocation(const char* name, Call call, Free release) {
  for (const bool after_it_too : {false, true})
    fails_at_every_allocation<Handle>(name, call, release, after_it_too);
}

void opening(const char* path) {
  fails_at_every_allocation<inlay_model>(
      "inlay_model_open", [&](inlay_model** out) { return inlay_model_open(path, nullptr, out); },
      inlay_model_free);
}

void errors() {
  fails_at_every_allocation<inlay_error>(
      "inlay_abi_check",
      [](inlay_error** out) {
        inlay_error* const error = inlay_abi_check(0);
        if (inlay_error_code(error) == INLAY_STATUS_OUT_OF_MEMORY) return error;
        *out = error;
        return static_cast<inlay_error*>(nullptr);
      },
      inlay_error_free);
}

void sessions() {
  const auto model = inlay::Model::open(usage_tiny_onnx());
  inlay_session_options one_thread = INLAY_OPTIONS_INIT(inlay_session_options);
  one_thread.threads = 1;
  const auto create = [&](inlay_session** out) {
    return inlay_session_create(model.get(), &one_thread, out);
  };
  fails_at_every_allocation<inlay_session>("inlay_session_create", create, inlay_session_free);

  const auto session = inlay::Session::create(model);
  const char* const names[] = {"x"};
  const char* const outputs[] = {"sum"};
  const std::vector<float> values = {1, 2, 3};
  const inlay::TensorView view(values, {1, 3});
  const inlay_tensor_view tensor = view.c();
  fails_at_every_allocation<inlay_tensor>(
      "inlay_session_run",
      [&](inlay_tensor** out) {
        return inlay_session_run(session.get(), nullptr, names, &tensor, 1, outputs, 1, out);
      },
      inlay_tensor_free);
  fails_at_every_allocation<inlay_state>(
      "inlay_state_create",
      [&](inlay_state** out) { return inlay_state_create(session.get(), out); }, inlay_state_free);
  fails_at_every_allocation<inlay_cancel>("inlay_cancel_create", inlay_cancel_create,
                                          inlay_cancel_free);
  fails_at_every_allocation<inlay_profile>("inlay_profile_create", inlay_profile_create,
                                           inlay_profile_free);
}

void texts() {
  const auto model = inlay::Model::open(usage_tiny_directory());
  fails_at_every_allocation<char>(
      "inlay_model_describe", [&](char** out) { return inlay_model_describe(model.get(), out); },
      inlay_string_free);
  fails_at_every_allocation<inlay_tokenizer>(
      "inlay_tokenizer_create",
      [&](inlay_tokenizer** out) { return inlay_tokenizer_create(model.get(), out); },
      inlay_tokenizer_free);
  const auto tokenizer = inlay::Tokenizer::create(model);
  fails_at_every_allocation<inlay_encoding>(
      "inlay_tokenizer_encode",
      [&](inlay_encoding** out) {
        return inlay_tokenizer_encode(tokenizer.get(), "ab cd", 5, "e", 1, nullptr, out);
      },
      inlay_encoding_free);
  const auto encoding = tokenizer.encode("a text that is long enough for the heap");
  fails_at_every_allocation<char>(
      "inlay_tokenizer_decode",
      [&](char** out) {
        return inlay_tokenizer_decode(tokenizer.get(), encoding.ids().data(), encoding.size(), 1,
                                      out);
      },
      inlay_string_free);
}

void vectors() {
  const auto model = inlay::Model::open(usage_tiny_directory());
  inlay_embedder_options one_thread = INLAY_OPTIONS_INIT(inlay_embedder_options);
  one_thread.threads = 1;
  const char* const texts[] = {"ab cd"};
  // The first run of an embedder packs its weights.
  fails_at_every_allocation<inlay_embeddings>(
      "inlay_embedder_embed",
      [&](inlay_embeddings** out) {
        inlay_embedder* embedder = nullptr;
        inlay_error* error = inlay_embedder_create(model.get(), &one_thread, &embedder);
        if (!error) error = inlay_embedder_embed(embedder, texts, nullptr, 1, out);
        inlay_embedder_free(embedder);
        return error;
      },
      inlay_embeddings_free);
  // One embedder through all of it: what failed leaves nothing behind.
  const auto embedder = inlay::Embedder::create(model, inlay::EmbedderOptions().threads(2));
  fails_at_every_allocation<inlay_embeddings>(
      "inlay_embedder_embed",
      [&](inlay_embeddings** out) {
        return inlay_embedder_embed(embedder.get(), texts, nullptr, 1, out);
      },
      inlay_embeddings_free);
  const auto classifier = inlay::Classifier::create(model, {"a", "b"});
  fails_at_every_allocation<inlay_classifications>(
      "inlay_classifier_classify",
      [&](inlay_classifications** out) {
        return inlay_classifier_classify(classifier.get(), texts, nullptr, 1, out);
      },
      inlay_classifications_free);
}

}  // namespace

void test_out_of_memory() {
  errors();
  opening(usage_tiny_onnx());
  opening(usage_tiny_directory());
  sessions();
  texts();
  vectors();
}
