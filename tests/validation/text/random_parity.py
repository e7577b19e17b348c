#!/usr/bin/env python3
"""Random tokenizers and random texts: inlay and Hugging Face's tokenizers 0.23.3 must answer the same.

    random_parity.py --probe build/release/bin/inlay_tokenize_probe [--seconds 600] [--seed 1] [--json counts.json]

Any components with any parameters around trained models and tiny ones with random merges and scores, random added
tokens, pairs, truncation, padding, decoding. A difference is made small and printed. What listed_differences.py lists
is not generated.
"""
import argparse
import json
import random
import sys
import time

import parity_models as make
import tokenizers
from comparison import LOG, PANICKED, Comparison, Probe, require_peer, silence_panics
from parity_texts import CODE, ENGLISH
from random_configuration import Configuration, chance
from reduction import shrink, simpler_cases

REQUESTS = 14  # for each tokenizer
TOKENIZERS_AT_ONCE = 10


def still_differs(c, case):
    description, request = case
    try:
        taken, error = c.load_both(json.dumps(description))
        if not taken or error:
            return False
        same, expected, _ = c.compare(request)
        return not same and expected != PANICKED
    except (KeyError, IndexError, ValueError):
        return False


def show(c, case, group):
    """Prints a minimal case, both answers, and adds it to the differences."""
    description, request = shrink(case, simpler_cases, lambda smaller: still_differs(c, smaller))
    c.load_both(json.dumps(description))
    _, expected, found = c.compare(request)
    model = description["model"]
    if len(model["vocab"]) > 60:
        description = {**description, "model": f"{group}: {model['type']}, {len(model['vocab'])} tokens"}
    parts = {k: v for k, v in description.items() if v not in (None, [], "1.0")}
    c.differ(group, (json.dumps(parts, ensure_ascii=False), request), expected, found)


def keep_forms_apart(description):
    """Leaves out added tokens whose normalized form is empty or another's: listed differences."""
    if not description["normalizer"] or not description["added_tokens"]:
        return
    try:
        normalizer = tokenizers.Tokenizer.from_str(json.dumps({**description, "added_tokens": []})).normalizer
        forms = {}
        for token in description["added_tokens"]:
            form = normalizer.normalize_str(token["content"]) if token["normalized"] else "raw " + token["content"]
            if form:
                forms.setdefault(form, token)
        description["added_tokens"] = list(forms.values())
    except BaseException as error:  # a panic of the peer is no Exception
        if isinstance(error, KeyboardInterrupt):
            raise
        description["added_tokens"] = []


def compare_tokenizer(c, configuration, rng, words, requests, cases):
    """Posts the requests; those that turn out different are added to `cases`."""
    group = "random, " + configuration.name
    keep_forms_apart(configuration.description)
    if not c.load(configuration.description):
        c.tally.refused_tokenizers += 1
        return
    ids = []
    for i in range(requests):
        request = configuration.request(rng, words)
        if i % 3 == 2:
            rng.shuffle(ids)
            request = {"op": "decode", "ids": ids[:30], "skip_special": chance(rng)}
        answer = c.request(group + ", decode" * (i % 3 == 2), request,
                           lambda request, *_: cases.append(((configuration.description, request), group)))
        if isinstance(answer, dict):
            ids += answer.get("ids", [])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--probe", required=True)
    parser.add_argument("--seconds", type=float, default=30)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--stop", type=int, default=10, help="after so many differences")
    parser.add_argument("--json", help="where to write the counts")
    options = parser.parse_args()
    require_peer()
    models = make.trained_models()
    charsmaps = [make.charsmap(rule) for rule in make.CHARSMAPS]
    silence_panics()
    print(f"seed {options.seed}", flush=True)
    words = [w for w in " ".join(ENGLISH + CODE).split() if w]
    c = Comparison(Probe(options.probe), make.tokenizer(models["word level"]))
    c.tally.refused_tokenizers = 0
    start, made = time.perf_counter(), 0
    while time.perf_counter() - start < options.seconds and len(c.tally.differences) < options.stop:
        cases = []
        for _ in range(TOKENIZERS_AT_ONCE):
            rng = random.Random(f"{options.seed} {made}")  # each can be made again alone
            compare_tokenizer(c, Configuration(rng, models, charsmaps), rng, words, REQUESTS, cases)
            made += 1
        c.flush()
        for case, group in cases[:3]:
            show(c, case, group)
        if made % 500 == 0:
            print(f"{time.perf_counter() - start:6.1f} s  {c.tally.total:7}  {made} tokenizers", file=LOG, flush=True)
    c.tally.print()
    print(f"{made} random tokenizers, of which both refused {c.tally.refused_tokenizers}")
    if options.json:
        c.tally.write(options.json, run="random tokenizers and texts", seed=options.seed, seconds=options.seconds, tokenizers=made)
    return 1 if c.tally.differences else 0


if __name__ == "__main__":
    sys.exit(main())
