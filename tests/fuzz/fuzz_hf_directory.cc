// A model directory whose configs are any bytes, beside good weights of a tiny BERT and a good vocab.txt: it
// opens, becomes a graph with types and a tokenizer, or each is refused with one line. The input is the files
// of kFiles in order, separated by bytes 0; an empty one is not there.
#include <array>

#include "fuzz_target.h"
#include "models/hf_directory.h"
#include "ops/op.h"
#include "scratch_folder.h"
#include "text/tokenizer.h"

namespace models = inlay::models;

namespace {

constexpr const char* kFiles[] = {
    "config.json",
    "modules.json",
    "1_Pooling/config.json",
    "config_sentence_transformers.json",
    "sentence_bert_config.json",
    "tokenizer_config.json",
};

struct Entry {
  const char* name;
  int rows, columns;  // columns 0: a vector
};
constexpr Entry kTensors[] = {
    {"embeddings.word_embeddings.weight", 6, 4},
    {"embeddings.position_embeddings.weight", 8, 4},
    {"embeddings.token_type_embeddings.weight", 2, 4},
    {"embeddings.LayerNorm.weight", 4, 0},
    {"embeddings.LayerNorm.bias", 4, 0},
    {"encoder.layer.0.attention.self.query.weight", 4, 4},
    {"encoder.layer.0.attention.self.query.bias", 4, 0},
    {"encoder.layer.0.attention.self.key.weight", 4, 4},
    {"encoder.layer.0.attention.self.key.bias", 4, 0},
    {"encoder.layer.0.attention.self.value.weight", 4, 4},
    {"encoder.layer.0.attention.self.value.bias", 4, 0},
    {"encoder.layer.0.attention.output.dense.weight", 4, 4},
    {"encoder.layer.0.attention.output.dense.bias", 4, 0},
    {"encoder.layer.0.attention.output.LayerNorm.weight", 4, 0},
    {"encoder.layer.0.attention.output.LayerNorm.bias", 4, 0},
    {"encoder.layer.0.intermediate.dense.weight", 8, 4},
    {"encoder.layer.0.intermediate.dense.bias", 8, 0},
    {"encoder.layer.0.output.dense.weight", 4, 8},
    {"encoder.layer.0.output.dense.bias", 4, 0},
    {"encoder.layer.0.output.LayerNorm.weight", 4, 0},
    {"encoder.layer.0.output.LayerNorm.bias", 4, 0},
};

std::string weights() {
  std::string header = "{";
  size_t end = 0;
  for (const Entry& tensor : kTensors) {
    const size_t begin = end;
    end += sizeof(float) * static_cast<size_t>(tensor.rows * std::max(tensor.columns, 1));
    const std::string columns = tensor.columns ? inlay::format(", {}", tensor.columns) : "";
    header +=
        inlay::format(R"({}"{}": {{"dtype": "F32", "shape": [{}{}], "data_offsets": [{}, {}]}})",
                      begin ? ", " : "", tensor.name, tensor.rows, columns, begin, end);
  }
  header += "}";
  std::string file;
  for (int i = 0; i < 8; ++i) file += static_cast<char>(header.size() >> (8 * i) & 255);
  return file + header + std::string(end, '\0');
}

const inlay::fuzz::ScratchFolder& folder() {
  static const inlay::fuzz::ScratchFolder folder;
  static const bool filled = [] {
    std::filesystem::create_directory(folder.path("1_Pooling"));
    folder.write("vocab.txt", "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\na\n");
    folder.write("model.safetensors", weights());
    return true;
  }();
  INLAY_FUZZ_CHECK(filled);
  return folder;
}

void write_configs(std::string_view input) {
  for (const char* name : kFiles) {
    const size_t end = std::min(input.find('\0'), input.size());
    end == 0 ? folder().remove(name) : folder().write(name, input.substr(0, end));
    input.remove_prefix(std::min(end + 1, input.size()));
  }
}

void check_line(std::string_view message) {
  INLAY_FUZZ_CHECK(!message.empty() && message.find('\n') == std::string_view::npos);
}

void check_encoder(const models::HfDirectory& directory) {
  const auto graph = models::import_encoder(directory, inlay::FileAccess::kCopy);
  if (!graph.ok()) return check_line(graph.message());
  INLAY_FUZZ_CHECK((*graph)->check().ok());
  const inlay::Status typed = inlay::ops::infer(**graph);
  if (!typed.ok()) check_line(typed.message());
}

}  // namespace

INLAY_FUZZ_TARGET(hf_directory) {
  write_configs(input);
  const auto directory = models::open_hf_directory(folder().path());
  directory.ok() ? check_encoder(**directory) : check_line(directory.message());
  const auto tokenizer = inlay::text::Tokenizer::from_directory(folder().path());
  if (!tokenizer.ok()) return check_line(tokenizer.message());
  std::vector<int32_t> ids;
  const auto truncated = (*tokenizer)->encode_ids("a b a", (*tokenizer)->max_length(), ids);
  if (!truncated.ok()) check_line(truncated.message());
}
