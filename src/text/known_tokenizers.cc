// Models by name, for a vocabulary that comes without any config.
#include "text/tokenizer_classes.h"

namespace inlay::text {
namespace {

constexpr std::string_view kCased = R"({"do_lower_case":false,"model_max_length":512})";
constexpr std::string_view kUncased = R"({"do_lower_case":true,"model_max_length":512})";
constexpr std::string_view k512 = R"({"model_max_length":512})";
constexpr std::string_view k1024 = R"({"model_max_length":1024})";

constexpr KnownTokenizer kKnown[] = {
    {"bert-base-uncased", "BertTokenizer", kUncased},
    {"bert-large-uncased", "BertTokenizer", kUncased},
    {"bert-base-multilingual-uncased", "BertTokenizer", kUncased},
    {"bert-base-cased", "BertTokenizer", kCased},
    {"bert-large-cased", "BertTokenizer", kCased},
    {"bert-base-multilingual-cased", "BertTokenizer", kCased},
    {"bert-base-chinese", "BertTokenizer", kCased},
    {"bert-base-german-cased", "BertTokenizer", kCased},
    {"distilbert-base-uncased", "BertTokenizer", kUncased},
    {"distilbert-base-cased", "BertTokenizer", kCased},
    {"distilbert-base-multilingual-cased", "BertTokenizer", kCased},
    {"electra-small-discriminator", "BertTokenizer", kUncased},
    {"electra-base-discriminator", "BertTokenizer", kUncased},
    {"electra-large-discriminator", "BertTokenizer", kUncased},
    {"mobilebert-uncased", "BertTokenizer", kUncased},
    {"all-MiniLM-L6-v2", "BertTokenizer", R"({"do_lower_case":true,"model_max_length":256})"},
    {"all-MiniLM-L12-v2", "BertTokenizer", R"({"do_lower_case":true,"model_max_length":128})"},
    {"bge-small-en-v1.5", "BertTokenizer", kUncased},
    {"bge-base-en-v1.5", "BertTokenizer", kUncased},
    {"bge-large-en-v1.5", "BertTokenizer", kUncased},
    {"e5-small-v2", "BertTokenizer", kUncased},
    {"e5-base-v2", "BertTokenizer", kUncased},
    {"gte-small", "BertTokenizer", kUncased},
    {"gte-base", "BertTokenizer", kUncased},
    {"mpnet-base", "MPNetTokenizer", kUncased},
    {"all-mpnet-base-v2", "MPNetTokenizer", R"({"do_lower_case":true,"model_max_length":384})"},

    {"gpt2", "GPT2Tokenizer", k1024},
    {"gpt2-medium", "GPT2Tokenizer", k1024},
    {"gpt2-large", "GPT2Tokenizer", k1024},
    {"gpt2-xl", "GPT2Tokenizer", k1024},
    {"distilgpt2", "GPT2Tokenizer", k1024},
    {"roberta-base", "RobertaTokenizer", k512},
    {"roberta-large", "RobertaTokenizer", k512},
    {"distilroberta-base", "RobertaTokenizer", k512},
    {"bart-base", "RobertaTokenizer", k1024},
    {"bart-large", "RobertaTokenizer", k1024},
    {"bart-large-mnli", "RobertaTokenizer", k1024},
    {"deberta-base", "DebertaTokenizer", k512},
    {"clip-vit-base-patch32", "CLIPTokenizer", R"({"model_max_length":77})"},
    {"clip-vit-large-patch14", "CLIPTokenizer", R"({"model_max_length":77})"},
    {"openai-gpt", "OpenAIGPTTokenizer", k512},

    {"t5-small", "T5Tokenizer", k512},
    {"t5-base", "T5Tokenizer", k512},
    {"t5-large", "T5Tokenizer", k512},
    {"flan-t5-base", "T5Tokenizer", k512},
    {"mt5-base", "T5Tokenizer", R"({"extra_ids":0})"},
    {"xlm-roberta-base", "XLMRobertaTokenizer", k512},
    {"xlm-roberta-large", "XLMRobertaTokenizer", k512},
    {"multilingual-e5-base", "XLMRobertaTokenizer", k512},
    {"bge-m3", "XLMRobertaTokenizer", R"({"model_max_length":8192})"},
    {"camembert-base", "CamembertTokenizer", k512},
    {"albert-base-v2", "AlbertTokenizer", k512},
    {"xlnet-base-cased", "XLNetTokenizer", "{}"},
    {"deberta-v3-small", "DebertaV2Tokenizer", k512},
    {"deberta-v3-base", "DebertaV2Tokenizer", k512},
    {"deberta-v3-large", "DebertaV2Tokenizer", k512},
    {"mbart-large-cc25", "MBartTokenizer", k1024},
    {"mbart-large-50", "MBart50Tokenizer", k1024},
    {"pegasus-large", "PegasusTokenizer", k1024},
    {"Llama-2-7b-hf", "LlamaTokenizer", R"({"legacy":false,"model_max_length":4096})"},
    {"Mistral-7B-v0.1", "LlamaTokenizer", "{}"},
    {"gemma-2b", "GemmaTokenizer", R"({"model_max_length":8192})"},
};

}  // namespace

const KnownTokenizer* find_known_tokenizer(std::string_view name) {
  if (const size_t slash = name.rfind('/'); slash != std::string_view::npos) {
    name.remove_prefix(slash + 1);
  }
  for (const KnownTokenizer& known : kKnown) {
    if (known.name == name) return &known;
  }
  return nullptr;
}

}  // namespace inlay::text
