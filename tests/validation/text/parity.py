#!/usr/bin/env python3
"""Compares inlay's tokenizers with Hugging Face's tokenizers 0.23.3, result by result.

    parity.py --probe build/release/bin/inlay_tokenize_probe [--vocabularies build/vocabularies] [--json counts.json]

Models of every kind are trained here, by tokenizers and by SentencePiece; --vocabularies adds the real ones of GPT-2
and Whisper, assets of openai-whisper 20250625. Each meets texts in English, code, thirty scripts and hard characters;
one of each kind every code point. Random configurations are random_parity.py's. Prints a count for each group and
exits with 1 at any difference.
"""
import argparse
import pathlib
import random
import sys
import time

import parity_models as make
from comparison import LOG, Comparison, Probe, random_text, require_peer, silence_panics
from parity_texts import ALL, CHUNKS, CODE, ENGLISH, SCRIPTS
from parity_wordpiece import compare_code_points

EVERY_CODE_POINT = ("GPT-2", "SentencePiece nmt_nfkc")
SPACE = {"type": "Metaspace", "replacement": "\u2581", "prepend_scheme": "always", "split": True}
NORMAL_PARTS = {
    "byte bpe": {"pre_tokenizer": make.BYTE_LEVEL, "decoder": make.BYTE_LEVEL, "post_processor": make.BYTE_LEVEL},
    "byte bpe, dropout 0": {"pre_tokenizer": make.BYTE_LEVEL, "decoder": make.BYTE_LEVEL},
    "bpe ignore": {"pre_tokenizer": make.BYTE_LEVEL, "decoder": make.BYTE_LEVEL},
    "bpe": {"pre_tokenizer": {"type": "WhitespaceSplit"}},
    "bpe fuse": {"pre_tokenizer": {"type": "Whitespace"}},
    "bpe silent": {"pre_tokenizer": {"type": "Whitespace"}},
    "bpe prefix": {"pre_tokenizer": {"type": "Whitespace"}, "decoder": {"type": "WordPiece", "prefix": "##", "cleanup": True}},
    "bpe suffix": {"pre_tokenizer": {"type": "Whitespace"}, "decoder": {"type": "BPEDecoder", "suffix": "</w>"}},
    "bpe bytes": {"normalizer": {"type": "Sequence", "normalizers": [
        {"type": "Prepend", "prepend": "\u2581"}, {"type": "Replace", "pattern": {"String": " "}, "content": "\u2581"}]},
        "decoder": {"type": "Sequence", "decoders": [
            {"type": "Replace", "pattern": {"String": "\u2581"}, "content": " "}, {"type": "ByteFallback"}, {"type": "Fuse"},
            {"type": "Strip", "content": " ", "start": 1, "stop": 0}]}},
    "unigram": {"pre_tokenizer": SPACE, "decoder": SPACE},
    "unigram bytes": {"pre_tokenizer": SPACE, "decoder": {"type": "Sequence", "decoders": [{"type": "ByteFallback"}, SPACE]}},
    "word level": {"pre_tokenizer": {"type": "Whitespace"}},
    "wordpiece": {"normalizer": {"type": "BertNormalizer", "clean_text": True, "handle_chinese_chars": True,
                                 "strip_accents": None, "lowercase": False},
                  "pre_tokenizer": {"type": "BertPreTokenizer"}, "decoder": {"type": "WordPiece", "prefix": "##", "cleanup": True}},
}


def compare_texts(c, group, rng, words, count):
    for text in ALL:
        c.encode(group, text)
    for _ in range(count):
        ids = c.ids(group, random_text(rng, words))
        c.decode(group + ", decode", ids, rng.random() < 0.5)
    for first, second in zip(ENGLISH, SCRIPTS):
        c.encode(group, first, second)
        c.encode(group, first, None, rng.random() < 0.5, {"max_length": 12, "stride": 3, "strategy": "LongestFirst",
                                                          "direction": rng.choice(("Left", "Right"))})
    for text in CHUNKS:
        c.encode(group, text)


def compare_all(c, name, description, rng, words, options, step):
    c.load(description)
    compare_texts(c, name, rng, words, options.texts)
    c.encode(name, "a" * options.letters)
    compare_code_points(c, name + (", every code point" if step == 1 else f", every {step}th code point"), step)


def real_vocabularies(folder):
    """(name, description) of each."""
    gpt2, multilingual = folder / "gpt2.tiktoken", folder / "multilingual.tiktoken"
    yield "GPT-2", make.gpt2(gpt2)
    yield "Whisper", make.whisper(multilingual, folder / "tokenizer.py")
    for name, patterns in make.PATTERNS.items():
        yield f"GPT-2's vocabulary, {name}'s pattern", make.gpt2(gpt2, patterns)


def sentencepiece_models():
    for rule in make.CHARSMAPS:
        yield f"SentencePiece {rule}", make.sentencepiece_unigram(rule)
    yield "SentencePiece nmt_nfkc, byte_fallback", make.sentencepiece_unigram("nmt_nfkc", 1500, byte_fallback=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--probe", required=True)
    parser.add_argument("--vocabularies", type=pathlib.Path, help="gpt2.tiktoken, multilingual.tiktoken, tokenizer.py")
    parser.add_argument("--texts", type=int, default=150, help="random texts for each model")
    parser.add_argument("--letters", type=int, default=1 << 20, help="the longest text of one letter")
    parser.add_argument("--step", type=int, default=61, help="between the code points for most models")
    parser.add_argument("--quick", action="store_true", help="fewer texts, code points and letters")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", help="where to write the counts")
    parser.add_argument("--only", help="a group", default="")
    options = parser.parse_args()
    if options.quick:
        options.texts, options.letters, options.step = 30, 1 << 16, 997
    require_peer()
    models = make.trained_models()
    silence_panics()
    rng = random.Random(options.seed)
    words = [w for w in " ".join(ENGLISH + CODE).split() if w] + rng.sample(sorted(models["byte bpe"]["vocab"]), 200)
    c = Comparison(Probe(options.probe), make.tokenizer(models["byte bpe"]))
    start = time.perf_counter()

    def compare(name, description):
        if options.only in name:
            compare_all(c, name, description, rng, words, options, 1 if name in EVERY_CODE_POINT and not options.quick else options.step)
            c.flush()
            print(f"{time.perf_counter() - start:6.1f} s  {c.tally.total:7}  {name}", file=LOG, flush=True)

    for name, parts in NORMAL_PARTS.items():
        compare(name, make.tokenizer(models[name], **parts))
    for name, description in sentencepiece_models():
        compare(name, description)
    for name, patterns in make.PATTERNS.items():
        compare(f"byte bpe, {name}'s pattern", make.trained_by(patterns))
    if options.vocabularies and options.vocabularies.is_dir():
        for name, description in real_vocabularies(options.vocabularies):
            compare(name, description)
    elif options.vocabularies:
        print(f"skipped: missing peer: {options.vocabularies}, which ./x test makes", file=LOG)

    c.flush()
    c.tally.print()
    if options.json:
        c.tally.write(options.json, run="trained and real vocabularies", seed=options.seed)
    return 1 if c.tally.differences else 0


if __name__ == "__main__":
    sys.exit(main())
