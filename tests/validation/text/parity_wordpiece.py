#!/usr/bin/env python3
"""Compares inlay's WordPiece tokenizer with Hugging Face's tokenizers 0.23.3, result by result.

    parity_wordpiece.py --tokenizer all-MiniLM-L6-v2/tokenizer.json --probe build/release/bin/inlay_tokenize_probe

Ids, offsets (in bytes), type ids, both masks, word ids, overflowing windows and decoded text must be equal; the probe
also holds its fused way against its general way. Prints a count for each group and exits with 1 at any difference.
--quick leaves out most of the sweeps over all code points; --seed chooses other random cases.

Where inlay is different on purpose, the peer is not asked:
  max_length below the number of special tokens   the peer's subtraction wraps around and nothing is cut; inlay: error
  windows of windows                              the peer keeps overflowing parts inside overflowing parts; inlay: flat
  two added tokens with one normalized form       the peer's choice changes from run to run; inlay: the largest id
  an added token whose normalized form is empty   the peer finds it between any two bytes and may panic; inlay: never
"""
import argparse
import itertools
import json
import os
import random
import sys
import time

import tokenizers
from comparison import LOG, Comparison, Probe, added, plain, random_text, require_peer, silence_panics
from parity_texts import CHUNKS, CODE, ENGLISH, SCRIPTS, TRICKY


def compare_texts(c, rng, words):
    for text in ENGLISH + CODE + SCRIPTS + TRICKY:
        for special in (True, False):
            c.encode("texts", text, special=special)
    for text in ENGLISH + CODE + SCRIPTS:
        for size in (1, 2, 5, 13, 40):
            for begin in range(0, len(text), max(size, len(text) // 20)):
                c.encode("slices", text[begin:begin + size])
    for _ in range(4000):
        c.encode("random", random_text(rng, words))
    for text in CHUNKS:
        c.encode("long", text)


def compare_code_points(c, group, step=1):
    """Every code point between letters, alone, and behind an accented one; 64 to a text, or where that differs one."""
    codes = [code for code in range(0, 0x110000, step) if not 0xD800 <= code < 0xE000]
    text_of = lambda code: f"a{chr(code)}b {chr(code)} \u00e9{chr(code)}\u0323"
    for start in range(0, len(codes), 64):
        chunk = codes[start:start + 64]
        c.encode(group, " ".join(map(text_of, chunk)),
                 different=lambda *_, chunk=chunk: [c.encode(group, text_of(code)) for code in chunk])


def compare_flags(c, base, rng, words, quick):
    for clean, chinese, accents, lower in itertools.product((True, False), (True, False), (True, False, None),
                                                            (True, False)):
        normalizer = {"type": "BertNormalizer", "clean_text": clean, "handle_chinese_chars": chinese,
                      "strip_accents": accents, "lowercase": lower}
        if not c.load(plain(base, normalizer=normalizer)):
            continue
        for text in SCRIPTS + TRICKY:
            c.encode("flags", text)
        for _ in range(100):
            c.encode("flags", random_text(rng, words))
    for accents, lower, clean in ((False, False, True), (True, False, False), (False, True, False)):
        normalizer = {"type": "BertNormalizer", "clean_text": clean, "handle_chinese_chars": True,
                      "strip_accents": accents, "lowercase": lower}
        c.load(plain(base, normalizer=normalizer))
        compare_code_points(c, "code points, other flags", 17 if quick else 1)


def compare_pairs(c, rng, words):
    texts = ENGLISH[:4] + SCRIPTS[:8] + TRICKY[:20] + ["", " ", "a"]
    for first, second in itertools.product(texts, texts[::3]):
        c.encode("pairs", first, second)
        c.encode("pairs", first, second, special=False)
    for _ in range(500):
        c.encode("pairs", random_text(rng, words), random_text(rng, words), special=rng.random() < 0.7)


def compare_truncation(c, rng, words):
    strategies, directions = ("LongestFirst", "OnlyFirst", "OnlySecond"), ("Left", "Right")
    for _ in range(4000):
        pair = random_text(rng, words) if rng.random() < 0.5 else None
        special = rng.random() < 0.7
        least = (3 if pair is not None else 2) if special else 0
        max_length = rng.choice((least, least + 1, least + 2, rng.randrange(least, 40)))
        truncation = {"max_length": max_length, "stride": rng.choice((0, 0, 1, 2, rng.randrange(0, 8))),
                      "strategy": rng.choice(strategies), "direction": rng.choice(directions)}
        try:
            c.peer.enable_truncation(max_length, stride=truncation["stride"])
        except ValueError:
            truncation["stride"] = 0
        c.encode("truncation", random_text(rng, words, 30), pair, special, truncation)


def compare_padding(c, rng, words):
    for _ in range(1500):
        padding = {"strategy": rng.choice(("BatchLongest", {"Fixed": rng.randrange(0, 60)})),
                   "direction": rng.choice(("Left", "Right")),
                   "pad_to_multiple_of": rng.choice((None, 0, 1, 2, 8, 13)), "pad_id": rng.choice((0, 3)),
                   "pad_type_id": rng.choice((0, 1)), "pad_token": "[PAD]"}
        truncation = None
        if rng.random() < 0.4:
            truncation = {"max_length": rng.randrange(5, 30), "stride": rng.choice((0, 1)),
                          "strategy": "LongestFirst", "direction": "Right"}
        pair = random_text(rng, words) if rng.random() < 0.3 else None
        c.encode("padding", random_text(rng, words), pair, True, truncation, padding)


def compare_added(c, base, rng, words):
    contents = ["newtok", "NewTok2", "hello", "ing", "foo bar", "<s>", "<s> ", "  x", "[X]", "[XY]", "é", "ÉCOLE",
                "日本", "日", "a\u0301b", "\u0301", "tab\tx", "q", "qq", "##ing", "Straße", "İ", "zz-top", "\U0001f600",
                "don't", "new", "tok", " lead", "trail ", "ﬁ", "ﬁx", "ab", "abc", "bcd", "[MASK]", "[mask]"]
    glue = ["", " ", "  ", "\t", "\u00a0", "_", "-", "\u0301", "x", "\u3000", ".", "\u200d", "1"]
    for round_ in range(300):
        chosen, forms = [], set()
        for content in rng.sample(contents, rng.randrange(1, 9)):
            token = added(content, **{flag: rng.random() < 0.4 for flag in
                                      ("single_word", "lstrip", "rstrip", "normalized", "special")})
            form = c.form(content) if token["normalized"] else content
            if not form or (form, token["normalized"]) in forms:
                continue
            forms.add((form, token["normalized"]))
            chosen.append(token)
        if rng.random() < 0.5:
            chosen += [t for t in base["added_tokens"] if t["content"] not in {x["content"] for x in chosen}]
        if not c.load(plain(base, added_tokens=chosen)):
            continue
        for _ in range(20):
            parts = rng.choices([t["content"] for t in chosen] + rng.sample(contents, 3) + rng.sample(words, 3),
                                k=rng.randrange(1, 9))
            parts = [p.upper() if rng.random() < 0.15 else p for p in parts]
            text = "".join(p + rng.choice(glue) for p in parts)
            if rng.random() < 0.1:
                text = random_text(rng, words) + text
            c.encode("added tokens", text, special=rng.random() < 0.5)
        size = c.peer.get_vocab_size()
        found = c.ask(op="vocabulary", up_to=size)
        c.tally.add("vocabulary")
        expected = [c.peer.id_to_token(i) for i in range(size)]
        if found["size"] != size or found["tokens"] != expected:
            c.differ("vocabulary", chosen, size, found["size"])
        ids = [rng.randrange(size - 9, size + 2) if rng.random() < 0.5 else rng.randrange(size) for _ in range(12)]
        c.decode("decode added", ids, rng.random() < 0.5)


def compare_decode(c, base, rng, words):
    for cleanup, prefix in ((True, "##"), (False, "##"), (True, "@@"), (None, None)):
        decoder = {"type": "WordPiece", "prefix": prefix, "cleanup": cleanup} if prefix else None
        c.load(plain(base, decoder=decoder))
        size = c.peer.get_vocab_size()
        for _ in range(400):
            ids = [rng.randrange(size + 3) for _ in range(rng.randrange(0, 20))]
            c.decode("decode random", ids, rng.random() < 0.5)
            text = random_text(rng, words) + rng.choice([" ' ", " do not ", " n't 've 're .", ""])
            c.decode("decode texts", c.peer.encode(text).ids, rng.random() < 0.5)


def compare_processors(c, base, rng, words):
    specials = {name: {"id": name, "ids": ids, "tokens": ["x"] * len(ids)}
                for name, ids in (("[CLS]", [101]), ("[SEP]", [102]), ("multi", [1, 2, 3]), ("none", []))}

    def piece(name):
        if name in "AB":
            return {"Sequence": {"id": name, "type_id": rng.randrange(3)}}
        return {"SpecialToken": {"id": name, "type_id": rng.randrange(3)}}

    processors = [None, {"type": "BertProcessing", "sep": ["[SEP]", 102], "cls": ["[CLS]", 101]}]
    for _ in range(40):
        single = rng.choices(list(specials), k=rng.randrange(0, 4)) + ["A"] * rng.choice((1, 1, 1, 2))
        pair = rng.choices(list(specials), k=rng.randrange(0, 4)) + ["A", "B"]
        rng.shuffle(single)
        rng.shuffle(pair)
        processors.append({"type": "TemplateProcessing", "single": [piece(n) for n in single],
                           "pair": [piece(n) for n in pair], "special_tokens": specials})
    for processor in processors:
        if not c.load(plain(base, post_processor=processor)):
            continue
        for _ in range(30):
            pair = random_text(rng, words) if rng.random() < 0.5 else None
            truncation = None
            if rng.random() < 0.4:
                truncation = {"max_length": rng.randrange(16, 40), "stride": rng.choice((0, 1)),
                              "strategy": "LongestFirst", "direction": "Right"}
            text = random_text(rng, words)
            if truncation and pair:  # the peer does not know which text the tokens of a window are of
                text, pair = (t.encode("ascii", "ignore").decode() for t in (text, pair))
            c.encode("post-processors", text, pair, rng.random() < 0.7, truncation)


def compare_components(c, base, rng, words):
    """The other normalizers and pre-tokenizers that are there, alone and in sequences."""
    behaviors = ["Removed", "Isolated", "MergedWithPrevious", "MergedWithNext", "Contiguous"]
    normalizers = [{"type": name} for name in ("NFC", "NFD", "NFKC", "NFKD", "Lowercase", "StripAccents")]
    normalizers.append(base["normalizer"])
    pre = [{"type": "Whitespace"}, {"type": "WhitespaceSplit"}, {"type": "BertPreTokenizer"}, {"type": "Punctuation"}]
    pre += [{"type": "Punctuation", "behavior": b} for b in behaviors]
    cases = [(n, p) for n in normalizers + [None] for p in (pre[0], pre[1])]
    cases += [(base["normalizer"], p) for p in pre + [None]]
    for _ in range(30):
        cases.append(({"type": "Sequence", "normalizers": rng.choices(normalizers, k=rng.randrange(0, 4))},
                      {"type": "Sequence", "pretokenizers": rng.choices(pre, k=rng.randrange(0, 3))}))
    for normalizer, pre_tokenizer in cases:
        if not c.load(plain(base, normalizer=normalizer, pre_tokenizer=pre_tokenizer)):
            continue
        for text in SCRIPTS[::3] + TRICKY[::2]:
            c.encode("components", text)
        for _ in range(40):
            c.encode("components", random_text(rng, words))


def compare_model(c, base, rng, words):
    for limit, prefix, unk in ((0, "##", "[UNK]"), (1, "##", "[UNK]"), (5, "##", "[PAD]"), (100, "", "[UNK]"),
                               (100, "a", "[UNK]"), (100000, "##", "[UNK]")):
        model = {**base["model"], "max_input_chars_per_word": limit, "continuing_subword_prefix": prefix,
                 "unk_token": unk}
        if not c.load(plain(base, model=model)):
            continue
        for _ in range(150):
            c.encode("model options", random_text(rng, words))
        for length in (99, 100, 101, 127, 300, 511, 512, 513, 1200):
            for letter in ("a", "é", "ß", "\U0001d5ba"):
                c.encode("long words", letter * length + " x")


def compare_directory(c, directory):
    """vocab.txt alone gives what tokenizer.json gives."""
    loaded = c.ask(op="load", directory=directory)
    if "error" in loaded:
        return c.differ("vocab.txt", directory, None, loaded)
    for text in ENGLISH + SCRIPTS + TRICKY:
        c.encode("vocab.txt", text)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tokenizer", required=True)
    parser.add_argument("--probe", required=True)
    parser.add_argument("--vocab-directory", help="a directory with the same vocabulary as vocab.txt and no tokenizer.json")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", help="where to write the counts")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--only", help="a group: texts, pairs, truncation, …", default="")
    options = parser.parse_args()
    require_peer()
    with open(options.tokenizer, encoding="utf-8") as file:
        base = json.load(file)
    silence_panics()
    rng = random.Random(options.seed)
    words = [w for w in " ".join(ENGLISH + CODE).split() if w] + rng.sample(sorted(base["model"]["vocab"]), 300)
    c = Comparison(Probe(options.probe), plain(base))
    uncased = tokenizers.Tokenizer.from_str(json.dumps(plain(base)))
    c.form = lambda content: uncased.normalizer.normalize_str(content)

    def progress(name):
        print(f"{time.perf_counter() - start:6.1f} s  {c.tally.total:7}  {name}", file=LOG, flush=True)

    start = time.perf_counter()
    groups = {
        "texts": lambda: compare_texts(c, rng, words),
        "pairs": lambda: compare_pairs(c, rng, words),
        "truncation": lambda: compare_truncation(c, rng, words),
        "padding": lambda: compare_padding(c, rng, words),
        "codes": lambda: compare_code_points(c, "code points"),
        "directory": lambda: options.vocab_directory and compare_directory(c, options.vocab_directory),
        "flags": lambda: compare_flags(c, base, rng, words, options.quick),
        "added": lambda: compare_added(c, base, rng, words),
        "decode": lambda: compare_decode(c, base, rng, words),
        "processors": lambda: compare_processors(c, base, rng, words),
        "components": lambda: compare_components(c, base, rng, words),
        "model": lambda: compare_model(c, base, rng, words),
    }
    for name, compare in groups.items():
        if options.only in ("", name):
            compare()
            progress(name)

    c.flush()
    c.tally.print()
    if options.json:
        c.tally.write(options.json, run="all-MiniLM-L6-v2's tokenizer.json", seed=options.seed)
    return 1 if c.tally.differences else 0


if __name__ == "__main__":
    sys.exit(main())
