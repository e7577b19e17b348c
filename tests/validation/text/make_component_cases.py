#!/usr/bin/env python3
"""Writes tests/data/text/models.tsv, small models of every kind ("name TAB model as JSON"), and
tests/data/text/component_cases.jsonl: requests with the answers of Hugging Face's tokenizers 0.23.3, which
component_cases_test.cc replays without the peer.

A line {"op": "load", "model": name, "parts": "…"} makes a tokenizer of a model and parts, the members of a tokenizer.json
around it; the lines behind it are requests of encode_request.h with "answer".
"""
import json
import os
import pathlib
import random
import sys

import parity_models as make
from make_saved_cases import Cases, compact
from parity_texts import CODE, ENGLISH, SCRIPTS, TRICKY
from parity_wordpiece import random_text

DATA = pathlib.Path(__file__).resolve().parents[2] / "data" / "text"
KEPT = ("byte bpe", "bpe prefix", "bpe suffix", "bpe bytes", "unigram bytes", "word level", "wordpiece")
ROUNDS = 120


class ComponentCases(Cases):
    def load_parts(self, name, model, parts):
        """False when the peer refuses or panics."""
        import tokenizers
        before = len(self.lines)
        try:
            self.peer = tokenizers.Tokenizer.from_str(compact(make.tokenizer(model, **parts)))
            self.lines.append(compact({"op": "load", "model": name, "parts": compact(parts)[1:-1]}))
            return True
        except BaseException:
            del self.lines[before:]
            return False


def small_models():
    small = {}
    for name, model in make.trained_models(scale=0.16).items():
        if name in KEPT:
            small[name] = model
    return small


def main():
    models = small_models()
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)  # the peer says its panics there
    rng = random.Random(11)
    words = [w for w in " ".join(ENGLISH + CODE).split() if w]
    words = [w for w in words if "/tmp" not in w]  # no paths of a machine in the repository
    texts = [t for t in ENGLISH + CODE + SCRIPTS + TRICKY if len(t) < 60]
    (DATA / "models.tsv").write_text("".join(f"{name}\t{compact(model)}\n" for name, model in models.items()))
    cases = ComponentCases()
    for _ in range(ROUNDS):
        name = rng.choice(KEPT)
        parts = {"normalizer": make.normalizers(rng) if rng.random() < 0.6 else None,
                 "pre_tokenizer": make.pre_tokenizer(rng) if rng.random() < 0.8 else None,
                 "post_processor": make.post_processor(rng) if rng.random() < 0.5 else None,
                 "decoder": make.decoder(rng) if rng.random() < 0.8 else None}
        if not cases.load_parts(name, models[name], parts):
            continue
        for _ in range(5):
            text = rng.choice(texts) if rng.random() < 0.5 else random_text(rng, words, 5)[:50]
            before = len(cases.lines)
            try:
                ids = cases.encode(text, rng.choice(texts)[:20] if rng.random() < 0.2 else None)
                cases.decode(ids[:20], rng.random() < 0.5)
            except BaseException:
                del cases.lines[before:]
    (DATA / "component_cases.jsonl").write_text("\n".join(cases.lines) + "\n")
    print(f"{len(cases.lines)} lines")


if __name__ == "__main__":
    sys.exit(main())
