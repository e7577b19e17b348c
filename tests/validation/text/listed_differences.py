#!/usr/bin/env python3
"""Where inlay differs from Hugging Face's tokenizers 0.23.3 on purpose: each with a minimal case and its cause.

    listed_differences.py --probe build/release/bin/inlay_tokenize_probe [--json listed.json]

Runs the cases: one that both sides answer alike no longer belongs here, which is an error. The other scripts generate
no such cases, so that every difference that they find is one more.
"""
import argparse
import json
import sys

import parity_models as make
from comparison import Comparison, Probe, added, encoding_request, require_peer, silence_panics

MOST = 20
WORDS = {"type": "WordLevel", "unk_token": "u", "vocab": {"u": 0, "a": 1, "b": 2}}
SPACES = {"type": "WhitespaceSplit"}
BERT = {"type": "BertProcessing", "sep": ["u", 0], "cls": ["u", 0]}
PIECES = {"type": "WordPiece", "unk_token": "none", "continuing_subword_prefix": "##", "max_input_chars_per_word": 9, "vocab": {"a": 0}}
RANDOM = {"type": "BPE", "dropout": 0.5, "vocab": {"a": 0}, "merges": []}


def truncation(length):
    return {"max_length": length, "stride": 0, "strategy": "LongestFirst", "direction": "Right"}


def words(**parts):
    return make.tokenizer(WORDS, pre_tokenizer=SPACES, **parts)


INSERTING = {"type": "Replace", "pattern": {"Regex": r"\b"}, "content": "\u0301"}
GROWING = {"type": "Replace", "pattern": {"String": "a"}, "content": "a" * 32}


def expression(pattern):
    return words(normalizer={"type": "Replace", "pattern": {"Regex": pattern}, "content": ""})


BY_CHANCE = "two added tokens with one normalized form"  # not run: the peer may answer as inlay does
# (name, cause, tokenizer, request; None: whether it loads)
LISTED = [
    ("a length below the number of special tokens",
     "the peer's subtraction wraps around and nothing is cut; inlay: an error",
     words(post_processor=BERT), encoding_request("a b", truncation=truncation(1))),
    ("windows of windows",
     "the peer keeps overflowing parts inside of overflowing parts; inlay: each window once",
     words(), encoding_request("a a a", "b b b", truncation=truncation(2))),
    (BY_CHANCE, "the peer's choice is the order of a hash map, which changes from run to run; inlay: the larger id",
     words(normalizer={"type": "Lowercase"}, added_tokens=[added("x"), added("X")]), encoding_request("x")),
    ("an added token whose normalized form is empty",
     "the peer finds it between any two bytes, and panics within a character; inlay: never",
     words(normalizer={"type": "Strip", "strip_left": True, "strip_right": True}, added_tokens=[added(" ")]), encoding_request("\u00e9")),
    ("a WordPiece whose unknown token is no token",
     "the peer loads it and fails at the first unknown word; inlay refuses the file", make.tokenizer(PIECES), None),
    ("dropout above 0", "tokens would be random; inlay refuses the file", make.tokenizer(RANDOM), None),
    ("a regular expression that explodes",
     "the peer panics at Oniguruma's limit of ten million retries; inlay: an error at its limit of steps",
     expression("(?:a|a)*b"), encoding_request("a" * 40)),
    ("text that grows more than 256 times and 1 MiB",
     "the peer goes on until memory ends; inlay: an error", words(normalizer={"type": "Sequence", "normalizers": [GROWING] * 4}),
     encoding_request("aa")),
    ("an empty match at a text's begin, before another normalizer",
     "the peer loses count of its bytes: it panics or says a character twice; inlay: as for any text",
     words(normalizer={"type": "Sequence", "normalizers": [INSERTING, {"type": "NFC"}]}), encoding_request("a a")),
    ("subexpression calls in regular expressions", "inlay does not have them, and says so", expression(r"(a)\g<1>"), None),
    ("conditions in regular expressions", "inlay does not have them, and says so", expression("(a)?(?(1)b|c)"), None),
    ("absent groups in regular expressions", "inlay does not have them, and says so", expression("(?~ab)"), None),
    ("meta escapes in regular expressions", "inlay does not have them, and says so", expression(r"\M-a"), None),
]


def answers(c, description, request):
    """What the peer and inlay say, as text."""
    taken, error = c.load_both(json.dumps(description))
    if request is None:
        return "loads" if taken else "refuses", "loads" if error is None else "refuses"
    expected = c.ask_peer(request)
    if isinstance(expected, dict) and len(expected["overflowing"]):
        expected["windows within"] = whole_windows(c, request)
    found = c.in_form(request, c.probe.ask(**request))
    if isinstance(found, dict):
        found["windows within"] = 0
    return expected, found


def whole_windows(c, request):
    """How many overflowing parts are within overflowing parts."""
    encoding = c.peer.encode(request["text"], request["pair"])
    return sum(len(part.overflowing) for part in encoding.overflowing)


def shown(description, request):
    """A case in a line: what is not as in every tokenizer here, and what is asked for."""
    usual = words()
    parts = {key: value for key, value in description.items() if value not in (None, usual[key])}
    if "added_tokens" in parts:
        parts["added_tokens"] = [{"content": token["content"], "normalized": True} for token in parts["added_tokens"]]
    asked = {} if request is None else {key: request[key] for key in ("text", "pair") if request[key] is not None}
    if request and request["truncation"]:
        asked["max_length"] = request["truncation"]["max_length"]
    text = " ".join(json.dumps(one, separators=(",", ":")) for one in (parts, asked) if one)
    growing = json.dumps(GROWING, separators=(",", ":"))
    return text.replace(",".join([growing] * 4), growing + ", four times")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--probe", required=True)
    parser.add_argument("--json", help="where to write the list")
    options = parser.parse_args()
    require_peer()
    silence_panics()
    c = Comparison(Probe(options.probe), words())
    gone = []
    for name, _, description, request in LISTED:
        if name == BY_CHANCE:
            continue
        expected, found = answers(c, description, request)
        print(f"{name}: {'DIFFERENT NO MORE' if expected == found else 'as listed'}")
        if expected == found:
            gone.append(name)
    if options.json:
        with open(options.json, "w", encoding="utf-8") as file:
            json.dump({"run": "listed differences", "listed": [{"name": name, "cause": cause, "case": shown(*case)}
                                                                  for name, cause, *case in LISTED]}, file, indent=1)
            file.write("\n")
    return 1 if gone or len(LISTED) > MOST else 0


if __name__ == "__main__":
    sys.exit(main())
