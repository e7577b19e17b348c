// The cases of the C++ program: one a file.
#pragma once

#include <string>
#include <string_view>

#include "inlay/inlay.hpp"
#include "support/usage.h"

void test_models();
void test_sessions();
void test_values();
void test_tokenizers();
void test_embeddings();
void test_classification();
void test_heads();
void test_entities();
void test_ranking();
void test_few_shot();
void test_empty_handles();
void test_threads();
void test_out_of_memory();
void test_no_exceptions();
void test_real_model();

// The call throws an inlay::Error of this code, whose one line holds this text.
#define CHECK_THROWS(call, expected, text)                                                  \
  do {                                                                                      \
    bool thrown = false;                                                                    \
    try {                                                                                   \
      static_cast<void>(call);                                                              \
    } catch (const inlay::Error& error) {                                                   \
      thrown = error.code() == (expected);                                                  \
      usage_check_message(error.what(), text, #call, __FILE__, __LINE__);                   \
    }                                                                                       \
    usage_check(thrown ? 1 : 0, #call " to throw Error of " #expected, __FILE__, __LINE__); \
  } while (false)

inline bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != text.npos;
}
