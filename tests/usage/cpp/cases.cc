#include "cpp/cases.h"

const usage_case usage_cases[] = {{"models", test_models},
                                  {"sessions", test_sessions},
                                  {"values", test_values},
                                  {"tokenizers", test_tokenizers},
                                  {"embeddings", test_embeddings},
                                  {"classification", test_classification},
                                  {"heads", test_heads},
                                  {"entities", test_entities},
                                  {"ranking", test_ranking},
                                  {"few_shot", test_few_shot},
                                  {"empty_handles", test_empty_handles},
                                  {"threads", test_threads},
                                  {"out_of_memory", test_out_of_memory},
                                  {"no_exceptions", test_no_exceptions},
                                  {"real_model", test_real_model},
                                  {nullptr, nullptr}};
