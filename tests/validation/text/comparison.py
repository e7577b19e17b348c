"""A request to both sides, inlay's tokenizers and Hugging Face's tokenizers 0.23.3, and whether they answer the same.

Ids, offsets (in bytes), type ids, both masks, word ids, overflowing windows and decoded text must be equal; the probe
also holds its fused way against its general way. Where the peer refuses, inlay must; where it panics nothing is held
against inlay.
"""
import json
import os
import queue
import subprocess
import sys
import threading

os.environ["RUST_BACKTRACE"] = "0"
import tokenizers
from parity_texts import SCRIPTS, SETS, TRICKY
from tally import Tally

PEER_VERSION = "0.23.3"
LOG = os.fdopen(os.dup(2), "w")
CLASSES = ("ids", "type_ids", "attention_mask", "special_tokens_mask", "offsets", "word_ids")
STRATEGIES = {"LongestFirst": "longest_first", "OnlyFirst": "only_first", "OnlySecond": "only_second"}
REFUSED, PANICKED = "refused", "panicked"
NOT_COMPARED = [-1, -1]


def require_peer():
    if tokenizers.__version__ != PEER_VERSION:
        raise SystemExit(f"expected tokenizers {PEER_VERSION}, found {tokenizers.__version__}")


def silence_panics():
    """The peer says its panics on the standard error output; what is said here goes to LOG."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    sys.stderr = LOG


class Probe:
    """The program under test: a line of JSON in, a line out, in order; many may be on their way."""

    def __init__(self, path):
        self.process = subprocess.Popen([path], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.lines = queue.Queue()
        threading.Thread(target=self.read, daemon=True).start()

    def read(self):
        for line in self.process.stdout:
            self.lines.put(line)
        self.lines.put(None)

    def post(self, request):
        self.process.stdin.write(json.dumps(request).encode() + b"\n")

    def answer(self, request):
        """The oldest answer that was not taken, which `request` asked for."""
        line = self.lines.get()
        if line is None:
            raise SystemExit(f"the probe ended at {str(request)[:2000]}")
        return json.loads(line)

    def flush(self):
        self.process.stdin.flush()

    def ask(self, **request):
        """Only when nothing is on its way."""
        self.post(request)
        self.flush()
        return self.answer(request)


def byte_positions(text):
    positions, at = [], 0
    for c in text:
        positions.append(at)
        at += len(c.encode())
    return positions + [at]


def peer_encoding(encoding, texts, is_window=False):
    """The peer's encoding in the probe's form; its offsets count characters, the probe's bytes."""
    positions = [byte_positions(text) for text in texts]
    ascii_only = all(text.isascii() for text in texts)
    offsets = []
    sequences = encoding.sequence_ids
    if len(texts) == 1:  # a template may hold the text twice; the peer knows the place of one
        sequences = [None if special else 0 for special in encoding.special_tokens_mask]
    for (begin, end), sequence in zip(encoding.offsets, sequences):
        where = positions[sequence] if sequence is not None and not ascii_only else None
        if where and end >= len(where):  # of bytes that are not in the text (a prefix that became bytes)
            offsets.append(NOT_COMPARED)
        else:
            offsets.append([where[begin], where[end]] if where else [begin, end])
    return {
        "ids": encoding.ids,
        "type_ids": encoding.type_ids,
        "attention_mask": encoding.attention_mask,
        "special_tokens_mask": encoding.special_tokens_mask,
        "offsets": offsets,
        "word_ids": [-1 if w is None else w for w in encoding.word_ids],
        "overflowing": [] if is_window else [peer_encoding(e, texts, True) for e in encoding.overflowing],
    }


def flat(encoding):
    """Without the windows of windows."""
    result = dict(encoding)
    result["overflowing"] = [{k: e[k] for k in CLASSES} for e in encoding["overflowing"]]
    return result


def encoding_request(text, pair=None, special=True, truncation=None, padding=None):
    return {"op": "encode", "text": text, "pair": pair, "special": special, "truncation": truncation, "padding": padding}


class Waiting:
    """A request whose answer is not compared yet; `different` is called when it is not what the peer says."""

    def __init__(self, request, expected, different):
        self.request, self.expected, self.different = request, expected, different


class Comparison:
    MOST_WAITING = 200

    def __init__(self, probe, description, limit=10):
        self.probe, self.limit = probe, limit
        self.tally = Tally()
        self.waiting = []
        self.skips = False  # the probe has no tokenizer to compare
        self.load(description)

    def load(self, description, different=None):
        """Both sides take the tokenizer; false when the peer refuses it. What inlay says not to support is counted."""
        self.description = description
        text = json.dumps(description)
        self.load_peer(text)
        taken = self.peer is not None
        if taken:
            self.tally.take(description)
        self.post(Waiting({"op": "load", "json": text}, taken, different or self.differ_in_loading))
        return taken

    def load_peer(self, text):
        try:
            self.peer = tokenizers.Tokenizer.from_str(text)
            self.peer.no_truncation()
            self.peer.no_padding()
        except BaseException as error:  # the peer's own types, and its panics
            if isinstance(error, KeyboardInterrupt):
                raise
            self.peer = None

    def load_both(self, text):
        """At once: (whether the peer takes it, what inlay says against it)"""
        self.flush()
        self.load_peer(text)
        return self.peer is not None, self.probe.ask(op="load", json=text).get("error")

    def post(self, waiting):
        self.probe.post(waiting.request)
        self.waiting.append(waiting)
        if len(self.waiting) >= self.MOST_WAITING:
            self.flush()

    def flush(self):
        """Compares all answers that are on their way."""
        self.probe.flush()
        waiting, self.waiting = self.waiting, []
        different = []
        for one in waiting:
            found = self.probe.answer(one.request)
            if one.request["op"] == "load":
                self.skips = not one.expected or "error" in found
                if one.expected and "is not supported" in found.get("error", ""):
                    self.tally.refused_by_inlay += 1
                elif one.expected != ("error" not in found):
                    different.append((one, found))
            elif not self.skips:
                found = self.in_form(one.request, found)
                self.tally.refusals += one.expected == REFUSED == found
                if not self.is_same(one.expected, found):
                    different.append((one, found))
        for one, found in different:
            one.different(one.request, one.expected, found)

    def differ_in_loading(self, request, expected, found):
        self.differ("load", request["json"][:300], expected, found)

    def differ(self, group, case, expected, found):
        self.tally.differences.append(group)
        if len(self.tally.differences) <= self.limit:
            print(f"DIFFERENT {group}: {case!r}\n  peer  {expected}\n  inlay {found}", file=LOG, flush=True)

    def set_up_peer(self, truncation, padding):
        self.peer.no_truncation()
        self.peer.no_padding()
        if truncation:
            self.peer.enable_truncation(truncation["max_length"], stride=truncation["stride"],
                                        strategy=STRATEGIES[truncation["strategy"]],
                                        direction=truncation["direction"].lower())
        if padding:
            fixed = padding["strategy"]["Fixed"] if isinstance(padding["strategy"], dict) else None
            self.peer.enable_padding(direction=padding["direction"].lower(), pad_id=padding["pad_id"],
                                     pad_type_id=padding["pad_type_id"], pad_token="[PAD]", length=fixed,
                                     pad_to_multiple_of=padding["pad_to_multiple_of"])

    def ask_peer(self, request):
        """What the peer answers, in the probe's form; REFUSED, or PANICKED."""
        try:
            if request["op"] == "decode":
                return {"text": self.peer.decode(request["ids"], skip_special_tokens=request["skip_special"])}
            self.set_up_peer(request["truncation"], request["padding"])
            text, pair = request["text"], request["pair"]
            encoding = self.peer.encode(text, pair, add_special_tokens=request["special"])
            return flat(peer_encoding(encoding, [text] if pair is None else [text, pair]))
        except BaseException as error:
            if isinstance(error, KeyboardInterrupt):
                raise
            return REFUSED if isinstance(error, Exception) else PANICKED

    @staticmethod
    def in_form(request, found):
        """An answer of the probe, comparable with the peer's."""
        if "error" in found:
            return found if "differ" in found["error"] else REFUSED
        return found if request["op"] == "decode" else flat(found)

    @staticmethod
    def is_same(expected, found):
        if expected == PANICKED:
            return not isinstance(found, dict) or "error" not in found
        if expected == found or not isinstance(expected, dict) or not isinstance(found, dict):
            return expected == found
        forget = NOT_COMPARED in expected.get("offsets", ())
        return forget and all(expected[name] == found[name] for name in expected if name != "offsets")

    def compare(self, request):
        """At once: (whether they are the same, the peer's answer, inlay's)"""
        self.flush()
        expected, found = self.ask_peer(request), self.in_form(request, self.probe.ask(**request))
        return self.is_same(expected, found), expected, found

    def request(self, group, request, different=None):
        """Compares and counts, now or by the next flush(). Returns the peer's answer."""
        expected = self.ask_peer(request)
        if expected == PANICKED:
            self.tally.panics += 1
        else:
            self.tally.add(group, request.get("text"))
        if isinstance(expected, dict) and "ids" in expected:
            self.tally.tokens += len(expected["ids"])
        self.post(Waiting(request, expected, different or (lambda *case: self.differ(group, *case))))
        return expected

    def encode(self, group, text, pair=None, special=True, truncation=None, padding=None, different=None):
        return self.request(group, encoding_request(text, pair, special, truncation, padding), different)

    def ids(self, *arguments):
        """encode(), and the peer's ids."""
        expected = self.encode(*arguments)
        return expected["ids"] if isinstance(expected, dict) else []

    def decode(self, group, ids, skip):
        self.request(group, {"op": "decode", "ids": ids, "skip_special": skip})

    def ask(self, **request):
        """What the probe answers, without comparison."""
        self.flush()
        return self.probe.ask(**request)


def plain(base, **changes):
    return {**base, "truncation": None, "padding": None, **changes}


def added(content, **flags):
    return {"id": 0, "content": content, "single_word": False, "lstrip": False, "rstrip": False,
            "normalized": True, "special": False, **flags}


def random_text(rng, words, length=12):
    """Words, other scripts and hard characters in any order."""
    parts = []
    for _ in range(rng.randrange(1, length)):
        kind = rng.random()
        if kind < 0.45:
            parts.append(rng.choice(words))
        elif kind < 0.6:
            parts.append("".join(rng.choice(SETS[name]) for name in rng.choices(list(SETS), k=rng.randrange(1, 5))))
        elif kind < 0.75:
            parts.append(rng.choice(SCRIPTS)[:rng.randrange(1, 30)])
        elif kind < 0.9:
            name = rng.choice(list(SETS))
            parts.append("".join(rng.choices(SETS[name], k=rng.randrange(1, 8))))
        else:
            parts.append(rng.choice(TRICKY))
    return rng.choice(["", " ", " ", "\t", ""]).join(parts)
