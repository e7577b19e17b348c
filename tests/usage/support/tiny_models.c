/* Model files written byte by byte. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/usage.h"

/* ---- ONNX: the protobuf wire format, with the field numbers of onnx.proto ---- */

struct message {
  size_t size;
  unsigned char bytes[2048];
};

static void put_varint(struct message* m, uint64_t value) {
  for (; value >= 0x80; value >>= 7) m->bytes[m->size++] = (unsigned char)(value | 0x80);
  m->bytes[m->size++] = (unsigned char)value;
}

static void put_number(struct message* m, unsigned field, uint64_t value) {
  put_varint(m, (uint64_t)field << 3);
  put_varint(m, value);
}

static void put_bytes(struct message* m, unsigned field, const void* data, size_t bytes) {
  put_varint(m, (uint64_t)field << 3 | 2);
  put_varint(m, bytes);
  memcpy(m->bytes + m->size, data, bytes);
  m->size += bytes;
}

static void put_text(struct message* m, unsigned field, const char* text) {
  put_bytes(m, field, text, strlen(text));
}

static void put_message(struct message* m, unsigned field, const struct message* inner) {
  put_bytes(m, field, inner->bytes, inner->size);
}

/* A float32 value of [rows, 3]. */
static void put_value(struct message* graph, unsigned field, const char* name) {
  struct message rows = {0}, columns = {0}, shape = {0}, tensor = {0}, type = {0}, value = {0};
  put_text(&rows, 2, "rows");
  put_number(&columns, 1, 3);
  put_message(&shape, 1, &rows);
  put_message(&shape, 1, &columns);
  put_number(&tensor, 1, INLAY_DTYPE_FLOAT32);
  put_message(&tensor, 2, &shape);
  put_message(&type, 1, &tensor);
  put_text(&value, 1, name);
  put_message(&value, 2, &type);
  put_message(graph, field, &value);
}

static void put_node(struct message* graph, const char* operator_name, const char* output) {
  struct message node = {0};
  put_text(&node, 1, "x");
  put_text(&node, 1, "w");
  put_text(&node, 2, output);
  put_text(&node, 4, operator_name);
  put_message(graph, 1, &node);
}

/* A tensor type of any rank. */
static struct message tensor_type(inlay_dtype dtype) {
  struct message tensor = {0}, type = {0};
  put_number(&tensor, 1, (uint64_t)dtype);
  put_message(&type, 1, &tensor);
  return type;
}

/* A sequence (4) or optional (9) of it. */
static struct message type_of(unsigned kind, const struct message* inner) {
  struct message holder = {0}, type = {0};
  put_message(&holder, 1, inner);
  put_message(&type, kind, &holder);
  return type;
}

static void put_typed(struct message* graph, unsigned field, const char* name,
                      const struct message* type) {
  struct message value = {0};
  put_text(&value, 1, name);
  put_message(&value, 2, type);
  put_message(graph, field, &value);
}

static void put_object_node(struct message* graph, const char* operator_name, const char* first,
                            const char* second, const char* output) {
  struct message node = {0};
  put_text(&node, 1, first);
  if (second) put_text(&node, 1, second);
  put_text(&node, 2, output);
  put_text(&node, 4, operator_name);
  put_message(graph, 1, &node);
}

const char* usage_values_onnx(void) {
  static char path[4096];
  struct message graph = {0}, opset = {0}, model = {0}, map = {0}, map_type = {0};
  const struct message strings = tensor_type(INLAY_DTYPE_STRING);
  const struct message floats = tensor_type(INLAY_DTYPE_FLOAT32);
  const struct message flag = tensor_type(INLAY_DTYPE_BOOL);
  const struct message sequence = type_of(4, &strings), optional = type_of(9, &floats);
  put_number(&map, 1, INLAY_DTYPE_INT64);
  put_message(&map, 2, &floats);
  put_message(&map_type, 5, &map);
  put_object_node(&graph, "SequenceInsert", "list", "texts", "longer");
  put_object_node(&graph, "OptionalHasElement", "maybe", NULL, "has");
  put_object_node(&graph, "Identity", "maybe", NULL, "same");
  put_object_node(&graph, "Identity", "scores", NULL, "kept");
  put_text(&graph, 2, "values");
  put_typed(&graph, 11, "list", &sequence);
  put_typed(&graph, 11, "texts", &strings);
  put_typed(&graph, 11, "maybe", &optional);
  put_typed(&graph, 11, "scores", &map_type);
  put_typed(&graph, 12, "longer", &sequence);
  put_typed(&graph, 12, "has", &flag);
  put_typed(&graph, 12, "same", &optional);
  put_typed(&graph, 12, "kept", &map_type);
  put_number(&opset, 2, 18);
  put_number(&model, 1, 8);
  put_message(&model, 7, &graph);
  put_message(&model, 8, &opset);
  snprintf(path, sizeof path, "%s", usage_path("values.onnx"));
  usage_write(path, model.bytes, model.size);
  return path;
}

const char* usage_tiny_onnx(void) {
  static char path[4096];
  const float w[] = {1, 2, 3};
  struct message graph = {0}, tensor = {0}, opset = {0}, model = {0};
  put_node(&graph, "Add", "sum");
  put_node(&graph, "Mul", "product");
  put_text(&graph, 2, "tiny");
  put_number(&tensor, 1, 3);
  put_number(&tensor, 2, INLAY_DTYPE_FLOAT32);
  put_text(&tensor, 8, "w");
  put_bytes(&tensor, 9, w, sizeof w);
  put_message(&graph, 5, &tensor);
  put_value(&graph, 11, "x");
  put_value(&graph, 12, "sum");
  put_value(&graph, 12, "product");
  put_number(&opset, 2, 17);
  put_number(&model, 1, 8);
  put_message(&model, 7, &graph);
  put_message(&model, 8, &opset);
  snprintf(path, sizeof path, "%s", usage_path("tiny.onnx"));
  usage_write(path, model.bytes, model.size);
  return path;
}

/* ---- a Hugging Face directory ---- */

enum { kHidden = USAGE_DIMENSIONS, kWide = 32, kVocabulary = 5 + 26 + 26 + 10 };

struct tensor_shape {
  const char* name;
  int rows, columns; /* columns 0: a vector */
};
static const struct tensor_shape kTensors[] = {
    {"embeddings.word_embeddings.weight", kVocabulary, kHidden},
    {"embeddings.position_embeddings.weight", USAGE_MAX_LENGTH, kHidden},
    {"embeddings.token_type_embeddings.weight", 2, kHidden},
    {"embeddings.LayerNorm.weight", kHidden, 0},
    {"embeddings.LayerNorm.bias", kHidden, 0},
    {"encoder.layer.0.attention.self.query.weight", kHidden, kHidden},
    {"encoder.layer.0.attention.self.query.bias", kHidden, 0},
    {"encoder.layer.0.attention.self.key.weight", kHidden, kHidden},
    {"encoder.layer.0.attention.self.key.bias", kHidden, 0},
    {"encoder.layer.0.attention.self.value.weight", kHidden, kHidden},
    {"encoder.layer.0.attention.self.value.bias", kHidden, 0},
    {"encoder.layer.0.attention.output.dense.weight", kHidden, kHidden},
    {"encoder.layer.0.attention.output.dense.bias", kHidden, 0},
    {"encoder.layer.0.attention.output.LayerNorm.weight", kHidden, 0},
    {"encoder.layer.0.attention.output.LayerNorm.bias", kHidden, 0},
    {"encoder.layer.0.intermediate.dense.weight", kWide, kHidden},
    {"encoder.layer.0.intermediate.dense.bias", kWide, 0},
    {"encoder.layer.0.output.dense.weight", kHidden, kWide},
    {"encoder.layer.0.output.dense.bias", kHidden, 0},
    {"encoder.layer.0.output.LayerNorm.weight", kHidden, 0},
    {"encoder.layer.0.output.LayerNorm.bias", kHidden, 0},
};
enum { kTensorCount = sizeof kTensors / sizeof kTensors[0], kHeaderBytes = 8192 };

/* Tensors behind the encoder's; the last ends with a NULL name. */
static const struct tensor_shape kNoHead[] = {{NULL, 0, 0}};

static size_t element_count(const struct tensor_shape* shape) {
  return (size_t)shape->rows * (size_t)(shape->columns ? shape->columns : 1);
}

/* The JSON header, filled with spaces up to kHeaderBytes, then random numbers in [-1, 1). */
static void write_safetensors(const char* path, const struct tensor_shape* head) {
  static unsigned char file[8 + kHeaderBytes + 65536];
  char* const header = (char*)file + 8;
  size_t used = 0, offset = 0;
  uint32_t random = 1;
  const uint64_t header_bytes = kHeaderBytes;
  for (int i = 0; i < 8; ++i) file[i] = (unsigned char)(header_bytes >> (8 * i));
  for (int i = 0; i < kTensorCount || head[i - kTensorCount].name; ++i) {
    const struct tensor_shape* t = i < kTensorCount ? &kTensors[i] : &head[i - kTensorCount];
    const size_t bytes = element_count(t) * sizeof(float);
    char columns[16] = "";
    if (t->columns) snprintf(columns, sizeof columns, ",%d", t->columns);
    used += (size_t)snprintf(
        header + used, kHeaderBytes - used,
        "%s\"%s\":{\"dtype\":\"F32\",\"shape\":[%d%s],\"data_offsets\":[%u,%u]}", i ? "," : "{",
        t->name, t->rows, columns, (unsigned)offset, (unsigned)(offset + bytes));
    offset += bytes;
  }
  header[used++] = '}';
  memset(header + used, ' ', kHeaderBytes - used);
  for (size_t i = 0; i < offset / sizeof(float); ++i) {
    random = random * 1664525u + 1013904223u;
    const float value = (float)(int32_t)random / 2147483648.0f;
    memcpy(header + kHeaderBytes + i * sizeof value, &value, sizeof value);
  }
  usage_write(path, file, 8 + kHeaderBytes + offset);
}

static void write_vocabulary(const char* path) {
  char text[1024] = "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\n";
  size_t used = strlen(text);
  for (char c = 'a'; c <= 'z'; ++c) used += (size_t)sprintf(text + used, "%c\n", c);
  for (char c = 'a'; c <= 'z'; ++c) used += (size_t)sprintf(text + used, "##%c\n", c);
  for (char c = '0'; c <= '9'; ++c) used += (size_t)sprintf(text + used, "%c\n", c);
  usage_write(path, text, used);
}

static void write_text(const char* path, const char* text) {
  usage_write(path, text, strlen(text));
}

/* `more` are further members of config.json. */
static const char* write_directory(const char* more, const struct tensor_shape* head) {
  static char path[4096];
  char config[2048];
  snprintf(path, sizeof path, "%s", usage_path("."));
  snprintf(config, sizeof config,
           "{\"model_type\":\"bert\",\"hidden_size\":16,\"num_hidden_layers\":1,"
           "\"num_attention_heads\":2,\"intermediate_size\":32,\"hidden_act\":\"gelu\","
           "\"layer_norm_eps\":1e-12,\"max_position_embeddings\":12,\"vocab_size\":67%s}",
           more);
  write_text(usage_path("config.json"), config);
  write_text(usage_path("config_sentence_transformers.json"), "{\"prompts\":{\"query\":\"q \"}}");
  write_text(usage_path("tokenizer_config.json"),
             "{\"do_lower_case\":true,\"model_max_length\":12}");
  write_vocabulary(usage_path("vocab.txt"));
  write_safetensors(usage_path("model.safetensors"), head);
  return path;
}

const char* usage_tiny_directory(void) { return write_directory("", kNoHead); }

const char* usage_tiny_head(const char* architecture, const char* const* labels) {
  char more[1024];
  int count = 0;
  size_t used = (size_t)snprintf(more, sizeof more, ",\"architectures\":[\"%s\"],\"id2label\":{",
                                 architecture);
  for (; labels[count]; ++count)
    used += (size_t)snprintf(more + used, sizeof more - used, "%s\"%d\":\"%s\"", count ? "," : "",
                             count, labels[count]);
  snprintf(more + used, sizeof more - used, "}");
  const struct tensor_shape head[] = {{"pooler.dense.weight", kHidden, kHidden},
                                      {"pooler.dense.bias", kHidden, 0},
                                      {"classifier.weight", count, kHidden},
                                      {"classifier.bias", count, 0},
                                      {NULL, 0, 0}};
  return write_directory(more, head);
}
