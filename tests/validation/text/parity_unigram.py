#!/usr/bin/env python3
"""Compares Unigram behind SentencePiece's components with Hugging Face's tokenizers 0.23.3, result by result.

    parity_unigram.py --probe build/release/bin/inlay_tokenize_probe [--charsmap nmt_nfkc.bin] [--tokenizers 300]

Random orders of charsmap, Strip and the joining of spaces, Metaspace alone and behind WhitespaceSplit, models with and
without bytes. --charsmap adds a real one, as it stands in a SentencePiece model. Exits with 1 at any difference.
"""
import argparse
import base64
import pathlib
import random
import sys

import parity_models as make
from charsmaps import ENTRIES, precompiled
from comparison import Comparison, Probe, random_text, silence_panics
from parity_texts import CODE, ENGLISH, SCRIPTS, TRICKY

PARTS = list(ENTRIES) + [" ", "  ", "\u2581", "\u2581 ", "\r\n", "\u0301", "e\u0301\u0323", " \u0301", "the", "a", ".", "\u65e5",
                         "\u0600a", "\U0001f469\u200d\U0001f467", "\x00", "\u0915\u094d\u0937", "<unk>", "\u2028"]


def text_of(rng, words):
    kind = rng.random()
    if kind < 0.4:
        return "".join(rng.choice(PARTS) for _ in range(rng.randrange(1, 14)))
    if kind < 0.7:
        return rng.choice(["", " ", "\n"]).join(rng.choice(words + PARTS) for _ in range(rng.randrange(1, 40)))
    return random_text(rng, words)


def normalizer(rng, maps):
    side = lambda: {"type": "Strip", "strip_left": rng.random() < 0.5, "strip_right": rng.random() < 0.6}
    spaces = {"type": "Replace", "pattern": {"Regex": " {2,}"}, "content": rng.choice((" ", "\u2581"))}
    chain = [part for part, chance in ((side(), 0.3), (rng.choice(maps), 0.85), (side(), 0.4), (spaces, 0.5))
             if rng.random() < chance]
    if rng.random() < 0.1:
        rng.shuffle(chain)
    if len(chain) == 1 and rng.random() < 0.7:
        return chain[0]
    return {"type": "Sequence", "normalizers": chain} if chain else None


def pre_tokenizer(rng):
    metaspace = {"type": "Metaspace", "replacement": "\u2581", "split": rng.random() < 0.95,
                 "prepend_scheme": rng.choice(("always", "always", "first", "never"))}
    split = {"type": "WhitespaceSplit"}
    return metaspace if rng.random() < 0.5 else {"type": "Sequence", "pretokenizers": [split, metaspace]}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--probe", required=True)
    parser.add_argument("--charsmap")
    parser.add_argument("--tokenizers", type=int, default=300)
    parser.add_argument("--texts", type=int, default=30, help="random ones for each tokenizer")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    maps = [precompiled()]
    if options.charsmap:
        encoded = base64.b64encode(pathlib.Path(options.charsmap).read_bytes()).decode()
        maps.append({"type": "Precompiled", "precompiled_charsmap": encoded})
    models = make.trained_models()
    models = [models["unigram"], models["unigram bytes"]]
    silence_panics()
    rng = random.Random(options.seed)
    words = [w for w in " ".join(ENGLISH + CODE).split() if w]
    c = Comparison(Probe(options.probe), make.tokenizer(models[0]))
    for _ in range(options.tokenizers):
        description = make.tokenizer(rng.choice(models), normalizer=normalizer(rng, maps), pre_tokenizer=pre_tokenizer(rng))
        if not c.load(description):
            continue
        for text in rng.sample(ENGLISH + CODE + SCRIPTS + TRICKY, 4) + [text_of(rng, words) for _ in range(options.texts)]:
            c.ids("unigram", text)
    c.flush()
    c.tally.print()
    return 1 if c.tally.differences else 0


if __name__ == "__main__":
    sys.exit(main())
