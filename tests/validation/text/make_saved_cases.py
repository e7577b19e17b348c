#!/usr/bin/env python3
"""Writes tests/data/text/tiny_wordpiece.json, a tokenizer with a small vocabulary of our own, and
tests/data/text/wordpiece_cases.jsonl: requests with the answers of Hugging Face's tokenizers 0.23.3, which
saved_cases_test.cc replays without the peer.

Each line of the cases is a request of encode_request.h with "answer", the JSON that is expected, or {"op": "load"} with
a tokenizer for the lines behind it: "path" in tests/data/text, or "json".
"""
import json
import pathlib
import random
import string

import tokenizers
from comparison import added, flat, peer_encoding, random_text
from parity_texts import CODE, ENGLISH, SCRIPTS, TRICKY

DATA = pathlib.Path(__file__).resolve().parents[2] / "data" / "text"
SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
WORDS = """the a an and or not is are was be to of in on for with man woman food eat eats eating quick brown fox over
lazy dog dogs jump mr paid plus self free open close file line text code class label model token time day year user name
state art mail example hello world good great well new old first last many some this that it its he she they we you i
cafe naive resume zurich angstrom привет мир καλος नमस्ते 今日 は 天 気 日 本 你 好 안녕""".split()
ENDINGS = "s ed ing er est ly tion ness able ment al ic ize un re in ал ος".split()


def vocabulary():
    single = list(string.ascii_lowercase + string.digits + string.punctuation) + list("éßøабвгαβγ日本語中文한글")
    tokens = SPECIAL + single + WORDS + ["##" + c for c in string.ascii_lowercase + string.digits + "абвαβγ"]
    tokens += ["##" + e for e in ENDINGS]
    return {token: i for i, token in enumerate(dict.fromkeys(tokens))}


def tokenizer(**changes):
    vocab = vocabulary()
    template = {name: {"id": name, "ids": [vocab[name]], "tokens": [name]} for name in ("[CLS]", "[SEP]")}

    def special(name, type_id):
        return {"SpecialToken": {"id": name, "type_id": type_id}}

    def sequence(name, type_id):
        return {"Sequence": {"id": name, "type_id": type_id}}

    return {
        "version": "1.0",
        "truncation": {"direction": "Right", "max_length": 128, "strategy": "LongestFirst", "stride": 0},
        "padding": {"strategy": {"Fixed": 128}, "direction": "Right", "pad_to_multiple_of": None, "pad_id": 0,
                    "pad_type_id": 0, "pad_token": "[PAD]"},
        "added_tokens": [{**added(t, normalized=False, special=True), "id": i} for i, t in enumerate(SPECIAL)],
        "normalizer": {"type": "BertNormalizer", "clean_text": True, "handle_chinese_chars": True,
                       "strip_accents": None, "lowercase": True},
        "pre_tokenizer": {"type": "BertPreTokenizer"},
        "post_processor": {
            "type": "TemplateProcessing",
            "single": [special("[CLS]", 0), sequence("A", 0), special("[SEP]", 0)],
            "pair": [special("[CLS]", 0), sequence("A", 0), special("[SEP]", 0), sequence("B", 1), special("[SEP]", 1)],
            "special_tokens": template},
        "decoder": {"type": "WordPiece", "prefix": "##", "cleanup": True},
        "model": {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##",
                  "max_input_chars_per_word": 100, "vocab": vocab},
        **changes}


def compact(value):
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def answer(encoding, texts):
    expected = flat(peer_encoding(encoding, texts))
    expected["overflowing"] = [{**e, "overflowing": []} for e in expected["overflowing"]]
    return compact(expected)


class Cases:
    def __init__(self):
        self.lines = [compact({"op": "comment", "made_by": f"tokenizers {tokenizers.__version__}"})]

    def load(self, description, path=None):
        self.peer = tokenizers.Tokenizer.from_str(json.dumps(description))
        self.peer.no_truncation()
        self.peer.no_padding()
        self.lines.append(compact({"op": "load", "path": path} if path else
                                  {"op": "load", "json": compact(description)}))

    def encode(self, text, pair=None, special=True, truncation=None):
        self.peer.no_truncation()
        if truncation:
            self.peer.enable_truncation(truncation["max_length"], stride=truncation["stride"],
                                        direction=truncation["direction"].lower())
        encoding = self.peer.encode(text, pair, add_special_tokens=special)
        texts = [text] if pair is None else [text, pair]
        self.lines.append(compact({"op": "encode", "text": text, "pair": pair, "special": special,
                                   "truncation": truncation, "answer": answer(encoding, texts)}))
        return encoding.ids

    def decode(self, ids, skip):
        text = self.peer.decode(ids, skip_special_tokens=skip)
        self.lines.append(compact({"op": "decode", "ids": ids, "skip_special": skip,
                                   "answer": compact({"text": text})}))


def main():
    rng = random.Random(7)
    cases = Cases()
    DATA.mkdir(parents=True, exist_ok=True)
    description = tokenizer()
    (DATA / "tiny_wordpiece.json").write_text(json.dumps(description, ensure_ascii=False, indent=1) + "\n")
    cases.load(description, "tiny_wordpiece.json")
    short = [t for t in TRICKY if len(t) < 60]
    for text in ENGLISH[::2] + CODE[::3] + SCRIPTS[::5] + short[::4]:
        ids = cases.encode(text)
        if len(ids) < 40:
            cases.decode(ids, len(ids) % 2 == 0)
    for text in ENGLISH[:2]:
        truncation = {"max_length": 9, "stride": 2, "strategy": "LongestFirst", "direction": rng.choice(["Left", "Right"])}
        cases.encode(text, truncation=truncation)
        cases.encode(text, "hello world", truncation=truncation)
        cases.encode(text, "hello [SEP] world", special=False)
    cased = {**description["normalizer"], "lowercase": False, "strip_accents": False, "clean_text": False}
    tokens = description["added_tokens"] + [
        added("foo bar"), added("[NEW]", special=True), added("Ärger", single_word=True),
        added("<l>", lstrip=True, normalized=False), added("<r>", rstrip=True, normalized=False)]
    for changes in ({"normalizer": cased}, {"added_tokens": tokens},
                    {"normalizer": {"type": "Sequence", "normalizers": [{"type": "NFKC"}, {"type": "Lowercase"}]},
                     "pre_tokenizer": {"type": "Whitespace"}}):
        cases.load(tokenizer(**changes))
        for text in SCRIPTS[1::12] + short[1::9]:
            cases.encode(text)
        for _ in range(5):
            cases.encode(random_text(rng, WORDS + ["FOO bar", "[new]", "ärger", " <l>", "<r>  ", "\u00c4RGER"], 6))
    (DATA / "wordpiece_cases.jsonl").write_text("\n".join(cases.lines) + "\n")
    print(f"{len(cases.lines)} lines")


if __name__ == "__main__":
    main()
