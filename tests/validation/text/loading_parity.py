#!/usr/bin/env python3
"""Compares tokenizers that inlay makes from bare vocabularies with those that its peers make from the same files.

    loading_parity.py --probe build/release/bin/inlay_tokenize_probe [--transformers build/python-torch/bin/python]

Small vocabularies are trained here and written as vocab.txt, vocab.json with merges.txt, SentencePiece .model and tiktoken
files. transformers 4.46.3 converts them (in its own environment: it wants older tokenizers), sentencepiece and tiktoken
read theirs themselves; what inlay makes of the files must give the same ids, offsets, masks and texts. What inlay saves
must give the same again, in inlay and in tokenizers 0.23.3. Prints a count for each group and exits with 1 at any difference.
"""
import argparse
import base64
import importlib.util
import json
import os
import pathlib
import random
import re
import subprocess
import sys
import tempfile
import unicodedata

import tokenizers
from comparison import Comparison, Probe, random_text, silence_panics
from parity_texts import CODE, ENGLISH, SCRIPTS, TRICKY
import parity_models as make

PLAIN_TEXTS = ENGLISH + CODE + SCRIPTS + TRICKY
BYTE_PAIRS = ["GPT2Tokenizer", "RobertaTokenizer", "BartTokenizer", "CLIPTokenizer", "WhisperTokenizer", "Qwen2Tokenizer",
              "DebertaTokenizer", "BlenderbotTokenizer", "OpenAIGPTTokenizer", "LayoutLMv3Tokenizer"]
WORD_PIECE = ["BertTokenizer", "DistilBertTokenizer", "MPNetTokenizer", "FunnelTokenizer", "ElectraTokenizer"]
UNIGRAM = ["T5Tokenizer", "AlbertTokenizer", "XLNetTokenizer", "XLMRobertaTokenizer", "MBartTokenizer", "MBart50Tokenizer",
           "CamembertTokenizer", "BarthezTokenizer", "DebertaV2Tokenizer", "BigBirdTokenizer", "ReformerTokenizer",
           "PegasusTokenizer", "RemBertTokenizer", "XGLMTokenizer"]
PIECES_BPE = ["LlamaTokenizer", "GemmaTokenizer"]
PIECE_FILES = {"T5Tokenizer": "spiece.model", "AlbertTokenizer": "spiece.model", "XLNetTokenizer": "spiece.model",
               "DebertaV2Tokenizer": "spm.model", "BigBirdTokenizer": "spiece.model", "ReformerTokenizer": "spiece.model",
               "PegasusTokenizer": "spiece.model", "RemBertTokenizer": "sentencepiece.model",
               "LlamaTokenizer": "tokenizer.model", "GemmaTokenizer": "tokenizer.model"}
CONFIGS = {"BertTokenizer": [{}, {"do_lower_case": False}, {"strip_accents": False, "tokenize_chinese_chars": False}],
           "GPT2Tokenizer": [{}, {"add_prefix_space": True}, {"add_bos_token": True}],
           "RobertaTokenizer": [{}, {"add_prefix_space": True}],
           "AlbertTokenizer": [{}, {"keep_accents": True, "do_lower_case": False}],
           "DebertaV2Tokenizer": [{}, {"do_lower_case": True, "split_by_punct": True}],
           "LlamaTokenizer": [{}, {"legacy": False}, {"add_eos_token": True, "add_bos_token": False}],
           "T5Tokenizer": [{}, {"extra_ids": 7}]}

# Runs in the environment of transformers: DIRECTORY CLASS -> its tokenizer.json on stdout.
CONVERT = """
import json, os, sys, warnings
out = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)
warnings.filterwarnings("ignore")
import transformers
transformers.logging.set_verbosity_error()
for line in sys.stdin:
    folder, name = json.loads(line)
    try:
        made = getattr(transformers, name + "Fast").from_pretrained(folder)
        answer = {"json": made.backend_tokenizer.to_str()}
    except Exception as error:
        answer = {"error": f"{type(error).__name__}: {error}"}
    print(json.dumps(answer), flush=True, file=out)
"""


def train_byte_pairs(special, suffix=""):
    model = tokenizers.models.BPE(**({"end_of_word_suffix": suffix} if suffix else {}))
    made = tokenizers.Tokenizer(model)
    made.pre_tokenizer = tokenizers.pre_tokenizers.ByteLevel(add_prefix_space=False)
    extra = {"end_of_word_suffix": suffix} if suffix else {}
    made.train_from_iterator(make.corpus(), tokenizers.trainers.BpeTrainer(
        vocab_size=2000, initial_alphabet=tokenizers.pre_tokenizers.ByteLevel.alphabet(), special_tokens=special,
        show_progress=False, **extra))
    return json.loads(made.to_str())["model"]


def write_byte_pairs(folder, model):
    (folder / "vocab.json").write_text(json.dumps(model["vocab"]), encoding="utf-8")
    merges = "".join(f"{left} {right}\n" for left, right in model["merges"])
    (folder / "merges.txt").write_text("#version: 0.2\n" + merges, encoding="utf-8")


def train_pieces(path, **options):
    import sentencepiece
    with tempfile.TemporaryDirectory() as folder:
        corpus = pathlib.Path(folder, "corpus.txt")
        lines = [line for text in make.corpus() for line in text.splitlines() if line.strip()]
        corpus.write_text("\n".join(lines * 3), encoding="utf-8")
        sentencepiece.SentencePieceTrainer.train(
            input=str(corpus), model_prefix=str(path.with_suffix("")), minloglevel=3, vocab_size=1200,
            hard_vocab_limit=False, **options)
    path.with_suffix(".vocab").unlink()


class Converter:
    """transformers, in its own interpreter."""

    def __init__(self, python):
        self.process = subprocess.Popen([python, "-c", CONVERT], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.DEVNULL, text=True)

    def convert(self, folder, name):
        self.process.stdin.write(json.dumps([str(folder), name]) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        return json.loads(line) if line else {"error": "the converter ended"}


class Loading(Comparison):
    def compare_loaded(self, group, text, rng, words, **load):
        """Holds what inlay loads against the tokenizer.json of a peer, then what inlay saves against both."""
        self.peer = tokenizers.Tokenizer.from_str(text)
        self.peer.no_truncation()
        self.peer.no_padding()
        self.description = json.loads(text)
        self.tally.take(self.description)
        loaded = self.ask(op="load", **load)
        if "error" in loaded:
            self.differ(group, "load", "a tokenizer", loaded)
            return
        self.compare_texts(group, rng, words)
        saved = self.ask(op="save")
        if "error" in saved:
            self.differ(group, "save", "a tokenizer", saved)
            return
        again = tokenizers.Tokenizer.from_str(saved["json"])
        for sample in PLAIN_TEXTS:
            first, second = self.peer.encode(sample), again.encode(sample)
            self.tally.add(group + ", saved", sample)
            if (first.ids, first.offsets) != (second.ids, second.offsets):
                self.differ(group + ", saved", sample, first.ids, second.ids)
        self.ask(op="load", json=saved["json"])
        self.compare_texts(group + ", saved", rng, words[:40])

    def compare_texts(self, group, rng, words):
        special = [t["content"] for t in self.description["added_tokens"]][:60]
        for text in PLAIN_TEXTS + [" ".join(rng.sample(special, min(len(special), 5))) + " x"]:
            self.encode(group, text)
        for first, second in zip(ENGLISH, SCRIPTS):
            self.encode(group, first, second)
        for _ in range(len(words)):
            ids = self.ids(group, random_text(rng, words + special))
            self.decode(group + ", decode", ids, rng.random() < 0.5)


def compare_transformers(c, converter, folder, rng, words, only=""):
    byte_pairs = train_byte_pairs(["<s>", "<pad>", "</s>", "<unk>", "<mask>", "<|endoftext|>", "<|startoftext|>",
                                   "<|startoftranscript|>", "<|notimestamps|>", "[CLS]", "[SEP]", "[UNK]", "[PAD]", "[MASK]"])
    suffixed = train_byte_pairs(["<|endoftext|>", "<|startoftext|>", "<unk>"], "</w>")
    word_piece = make.trained_models()["wordpiece"]["vocab"]
    pieces = {"unigram": folder / "unigram.model", "bpe": folder / "bpe.model"}
    train_pieces(pieces["unigram"], model_type="unigram", pad_id=3, user_defined_symbols=["[CLS]", "[SEP]", "[MASK]", "<sep>", "<cls>"])
    pieces["pegasus"] = folder / "pegasus.model"
    train_pieces(pieces["pegasus"], model_type="unigram", pad_id=0, eos_id=1, unk_id=2, bos_id=-1)
    train_pieces(pieces["bpe"], model_type="bpe", byte_fallback=True, normalization_rule_name="identity",
                 remove_extra_whitespaces=False, split_digits=True, allow_whitespace_only_pieces=True)

    def run(name, config, write):
        if only and not re.search(only, name):
            return
        place = folder / f"{name}{len(os.listdir(folder))}"
        place.mkdir()
        write(place)
        (place / "tokenizer_config.json").write_text(json.dumps({"tokenizer_class": name, **config}))
        answer = converter.convert(place, name)
        group = name + (" " + ",".join(config) if config else "")
        if "error" in answer:
            c.differ(group, "conversion by the peer", answer["error"], None)
            return
        c.compare_loaded(group, answer["json"], rng, words, directory=str(place))

    for name in WORD_PIECE:
        lines = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "<s>", "</s>", "<pad>", "<mask>", "<unk>", "<cls>", "<sep>"]
        lines += [token for token in word_piece if token not in lines]
        for config in CONFIGS.get(name, [{}]):
            run(name, config, lambda place: (place / "vocab.txt").write_text("\n".join(lines) + "\n", encoding="utf-8"))
    for name in BYTE_PAIRS:
        model = suffixed if name in ("CLIPTokenizer", "OpenAIGPTTokenizer") else byte_pairs
        for config in CONFIGS.get(name, [{}]):
            run(name, config, lambda place: write_byte_pairs(place, model))
    for name in UNIGRAM + PIECES_BPE:
        layout = "pegasus" if name == "PegasusTokenizer" else "bpe" if name in PIECES_BPE else "unigram"
        source = pieces[layout]
        file = PIECE_FILES.get(name, "sentencepiece.bpe.model")
        for config in CONFIGS.get(name, [{}]):
            run(name, config, lambda place: (place / file).write_bytes(source.read_bytes()))


def compare_sentencepiece(c, folder):
    """Without a class: the ids of sentencepiece itself."""
    import sentencepiece
    kinds = {"unigram": {"model_type": "unigram"}, "bpe": {"model_type": "bpe"},
             "unigram bytes": {"model_type": "unigram", "byte_fallback": True},
             "bpe bytes": {"model_type": "bpe", "byte_fallback": True, "split_digits": True},
             "no prefix": {"model_type": "unigram", "add_dummy_prefix": False},
             "all spaces": {"model_type": "unigram", "remove_extra_whitespaces": False},
             "identity": {"model_type": "unigram", "normalization_rule_name": "identity"},
             "across spaces": {"model_type": "unigram", "split_by_whitespace": False},
             "characters": {"model_type": "char"}}
    for name, options in kinds.items():
        path = folder / (name.replace(" ", "_") + ".model")
        train_pieces(path, **options)
        peer = sentencepiece.SentencePieceProcessor(model_file=str(path))
        loaded = c.ask(op="load", vocabulary=str(path))
        if "error" in loaded:
            c.differ("sentencepiece " + name, "load", "a tokenizer", loaded)
            continue
        for text in PLAIN_TEXTS + ["  a  b ", "   ", " x"]:
            if "\0" in text or "<s>" in text or "</s>" in text or "<unk>" in text:
                continue  # sentencepiece reads control symbols as text, and ends at a zero
            if name != "identity" and ("\r\n" in text or any(is_joined(character) for character in text)):
                continue
            group = "sentencepiece " + name
            c.tally.add(group, text)
            expected = peer.encode(text)
            found = c.ask(op="encode", text=text, special=False).get("ids")
            if expected != found and not is_tie(peer, expected, found):
                c.differ(group, text, [peer.id_to_piece(i) for i in expected], found)


def is_tie(peer, expected, found):
    """Two ways of one score: sentencepiece adds in float, Hugging Face and inlay in double."""
    spelled = [peer.id_to_piece(expected), peer.id_to_piece(found)]
    scores = [sum(peer.get_score(i) for i in ids) for ids in (expected, found)]
    return "".join(spelled[0]) == "".join(spelled[1]) and abs(scores[0] - scores[1]) <= 1e-5 * abs(scores[0])


def is_joined(character):
    """Hugging Face's Precompiled, which inlay has, looks up grapheme clusters; sentencepiece the longest match."""
    return unicodedata.category(character)[0] == "M" or unicodedata.category(character) == "Cf" or "\u1100" <= character <= "\u11ff"


def compare_tiktoken(c, folder, rng, words):
    import tiktoken
    model = train_byte_pairs([])
    byte_of = {v: k for k, v in bytes_to_characters().items()}
    ranks = {bytes(byte_of[ch] for ch in token): id for token, id in model["vocab"].items()}
    lines = "".join(f"{base64.b64encode(token).decode()} {rank}\n" for token, rank in ranks.items())
    patterns = {"gpt2": r"'(?:[sdmt]|ll|ve|re)| ?\p{L}++| ?\p{N}++| ?[^\s\p{L}\p{N}]++|\s++$|\s+(?!\S)|\s",
                "cl100k_base": make.LLAMA3, "o200k_base": make.O200K, "llama3": make.LLAMA3}
    for name, pattern in patterns.items():
        path = folder / (name + ".tiktoken")
        path.write_text(lines)
        peer = tiktoken.Encoding(name, pat_str=pattern, mergeable_ranks=ranks, special_tokens={})
        loaded = c.ask(op="load", vocabulary=str(path))
        if "error" in loaded:
            c.differ("tiktoken " + name, "load", "a tokenizer", loaded)
            continue
        for text in PLAIN_TEXTS + [random_text(rng, words) for _ in range(200)]:
            if "<|" in text:
                continue
            group = "tiktoken " + name
            c.tally.add(group, text)
            expected = peer.encode_ordinary(text)
            found = c.ask(op="encode", text=text).get("ids")
            if expected != found:
                c.differ(group, text, expected, found)


def bytes_to_characters():
    itself = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    others = [b for b in range(256) if b not in itself]
    return {**{b: chr(b) for b in itself}, **{b: chr(256 + i) for i, b in enumerate(others)}}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--probe", required=True)
    parser.add_argument("--transformers", help="the Python that has transformers; without it they are not asked")
    parser.add_argument("--quick", action="store_true", help="fewer random texts")
    parser.add_argument("--only", default="", help="only classes whose names match this")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    rng = random.Random(options.seed)
    words = [w for w in " ".join(ENGLISH + CODE).split() if w]
    if options.quick:
        words = rng.sample(words, 30)
    for name in ("sentencepiece", "tiktoken"):
        if importlib.util.find_spec(name) is None:
            print(f"skipped: missing peer {name}")
            return 77
    c = Loading(Probe(options.probe), make.tokenizer(make.trained_models()["byte bpe"]))
    silence_panics()
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        if not options.only:
            compare_tiktoken(c, folder, rng, words)
            compare_sentencepiece(c, folder)
        if options.transformers and os.path.exists(options.transformers):
            compare_transformers(c, Converter(options.transformers), folder, rng, words, options.only)
    c.flush()
    c.tally.print()
    return 1 if c.tally.differences else 0


if __name__ == "__main__":
    sys.exit(main())
