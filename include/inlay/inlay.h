/* inlay: ONNX models, tokenizers, embeddings and classification behind one C ABI (C99).
 *
 *   inlay_model *model = NULL;
 *   inlay_embedder *embedder = NULL;
 *   inlay_embeddings *result = NULL;
 *   const char *texts[] = {"The linker fails with LNK2038."};
 *   inlay_error *error = inlay_model_open("all-MiniLM-L6-v2", NULL, &model);
 *   if (!error) error = inlay_embedder_create(model, NULL, &embedder);
 *   if (!error) error = inlay_embedder_embed(embedder, texts, NULL, 1, &result);
 *   if (error) { fprintf(stderr, "%s\n", inlay_error_message(error)); inlay_error_free(error); }
 *
 * Conventions, which hold for every function:
 *  1. A function that can fail returns inlay_error*: NULL is success, else the caller frees it with
 *     inlay_error_free. Out-parameters are written only on success.
 *  2. Text is UTF-8. Input text is a pointer with a length in bytes, or NUL-terminated where the length
 *     may be left out (a NULL array of lengths, or the parameter is called `name` or `path`).
 *  3. What a _create, _open, _run or similar function hands out belongs to the caller and is freed by the
 *     function named with the type; freeing NULL does nothing. Pointers that a getter returns belong to
 *     the object they were asked of and live as long as it does.
 *  4. Handles keep what they were made from alive: a session outlives inlay_model_free of its model.
 *  5. All functions may be called from any thread. Handles are immutable after creation and may be used
 *     by many threads at once, except those whose comment says otherwise; results belong to one thread.
 *  6. Option structs begin with struct_size: set it with INLAY_OPTIONS_INIT(type). NULL options are the
 *     defaults. A zero in an option means "the default", unless its comment says otherwise.
 *  7. Getters answer NULL and an index beyond the count with 0 or a struct of zeros; other functions
 *     answer a NULL that they cannot do without with INLAY_STATUS_INVALID_ARGUMENT.
 *  8. The library never prints, exits, aborts or reads the environment except INLAY_ISA.
 *  9. Nothing runs before the first call and nothing is left to run at exit.
 */
#ifndef INLAY_INLAY_H_
#define INLAY_INLAY_H_

#include <stddef.h>
#include <stdint.h>

#if defined(_WIN32)
#if defined(INLAY_BUILD_SHARED)
#define INLAY_API __declspec(dllexport)
#elif defined(INLAY_USE_SHARED)
#define INLAY_API __declspec(dllimport)
#else
#define INLAY_API
#endif
#else
#define INLAY_API __attribute__((visibility("default")))
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* ---- version -------------------------------------------------------------------------------------- */

#define INLAY_VERSION "0.1.0"
/* Grows when a function or a struct changes in a way that old programs would notice. */
#define INLAY_ABI_VERSION 1

typedef struct inlay_error inlay_error;

/* The library's own version, "0.1.0". */
INLAY_API const char *inlay_version(void);
/* inlay_abi_check(INLAY_ABI_VERSION): an error in words when the header that the program was compiled
 * with and the library that it runs with do not fit together. */
INLAY_API inlay_error *inlay_abi_check(uint32_t abi_version);

/* ---- errors --------------------------------------------------------------------------------------- */

typedef enum inlay_status {
  INLAY_STATUS_OK = 0,
  INLAY_STATUS_INVALID_ARGUMENT = 1,
  INLAY_STATUS_NOT_FOUND = 2,
  INLAY_STATUS_CORRUPT = 3,
  INLAY_STATUS_UNSUPPORTED = 4,
  INLAY_STATUS_IO = 5,
  INLAY_STATUS_OUT_OF_MEMORY = 6,
  INLAY_STATUS_CANCELLED = 7,
  INLAY_STATUS_INTERNAL = 8
} inlay_status;

/* INLAY_STATUS_OK for NULL. */
INLAY_API inlay_status inlay_error_code(const inlay_error *error);
/* One line that names the place, what was expected and what was found; "" for NULL. */
INLAY_API const char *inlay_error_message(const inlay_error *error);
INLAY_API void inlay_error_free(inlay_error *error);

/* A text that the library made; free with inlay_string_free. */
INLAY_API void inlay_string_free(char *text);

/* An initialiser: inlay_run_options options = INLAY_OPTIONS_INIT(inlay_run_options); */
#ifdef __cplusplus
#define INLAY_OPTIONS_INIT(type)                        \
  ([] {                                                 \
    type inlay_options_ = {};                           \
    inlay_options_.struct_size = sizeof inlay_options_; \
    return inlay_options_;                              \
  }())
#else
#define INLAY_OPTIONS_INIT(type) \
  { .struct_size = sizeof(type) }
#endif

/* ---- models --------------------------------------------------------------------------------------- */

/* An ONNX file, or a Hugging Face directory (config.json, model.safetensors, tokenizer.json, …). */
typedef struct inlay_model inlay_model;

typedef struct inlay_model_options {
  uint32_t struct_size;
  uint32_t copy_files; /* 1: copy the files into memory, for files that may change; 0: map them */
  uint32_t without_rewrites; /* 1: run the graph as the file spells it */
} inlay_model_options;

/* Maps the files and reads descriptions; weights are read when a run needs them. Fails with NOT_FOUND,
 * IO, CORRUPT (naming the place in the file), UNSUPPORTED (naming the operator or model type), and with
 * INVALID_ARGUMENT when INLAY_ISA names an instruction set that there is not. */
INLAY_API inlay_error *inlay_model_open(const char *path, const inlay_model_options *options,
                                        inlay_model **model);
INLAY_API void inlay_model_free(inlay_model *model);
/* What `inlay inspect --json` prints: inputs, outputs, metadata, operators, parameters, rewrites; one
 * JSON object. Free with inlay_string_free. */
INLAY_API inlay_error *inlay_model_describe(const inlay_model *model, char **json);

/* What a model's own classification head is for. */
typedef enum inlay_head {
  INLAY_HEAD_NONE = 0,
  INLAY_HEAD_TEXTS = 1,
  INLAY_HEAD_TOKENS = 2,
  INLAY_HEAD_INFERENCE = 3 /* texts too; one of its labels begins with "entail" */
} inlay_head;
/* INLAY_HEAD_NONE for NULL, for a file, and for a head that cannot be told before a run. */
INLAY_API inlay_head inlay_model_head(const inlay_model *model);

/* ---- tensors and sessions ------------------------------------------------------------------------- */

/* Element types; the numbers are ONNX's TensorProto.DataType. */
typedef enum inlay_dtype {
  INLAY_DTYPE_UNDEFINED = 0,
  INLAY_DTYPE_FLOAT32 = 1,
  INLAY_DTYPE_UINT8 = 2,
  INLAY_DTYPE_INT8 = 3,
  INLAY_DTYPE_UINT16 = 4,
  INLAY_DTYPE_INT16 = 5,
  INLAY_DTYPE_INT32 = 6,
  INLAY_DTYPE_INT64 = 7,
  INLAY_DTYPE_STRING = 8,
  INLAY_DTYPE_BOOL = 9,
  INLAY_DTYPE_FLOAT16 = 10,
  INLAY_DTYPE_FLOAT64 = 11,
  INLAY_DTYPE_UINT32 = 12,
  INLAY_DTYPE_UINT64 = 13,
  INLAY_DTYPE_COMPLEX64 = 14, /* two float32: the real part, then the imaginary one */
  INLAY_DTYPE_COMPLEX128 = 15,
  INLAY_DTYPE_BFLOAT16 = 16,
  INLAY_DTYPE_FLOAT8E4M3FN = 17,
  INLAY_DTYPE_FLOAT8E4M3FNUZ = 18,
  INLAY_DTYPE_FLOAT8E5M2 = 19,
  INLAY_DTYPE_FLOAT8E5M2FNUZ = 20,
  INLAY_DTYPE_UINT4 = 21,
  INLAY_DTYPE_INT4 = 22,
  INLAY_DTYPE_FLOAT4E2M1 = 23,
  INLAY_DTYPE_FLOAT8E8M0 = 24,
  INLAY_DTYPE_UINT2 = 25,
  INLAY_DTYPE_INT2 = 26
} inlay_dtype;

/* A dense row-major tensor in the caller's memory; the library reads it during the call only. Elements of 4
 * and 2 bits are packed as ONNX packs them, in both directions: without gaps in row-major order, the first
 * element in a byte's lowest bits, (count * bits + 7) / 8 bytes, the last one's unused bits 0. */
typedef struct inlay_tensor_view {
  inlay_dtype dtype;
  uint32_t rank;        /* at most 64 */
  const int64_t *shape; /* [rank] */
  const void *data; /* product(shape) elements, aligned as their type; NULL where there is none */
} inlay_tensor_view;

/* A tensor that the library made; free with inlay_tensor_free. */
typedef struct inlay_tensor inlay_tensor;
/* The view lives as long as the tensor. */
INLAY_API inlay_tensor_view inlay_tensor_get(const inlay_tensor *tensor);
INLAY_API void inlay_tensor_free(inlay_tensor *tensor);

/* A model made ready to run. */
typedef struct inlay_session inlay_session;
/* Tensors that live across runs (key/value caches, recurrent state); used by one run at a time. */
typedef struct inlay_state inlay_state;
/* A flag that any thread may raise to end runs early. */
typedef struct inlay_cancel inlay_cancel;
/* When each step of runs began and how long it took. */
typedef struct inlay_profile inlay_profile;

typedef struct inlay_session_options {
  uint32_t struct_size;
  uint32_t threads; /* 0: one for each CPU that the process may use; at most 1024 */
  /* Bytes that packed weights, intermediate tensors, outputs until they are freed and states may take together;
   * 0: no limit. A run that would take more fails with OUT_OF_MEMORY. */
  uint64_t memory_limit;
} inlay_session_options;

typedef struct inlay_value_info {
  const char *name;
  inlay_dtype dtype;
  int32_t rank;            /* -1: unknown */
  const int64_t *shape;    /* [rank]; -1 where the size is symbolic */
  const char *const *dims; /* [rank]; the size in words: "384", "batch", "past + length" */
} inlay_value_info;

/* Plans the model and starts its threads. */
INLAY_API inlay_error *inlay_session_create(const inlay_model *model,
                                            const inlay_session_options *options,
                                            inlay_session **session);
INLAY_API void inlay_session_free(inlay_session *session);
INLAY_API size_t inlay_session_input_count(const inlay_session *session);
INLAY_API size_t inlay_session_output_count(const inlay_session *session);
/* The info lives as long as the session. */
INLAY_API inlay_value_info inlay_session_input(const inlay_session *session, size_t index);
INLAY_API inlay_value_info inlay_session_output(const inlay_session *session, size_t index);

typedef struct inlay_run_options {
  uint32_t struct_size;
  uint32_t
      drop_padding;   /* 1: padded tokens are not computed where a rewrite proves that others do not
                                 see them; their rows of an output are 0 then. Outputs with a row a text
                                 are computed so in any case, as nobody can tell. */
  inlay_state *state; /* NULL: a run without memory */
  const inlay_cancel *cancel; /* NULL: cannot be cancelled */
  inlay_profile *profile;     /* NULL: steps are not timed */
} inlay_run_options;

/* Runs the model once, for inputs and outputs that are tensors of numbers; inlay_session_run_values takes the
 * others. Inputs are matched by name; every input of the session must be there once. With
 * output_names NULL, outputs are all of the session's in its order and output_count must be their number.
 * Writes `output_count` tensors to `outputs`, each the caller's. Fails with INVALID_ARGUMENT for an input
 * that does not fit (naming it, its expected type and shape, and what was found), NOT_FOUND for an output
 * that there is not, CANCELLED and OUT_OF_MEMORY; a state is then as it was before. */
INLAY_API inlay_error *inlay_session_run(const inlay_session *session,
                                         const inlay_run_options *options,
                                         const char *const *input_names,
                                         const inlay_tensor_view *inputs, size_t input_count,
                                         const char *const *output_names, size_t output_count,
                                         inlay_tensor **outputs);

/* ---- values that are more than tensors of numbers ------------------------------------------------- */

typedef enum inlay_value_kind {
  INLAY_VALUE_NONE = 0,   /* an optional that is empty */
  INLAY_VALUE_TENSOR = 1, /* of numbers or of strings */
  INLAY_VALUE_SEQUENCE = 2,
  INLAY_VALUE_MAP = 3,
  INLAY_VALUE_OPTIONAL = 4 /* of types alone: the value is what the optional holds, or NONE */
} inlay_value_kind;

/* What an input or output is before a run; belongs to the session. */
typedef struct inlay_value_type {
  inlay_value_kind kind;
  inlay_dtype dtype; /* of a tensor's elements, a map's keys; UNDEFINED: any, or not known */
  const struct inlay_value_type *element; /* in a sequence or optional; a map's values; else NULL */
} inlay_value_type;
/* inlay_session_input says the dtype and shape of the tensors in it. NULL for an index beyond the count. */
INLAY_API const inlay_value_type *inlay_session_input_type(const inlay_session *session,
                                                           size_t index);
INLAY_API const inlay_value_type *inlay_session_output_type(const inlay_session *session,
                                                            size_t index);

/* A value, which never changes. What a function is given to make one of is copied, or shared where it is a value;
 * it may be freed behind that. Free with inlay_value_free. */
typedef struct inlay_value inlay_value;

/* Fails with INVALID_ARGUMENT and UNSUPPORTED as inlay_session_run does for its inputs. */
INLAY_API inlay_error *inlay_value_from_tensor(const inlay_tensor_view *tensor,
                                               inlay_value **value);
/* product(shape) strings in row-major order; any bytes. string_bytes NULL: they are NUL-terminated. */
INLAY_API inlay_error *inlay_value_from_strings(const char *const *strings,
                                                const size_t *string_bytes, const int64_t *shape,
                                                uint32_t rank, inlay_value **value);
/* Elements of one kind and element type. dtype counts where there is none: a sequence of such tensors. */
INLAY_API inlay_error *inlay_value_from_sequence(const inlay_value *const *elements, size_t count,
                                                 inlay_dtype dtype, inlay_value **value);
/* Keys are int64 [n] or string [n], each once; values are [n] of any type. */
INLAY_API inlay_error *inlay_value_from_map(const inlay_value *keys, const inlay_value *values,
                                            inlay_value **value);
/* An optional that is empty. */
INLAY_API inlay_error *inlay_value_from_nothing(inlay_value **value);
INLAY_API void inlay_value_free(inlay_value *value);

INLAY_API inlay_value_kind inlay_value_get_kind(const inlay_value *value);
/* Of a tensor its elements, of a sequence its elements, of a map its entries. */
INLAY_API size_t inlay_value_count(const inlay_value *value);
/* A tensor; of strings with data NULL. A struct of zeros for other kinds. */
INLAY_API inlay_tensor_view inlay_value_tensor(const inlay_value *value);
/* String `index` of a tensor of them, NUL-terminated; `bytes` may be NULL. */
INLAY_API const char *inlay_value_string(const inlay_value *value, size_t index, size_t *bytes);
/* Of a sequence. */
INLAY_API const inlay_value *inlay_value_element(const inlay_value *value, size_t index);
/* Of a map: tensors of one dimension, in ascending order of the keys. NULL for other kinds. */
INLAY_API const inlay_value *inlay_value_map_keys(const inlay_value *value);
INLAY_API const inlay_value *inlay_value_map_values(const inlay_value *value);

/* inlay_session_run for inputs and outputs of any kind, tensors of numbers too. A tensor of numbers as output of
 * a model with strings, sequences or maps may share memory with an input's value. */
INLAY_API inlay_error *inlay_session_run_values(const inlay_session *session,
                                                const inlay_run_options *options,
                                                const char *const *input_names,
                                                const inlay_value *const *inputs,
                                                size_t input_count, const char *const *output_names,
                                                size_t output_count, inlay_value **outputs);

/* ---- state, cancellation, profiles ---------------------------------------------------------------- */

/* For runs of this session alone. A second run that would use it at the same time is an error. */
INLAY_API inlay_error *inlay_state_create(const inlay_session *session, inlay_state **state);
/* Empties every tensor of the state. Not while a run uses it. */
INLAY_API void inlay_state_reset(inlay_state *state);
INLAY_API void inlay_state_free(inlay_state *state);

/* Runs that are given the flag end with CANCELLED at their next step once it is raised, and until it is
 * reset. */
INLAY_API inlay_error *inlay_cancel_create(inlay_cancel **cancel);
INLAY_API void inlay_cancel_raise(inlay_cancel *cancel);
INLAY_API void inlay_cancel_reset(inlay_cancel *cancel);
INLAY_API void inlay_cancel_free(inlay_cancel *cancel);

/* Collects the steps of all runs that are given it; many may be at once. */
INLAY_API inlay_error *inlay_profile_create(inlay_profile **profile);
/* The steps so far in the trace event format, a JSON object that Perfetto and Chrome's tracing page show:
 * an event a step with its operator as "name", its node in "args", times in microseconds and the run, from
 * 1, as "tid". Free with inlay_string_free. */
INLAY_API inlay_error *inlay_profile_trace(const inlay_profile *profile, char **json);
INLAY_API void inlay_profile_free(inlay_profile *profile);

/* ---- tokenizers ----------------------------------------------------------------------------------- */

typedef struct inlay_tokenizer inlay_tokenizer;
typedef struct inlay_encoding inlay_encoding;

/* The tokenizer of a model directory, whose files are read now. The truncation and padding that its
 * tokenizer.json bakes in do not count; the model's own maximum length does. Fails with UNSUPPORTED for a
 * model that is a file. */
INLAY_API inlay_error *inlay_tokenizer_create(const inlay_model *model,
                                              inlay_tokenizer **tokenizer);
/* From a tokenizer.json file; no maximum length. */
INLAY_API inlay_error *inlay_tokenizer_open(const char *path, inlay_tokenizer **tokenizer);
/* From a bare vocabulary: vocab.txt, vocab.json (merges.txt lies beside it), a SentencePiece .model, tiktoken
 * ranks; also from a tokenizer.json. `like` names whose defaults it has (lower case, special tokens, maximum
 * length): a model ("bert-base-uncased", "gpt2", "xlm-roberta-base"), a class of transformers ("T5Tokenizer")
 * or a tiktoken encoding ("cl100k_base"); NULL: what is usual for such a file. Fails with NOT_FOUND for a name
 * that is not known, CORRUPT for a file that breaks its format, naming the place. */
INLAY_API inlay_error *inlay_tokenizer_from_vocabulary(const char *path, const char *like,
                                                       inlay_tokenizer **tokenizer);
/* The same from memory, which is read during the call only. merges NULL: a file of merges is not needed. */
INLAY_API inlay_error *inlay_tokenizer_from_vocabulary_bytes(const void *vocabulary,
                                                             size_t vocabulary_bytes,
                                                             const void *merges,
                                                             size_t merges_bytes, const char *like,
                                                             inlay_tokenizer **tokenizer);
/* Writes a tokenizer.json that reads back as the same tokenizer, here and in Hugging Face's tokenizers. The
 * file is replaced in one step: nobody finds half of it. Fails with NOT_FOUND where there is no such folder,
 * IO where the system refuses. */
INLAY_API inlay_error *inlay_tokenizer_save(const inlay_tokenizer *tokenizer, const char *path);
INLAY_API void inlay_tokenizer_free(inlay_tokenizer *tokenizer);
INLAY_API size_t inlay_tokenizer_vocab_size(const inlay_tokenizer *tokenizer);
/* The most tokens that the model takes, special ones included; 0: no limit known. */
INLAY_API size_t inlay_tokenizer_max_length(const inlay_tokenizer *tokenizer);

typedef struct inlay_encode_options {
  uint32_t struct_size;
  uint32_t without_special_tokens; /* 1: no [CLS], [SEP], … */
  uint32_t max_length; /* in tokens, special ones included; 0: the tokenizer's; UINT32_MAX: none */
  uint32_t pad_to;     /* 0: no padding; else pad to this many tokens, at most 2^26 */
  uint32_t truncation; /* which text of a pair is cut: inlay_truncation */
  uint32_t truncate_left; /* 1: texts lose their begin, not their end */
  uint32_t
      stride; /* in tokens: how far neighbouring overflowing windows overlap; less than a window has */
  uint32_t pad_left;             /* 1: padding comes first */
  uint32_t pad_to_multiple;      /* 0: any length; else pad to a multiple of so many tokens */
  uint32_t pad_to_longest;       /* 1: pad to the longest of a batch; pad_to is 0 then */
  uint32_t character_offsets;    /* 1: offsets count Unicode scalar values; 0: bytes */
  uint32_t replace_invalid_utf8; /* 1: what is not UTF-8 is read as U+FFFD; 0: it is an error */
} inlay_encode_options;

typedef enum inlay_truncation {
  INLAY_TRUNCATION_LONGEST_FIRST = 0, /* the longer one first, until both fit */
  INLAY_TRUNCATION_ONLY_FIRST = 1,
  INLAY_TRUNCATION_ONLY_SECOND = 2
} inlay_truncation;

/* Encodes one text, or a pair when `pair` is not NULL. Fails with INVALID_ARGUMENT for text that is not
 * UTF-8, naming the byte, and for a maximum length that special tokens alone exceed. */
INLAY_API inlay_error *inlay_tokenizer_encode(const inlay_tokenizer *tokenizer, const char *text,
                                              size_t text_bytes, const char *pair,
                                              size_t pair_bytes,
                                              const inlay_encode_options *options,
                                              inlay_encoding **encoding);
/* The same for texts that were cut into words before; pair_words may be NULL. Each word is encoded for itself:
 * offsets are relative to it, and word_ids are the places of the words. word_bytes NULL: words are
 * NUL-terminated; so for pair_bytes. */
INLAY_API inlay_error *inlay_tokenizer_encode_words(
    const inlay_tokenizer *tokenizer, const char *const *words, const size_t *word_bytes,
    size_t word_count, const char *const *pair_words, const size_t *pair_bytes, size_t pair_count,
    const inlay_encode_options *options, inlay_encoding **encoding);
INLAY_API void inlay_encoding_free(inlay_encoding *encoding);

/* All arrays have `count` entries. */
typedef struct inlay_encoding_view {
  size_t count;
  const uint32_t *ids;
  const uint32_t *type_ids;
  const uint32_t *attention_mask;
  const uint32_t *special_tokens_mask;
  const uint64_t *offsets;   /* [2 * count]: begin and end in bytes of the original text */
  const char *const *tokens; /* NUL-terminated */
  uint32_t truncated;        /* 1: the text was longer than max_length */
  const int32_t *word_ids; /* the word within its text, from 0; -1 for special tokens and padding */
} inlay_encoding_view;
/* The view lives as long as the encoding. */
INLAY_API inlay_encoding_view inlay_encoding_get(const inlay_encoding *encoding);
/* What was cut, in windows of max_length tokens that overlap by `stride`, special tokens around each. A view
 * lives as long as the encoding. */
INLAY_API size_t inlay_encoding_overflow_count(const inlay_encoding *encoding);
INLAY_API inlay_encoding_view inlay_encoding_overflow(const inlay_encoding *encoding, size_t index);

/* Many texts at once. */
typedef struct inlay_encodings inlay_encodings;
/* Encodes texts, or pairs when `pairs` is not NULL, with `threads` threads (0: one for each CPU that the
 * process may use; at most 1024); the result does not depend on their number. text_bytes NULL: texts are
 * NUL-terminated; so for pair_bytes. Fails as inlay_tokenizer_encode does, naming the text. */
INLAY_API inlay_error *inlay_tokenizer_encode_batch(
    const inlay_tokenizer *tokenizer, const char *const *texts, const size_t *text_bytes,
    const char *const *pairs, const size_t *pair_bytes, size_t count,
    const inlay_encode_options *options, uint32_t threads, inlay_encodings **encodings);
INLAY_API void inlay_encodings_free(inlay_encodings *encodings);
INLAY_API size_t inlay_encodings_count(const inlay_encodings *encodings);
/* Belongs to the encodings and lives as long. NULL for an index beyond the count. */
INLAY_API const inlay_encoding *inlay_encodings_get(const inlay_encodings *encodings, size_t index);

/* The ids of many texts, end to end: the quick way when nothing else is asked for. */
typedef struct inlay_ids inlay_ids;
/* Special tokens are added. max_length as in inlay_encode_options; texts lose their end. The rest as
 * inlay_tokenizer_encode_batch. */
INLAY_API inlay_error *inlay_tokenizer_encode_ids(const inlay_tokenizer *tokenizer,
                                                  const char *const *texts,
                                                  const size_t *text_bytes, size_t count,
                                                  uint32_t max_length, uint32_t threads,
                                                  inlay_ids **ids);
INLAY_API void inlay_ids_free(inlay_ids *ids);
typedef struct inlay_ids_view {
  size_t count;         /* of texts */
  const int32_t *ids;   /* [begins[count]] */
  const size_t *begins; /* [count + 1]; text i has ids[begins[i]] to ids[begins[i + 1] - 1] */
} inlay_ids_view;
/* The view lives as long as the ids. */
INLAY_API inlay_ids_view inlay_ids_get(const inlay_ids *ids);

/* The text of ids; free with inlay_string_free. skip_special leaves special tokens out; ids that are no
 * tokens are always left out. */
INLAY_API inlay_error *inlay_tokenizer_decode(const inlay_tokenizer *tokenizer, const uint32_t *ids,
                                              size_t count, uint32_t skip_special, char **text);

/* Decoding as ids come. For one thread at a time. */
typedef struct inlay_decode_stream inlay_decode_stream;
INLAY_API inlay_error *inlay_decode_stream_create(const inlay_tokenizer *tokenizer,
                                                  uint32_t skip_special,
                                                  inlay_decode_stream **stream);
/* The text that `count` more ids add, in whole characters; "" while it is not certain. Free with
 * inlay_string_free. Texts one behind the other are what decoding all ids at once gives. */
INLAY_API inlay_error *inlay_decode_stream_push(inlay_decode_stream *stream, const uint32_t *ids,
                                                size_t count, char **text);
/* The text that was held back; the stream is then as new. Free with inlay_string_free. */
INLAY_API inlay_error *inlay_decode_stream_flush(inlay_decode_stream *stream, char **text);
/* Forgets all ids. */
INLAY_API void inlay_decode_stream_reset(inlay_decode_stream *stream);
INLAY_API void inlay_decode_stream_free(inlay_decode_stream *stream);

/* ---- embeddings ----------------------------------------------------------------------------------- */

typedef struct inlay_embedder inlay_embedder;
typedef struct inlay_embeddings inlay_embeddings;

typedef struct inlay_embedder_options {
  uint32_t struct_size;
  uint32_t threads;   /* 0: one for each CPU that the process may use; at most 1024 */
  const char *prompt; /* a prompt of the model by its name, put before texts; NULL: its default */
  const char
      *prompt_text;    /* a prompt as it is, in place of the model's; "": none; NULL: not given */
  uint32_t dimensions; /* the first so many of a vector (Matryoshka); 0: all */
  uint32_t raw;        /* 1: vectors keep their length, also where the model makes it 1 */
  uint32_t
      chunk; /* 1: a text longer than the model takes is embedded in windows, whose mean, weighted
                     by their tokens, is its vector; 0: it loses its end */
  uint32_t chunk_overlap; /* in tokens; less than a window has; 0: an eighth of it */
} inlay_embedder_options;

/* Fails with UNSUPPORTED for a model without a tokenizer or without token vectors, NOT_FOUND for a prompt
 * that the model does not have, INVALID_ARGUMENT for more dimensions than it has or an option that does
 * not fit another. */
INLAY_API inlay_error *inlay_embedder_create(const inlay_model *model,
                                             const inlay_embedder_options *options,
                                             inlay_embedder **embedder);
INLAY_API void inlay_embedder_free(inlay_embedder *embedder);
INLAY_API size_t inlay_embedder_dimensions(const inlay_embedder *embedder);
/* text_bytes NULL: texts are NUL-terminated. A text's vector does not depend on the texts beside it, nor on
 * the number of threads. Fails with INVALID_ARGUMENT for a text that is not UTF-8, naming text and byte. */
INLAY_API inlay_error *inlay_embedder_embed(const inlay_embedder *embedder,
                                            const char *const *texts, const size_t *text_bytes,
                                            size_t count, inlay_embeddings **embeddings);
INLAY_API void inlay_embeddings_free(inlay_embeddings *embeddings);

typedef struct inlay_embeddings_view {
  size_t count;
  size_t dimensions;
  const float *data; /* [count, dimensions]; of length 1 where the model says so */
  const uint8_t
      *truncated; /* [count]; 1: the text was longer than the model takes and lost its end */
} inlay_embeddings_view;
/* The view lives as long as the embeddings. */
INLAY_API inlay_embeddings_view inlay_embeddings_get(const inlay_embeddings *embeddings);

/* How alike two vectors are: larger is closer. */
typedef enum inlay_similarity_function {
  INLAY_SIMILARITY_MODEL =
      0, /* what the model of `a` says: similarity_fn_name, or else the cosine */
  INLAY_SIMILARITY_COSINE = 1, /* 0 where a vector is 0 */
  INLAY_SIMILARITY_DOT = 2,
  INLAY_SIMILARITY_EUCLIDEAN = 3, /* minus the distance */
  INLAY_SIMILARITY_MANHATTAN = 4  /* minus the sum of absolute differences */
} inlay_similarity_function;
/* Of each vector of `a` with each of `b`: similarities[i * b.count + j]. `similarity_count` is the room of
 * the array, a.count * b.count. Fails with INVALID_ARGUMENT for another count, and for vectors of
 * different dimensions. */
INLAY_API inlay_error *inlay_similarity(const inlay_embeddings *a, const inlay_embeddings *b,
                                        inlay_similarity_function function, float *similarities,
                                        size_t similarity_count);

/* ---- classification ------------------------------------------------------------------------------- */

typedef struct inlay_classifier inlay_classifier;
typedef struct inlay_classifications inlay_classifications;

/* One label with any number of descriptions: "Coding" with "writing source code", "a code editor", …;
 * with none, the name describes itself. */
typedef struct inlay_label {
  const char *name;
  const char *const *descriptions; /* [description_count], NUL-terminated */
  size_t description_count;
} inlay_label;

typedef struct inlay_classifier_options {
  uint32_t struct_size;
  uint32_t threads;     /* 0: one for each CPU that the process may use; at most 1024 */
  float temperature;    /* softmax over cosine / temperature; 0: 0.05 */
  float threshold;      /* best cosine below it: "unknown" comes first; 0: never */
  float margin;         /* the same for the distance between the two best cosines; 0: never */
  uint32_t multi_label; /* 1: each label is scored for itself */
  const char *const *templates; /* [template_count], each with "{}" for the description */
  size_t template_count;        /* 0: the built-in ones */
} inlay_classifier_options;

/* Zero-shot classification by embeddings: no training, labels in words, which are embedded now. Fails as
 * inlay_embedder_create does, and with INVALID_ARGUMENT for no label, a name twice, a temperature below 0,
 * a number that is not finite. */
INLAY_API inlay_error *inlay_classifier_create(const inlay_model *model, const inlay_label *labels,
                                               size_t label_count,
                                               const inlay_classifier_options *options,
                                               inlay_classifier **classifier);
/* What makes scores of a head's logits. */
typedef enum inlay_activation {
  INLAY_ACTIVATION_DEFAULT = 0, /* what the model's config.json says */
  INLAY_ACTIVATION_SOFTMAX = 1,
  INLAY_ACTIVATION_SIGMOID = 2,
  INLAY_ACTIVATION_NONE = 3
} inlay_activation;

typedef struct inlay_head_options {
  uint32_t struct_size;
  uint32_t threads;    /* 0: one for each CPU that the process may use; at most 1024 */
  uint32_t activation; /* inlay_activation */
} inlay_head_options;

/* Classification by the model's own head, with its own labels. By default scores are the logits themselves
 * where config.json's problem_type is "regression", a sigmoid of each for "multi_label_classification" and
 * for one label, else their softmax. Fails with UNSUPPORTED for a model without a tokenizer or without a head
 * for texts. */
INLAY_API inlay_error *inlay_classifier_from_head(const inlay_model *model,
                                                  const inlay_head_options *options,
                                                  inlay_classifier **classifier);

typedef struct inlay_nli_options {
  uint32_t struct_size;
  uint32_t threads;       /* 0: one for each CPU that the process may use; at most 1024 */
  uint32_t multi_label;   /* 1: each label is scored for itself */
  const char *hypothesis; /* with "{}" for the label; NULL: "This example is {}." */
} inlay_nli_options;

/* Zero-shot classification by a model for natural language inference: does the text entail the hypothesis with
 * the label in it? Scores are the softmax of the labels' entailment logits; with multi_label, and for one label,
 * a label's own softmax over contradiction and entailment. Entailment is the head's label that begins with
 * "entail", else its last. Of texts that are too long the end does not count, of hypotheses all does. Fails as
 * inlay_classifier_from_head does, and with INVALID_ARGUMENT for no label, a name that is empty or there twice,
 * a hypothesis without "{}" or longer than the model takes. */
INLAY_API inlay_error *inlay_classifier_from_nli(const inlay_model *model,
                                                 const char *const *labels, size_t label_count,
                                                 const inlay_nli_options *options,
                                                 inlay_classifier **classifier);

INLAY_API void inlay_classifier_free(inlay_classifier *classifier);

/* Classification that learns from examples: a few a label are enough, and labels without any are known by
 * their descriptions, as in zero-shot classification. Nothing of the model changes. */
typedef enum inlay_few_shot_method {
  INLAY_FEW_SHOT_LOGISTIC = 0, /* logistic regression, shrunk towards the labels' descriptions */
  INLAY_FEW_SHOT_CENTROID = 1  /* the mean of a label's examples and descriptions */
} inlay_few_shot_method;

typedef struct inlay_few_shot_options {
  uint32_t struct_size;
  uint32_t threads;              /* 0: one for each CPU that the process may use; at most 1024 */
  uint32_t method;               /* inlay_few_shot_method */
  uint32_t without_descriptions; /* 1: only examples count; each label needs one */
  uint32_t balanced;             /* 1: labels weigh the same, however many examples each has */
  float c;                       /* how far examples move a label from its descriptions; 0: 20 */
  float
      unknown_share; /* "unknown" is what is further from its best label than all but this share of the
                          label's examples are when they are left out: 0.05; 0: nothing is unknown */
} inlay_few_shot_options;

/* Labels may be NULL: examples bring theirs along, each described by its name. Text i has label
 * example_labels[i], which is NUL-terminated; text_bytes NULL: texts are NUL-terminated. A text counts
 * once. Fails as inlay_classifier_create does, and with INVALID_ARGUMENT for a text with two labels, for
 * a c or unknown_share out of range, and, without descriptions, for a label without examples. */
INLAY_API inlay_error *inlay_classifier_from_examples(
    const inlay_model *model, const inlay_label *labels, size_t label_count,
    const char *const *texts, const size_t *text_bytes, const char *const *example_labels,
    size_t example_count, const inlay_few_shot_options *options, inlay_classifier **classifier);

/* Examples that come one by one, as when a user corrects a label: their vectors are kept, so that training
 * again takes milliseconds. For one thread at a time. */
typedef struct inlay_trainer inlay_trainer;
/* Embeds the labels' descriptions. Fails as inlay_classifier_from_examples does. */
INLAY_API inlay_error *inlay_trainer_create(const inlay_model *model, const inlay_label *labels,
                                            size_t label_count,
                                            const inlay_few_shot_options *options,
                                            inlay_trainer **trainer);
/* A text that was added before takes its new label; only texts that are new are embedded. When it fails,
 * nothing was added. */
INLAY_API inlay_error *inlay_trainer_add(inlay_trainer *trainer, const char *const *texts,
                                         const size_t *text_bytes,
                                         const char *const *example_labels, size_t example_count);
/* How many different texts were added. */
INLAY_API size_t inlay_trainer_count(const inlay_trainer *trainer);
/* A classifier of all examples so far. The same examples in the same order give the same classifier. */
INLAY_API inlay_error *inlay_trainer_train(const inlay_trainer *trainer,
                                           inlay_classifier **classifier);
INLAY_API void inlay_trainer_free(inlay_trainer *trainer);

/* Writes what was learned from examples: a file of a few dozen kilobytes, without the examples' texts. It
 * is replaced in one step. Fails with UNSUPPORTED for a classifier that did not learn from examples, IO
 * where the system refuses. */
INLAY_API inlay_error *inlay_classifier_save(const inlay_classifier *classifier, const char *path);
/* options may be NULL; of them only `threads` counts. Fails with NOT_FOUND, IO, CORRUPT (naming the
 * place), UNSUPPORTED (a newer version), and INVALID_ARGUMENT when it was trained with another model. */
INLAY_API inlay_error *inlay_classifier_open(const inlay_model *model, const char *path,
                                             const inlay_few_shot_options *options,
                                             inlay_classifier **classifier);
/* text_bytes NULL: texts are NUL-terminated. Fails as inlay_embedder_embed does. */
INLAY_API inlay_error *inlay_classifier_classify(const inlay_classifier *classifier,
                                                 const char *const *texts, const size_t *text_bytes,
                                                 size_t count, inlay_classifications **result);
/* The same for pairs of texts[i] and pairs[i]. Fails with UNSUPPORTED for a classifier of single texts; those
 * of a model's own head take pairs. */
INLAY_API inlay_error *inlay_classifier_classify_pairs(const inlay_classifier *classifier,
                                                       const char *const *texts,
                                                       const size_t *text_bytes,
                                                       const char *const *pairs,
                                                       const size_t *pair_bytes, size_t count,
                                                       inlay_classifications **result);
INLAY_API size_t inlay_classifier_label_count(const inlay_classifier *classifier);
/* A label's name; NULL for an index beyond the count. Lives as long as the classifier. */
INLAY_API const char *inlay_classifier_label(const inlay_classifier *classifier, size_t index);
INLAY_API void inlay_classifications_free(inlay_classifications *result);

typedef struct inlay_classification {
  size_t label_count;        /* all labels, and "unknown" where it comes first */
  const char *const *labels; /* best first; "unknown" first where threshold or margin say so */
  const float *scores;       /* probabilities, or what the activation says; of "unknown" 0 */
  const float
      *similarities; /* what scores are made of: cosines, to descriptions or to what examples add up
                                 to, or a head's logits; of "unknown" the
                                best label's */
  uint32_t unknown;  /* 1: below threshold or margin */
  uint32_t truncated;
} inlay_classification;
INLAY_API size_t inlay_classifications_count(const inlay_classifications *result);
/* The arrays live as long as the classifications. */
INLAY_API inlay_classification inlay_classifications_get(const inlay_classifications *result,
                                                         size_t index);

/* ---- entities in texts ---------------------------------------------------------------------------- */

typedef struct inlay_token_classifier inlay_token_classifier;
typedef struct inlay_entities inlay_entities;

/* How tokens become entities, as transformers' strategies of these names do it. */
typedef enum inlay_aggregation {
  INLAY_AGGREGATION_DEFAULT = 0, /* simple */
  INLAY_AGGREGATION_NONE = 1,    /* each token is one: "B-PER" */
  INLAY_AGGREGATION_SIMPLE = 2,  /* neighbours of one kind are joined: "PER" */
  INLAY_AGGREGATION_FIRST = 3,   /* the same over words, which have their first token's label */
  INLAY_AGGREGATION_AVERAGE = 4, /* over words, whose scores are the means of their tokens' */
  INLAY_AGGREGATION_MAX = 5      /* over words, which have the label of the token that is surest */
} inlay_aggregation;

typedef struct inlay_token_classifier_options {
  uint32_t struct_size;
  uint32_t threads;     /* 0: one for each CPU that the process may use; at most 1024 */
  uint32_t aggregation; /* inlay_aggregation */
  uint32_t
      stride; /* in tokens: how far the windows of a long text overlap; 0: an eighth of what the
                      model takes; UINT32_MAX: not at all */
  uint32_t truncate;                 /* 1: a long text loses its end; 0: it is read in windows */
  uint32_t character_offsets;        /* 1: begin and end count Unicode scalar values; 0: bytes */
  const char *const *ignored_labels; /* [ignored_count]: labels that are no entities; NULL: "O" */
  size_t ignored_count;
} inlay_token_classifier_options;

/* Entities by the model's own head over tokens. Fails with UNSUPPORTED for a model without a tokenizer or
 * without such a head, INVALID_ARGUMENT for a stride that leaves no room for new tokens. */
INLAY_API inlay_error *inlay_token_classifier_create(const inlay_model *model,
                                                     const inlay_token_classifier_options *options,
                                                     inlay_token_classifier **classifier);
INLAY_API void inlay_token_classifier_free(inlay_token_classifier *classifier);
/* text_bytes NULL: texts are NUL-terminated. Fails as inlay_embedder_embed does. */
INLAY_API inlay_error *inlay_token_classifier_classify(const inlay_token_classifier *classifier,
                                                       const char *const *texts,
                                                       const size_t *text_bytes, size_t count,
                                                       inlay_entities **result);
INLAY_API void inlay_entities_free(inlay_entities *result);

typedef struct inlay_entity {
  const char *label; /* without "B-" and "I-" where tokens are joined */
  float score;
  uint64_t begin, end; /* of the text */
  const char *word;    /* what the tokens say, which need not be the text's own letters */
} inlay_entity;
typedef struct inlay_text_entities {
  size_t count;
  const inlay_entity *entities; /* in the order of the text */
  uint32_t truncated;
} inlay_text_entities;
/* The number of texts. */
INLAY_API size_t inlay_entities_count(const inlay_entities *result);
/* The arrays live as long as the result. */
INLAY_API inlay_text_entities inlay_entities_get(const inlay_entities *result, size_t index);

/* ---- ranking -------------------------------------------------------------------------------------- */

typedef struct inlay_reranker inlay_reranker;
typedef struct inlay_ranking inlay_ranking;

/* Relevance of documents to a query, by a cross-encoder: a model with a head of one label. The default
 * activation is what sentence-transformers wrote to config.json, else a sigmoid. Fails as
 * inlay_classifier_from_head does, and with UNSUPPORTED for a head of more labels. */
INLAY_API inlay_error *inlay_reranker_create(const inlay_model *model,
                                             const inlay_head_options *options,
                                             inlay_reranker **reranker);
INLAY_API void inlay_reranker_free(inlay_reranker *reranker);
/* document_bytes NULL: documents are NUL-terminated. Fails as inlay_embedder_embed does. */
INLAY_API inlay_error *inlay_reranker_rank(const inlay_reranker *reranker, const char *query,
                                           size_t query_bytes, const char *const *documents,
                                           const size_t *document_bytes, size_t count,
                                           inlay_ranking **ranking);
INLAY_API void inlay_ranking_free(inlay_ranking *ranking);

typedef struct inlay_ranked {
  size_t document; /* its number as it was given */
  float score;
  uint32_t truncated; /* 1: query and document were longer than the model takes */
} inlay_ranked;
INLAY_API size_t inlay_ranking_count(const inlay_ranking *ranking);
/* Best first. */
INLAY_API inlay_ranked inlay_ranking_get(const inlay_ranking *ranking, size_t index);

/* ---- the machine ---------------------------------------------------------------------------------- */

/* What `inlay kernels --json` and `inlay devices --json` print: one JSON array. Free with
 * inlay_string_free. */
INLAY_API inlay_error *inlay_kernels_describe(char **json);
INLAY_API inlay_error *inlay_devices_describe(char **json);

#ifdef __cplusplus
}
#endif

#endif /* INLAY_INLAY_H_ */
