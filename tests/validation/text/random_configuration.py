"""Random tokenizers: components of every kind with random parameters, models of many shapes, added tokens, requests."""
import string

import parity_models as make
from comparison import added, encoding_request, random_text
from parity_models import BEHAVIORS, LLAMA3, O200K, QWEN2
from parity_texts import ALL, SETS

EXPRESSIONS = (LLAMA3, QWEN2, O200K, r"\s+", r"\w+|[^\w\s]+", r"[[:punct:]]", r"\p{N}{1,3}", r"(?<=\S)\s|\s(?=\S)", r"(?i:e|ss)+", r"", r"^",
               r".", r"\d", r"[^a-z]+", r"(.)\1", r"a++b?", r"\G.", r"\X", r"\b")
STRINGS = (" ", "e", "th", "\u2581", ".", "", "  ", "\u00e9", "\u0301", "aa", "\n", "\u0120")
LETTERS = "ab\u00e9\u2581 "  # of tiny models


def chance(rng, p=0.5):
    return rng.random() < p


EMPTY = ("", "^", r"\b")  # match between characters


def pattern(rng, also_empty=True):
    if chance(rng):
        return {"String": rng.choice([s for s in STRINGS if also_empty or s not in EMPTY])}
    return {"Regex": rng.choice([e for e in EXPRESSIONS if also_empty or e not in EMPTY])}


def sequence(rng, name, key, make_one, most, depth):
    """A sequence of several, which may hold sequences."""
    return {"type": "Sequence", key: [make_one(rng, depth + 1) for _ in range(rng.randrange(0, most))]}


def normalizer(rng, charsmaps=(), depth=0):
    flag = lambda: chance(rng)
    if depth < 2 and chance(rng, 0.3):
        return sequence(rng, "Sequence", "normalizers", lambda r, d: normalizer(r, charsmaps, d), 4, depth)
    one = [{"type": name} for name in ("NFC", "NFD", "NFKC", "NFKD", "Lowercase", "StripAccents", "Nmt", "ByteLevel")]
    one += [
        {"type": "Strip", "strip_left": flag(), "strip_right": flag()},
        {"type": "Prepend", "prepend": rng.choice(("\u2581", "xy", " ", "\u0301"))},
        {"type": "Replace", "pattern": pattern(rng, also_empty=depth == 0),
         "content": rng.choice(("", "x", " ", "\u2581", "\u00e4b", "\u0301"))},
        {"type": "Replace", "pattern": {"String": " "}, "content": "\u2581"},
        {"type": "BertNormalizer", "clean_text": flag(), "handle_chinese_chars": flag(),
         "strip_accents": rng.choice((None, True, False)), "lowercase": flag()}]
    one += [{"type": "Precompiled", "precompiled_charsmap": charsmap} for charsmap in charsmaps]
    return rng.choice(one)


def pre_tokenizer(rng, depth=0):
    flag = lambda: chance(rng)
    if depth < 2 and chance(rng, 0.3):
        return sequence(rng, "Sequence", "pretokenizers", pre_tokenizer, 4, depth)
    return rng.choice([
        {"type": "BertPreTokenizer"}, {"type": "Whitespace"}, {"type": "WhitespaceSplit"}, {"type": "UnicodeScripts"},
        {"type": "ByteLevel", "add_prefix_space": flag(), "trim_offsets": flag(), "use_regex": flag()},
        {"type": "CharDelimiterSplit", "delimiter": rng.choice(" -e\u2581\u3042\u0301")},
        {"type": "Metaspace", "replacement": rng.choice("\u2581_\u0120"),
         "prepend_scheme": rng.choice(("first", "never", "always")), "split": flag()},
        {"type": "Punctuation", "behavior": rng.choice(BEHAVIORS)}, {"type": "Digits", "individual_digits": flag()},
        {"type": "FixedLength", "length": rng.choice((1, 2, 5, 17))},
        {"type": "Split", "pattern": pattern(rng), "behavior": rng.choice(BEHAVIORS), "invert": flag()},
        {"type": "Split", "pattern": {"Regex": rng.choice(EXPRESSIONS)}, "behavior": rng.choice(BEHAVIORS), "invert": flag()}])


def template(rng, size):
    """A template of any special tokens around one text and two."""
    specials = {name: {"id": name, "ids": ids, "tokens": ["x"] * len(ids)}
                for name, ids in (("<s>", [1 % size]), ("</s>", [2 % size]), ("multi", [0, 1 % size, 0]))}
    piece = lambda name: ({"Sequence": {"id": name, "type_id": rng.randrange(3)}} if name in "AB" else
                          {"SpecialToken": {"id": name, "type_id": rng.randrange(3)}})
    single = rng.choices(list(specials), k=rng.randrange(0, 4)) + ["A"]
    pair = rng.choices(list(specials), k=rng.randrange(0, 4)) + ["A", "B"]
    rng.shuffle(single)
    rng.shuffle(pair)
    return {"type": "TemplateProcessing", "single": [piece(n) for n in single], "pair": [piece(n) for n in pair],
            "special_tokens": specials}


def post_processor(rng, size, depth=0):
    flag = lambda: chance(rng)
    if depth == 0 and chance(rng, 0.35):
        chosen = [post_processor(rng, size, 1) for _ in range(rng.randrange(0, 3))]
        # A template takes one text or a pair: there is one at most, behind processors that keep the parts.
        templates = [p for p in chosen if p["type"] == "TemplateProcessing"]
        chosen = [p for p in chosen if p not in templates] + templates[:1]
        return {"type": "Sequence", "processors": chosen}
    cls, sep = ["<s>", 1 % size], ["</s>", 2 % size]
    return rng.choice([
        {"type": "ByteLevel", "add_prefix_space": flag(), "trim_offsets": flag(), "use_regex": flag()},
        {"type": "RobertaProcessing", "sep": sep, "cls": cls, "trim_offsets": flag(), "add_prefix_space": flag()},
        {"type": "BertProcessing", "sep": sep, "cls": cls}, template(rng, size)])


def decoder(rng, depth=0):
    flag = lambda: chance(rng)
    if depth < 2 and chance(rng, 0.5 if depth == 0 else 0.15):
        return sequence(rng, "Sequence", "decoders", decoder, 5, depth)
    return rng.choice([
        {"type": "ByteLevel", "add_prefix_space": flag(), "trim_offsets": flag(), "use_regex": flag()},
        {"type": "BPEDecoder", "suffix": rng.choice(("</w>", "e", ""))}, {"type": "ByteFallback"}, {"type": "Fuse"},
        {"type": "WordPiece", "prefix": rng.choice(("##", "a", "")), "cleanup": flag()},
        {"type": "Metaspace", "replacement": rng.choice("\u2581e"), "prepend_scheme": rng.choice(("first", "never", "always")),
         "split": flag()},
        {"type": "CTC", "pad_token": rng.choice(("e", "<unk>", "")), "word_delimiter_token": rng.choice("|ea"), "cleanup": flag()},
        {"type": "Replace", "pattern": pattern(rng), "content": rng.choice((" ", "", "xy"))},
        {"type": "Strip", "content": rng.choice(" ea\u0120\u2581"), "start": rng.randrange(3), "stop": rng.randrange(3)}])


def tiny_words(rng, count, longest=5):
    return ["".join(rng.choices(LETTERS, k=rng.randrange(1, longest))) for _ in range(count)]


def tiny_bpe(rng):
    """Any merges whose parts and wholes are tokens, in any order: ranks that training would never give."""
    prefix, suffix = rng.choice(("", "", "", "##", "a")), rng.choice(("", "", "", "</w>", "b"))
    tokens = ["<unk>"] + [p + c + s for c in LETTERS for p in {"", prefix} for s in {"", suffix} if chance(rng, 0.9)]
    if chance(rng, 0.3):
        tokens += [f"<0x{b:02X}>" for b in range(256) if chance(rng, 0.995)]
    merges = []
    for _ in range(rng.randrange(0, 25)):
        left, right = rng.choice(tokens[1:40] or ["a"]), rng.choice(tokens[1:40] or ["b"])
        if prefix and not right.startswith(prefix):
            continue
        tokens.append(left + right[len(prefix):])
        merges.append([left, right])
    rng.shuffle(merges)
    tokens = list(dict.fromkeys(tokens))
    merges = [m for m in merges if m[0] in tokens and m[1] in tokens]
    flag = lambda: chance(rng)
    return {"type": "BPE", "dropout": rng.choice((None, None, 0.0)), "unk_token": rng.choice((None, "<unk>", "<unk>", "a")),
            "continuing_subword_prefix": prefix or rng.choice((None, "")), "end_of_word_suffix": suffix or rng.choice((None, "")),
            # The bytes of a prefix have offsets outside of the text, which the peer cannot tell in characters.
            "fuse_unk": flag(), "byte_fallback": flag() and not prefix and not suffix, "ignore_merges": flag(),
            "vocab": {token: i for i, token in enumerate(tokens)}, "merges": merges}


def tiny_unigram(rng):
    """Scores with ties, pieces that are there twice, an unknown piece anywhere."""
    pieces = ["<unk>"] + [c for c in LETTERS if chance(rng, 0.8)] + tiny_words(rng, rng.randrange(0, 20))
    if chance(rng, 0.3):
        pieces += [f"<0x{b:02X}>" for b in range(256) if chance(rng, 0.998)]
    score = lambda: rng.choice((-1.0, -2.0, -3.0, -3.0, -rng.random() * 10, 0.0))
    return {"type": "Unigram", "unk_id": rng.choice((0, 0, 0, 1 % len(pieces), None)), "byte_fallback": chance(rng),
            "vocab": [[piece, score()] for piece in pieces]}


def tiny_wordpiece(rng):
    prefix = rng.choice(("##", "##", "", "a"))
    tokens = ["[UNK]"] + [c for c in LETTERS if chance(rng, 0.8)] + [prefix + c for c in LETTERS if chance(rng, 0.8)]
    tokens += tiny_words(rng, 8) + [prefix + word for word in tiny_words(rng, 8)]
    return {"type": "WordPiece", "unk_token": rng.choice(("[UNK]", "[UNK]", tokens[1])), "continuing_subword_prefix": prefix,
            "max_input_chars_per_word": rng.choice((0, 1, 3, 5, 100)),
            "vocab": {token: i for i, token in enumerate(dict.fromkeys(tokens))}}


def tiny_word_level(rng):
    tokens = dict.fromkeys(["<unk>"] + tiny_words(rng, 20))
    return {"type": "WordLevel", "unk_token": rng.choice(("<unk>", "<unk>", "none")), "vocab": {t: i for i, t in enumerate(tokens)}}


TINY = {"tiny BPE": tiny_bpe, "tiny Unigram": tiny_unigram, "tiny WordPiece": tiny_wordpiece, "tiny WordLevel": tiny_word_level}


def changed_model(rng, model):
    """A trained model with other options."""
    model = dict(model)
    if model["type"] == "BPE":
        model["fuse_unk"], model["ignore_merges"] = chance(rng), chance(rng)
        model["dropout"] = rng.choice((None, 0.0))
    elif model["type"] == "WordPiece":
        model["max_input_chars_per_word"] = rng.choice((3, 100, 100))
    return model


def vocabulary(model):
    return [piece for piece, _ in model["vocab"]] if model["type"] == "Unigram" else list(model["vocab"])


def added_tokens(rng, words):
    contents = rng.sample(words, min(4, len(words))) + ["<mask>", "<s>", "a b", " x", "\u00c9", "aa", "e\u0301"]
    chosen = dict.fromkeys(c for c in rng.choices(contents, k=rng.choice((0, 0, 1, 2, 4))) if c)
    return [added(content, **{flag: chance(rng, 0.3) for flag in ("single_word", "lstrip", "rstrip", "normalized", "special")})
            for content in chosen]


class Configuration:
    """A tokenizer, and what words and letters its texts should have."""

    def __init__(self, rng, models, charsmaps, tiny=None):
        tiny = chance(rng, 0.35) if tiny is None else tiny
        self.name = rng.choice(list(TINY if tiny else models))
        model = TINY[self.name](rng) if tiny else changed_model(rng, models[self.name])
        known = vocabulary(model)
        self.words = [w for w in rng.sample(known, min(40, len(known))) if w]
        self.is_tiny = tiny
        maybe = lambda p, part: part if chance(rng, p) else None
        tokens = added_tokens(rng, self.words)
        self.description = make.tokenizer(
            model, added_tokens=tokens, normalizer=maybe(0.6, normalizer(rng, charsmaps)),
            pre_tokenizer=maybe(0.75, pre_tokenizer(rng)), post_processor=maybe(0.5, post_processor(rng, len(known))),
            decoder=maybe(0.8, decoder(rng)))
        self.words += [t["content"] for t in tokens] * 3

    def text(self, rng, words):
        kind = rng.random()
        if self.is_tiny and kind < 0.6:
            return "".join(rng.choices(LETTERS + "x" * chance(rng, 0.3), k=rng.choice((1, 3, 8, 20, 80))))
        if kind < 0.12:
            return rng.choice(ALL)
        if kind < 0.18:
            return rng.choice(string.ascii_letters + "\u00e9\u4e00 ") * rng.choice((2, 17, 60, 200))
        if kind < 0.3:
            return "".join(code_point(rng) for _ in range(rng.randrange(1, 12)))
        return random_text(rng, words + self.words)

    def request(self, rng, words):
        pair = self.text(rng, words) if chance(rng, 0.25) else None
        request = encoding_request(self.text(rng, words), pair, chance(rng, 0.7))
        if chance(rng, 0.25):
            request["truncation"] = {"max_length": rng.randrange(12, 30), "stride": rng.choice((0, 0, 1, 3)),
                                     "strategy": rng.choice(("LongestFirst", "LongestFirst", "OnlyFirst", "OnlySecond")),
                                     "direction": rng.choice(("Left", "Right"))}
            if pair is not None:  # the peer does not know which text the tokens of a window are of
                request["text"], request["pair"] = ("".join(c for c in t if c.isascii()) for t in (request["text"], pair))
        if chance(rng, 0.2):
            request["padding"] = {"strategy": rng.choice(("BatchLongest", {"Fixed": rng.randrange(0, 40)})),
                                  "direction": rng.choice(("Left", "Right")), "pad_to_multiple_of": rng.choice((None, 0, 1, 2, 8, 13)),
                                  "pad_id": rng.choice((0, 3)), "pad_type_id": rng.choice((0, 1)), "pad_token": "[PAD]"}
        return request


def code_point(rng):
    """Any, plane 0 more often, no surrogate."""
    if chance(rng, 0.3):
        return rng.choice(SETS[rng.choice(list(SETS))])
    code = rng.randrange(0x3000) if chance(rng) else rng.randrange(0x110000)
    return chr(code) if not 0xD800 <= code < 0xE000 else "\ufffd"
