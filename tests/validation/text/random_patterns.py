#!/usr/bin/env python3
"""Random regular expressions over random texts: inlay's engine and the Oniguruma within Hugging Face's tokenizers
0.23.3 must find the same.

    random_patterns.py --probe build/release/bin/inlay_tokenize_probe [--seconds 600] [--seed 1] [--json counts.json]

Each pattern is a Split (every behaviour, inverted or not) or a Replace, before a model whose tokens are bytes, so that
ids show the text and word ids the pieces. A pattern that one side refuses is a difference, unless inlay says that the
construct is not supported; where one side gives up after too many steps, nothing is compared. A difference is made
small and printed.
"""
import argparse
import json
import random
import sys
import time

import parity_models as make
from comparison import LOG, PANICKED, REFUSED, Comparison, Probe, encoding_request, require_peer, silence_panics
from reduction import shorter, shrink

BYTES = {"type": "BPE", "dropout": None, "unk_token": None, "continuing_subword_prefix": None, "end_of_word_suffix": None,
         "fuse_unk": False, "byte_fallback": True, "ignore_merges": False,
         "vocab": {f"<0x{b:02X}>": b for b in range(256)}, "merges": []}
CHARACTERS = list("aabbcABCsSkKxX019_-,/:]}{' \n\t\r.") + [
    "\u00df", "\u1e9e", "\u017f", "\u212a", "\u00e9", "\u00c9", "\u0130", "\u0131", "\u03c3", "\u03c2", "\u03a3", "\u01c4", "\u01c5",
    "\ufb01", "\ufb00", "\ufb03", "\u0149", "\u0390", "\u1f80", "\u0345", "\u6f22", "\u3042", "\u093e", "\u0301", "\u200d", "\u00b5",
    "\u03bc", "\u00aa", "\u00b2", "\u0660", "\u2160", "\u00a0", "\u2028", "\u0085", "\U0001f600", "\U0001f3fd", "\U0001f1e8", "\U00010400",
    "\U0010ffff", "\u0000", "\u00ff", "f", "i", "t", "\u02bc", "n"]
PROPERTIES = ("L N M Nd P Lu Lo Ll Lm Lt S Z Zs C Cc Cn Co Mn Mc Pd Sc Sm Sk So Nl No Alpha Alnum Upper Lower Digit Space Punct Word Graph "
              "Print XDigit Cntrl ASCII Blank Han Latin Greek Cyrillic Hiragana Katakana Arabic Hebrew Thai Devanagari Common Inherited "
              "Any Assigned Letter Uppercase_Letter Emoji Extended_Pictographic Alphabetic White_Space IDS Bogus").split()
POSIX = "alnum alpha blank cntrl digit graph lower print punct space upper xdigit ascii word".split()
ESCAPES = [r"\w", r"\W", r"\d", r"\D", r"\s", r"\S", r"\h", r"\H"]
PLACES = ["^", "$", r"\b", r"\B", r"\A", r"\z", r"\Z", r"\G"]
RARE = [r"\R", r"\X", r"\N", r"\O", r"\K", r"\y", r"\Y", r"\t", r"\n", r"\x41", r"\x{1F600}", r"\u00e9", r"\101", r"\e", r"\xC3\xA9", r"\a",
        "(?#note)", r"\Q", r"\/", r"\-", r"\.", r"\{", r"\x", r"\0", r"\8", r"\_", r"\xE9", r"\é", r"\cA", r"\p", r"\pL", r"\u12"]
QUANTIFIERS = ["*", "+", "?", "*?", "+?", "??", "*+", "++", "?+", "{2}", "{1,}", "{,2}", "{1,3}", "{0}", "{0,1}", "{2}?", "{1,2}?", "{1,2}+", "{2}+",
               "{3,1}", "{,}", "{", "{a}", "{1", "{1,}?", "{,2}?", "{,2}+", "{0,0}", "{3,1}?", "**", "+*", "?*"]
PATTERNS_AT_ONCE = 50
POPULAR = [make.LLAMA3, make.QWEN2, make.O200K]


class Pattern:
    """One random pattern."""

    def __init__(self, rng):
        self.rng, self.groups, self.names = rng, 0, []
        self.text = self.alternatives(rng.choice((1, 2, 2, 3)))

    def chance(self, p):
        return self.rng.random() < p

    def alternatives(self, depth):
        return "|".join(self.sequence(depth) for _ in range(self.rng.choice((1, 1, 1, 2, 3))))

    def sequence(self, depth):
        return "".join(self.quantified(depth) for _ in range(self.rng.choice((0, 1, 1, 2, 2, 3, 4))))

    def quantified(self, depth):
        atom = self.atom(depth)
        if self.chance(0.35):
            weights = [6] * 9 + [2] * 7 + [1] * (len(QUANTIFIERS) - 16)
            atom += self.rng.choices(QUANTIFIERS, weights)[0]
        return atom

    def literal(self):
        c = self.rng.choice(CHARACTERS)
        return c if self.chance(0.15) or c not in "*+?.()[]{}|^$\\" else "\\" + c

    def atom(self, depth):
        kind = self.rng.random()
        if kind < 0.4:
            return "".join(self.literal() for _ in range(self.rng.choice((1, 1, 1, 2, 3))))
        if kind < 0.5:
            return self.rng.choice(ESCAPES)
        if kind < 0.56:
            return self.property()
        if kind < 0.6:
            return "."
        if kind < 0.66:
            return self.rng.choice(PLACES)
        if kind < 0.7:
            return self.rng.choice(RARE)
        if kind < 0.75 and (self.groups or self.names):
            return self.reference()
        if kind < 0.85 or depth == 0:
            return self.char_class(2)
        return self.group(depth - 1)

    def property(self):
        name = self.rng.choice(PROPERTIES)
        if self.chance(0.1):
            name = self.rng.choice((name.lower(), name.upper(), name.replace("_", " "), name + "-"))
        return self.rng.choice((r"\p{%s}", r"\p{%s}", r"\P{%s}", r"\p{^%s}")) % name

    def reference(self):
        if self.names and self.chance(0.6):
            return rf"\k<{self.rng.choice(self.names)}>"
        return self.rng.choice((r"\1", r"\2", r"\k<1>", r"\12", r"\k'1'"))

    def group(self, depth):
        opening = self.rng.choice(("(", "(", "(?:", "(?:", "(?>", "(?=", "(?!", "(?<=", "(?<!", "(?i:", "(?i:", "(?-i:", "(?m:", "(?x:", "(?i)",
                                   "(?im-x:", "name", "(?W:", "(?S:", "(?D:", "(?P:"))
        if opening == "name":
            name = self.rng.choice("nm")
            body = self.alternatives(depth)
            self.names.append(name)
            return f"(?<{name}>{body})"
        if opening == "(":
            body = self.alternatives(depth)
            self.groups += 1
            return f"({body})"
        if opening == "(?i)":
            return opening + self.alternatives(depth)
        return f"{opening}{self.alternatives(depth)})"

    def char_class(self, depth):
        inner = "".join(self.class_element(depth) for _ in range(self.rng.choice((1, 1, 2, 3, 4))))
        if self.chance(0.12):
            inner += "&&" + "".join(self.class_element(depth) for _ in range(self.rng.choice((0, 1, 2))))
        return f"[{'^' * self.chance(0.3)}{inner}]"

    def class_element(self, depth):
        kind = self.rng.random()
        if kind < 0.45:
            c = self.rng.choice(CHARACTERS)
            return c if c not in "[]\\^-&" or self.chance(0.2) else "\\" + c
        if kind < 0.6:
            return self.rng.choice(("a-c", "A-Z", "0-9", "\u00df-\u00ff", "\u3042-\u6f22", "s-z", "a-", "-a", "+--", r"\x30-\x39", "z-a", r"\w-a", r"a-\d", "\U00010000-\U0010ffff"))
        if kind < 0.72:
            return self.rng.choice(ESCAPES)
        if kind < 0.8:
            return self.property()
        if kind < 0.9:
            return f"[:{'^' * self.chance(0.2)}{self.rng.choice(POSIX)}:]"
        if kind < 0.95 or depth == 0:
            return self.rng.choice((r"\b", r"\n", r"\x41", "]", "^", "&", "-", r"\R", r"\X", "[:bogus:]", "[:alpha", r"\-", r"\]", r"\xC3\xA9", r"\u00e9"))
        return self.char_class(depth - 1)


def random_text(rng, pattern):
    """Characters of the pattern and others, sometimes the same again and again."""
    from_pattern = [c for c in pattern if c not in "()[]\\*+?|"] or ["a"]
    pick = lambda: rng.choice(from_pattern) if rng.random() < 0.5 else rng.choice(CHARACTERS)
    text = ""
    for _ in range(rng.choice((0, 1, 2, 4, 8, 14))):
        text += pick() * rng.choice((1, 1, 1, 2, 5)) if rng.random() < 0.8 else rng.choice(("ss", "SS", "fi", "ffi", "\r\n", "  ", "'s", "i\u0307"))
    return text


def description(pattern, use):
    """A tokenizer with the pattern at work: a behaviour of Split, or (None) Replace."""
    expression = {"Regex": pattern}
    if use is None:
        return make.tokenizer(BYTES, normalizer={"type": "Replace", "pattern": expression, "content": "<>"})
    behavior, invert = use
    return make.tokenizer(BYTES, pre_tokenizer={"type": "Split", "pattern": expression, "behavior": behavior, "invert": invert})


class PatternComparison:
    def __init__(self, comparison):
        self.c = comparison
        self.gave_up = self.refused = self.patterns = 0

    def load(self, pattern, use):
        """Whether both take it; "differ", "unsupported" or "refused" else."""
        peer, error = self.c.load_both(json.dumps(description(pattern, use)))
        if peer and error is None:
            return "both"
        if error is not None and "is not supported" in error:
            return "unsupported"
        return "refused" if not peer and error is not None else "differ"

    def same(self, text):
        """True, False, or None when one side gave up."""
        same, expected, found = self.c.compare(encoding_request(text))
        if expected in (PANICKED, REFUSED) or found == REFUSED:
            return None
        return same

    def differs(self, case):
        pattern, use, text = case
        try:
            loaded = self.load(pattern, use)
        except UnicodeEncodeError:
            return False
        if text is None or loaded != "both":
            return text is None and loaded == "differ"
        return self.same(text) is False

    def show(self, case):
        def variants(case):
            pattern, use, text = case
            for less in shorter(pattern):
                yield less, use, text
            for less in shorter(text or ""):
                yield pattern, use, less
            if use not in (None, ("Isolated", False)):
                yield pattern, ("Isolated", False), text

        pattern, use, text = shrink(case, variants, self.differs)
        peer, error = self.c.load_both(json.dumps(description(pattern, use)))
        expected, found = ("takes it" if peer else "refuses it"), error or "takes it"
        if text is not None:
            _, expected, found = self.c.compare(encoding_request(text))
            words = lambda a: (bytes(a["ids"]), a["word_ids"], a["offsets"]) if isinstance(a, dict) and "ids" in a else a
            expected, found = words(expected), words(found)
        self.c.differ("patterns", (pattern, use, text), expected, found)

    def post(self, rng, cases):
        """Sends a pattern and texts to both; what turns out different is added to `cases`."""
        pattern = Pattern(rng).text if rng.random() < 0.97 else rng.choice(POPULAR)
        use = None if rng.random() < 0.15 else (rng.choice(make.BEHAVIORS), rng.random() < 0.3)
        self.patterns += 1
        case_of = lambda text: (pattern, use, text)
        if not self.c.load(description(pattern, use), lambda *_: cases.append(case_of(None))):
            self.refused += 1
            return
        for _ in range(8):
            text = random_text(rng, pattern)
            expected = self.c.request("Replace" if use is None else f"Split, {use[0]}", encoding_request(text),
                                      lambda request, *_: cases.append(case_of(request["text"])))
            if not isinstance(expected, dict):
                self.gave_up += 1
                return

    def run(self, seed):
        cases = []
        for _ in range(PATTERNS_AT_ONCE):
            self.post(random.Random(f"{seed} {self.patterns}"), cases)  # each can be made again alone
        self.c.flush()
        done = set()
        for case in cases:
            if case[0] not in done and self.differs(case):
                self.show(case)
            done.add(case[0])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--probe", required=True)
    parser.add_argument("--seconds", type=float, default=30)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--stop", type=int, default=10, help="after so many differences")
    parser.add_argument("--json", help="where to write the counts")
    options = parser.parse_args()
    require_peer()
    silence_panics()
    print(f"seed {options.seed}", flush=True)
    c = Comparison(Probe(options.probe), make.tokenizer(BYTES), limit=options.stop)
    patterns = PatternComparison(c)
    start = time.perf_counter()
    while time.perf_counter() - start < options.seconds and len(c.tally.differences) < options.stop:
        patterns.run(options.seed)
        if patterns.patterns % 5000 == 0:
            print(f"{time.perf_counter() - start:6.1f} s  {c.tally.total:7}  {patterns.patterns} patterns", file=LOG, flush=True)
    c.tally.print()
    counts = {"patterns": patterns.patterns, "refused_by_both": patterns.refused, "unsupported": c.tally.refused_by_inlay,
              "gave_up": patterns.gave_up}
    print(counts)
    if options.json:
        c.tally.write(options.json, run="random regular expressions", seed=options.seed, seconds=options.seconds, patterns=counts)
    return 1 if c.tally.differences else 0


if __name__ == "__main__":
    sys.exit(main())
