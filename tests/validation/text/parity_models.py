"""Tokenizer descriptions for parity: models trained here, and real vocabularies."""
import ast
import base64
import io
import json
import pathlib

import tokenizers
from parity_texts import ALL, CODE, ENGLISH, SCRIPTS
from tokenizers import Regex, Tokenizer, models, pre_tokenizers, trainers

HERE = pathlib.Path(__file__).resolve().parent
BYTE_LEVEL = {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": True}
LLAMA3 = (r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+"
          r"|\s+(?!\S)|\s+")
QWEN2 = LLAMA3.replace(r"\p{N}{1,3}", r"\p{N}")
QWEN35 = QWEN2.replace(r"[^\r\n\p{L}\p{N}]?\p{L}+", r"[^\r\n\p{L}\p{N}]?[\p{L}\p{M}]+").replace(
    r"[^\s\p{L}\p{N}]+", r"[^\s\p{L}\p{M}\p{N}]+")
O200K = "|".join([
    r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?",
    r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?",
    r"\p{N}{1,3}", r" ?[^\s\p{L}\p{N}]+[\r\n/]*", r"\s*[\r\n]+", r"\s+(?!\S)", r"\s+"])
DEEPSEEK = (r"\p{N}{1,3}", "[\u4e00-\u9fa5\u3040-\u309f\u30a0-\u30ff]+",
            r"""[!"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+|[^¶\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+| ?[\p{P}\p{S}]+[¶]*"""
            r"|\s*[¶]+|\s+(?!\S)|\s+".replace("¶", "\r\n"))
PATTERNS = {"Llama 3": (LLAMA3,), "Qwen 2": (QWEN2,), "Qwen 3.5": (QWEN35,), "o200k": (O200K,), "DeepSeek V3": DEEPSEEK}
CHARSMAPS = ("nmt_nfkc", "nfkc", "nmt_nfkc_cf", "nfkc_cf")  # SentencePiece's own
BEHAVIORS = ("Removed", "Isolated", "MergedWithPrevious", "MergedWithNext", "Contiguous")


def corpus(small=False):
    if small:
        return ENGLISH[:5] + CODE[:2] + SCRIPTS[:1]
    texts = ENGLISH * 3 + CODE * 2 + SCRIPTS
    for path in sorted(HERE.parents[2].glob("docs/*.md")) + sorted(HERE.glob("*.py")):
        texts += path.read_text(encoding="utf-8").splitlines()
    return texts


def split_by(patterns):
    """The pre-tokenizer of byte-level models that cut by regular expressions, one behind the other."""
    return {"type": "Sequence", "pretokenizers": [
        *({"type": "Split", "pattern": {"Regex": pattern}, "behavior": "Isolated", "invert": False} for pattern in patterns),
        {**BYTE_LEVEL, "use_regex": False}]}


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
    made["byte bpe, dropout 0"] = {**made["byte bpe"], "dropout": 0.0}
    made["bpe ignore"] = {**made["byte bpe"], "ignore_merges": True}
    made["bpe fuse"] = {**made["bpe"], "fuse_unk": True}
    made["bpe silent"] = {**made["bpe"], "unk_token": None}
    made["bpe bytes unfused"] = {**made["bpe bytes"], "fuse_unk": False}
    return made


def trained_by(patterns):
    """A small byte-level BPE that is trained on what `patterns` cut."""
    cuts = [pre_tokenizers.Split(Regex(pattern), "isolated") for pattern in patterns]
    bytes_ = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    model = train(False, models.BPE(), trainers.BpeTrainer(
        vocab_size=1500, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False),
        pre_tokenizers.Sequence([*cuts, bytes_]))
    return tokenizer(model, pre_tokenizer=split_by(patterns), post_processor={**BYTE_LEVEL, "trim_offsets": False}, decoder=BYTE_LEVEL)


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
        ranks[b"" if token == "=" else base64.b64decode(token)] = int(rank)

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


def gpt2(path, patterns=None):
    """GPT-2's tokenizer, or one with other patterns, from a vocabulary of tiktoken."""
    pre = split_by(patterns) if patterns else BYTE_LEVEL
    model = tiktoken_model(path)
    end = {"id": len(model["vocab"]), "content": "<|endoftext|>", "single_word": False, "lstrip": False, "rstrip": False,
           "normalized": False, "special": True}
    return tokenizer(model, pre_tokenizer=pre, post_processor={**BYTE_LEVEL, "add_prefix_space": True},
                     decoder={**BYTE_LEVEL, "add_prefix_space": True}, added_tokens=[end])


def whisper(vocabulary, source):
    """Whisper's multilingual tokenizer: `source` is whisper/tokenizer.py, which knows the languages."""
    tree = ast.parse(pathlib.Path(source).read_text(encoding="utf-8"))
    languages = next(ast.literal_eval(node.value) for node in tree.body if isinstance(node, ast.Assign)
                     and node.targets[0].id == "LANGUAGES")
    names = ["<|startoftranscript|>", *(f"<|{code}|>" for code in languages), "<|translate|>", "<|transcribe|>",
             "<|startoflm|>", "<|startofprev|>", "<|nospeech|>", "<|notimestamps|>"]
    times = [f"<|{i * 0.02:.2f}|>" for i in range(1501)]
    made = gpt2(vocabulary)
    size = len(made["model"]["vocab"])
    for place, content in enumerate(["<|endoftext|>"] + names + times):
        is_time = place > len(names)
        made["added_tokens"].append({"id": size + place, "content": content, "single_word": False, "lstrip": False,
                                     "rstrip": False, "normalized": is_time, "special": not is_time})
    del made["added_tokens"][0]
    ids = {token["content"]: token["id"] for token in made["added_tokens"]}
    special = lambda name: {"SpecialToken": {"id": name, "type_id": 0}}
    text = lambda name: {"Sequence": {"id": name, "type_id": 0}}
    first, last = [special("<|startoftranscript|>"), special("<|notimestamps|>")], [special("<|endoftext|>")]
    made["post_processor"] = {
        "type": "TemplateProcessing", "single": first + [text("A")] + last, "pair": first + [text("A"), text("B")] + last,
        "special_tokens": {name: {"id": name, "ids": [ids[name]], "tokens": [name]}
                           for name in ("<|startoftranscript|>", "<|notimestamps|>", "<|endoftext|>")}}
    return made


def sentencepiece_model(rule, texts, vocab_size=1200, **options):
    """The protocol buffer of a Unigram model that SentencePiece trains here."""
    import sentencepiece
    from sentencepiece import sentencepiece_model_pb2

    written = io.BytesIO()
    texts = [line for text in texts for line in text.split("\n") if line.strip() and "\x00" not in line]
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(texts), model_writer=written, model_type="unigram", vocab_size=vocab_size, unk_id=0, bos_id=1,
        eos_id=2, normalization_rule_name=rule, hard_vocab_limit=False, num_threads=1, minloglevel=2, **options)
    return sentencepiece_model_pb2.ModelProto.FromString(written.getvalue())


def charsmap(rule):
    model = sentencepiece_model(rule, ENGLISH, 200)
    return base64.b64encode(model.normalizer_spec.precompiled_charsmap).decode()


def sentencepiece_unigram(rule, vocab_size=1200, **options):
    """A Unigram tokenizer as transformers makes it of SentencePiece's model, with its charsmap."""
    model = sentencepiece_model(rule, corpus() + ALL, vocab_size, **options)
    space = {"type": "Metaspace", "replacement": "\u2581", "prepend_scheme": "always", "split": True}
    normalizer = [{"type": "Precompiled", "precompiled_charsmap":
                   base64.b64encode(model.normalizer_spec.precompiled_charsmap).decode()},
                  {"type": "Replace", "pattern": {"Regex": " {2,}"}, "content": " "}]
    return tokenizer(
        {"type": "Unigram", "unk_id": 0, "vocab": [[p.piece, p.score] for p in model.pieces],
         "byte_fallback": bool(options.get("byte_fallback"))},
        normalizer={"type": "Sequence", "normalizers": normalizer}, pre_tokenizer=space, decoder=space)
