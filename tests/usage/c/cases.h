/* The cases of the C program: one a file. */
#ifndef INLAY_TESTS_USAGE_C_CASES_H_
#define INLAY_TESTS_USAGE_C_CASES_H_

void test_version(void);
void test_models(void);
void test_sessions(void);
void test_values(void);
void test_tokenizers(void);
void test_embeddings(void);
void test_classification(void);
void test_heads(void);
void test_entities(void);
void test_ranking(void);
void test_few_shot(void);
void test_misuse(void);
void test_real_model(void);

#endif /* INLAY_TESTS_USAGE_C_CASES_H_ */
