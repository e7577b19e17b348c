#!/usr/bin/env python3
"""Writes tests/data/text/models.tsv, small models of every kind ("name TAB model as JSON"), and
tests/data/text/component_cases.jsonl: requests with the answers of Hugging Face's tokenizers 0.23.3, which
saved_cases_test.cc replays without the peer.

A line {"op": "load", "model": name, "parts": "…"} makes a tokenizer of a model and parts, the members of a tokenizer.json
around it, or {"op": "load", "json": "…"} of a whole one; the lines behind it are requests of encode_request.h with
"answer": texts, pairs, truncation with windows, padding and decoding, of random tokenizers, tiny models, one charsmap of
SentencePiece, and regular expressions.
"""
import json
import pathlib
import random
import sys

import parity_models as make
import random_patterns
from comparison import NOT_COMPARED, Comparison, encoding_request, silence_panics
from make_saved_cases import compact
from parity_texts import BIDI_AND_CONTROLS, CODE, EMOJI, ENGLISH, MARKS, SCRIPTS, TRICKY, UNASSIGNED
from random_configuration import Configuration, chance, decoder, normalizer, post_processor, pre_tokenizer, vocabulary

DATA = pathlib.Path(__file__).resolve().parents[2] / "data" / "text"
KEPT = ("byte bpe", "bpe prefix", "bpe suffix", "bpe bytes", "unigram bytes", "word level", "wordpiece")
TOKENIZERS, TINY, PATTERNS = 150, 80, 250
TEXTS = [t for t in ENGLISH + CODE + SCRIPTS + TRICKY + EMOJI + MARKS + BIDI_AND_CONTROLS + UNASSIGNED if len(t) < 60]


class SavedCases(Comparison):
    """The peer alone, and the lines of what it was asked."""

    def __init__(self):
        import tokenizers
        self.lines = [compact({"op": "comment", "made_by": f"tokenizers {tokenizers.__version__}"})]

    def take(self, description, line, requests):
        """Adds a tokenizer and the requests that the peer answers; nothing when there are none."""
        self.load_peer(json.dumps(description))
        if self.peer is None:
            return
        lines, ids = [], []
        for request in requests:
            if request["op"] == "decode":
                request["ids"] = ids[:20]
            answer = self.ask_peer(request)
            if not isinstance(answer, dict) or NOT_COMPARED in answer.get("offsets", ()):
                continue
            ids = answer.get("ids", ids)
            for window in answer.get("overflowing", ()):
                window["overflowing"] = []
            lines.append(compact({**{k: v for k, v in request.items() if v is not None}, "answer": compact(answer)}))
        if lines:
            self.lines += [compact(line), *lines]


def with_parts(name, description):
    parts = {k: v for k, v in description.items() if k != "model" and v not in (None, [])}
    return {"op": "load", "model": name, "parts": compact(parts)[1:-1]}


def random_requests(rng, words, configuration=None):
    requests = []
    for _ in range(5):
        request = encoding_request(rng.choice(TEXTS))
        if configuration and chance(rng):
            request = configuration.request(rng, words)
            for name in ("text", "pair"):
                request[name] = request[name] and request[name][:60]
        elif chance(rng, 0.2):
            request["pair"] = rng.choice(TEXTS)[:20]
        requests += [request, {"op": "decode", "ids": [], "skip_special": chance(rng)}]
    return requests


def main():
    models = {name: model for name, model in make.trained_models(scale=0.16).items() if name in KEPT}
    saved = {**models, "bytes": random_patterns.BYTES}
    silence_panics()
    (DATA / "models.tsv").write_text("".join(f"{name}\t{compact(model)}\n" for name, model in saved.items()), "utf-8")
    words = [w for w in " ".join(ENGLISH + CODE).split() if "/tmp" not in w]  # no paths of a machine in the repository
    cases = SavedCases()
    rng = random.Random(11)
    for _ in range(TOKENIZERS):
        name = rng.choice(KEPT)
        maybe = lambda p, part: part if chance(rng, p) else None
        description = make.tokenizer(
            models[name], normalizer=maybe(0.6, normalizer(rng)), pre_tokenizer=maybe(0.8, pre_tokenizer(rng)),
            post_processor=maybe(0.5, post_processor(rng, len(vocabulary(models[name])))), decoder=maybe(0.8, decoder(rng)))
        cases.take(description, with_parts(name, description), random_requests(rng, words))
    made = 0
    while made < TINY:
        configuration = Configuration(rng, {}, (), tiny=True)
        if len(configuration.description["model"]["vocab"]) < 100:  # those with bytes are large
            made += 1
            cases.take(configuration.description, {"op": "load", "json": compact(configuration.description)},
                       random_requests(rng, words, configuration))
    charsmap = make.tokenizer(random_patterns.BYTES, normalizer={
        "type": "Precompiled", "precompiled_charsmap": make.charsmap("nmt_nfkc")})
    cases.take(charsmap, with_parts("bytes", charsmap), [encoding_request(text) for text in TEXTS])
    for i in range(PATTERNS):
        rng = random.Random(f"saved {i}")
        pattern = random_patterns.Pattern(rng).text
        use = None if chance(rng, 0.15) else (rng.choice(make.BEHAVIORS), chance(rng, 0.3))
        description = random_patterns.description(pattern, use)
        cases.take(description, with_parts("bytes", description),
                   [encoding_request(random_patterns.random_text(rng, pattern)) for _ in range(3)])
    (DATA / "component_cases.jsonl").write_text("\n".join(cases.lines) + "\n", "utf-8")
    print(f"{len(cases.lines)} lines")


if __name__ == "__main__":
    sys.exit(main())
