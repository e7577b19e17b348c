#!/usr/bin/env python3
"""Writes tests/data/text/models.tsv, small models of every kind ("name TAB model as JSON"), and
tests/data/text/component_cases.jsonl: requests with the answers of Hugging Face's tokenizers 0.23.3, which
saved_cases_test.cc replays without the peer.

A line {"op": "load", "model": name, "parts": "…"} makes a tokenizer of a model and parts, the members of a tokenizer.json
around it, or {"op": "load", "json": "…"} of a whole one; the lines behind it are requests of encode_request.h with
"answer": texts, pairs, truncation with windows, padding and decoding, of random tokenizers, tiny models, a charsmap with
SentencePiece's entries for the texts, and regular expressions. Of the random ones those are kept that have something
new: a component with a parameter, two components side by side, a kind of request or of answer, a kind of character.
"""
import base64
import json
import pathlib
import random
import sys

import unicodedata

import parity_models as make
import random_patterns
from charsmaps import precompiled
from comparison import NOT_COMPARED, Comparison, encoding_request, silence_panics
from make_saved_cases import compact
from parity_texts import BIDI_AND_CONTROLS, CODE, EMOJI, ENGLISH, MARKS, SCRIPTS, TRICKY, UNASSIGNED
from random_configuration import Configuration, chance, decoder, normalizer, post_processor, pre_tokenizer, vocabulary
from tally import PARTS, flavour, parts_of
from tokenizers import normalizers

DATA = pathlib.Path(__file__).resolve().parents[2] / "data" / "text"
KEPT = ("byte bpe", "bpe prefix", "bpe suffix", "bpe bytes", "unigram bytes", "word level", "wordpiece")
KEPT_REQUESTS = 3  # of a tokenizer with something new, at least
TOKENIZERS, TINY, PATTERNS = 150, 100, 250
OFTEN_ENOUGH = 2  # how often a feature is wanted
TEXTS = [t for t in ENGLISH + CODE + SCRIPTS + TRICKY + EMOJI + MARKS + BIDI_AND_CONTROLS + UNASSIGNED if len(t) < 60]


def features_of_tokenizer(description):
    """Each component with each of its parameters, and which components stand side by side."""
    names = {}
    for part in PARTS:
        for component in parts_of(description.get(part)):
            if part != "model":
                names.setdefault(part, []).append(component["type"])
                yield part, component["type"]
                for key, value in component.items():
                    if not isinstance(value, (list, dict)):
                        yield part, component["type"], key, value if len(str(value)) < 100 else "long"
    model = flavour(description["model"])
    yield "model", model
    for part, next_part in zip(PARTS, PARTS[1:]):
        yield part, tuple(names.get(part, ())[:2]), next_part, tuple(names.get(next_part, ())[:2])
    yield model.split(",")[0], tuple(names.get("decoder", ())[:2])
    for token in description["added_tokens"]:
        yield "added", tuple(flag for flag, value in token.items() if value is True)


def features_of_case(request, answer):
    """What a request asks for, what is special about its answer, and what characters it has."""
    op = request["op"]
    if op == "decode":
        yield op, request["skip_special"], answer["text"] == "", "\ufffd" in answer["text"], " " in answer["text"]
        return
    cut, pad, windows = request["truncation"], request["padding"], len(answer["overflowing"])
    yield op, request["special"], request["pair"] is not None
    if cut:
        yield op, cut["strategy"], cut["direction"], cut["stride"] > 0, min(windows, 2), request["pair"] is not None
    if pad:
        yield op, pad["direction"], str(pad["strategy"])[:5], (pad["pad_to_multiple_of"] or 0) > 1, windows > 0
    yield op, "empty", answer["ids"] == []
    offsets = [tuple(o) for o in answer["offsets"]]
    yield op, "offsets", len(set(offsets)) < len(offsets), any(b == e for b, e in offsets), offsets != sorted(offsets)
    for category in {unicodedata.category(c) for c in request["text"]}:
        yield op, "character", category


class SavedCases(Comparison):
    """The peer alone, and the lines of what it was asked."""

    def __init__(self):
        import tokenizers
        self.seen = {}
        self.lines = [compact({"op": "comment", "made_by": f"tokenizers {tokenizers.__version__}"})]

    def is_new(self, features):
        """Whether one of them is still wanted; they are counted then."""
        features = set(features)
        if all(self.seen.get(feature, 0) >= OFTEN_ENOUGH for feature in features):
            return False
        for feature in features:
            self.seen[feature] = self.seen.get(feature, 0) + 1
        return True

    def take(self, description, line, requests, least=0):
        """Adds a tokenizer and the requests that the peer answers, `least` of them and those with something new; nothing
        when there are none."""
        self.load_peer(json.dumps(description))
        if self.peer is None:
            return
        if self.is_new(features_of_tokenizer(description)):
            least = max(least, KEPT_REQUESTS)
        lines, ids, kept = [], [], 0
        for request in requests:
            if request["op"] == "decode":
                request["ids"] = ids[:20]
            answer = self.ask_peer(request)
            if not isinstance(answer, dict) or NOT_COMPARED in answer.get("offsets", ()):
                continue
            ids = answer.get("ids", ids)
            for window in answer.get("overflowing", ()):
                window["overflowing"] = []
            if not self.is_new(features_of_case(request, answer)) and kept >= least:
                continue
            kept += 1
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


def entries_of_sentencepiece(rule, texts):
    """What SentencePiece's own charsmap does to the characters of the texts and to neighbours: a whole one has 240 KB."""
    normalizer = normalizers.Precompiled(base64.b64decode(make.charsmap(rule)))
    text = " ".join(texts)
    one = {c: normalizer.normalize_str(c) for c in text}
    entries = {c: to for c, to in one.items() if to != c}
    for pair in {a + b for a, b in zip(text, text[1:])}:
        to = normalizer.normalize_str(pair)
        if to != one[pair[0]] + one[pair[1]]:
            entries[pair] = to
    return {key: to for key, to in sorted(entries.items()) if "\0" not in key}


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
    charsmap = make.tokenizer(random_patterns.BYTES, normalizer=precompiled(entries_of_sentencepiece("nmt_nfkc", TEXTS)))
    cases.take(charsmap, with_parts("bytes", charsmap), [encoding_request(text) for text in TEXTS], least=len(TEXTS))
    for i in range(PATTERNS):
        rng = random.Random(f"saved {i}")
        pattern = random_patterns.Pattern(rng).text
        use = None if chance(rng, 0.15) else (rng.choice(make.BEHAVIORS), chance(rng, 0.3))
        description = random_patterns.description(pattern, use)
        cases.take(description, with_parts("bytes", description),
                   [encoding_request(random_patterns.random_text(rng, pattern)) for _ in range(3)], least=2)
    (DATA / "component_cases.jsonl").write_text("\n".join(cases.lines) + "\n", "utf-8")
    print(f"{len(cases.lines)} lines")


if __name__ == "__main__":
    sys.exit(main())
