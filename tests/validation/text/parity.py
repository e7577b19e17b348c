#!/usr/bin/env python3
"""Compares inlay's tokenizers with Hugging Face's tokenizers 0.23.3, result by result.

    parity.py --probe build/release/bin/inlay_tokenize_probe [--vocab gpt2.tiktoken …] [--seconds 600] [--seed 1]

Models of every kind are trained here; each meets random normalizers, pre-tokenizers, post-processors and decoders, and
texts in English, code, thirty scripts and hard characters. --vocab adds real vocabularies in tiktoken's form (those of
GPT-2 and Whisper are assets of openai-whisper 20250625). --seconds goes on with random tokenizers and texts that long.
Prints a count for each group and exits with 1 at any difference.
"""
import argparse
import os
import random
import sys
import time

import tokenizers
import parity_models as make
from parity_texts import CHUNKS, CODE, ENGLISH, SCRIPTS, TRICKY
from parity_wordpiece import LOG, PEER_VERSION, Comparison, Probe, compare_code_points, random_text

NORMAL_PARTS = {
    "byte bpe": {"pre_tokenizer": make.BYTE_LEVEL, "decoder": make.BYTE_LEVEL, "post_processor": make.BYTE_LEVEL},
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
    "unigram": {"pre_tokenizer": {"type": "Metaspace", "replacement": "\u2581", "prepend_scheme": "always", "split": True},
                "decoder": {"type": "Metaspace", "replacement": "\u2581", "prepend_scheme": "always", "split": True}},
    "word level": {"pre_tokenizer": {"type": "Whitespace"}},
}


def compare_texts(c, group, rng, words, count):
    for text in ENGLISH + CODE + SCRIPTS + TRICKY:
        c.encode(group, text)
    for _ in range(count):
        ids = c.ids(group, random_text(rng, words))
        c.decode(group + ", decode", ids, rng.random() < 0.5)
    for first, second in zip(ENGLISH, SCRIPTS):
        c.encode(group, first, second)
    for text in CHUNKS:
        c.encode(group, text)


def random_added(rng, words):
    from parity_wordpiece import added
    contents = rng.sample([w for w in words if w] + ["<mask>", "<s>", "a b", " x"], rng.randrange(0, 4))
    return [added(content, **{flag: rng.random() < 0.3 for flag in
                              ("single_word", "lstrip", "rstrip", "normalized", "special")}) for content in dict.fromkeys(contents)]


def compare_random(c, rng, models, words, texts):
    name = rng.choice(list(models))
    description = make.tokenizer(models[name], added_tokens=random_added(rng, words))
    maybe = lambda chance, make_part: make_part(rng) if rng.random() < chance else None
    description["normalizer"] = maybe(0.6, make.normalizers)
    description["pre_tokenizer"] = maybe(0.8, make.pre_tokenizer)
    description["post_processor"] = maybe(0.5, make.post_processor)
    description["decoder"] = maybe(0.7, make.decoder)
    if not c.load(description):
        return
    for _ in range(texts):
        text = random_text(rng, words)
        truncation = None
        if rng.random() < 0.2:
            truncation = {"max_length": rng.randrange(9, 30), "stride": rng.choice((0, 1)), "strategy": "LongestFirst",
                          "direction": rng.choice(("Left", "Right"))}
        pair = random_text(rng, words) if rng.random() < 0.2 else None
        if truncation and pair:  # the peer does not know which text the tokens of a window are of
            text, pair = (t.encode("ascii", "ignore").decode() for t in (text, pair))
        ids = c.ids("random, " + name, text, pair, rng.random() < 0.7, truncation)
        rng.shuffle(ids)
        c.decode("random decode", ids[:30], rng.random() < 0.5)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--probe", required=True)
    parser.add_argument("--vocab", nargs="*", default=[])
    parser.add_argument("--seconds", type=float, default=0)
    parser.add_argument("--tokenizers", type=int, default=400, help="how many random ones at least")
    parser.add_argument("--texts", type=int, default=150, help="random texts for each model")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    if tokenizers.__version__ != PEER_VERSION:
        raise SystemExit(f"expected tokenizers {PEER_VERSION}, found {tokenizers.__version__}")
    models = make.trained_models()
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)  # the peer says its panics there; what is said here goes to LOG
    sys.stderr = LOG
    rng = random.Random(options.seed)
    words = [w for w in " ".join(ENGLISH + CODE).split() if w] + rng.sample(sorted(models["byte bpe"]["vocab"]), 200)
    c = Comparison(Probe(options.probe), make.tokenizer(models["byte bpe"]))
    c.skips_panics = True
    start = time.perf_counter()

    def progress(name):
        print(f"{time.perf_counter() - start:6.1f} s  {sum(c.groups.values()):7}  {name}", file=LOG, flush=True)

    for name, parts in NORMAL_PARTS.items():
        c.load(make.tokenizer(models[name], **parts))
        compare_texts(c, name, rng, words, options.texts)
    progress("trained models")
    for path in options.vocab:
        for label, pattern in (("GPT-2", None), ("Llama 3", make.LLAMA3), ("Qwen 2", make.QWEN2), ("o200k", make.O200K)):
            group = f"{os.path.basename(path)}, {label}"
            c.load(make.gpt2(path, pattern))
            compare_texts(c, group, rng, words, options.texts)
            if label in ("GPT-2", "o200k"):
                compare_code_points(c, group + ", code points")
            progress(group)
    done = 0
    while done < options.tokenizers or time.perf_counter() - start < options.seconds:
        compare_random(c, rng, models, words, 12)
        done += 1
    progress(f"{done} random tokenizers")

    for group, count in c.groups.items():
        print(f"{group:40} {count:7} compared, {c.differences.count(group)} different")
    total = sum(c.groups.values())
    print(f"{'all':40} {total:7} compared, {len(c.differences)} different, {c.tokens} tokens")
    return 1 if c.differences else 0


if __name__ == "__main__":
    sys.exit(main())
