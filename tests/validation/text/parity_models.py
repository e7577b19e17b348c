"""Tokenizer descriptions for parity: models trained here, real vocabularies, and random components around them."""
import base64
import json
import pathlib

import tokenizers
from parity_texts import CODE, ENGLISH, SCRIPTS
from tokenizers import Tokenizer, models, pre_tokenizers, trainers

HERE = pathlib.Path(__file__).resolve().parent
BYTE_LEVEL = {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": True}
LLAMA3 = (r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+"
          r"|\s+(?!\S)|\s+")
QWEN2 = LLAMA3.replace(r"\p{N}{1,3}", r"\p{N}")
O200K = "|".join([
    r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?",
    r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?",
    r"\p{N}{1,3}", r" ?[^\s\p{L}\p{N}]+[\r\n/]*", r"\s*[\r\n]+", r"\s+(?!\S)", r"\s+"])
BEHAVIORS = ("Removed", "Isolated", "MergedWithPrevious", "MergedWithNext", "Contiguous")


def corpus(small=False):
    if small:
        return ENGLISH[:5] + CODE[:2] + SCRIPTS[:1]
    texts = ENGLISH * 3 + CODE * 2 + SCRIPTS
    for path in sorted(HERE.parents[2].glob("docs/*.md")) + sorted(HERE.glob("*.py")):
        texts += path.read_text(encoding="utf-8").splitlines()
    return texts


def describe(tokenizer):
    return json.loads(tokenizer.to_str())


def tokenizer(model, **parts):
    return {"version": "1.0", "truncation": None, "padding": None, "added_tokens": [], "normalizer": None,
            "pre_tokenizer": None, "post_processor": None, "decoder": None, "model": model, **parts}


def train(small, model, trainer, pre_tokenizer=None):
    made = Tokenizer(model)
    if pre_tokenizer:
        made.pre_tokenizer = pre_tokenizer
    made.train_from_iterator(corpus(small), trainer)
    return describe(made)["model"]


def trained_models(scale=1):
    """Models by name; `scale` makes their vocabularies smaller."""
    size = lambda most: int(most * scale)
    small = scale < 1
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    bytes_ = [f"<0x{b:02X}>" for b in range(256)]
    quiet = {"show_progress": False}
    split = pre_tokenizers.WhitespaceSplit()
    made = {
        "byte bpe": train(small, models.BPE(), trainers.BpeTrainer(vocab_size=size(2000), initial_alphabet=alphabet, **quiet),
                          pre_tokenizers.ByteLevel(add_prefix_space=False)),
        "bpe": train(small, models.BPE(unk_token="<unk>"), trainers.BpeTrainer(
            vocab_size=size(1500), limit_alphabet=size(300), special_tokens=["<unk>"], **quiet), split),
        "bpe prefix": train(small, models.BPE(unk_token="<unk>", continuing_subword_prefix="##"), trainers.BpeTrainer(
            vocab_size=size(1500), limit_alphabet=size(200), special_tokens=["<unk>"], continuing_subword_prefix="##", **quiet), split),
        "bpe suffix": train(small, models.BPE(unk_token="<unk>", end_of_word_suffix="</w>"), trainers.BpeTrainer(
            vocab_size=size(1500), limit_alphabet=size(200), special_tokens=["<unk>"], end_of_word_suffix="</w>", **quiet), split),
        "bpe bytes": train(small, models.BPE(unk_token="<unk>", byte_fallback=True, fuse_unk=True), trainers.BpeTrainer(
            vocab_size=size(1800), limit_alphabet=size(200), special_tokens=["<unk>"] + bytes_, **quiet),
            pre_tokenizers.Metaspace()),
        "unigram": train(small, models.Unigram(), trainers.UnigramTrainer(
            vocab_size=size(1200), unk_token="<unk>", special_tokens=["<unk>"], **quiet), pre_tokenizers.Metaspace()),
        "unigram bytes": None,
        "word level": train(small, models.WordLevel(unk_token="<unk>"), trainers.WordLevelTrainer(
            vocab_size=size(800), special_tokens=["<unk>"], **quiet), pre_tokenizers.Whitespace()),
        "wordpiece": train(small, models.WordPiece(unk_token="[UNK]"), trainers.WordPieceTrainer(
            vocab_size=size(1500), limit_alphabet=size(300), special_tokens=["[UNK]"], **quiet), pre_tokenizers.Whitespace()),
    }
    unigram = made["unigram"]
    lowest = min(score for _, score in unigram["vocab"])
    made["unigram bytes"] = {**unigram, "byte_fallback": True,
                             "vocab": unigram["vocab"] + [[b, lowest - 1] for b in bytes_]}
    made["bpe ignore"] = {**made["byte bpe"], "ignore_merges": True}
    made["bpe fuse"] = {**made["bpe"], "fuse_unk": True}
    made["bpe silent"] = {**made["bpe"], "unk_token": None}
    made["bpe bytes unfused"] = {**made["bpe bytes"], "fuse_unk": False}
    return made


def byte_characters():
    """GPT-2's alphabet: the character of each byte."""
    plain = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    others = [b for b in range(256) if b not in plain]
    return {b: chr(b) for b in plain} | {b: chr(256 + i) for i, b in enumerate(others)}


def tiktoken_model(path):
    """A file of "base64 rank" lines as a BPE model: a token's merge is how the lower ranks spell it."""
    ranks = {}
    for line in pathlib.Path(path).read_text().splitlines():
        token, rank = line.split()
        ranks[base64.b64decode(token)] = int(rank)

    def parts(token):
        pieces = [bytes([b]) for b in token]
        while len(pieces) > 2:
            best = min(range(len(pieces) - 1),
                       key=lambda i: ranks.get(pieces[i] + pieces[i + 1], 1 << 30))
            pieces[best:best + 2] = [pieces[best] + pieces[best + 1]]
        return pieces

    characters = byte_characters()
    spell = lambda token: "".join(characters[b] for b in token)
    merges = [[spell(p) for p in parts(token)] for token in sorted(ranks, key=ranks.get) if len(token) > 1]
    return {"type": "BPE", "dropout": None, "unk_token": None, "continuing_subword_prefix": "", "end_of_word_suffix": "",
            "fuse_unk": False, "byte_fallback": False, "ignore_merges": False,
            "vocab": {spell(token): rank for token, rank in ranks.items()}, "merges": merges}


def gpt2(path, pattern=None):
    """GPT-2's tokenizer, or one with another pattern, from a vocabulary of tiktoken."""
    pre = BYTE_LEVEL if pattern is None else {"type": "Sequence", "pretokenizers": [
        {"type": "Split", "pattern": {"Regex": pattern}, "behavior": "Isolated", "invert": False},
        {**BYTE_LEVEL, "use_regex": False}]}
    model = tiktoken_model(path)
    end = {"id": len(model["vocab"]), "content": "<|endoftext|>", "single_word": False, "lstrip": False, "rstrip": False,
           "normalized": False, "special": True}
    return tokenizer(model, pre_tokenizer=pre, post_processor={**BYTE_LEVEL, "add_prefix_space": True},
                     decoder={**BYTE_LEVEL, "add_prefix_space": True}, added_tokens=[end])


def normalizers(rng):
    one = [
        {"type": "NFC"}, {"type": "NFD"}, {"type": "NFKC"}, {"type": "NFKD"}, {"type": "Lowercase"}, {"type": "StripAccents"},
        {"type": "Nmt"}, {"type": "ByteLevel"}, {"type": "Strip", "strip_left": True, "strip_right": True},
        {"type": "Strip", "strip_left": True, "strip_right": False}, {"type": "Strip", "strip_left": False, "strip_right": True},
        {"type": "Prepend", "prepend": "\u2581"}, {"type": "Prepend", "prepend": "xy"},
        {"type": "Replace", "pattern": {"String": " "}, "content": "\u2581"},
        {"type": "Replace", "pattern": {"String": "e"}, "content": ""},
        {"type": "Replace", "pattern": {"String": "a"}, "content": "\u00e4b"},
        {"type": "BertNormalizer", "clean_text": True, "handle_chinese_chars": True, "strip_accents": None,
         "lowercase": rng.random() < 0.5},
    ]
    if rng.random() < 0.7:
        return rng.choice(one)
    return {"type": "Sequence", "normalizers": rng.choices(one, k=rng.randrange(0, 4))}


def pre_tokenizer(rng, depth=0):
    flag = lambda: rng.random() < 0.5
    scheme = rng.choice(("first", "never", "always"))
    one = [
        {"type": "BertPreTokenizer"}, {"type": "Whitespace"}, {"type": "WhitespaceSplit"}, {"type": "UnicodeScripts"},
        {"type": "ByteLevel", "add_prefix_space": flag(), "trim_offsets": flag(), "use_regex": flag()},
        {"type": "CharDelimiterSplit", "delimiter": rng.choice(" -e\u2581\u3042")},
        {"type": "Metaspace", "replacement": rng.choice("\u2581_"), "prepend_scheme": scheme, "split": flag()},
        {"type": "Punctuation", "behavior": rng.choice(BEHAVIORS)}, {"type": "Digits", "individual_digits": flag()},
        {"type": "FixedLength", "length": rng.choice((1, 2, 5, 17))},
        {"type": "Split", "pattern": {"String": rng.choice((" ", "e", "th", "\u2581", ".", ""))},
         "behavior": rng.choice(BEHAVIORS), "invert": flag()},
        {"type": "Split", "pattern": {"Regex": rng.choice((LLAMA3, QWEN2, O200K))},
         "behavior": rng.choice(BEHAVIORS), "invert": flag()},
    ]
    if depth or rng.random() < 0.7:
        return rng.choice(one)
    return {"type": "Sequence", "pretokenizers": [pre_tokenizer(rng, 1) for _ in range(rng.randrange(0, 4))]}


def post_processor(rng, depth=0):
    flag = lambda: rng.random() < 0.5
    specials = {name: {"id": name, "ids": [ids], "tokens": [name]} for name, ids in (("<s>", 1), ("</s>", 2))}
    special = lambda name: {"SpecialToken": {"id": name, "type_id": rng.randrange(2)}}
    text = lambda name: {"Sequence": {"id": name, "type_id": rng.randrange(2)}}
    one = [
        {"type": "ByteLevel", "add_prefix_space": flag(), "trim_offsets": flag(), "use_regex": flag()},
        {"type": "RobertaProcessing", "sep": ["</s>", 2], "cls": ["<s>", 1], "trim_offsets": flag(),
         "add_prefix_space": flag()},
        {"type": "BertProcessing", "sep": ["</s>", 2], "cls": ["<s>", 1]},
        {"type": "TemplateProcessing", "single": [special("<s>"), text("A")],
         "pair": [special("<s>"), text("A"), special("</s>"), text("B")], "special_tokens": specials},
    ]
    if depth == 0 and rng.random() < 0.35:
        chosen = [post_processor(rng, 1) for _ in range(rng.randrange(0, 3))]
        # A template takes one text or a pair, so it comes first or behind processors that keep the parts.
        chosen.sort(key=lambda p: p["type"] == "TemplateProcessing")
        return {"type": "Sequence", "processors": chosen}
    return rng.choice(one)


def decoder(rng, depth=0):
    flag = lambda: rng.random() < 0.5
    one = [
        {"type": "ByteLevel", "add_prefix_space": True, "trim_offsets": True, "use_regex": True},
        {"type": "BPEDecoder", "suffix": rng.choice(("</w>", "e", ""))}, {"type": "ByteFallback"}, {"type": "Fuse"},
        {"type": "WordPiece", "prefix": rng.choice(("##", "a")), "cleanup": flag()},
        {"type": "Metaspace", "replacement": "\u2581", "prepend_scheme": rng.choice(("first", "never", "always")), "split": True},
        {"type": "CTC", "pad_token": rng.choice(("e", "<unk>")), "word_delimiter_token": "|", "cleanup": flag()},
        {"type": "Replace", "pattern": {"String": rng.choice(("\u2581", "e", "\u0120"))}, "content": rng.choice((" ", "", "xy"))},
        {"type": "Strip", "content": rng.choice(" ea\u0120"), "start": rng.randrange(3), "stop": 0},
    ]
    if depth == 0 and rng.random() < 0.6:
        return {"type": "Sequence", "decoders": [decoder(rng, 1) for _ in range(rng.randrange(0, 5))]}
    return rng.choice(one)
