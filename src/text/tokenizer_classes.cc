#include "text/tokenizer_classes.h"

namespace inlay::text {
namespace {

using Kind = VocabularyKind;

constexpr std::string_view kBertTokens =
    R"({"unk_token":"[UNK]","sep_token":"[SEP]","pad_token":"[PAD]","cls_token":"[CLS]",)"
    R"("mask_token":"[MASK]"})";
constexpr std::string_view kRobertaTokens =
    R"({"bos_token":"<s>","eos_token":"</s>","unk_token":"<unk>","sep_token":"</s>",)"
    R"("pad_token":"<pad>","cls_token":"<s>","mask_token":{"content":"<mask>","lstrip":true}})";
constexpr std::string_view kAlbertTokens =
    R"({"do_lower_case":true,"bos_token":"[CLS]","eos_token":"[SEP]","unk_token":"<unk>",)"
    R"("sep_token":"[SEP]","pad_token":"<pad>","cls_token":"[CLS]",)"
    R"("mask_token":{"content":"[MASK]","lstrip":true}})";
constexpr std::string_view kDebertaTokens =
    R"({"bos_token":"[CLS]","eos_token":"[SEP]","sep_token":"[SEP]","pad_token":"[PAD]",)"
    R"("cls_token":"[CLS]","mask_token":"[MASK]",)"
    R"("unk_token":{"content":"[UNK]","normalized":true}})";
constexpr std::string_view kLlamaTokens =
    R"({"bos_token":"<s>","eos_token":"</s>","unk_token":"<unk>","add_bos_token":true,)"
    R"("add_eos_token":false})";
constexpr std::string_view kT5Tokens =
    R"({"eos_token":"</s>","unk_token":"<unk>","pad_token":"<pad>","extra_ids":100})";

constexpr std::string_view kBertSingle = "cls A sep", kBertPair = "cls A sep B:1 sep:1";
constexpr std::string_view kFairseqPair = "cls A sep sep B sep";

// The language codes of mBART, and those that mBART-50 adds.
#define INLAY_MBART                                                                      \
  "ar_AR cs_CZ de_DE en_XX es_XX et_EE fi_FI fr_XX gu_IN hi_IN it_IT ja_XX kk_KZ ko_KR " \
  "lt_LT lv_LV my_MM ne_NP nl_XX ro_RO ru_RU si_LK tr_TR vi_VN zh_CN"
#define INLAY_MBART_50                                                                    \
  INLAY_MBART                                                                             \
  " af_ZA az_AZ bn_IN fa_IR he_IL hr_HR id_ID ka_GE km_KH mk_MK ml_IN mn_MN mr_IN pl_PL " \
  "ps_AF pt_XX sv_SE sw_KE ta_IN te_IN th_TH tl_XX uk_UA ur_PK xh_ZA gl_ES sl_SI"

constexpr TokenizerClass kClasses[] = {
    {"BertTokenizer", Kind::kWordPiece, Style::kBert, kBertTokens, kBertSingle, kBertPair},
    {"FunnelTokenizer", Kind::kWordPiece, Style::kBert,
     R"({"unk_token":"<unk>","sep_token":"<sep>","pad_token":"<pad>","cls_token":"<cls>",)"
     R"("mask_token":"<mask>","bos_token":"<s>","eos_token":"</s>"})",
     "cls:2 A sep", "cls:2 A sep B:1 sep:1"},
    {"MPNetTokenizer", Kind::kWordPiece, Style::kBert,
     R"({"bos_token":"<s>","eos_token":"</s>","sep_token":"</s>","cls_token":"<s>",)"
     R"("unk_token":"[UNK]","pad_token":"<pad>","mask_token":{"content":"<mask>","lstrip":true}})",
     "cls A sep", "cls A sep sep B:1 sep:1"},

    {"GPT2Tokenizer", Kind::kBytePairs, Style::kGpt2,
     R"({"unk_token":"<|endoftext|>","bos_token":"<|endoftext|>","eos_token":"<|endoftext|>"})"},
    {"RobertaTokenizer", Kind::kBytePairs, Style::kRoberta, kRobertaTokens},
    {"LayoutLMv3Tokenizer", Kind::kBytePairs, Style::kRoberta,
     R"({"bos_token":"<s>","eos_token":"</s>","unk_token":"<unk>","sep_token":"</s>",)"
     R"("pad_token":"<pad>","cls_token":"<s>","mask_token":{"content":"<mask>","lstrip":true},)"
     R"("add_prefix_space":true})"},
    {"DebertaTokenizer", Kind::kBytePairs, Style::kGpt2,
     R"({"bos_token":"[CLS]","eos_token":"[SEP]","unk_token":"[UNK]","sep_token":"[SEP]",)"
     R"("pad_token":"[PAD]","cls_token":"[CLS]","mask_token":{"content":"[MASK]","lstrip":true}})",
     kBertSingle, kBertPair},
    {"BlenderbotTokenizer", Kind::kBytePairs, Style::kGpt2, kRobertaTokens, "A eos", "A B:1"},
    {"CLIPTokenizer", Kind::kBytePairs, Style::kClip,
     R"({"unk_token":"<|endoftext|>","bos_token":"<|startoftext|>","eos_token":"<|endoftext|>",)"
     R"("pad_token":"<|endoftext|>"})"},
    {"WhisperTokenizer", Kind::kBytePairs, Style::kWhisper,
     R"({"unk_token":"<|endoftext|>","bos_token":"<|endoftext|>","eos_token":"<|endoftext|>"})",
     "=<|startoftranscript|> =<|notimestamps|> A eos",
     "=<|startoftranscript|> =<|notimestamps|> A B:1 eos:1"},
    {"Qwen2Tokenizer", Kind::kBytePairs, Style::kQwen2,
     R"({"unk_token":"<|endoftext|>","eos_token":"<|endoftext|>","pad_token":"<|endoftext|>"})"},
    {"OpenAIGPTTokenizer", Kind::kBytePairs, Style::kOpenAiGpt, R"({"unk_token":"<unk>"})"},

    {"SentencePiece", Kind::kSentencePiece, Style::kNative, "{}"},
    {"T5Tokenizer", Kind::kSentencePiece, Style::kT5, kT5Tokens, "A eos", "A eos B eos"},
    {"AlbertTokenizer", Kind::kSentencePiece, Style::kAlbert, kAlbertTokens, kBertSingle,
     kBertPair},
    {"XLNetTokenizer", Kind::kSentencePiece, Style::kAlbert,
     R"({"bos_token":"<s>","eos_token":"</s>","unk_token":"<unk>","sep_token":"<sep>",)"
     R"("pad_token":"<pad>","cls_token":"<cls>","mask_token":{"content":"<mask>","lstrip":true},)"
     R"("additional_special_tokens":["<eop>","<eod>"]})",
     "A sep cls:2", "A sep B:1 sep:1 cls:2"},
    {"RemBertTokenizer", Kind::kSentencePiece, Style::kRemBert,
     R"({"do_lower_case":false,"keep_accents":true,"bos_token":"[CLS]","eos_token":"[SEP]",)"
     R"("unk_token":"[UNK]","sep_token":"[SEP]","pad_token":"[PAD]","cls_token":"[CLS]",)"
     R"("mask_token":{"content":"[MASK]","lstrip":true,"normalized":true}})",
     kBertSingle, kBertPair},
    {"DebertaV2Tokenizer", Kind::kSentencePiece, Style::kDeberta, kDebertaTokens, kBertSingle,
     kBertPair},
    {"XLMRobertaTokenizer", Kind::kSentencePiece, Style::kFairseq, kRobertaTokens, "cls A sep",
     kFairseqPair, "<mask>"},
    {"MBartTokenizer", Kind::kSentencePiece, Style::kFairseq, kRobertaTokens, "A eos =en_XX",
     "A B eos =en_XX", INLAY_MBART " <mask>"},
    {"MBart50Tokenizer", Kind::kSentencePiece, Style::kFairseq, kRobertaTokens, "=en_XX A eos",
     "=en_XX A B eos", INLAY_MBART_50 " <mask>"},
    {"XGLMTokenizer", Kind::kSentencePiece, Style::kFairseq,
     R"({"bos_token":"<s>","eos_token":"</s>","sep_token":"</s>","cls_token":"<s>",)"
     R"("unk_token":"<unk>","pad_token":"<pad>"})",
     "sep A", "sep A sep sep B",
     "<madeupword0> <madeupword1> <madeupword2> <madeupword3> <madeupword4> <madeupword5> "
     "<madeupword6>"},
    {"CamembertTokenizer", Kind::kSentencePiece, Style::kCamembert,
     R"({"bos_token":"<s>","eos_token":"</s>","unk_token":"<unk>","sep_token":"</s>",)"
     R"("pad_token":"<pad>","cls_token":"<s>","mask_token":{"content":"<mask>","lstrip":true},)"
     R"("additional_special_tokens":["<s>NOTUSED","</s>NOTUSED","<unk>NOTUSED"]})",
     "cls A sep", kFairseqPair},
    {"BarthezTokenizer", Kind::kSentencePiece, Style::kPlain, kRobertaTokens, "cls A sep",
     kFairseqPair},
    {"BigBirdTokenizer", Kind::kSentencePiece, Style::kPlain,
     R"({"unk_token":{"content":"<unk>","normalized":true},)"
     R"("bos_token":{"content":"<s>","normalized":true},)"
     R"("eos_token":{"content":"</s>","normalized":true},)"
     R"("pad_token":{"content":"<pad>","normalized":true},)"
     R"("sep_token":{"content":"[SEP]","normalized":true},)"
     R"("cls_token":{"content":"[CLS]","normalized":true},)"
     R"("mask_token":{"content":"[MASK]","lstrip":true,"normalized":true}})",
     kBertSingle, kBertPair},
    {"ReformerTokenizer", Kind::kSentencePiece, Style::kPlain,
     R"({"eos_token":"</s>","unk_token":"<unk>"})"},
    {"BertGenerationTokenizer", Kind::kSentencePiece, Style::kPlain,
     R"({"bos_token":"<s>","eos_token":"</s>","unk_token":"<unk>","pad_token":"<pad>",)"
     R"("sep_token":"<::::>"})"},
    {"PegasusTokenizer", Kind::kSentencePiece, Style::kPegasus,
     R"({"pad_token":"<pad>","eos_token":"</s>","unk_token":"<unk>","mask_token":"<mask_2>",)"
     R"("mask_token_sent":"<mask_1>","offset":103})",
     "A eos", "A B eos"},
    {"LlamaTokenizer", Kind::kSentencePiece, Style::kLlama, kLlamaTokens},
    {"GemmaTokenizer", Kind::kSentencePiece, Style::kGemma,
     R"({"unk_token":"<unk>","bos_token":"<bos>","eos_token":"<eos>","pad_token":"<pad>",)"
     R"("add_bos_token":true,"add_eos_token":false})"},
};

#undef INLAY_MBART
#undef INLAY_MBART_50

struct Alias {
  std::string_view name, same_as;
};

constexpr Alias kClassAliases[] = {
    {"BartTokenizer", "RobertaTokenizer"},
    {"CodeGenTokenizer", "GPT2Tokenizer"},
    {"CodeLlamaTokenizer", "LlamaTokenizer"},
    {"ConvBertTokenizer", "BertTokenizer"},
    {"DPRContextEncoderTokenizer", "BertTokenizer"},
    {"DPRQuestionEncoderTokenizer", "BertTokenizer"},
    {"DPRReaderTokenizer", "BertTokenizer"},
    {"DistilBertTokenizer", "BertTokenizer"},
    {"ElectraTokenizer", "BertTokenizer"},
    {"LEDTokenizer", "RobertaTokenizer"},
    {"LayoutLMTokenizer", "BertTokenizer"},
    {"LayoutXLMTokenizer", "XLMRobertaTokenizer"},
    {"LongformerTokenizer", "RobertaTokenizer"},
    {"LxmertTokenizer", "BertTokenizer"},
    {"MobileBertTokenizer", "BertTokenizer"},
    {"MvpTokenizer", "RobertaTokenizer"},
    {"Phi3Tokenizer", "LlamaTokenizer"},
    {"RetriBertTokenizer", "BertTokenizer"},
    {"SqueezeBertTokenizer", "BertTokenizer"},
};

constexpr Alias kModelTypes[] = {
    {"albert", "AlbertTokenizer"},
    {"bart", "RobertaTokenizer"},
    {"barthez", "BarthezTokenizer"},
    {"bert", "BertTokenizer"},
    {"big_bird", "BigBirdTokenizer"},
    {"blenderbot", "BlenderbotTokenizer"},
    {"camembert", "CamembertTokenizer"},
    {"clip", "CLIPTokenizer"},
    {"clip_text_model", "CLIPTokenizer"},
    {"codegen", "GPT2Tokenizer"},
    {"convbert", "BertTokenizer"},
    {"deberta", "DebertaTokenizer"},
    {"deberta-v2", "DebertaV2Tokenizer"},
    {"distilbert", "BertTokenizer"},
    {"electra", "BertTokenizer"},
    {"funnel", "FunnelTokenizer"},
    {"gemma", "GemmaTokenizer"},
    {"gemma2", "GemmaTokenizer"},
    {"gpt2", "GPT2Tokenizer"},
    {"gpt_neo", "GPT2Tokenizer"},
    {"gptj", "GPT2Tokenizer"},
    {"layoutlm", "BertTokenizer"},
    {"led", "RobertaTokenizer"},
    {"llama", "LlamaTokenizer"},
    {"longformer", "RobertaTokenizer"},
    {"mbart", "MBartTokenizer"},
    {"mistral", "LlamaTokenizer"},
    {"mixtral", "LlamaTokenizer"},
    {"mobilebert", "BertTokenizer"},
    {"mpnet", "MPNetTokenizer"},
    {"mt5", "T5Tokenizer"},
    {"openai-gpt", "OpenAIGPTTokenizer"},
    {"opt", "GPT2Tokenizer"},
    {"pegasus", "PegasusTokenizer"},
    {"phi3", "LlamaTokenizer"},
    {"qwen2", "Qwen2Tokenizer"},
    {"reformer", "ReformerTokenizer"},
    {"rembert", "RemBertTokenizer"},
    {"roberta", "RobertaTokenizer"},
    {"squeezebert", "BertTokenizer"},
    {"t5", "T5Tokenizer"},
    {"umt5", "T5Tokenizer"},
    {"whisper", "WhisperTokenizer"},
    {"xglm", "XGLMTokenizer"},
    {"xlm-roberta", "XLMRobertaTokenizer"},
    {"xlm-roberta-xl", "XLMRobertaTokenizer"},
    {"xlnet", "XLNetTokenizer"},
};

const TokenizerClass* find_class(std::string_view name) {
  for (const TokenizerClass& c : kClasses) {
    if (c.name == name) return &c;
  }
  return nullptr;
}

}  // namespace

const TokenizerClass* find_tokenizer_class(std::string_view name) {
  constexpr std::string_view kFast = "Fast";
  if (name.ends_with(kFast)) name.remove_suffix(kFast.size());
  for (const Alias& alias : kClassAliases) {
    if (alias.name == name) name = alias.same_as;
  }
  return find_class(name);
}

const TokenizerClass* find_class_of_model_type(std::string_view model_type) {
  for (const Alias& alias : kModelTypes) {
    if (alias.name == model_type) return find_class(alias.same_as);
  }
  return nullptr;
}

const TokenizerClass* default_class(VocabularyKind kind) {
  switch (kind) {
    case Kind::kWordPiece: return find_class("BertTokenizer");
    case Kind::kBytePairs: return find_class("GPT2Tokenizer");
    case Kind::kSentencePiece: return find_class("SentencePiece");
    case Kind::kTiktoken: break;
  }
  return nullptr;
}

}  // namespace inlay::text
