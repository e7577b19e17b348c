#include "c/cases.h"

#include "support/usage.h"

const struct usage_case usage_cases[] = {{"version", test_version},
                                         {"models", test_models},
                                         {"sessions", test_sessions},
                                         {"values", test_values},
                                         {"tokenizers", test_tokenizers},
                                         {"embeddings", test_embeddings},
                                         {"classification", test_classification},
                                         {"few_shot", test_few_shot},
                                         {"heads", test_heads},
                                         {"entities", test_entities},
                                         {"ranking", test_ranking},
                                         {"misuse", test_misuse},
                                         {"real_model", test_real_model},
                                         {NULL, NULL}};
