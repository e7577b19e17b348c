"""Counts of comparisons: by group, by model and component, by kind of text; written as JSON for docs/TOKENIZERS.md."""
import json
import pathlib

from parity_texts import KIND_OF

PARTS = ("normalizer", "pre_tokenizer", "model", "post_processor", "decoder")
ENCODING_PARTS = PARTS[:-1]
LISTS = ("normalizers", "pretokenizers", "processors", "decoders")


def parts_of(component):
    """A component and, where it is a sequence, those within."""
    if not component:
        return
    yield component
    for name in LISTS:
        for inner in component.get(name) or ():
            yield from parts_of(inner)


def flavour(model):
    """What a model is called in the counts: its type and what it does besides."""
    words = [model.get("type", "BPE")]
    for key, word in (("continuing_subword_prefix", "prefix"), ("end_of_word_suffix", "suffix"), ("byte_fallback", "byte_fallback"),
                      ("ignore_merges", "ignore_merges"), ("fuse_unk", "fuse_unk")):
        if model.get(key) and words[0] != "WordPiece":
            words.append(word)
    if model.get("dropout") == 0.0 and model["dropout"] is not None:
        words.append("dropout 0")
    return ", ".join(words)


def kind_of(group, text):
    if text is None:
        return "decoding"
    return "code points, 64 to a text" if "code point" in group else KIND_OF.get(text, "random mixtures")


class Tally:
    def __init__(self):
        self.groups, self.texts, self.models, self.components = {}, {}, {}, {}
        self.combinations = {}  # of a component: what was around it, by types alone
        self.differences = []
        self.panics = self.refusals = self.refused_by_inlay = self.tokens = 0
        self.parts = {part: [] for part in PARTS}

    def take(self, description):
        """What is compared from now on."""
        self.parts = {part: [c.get("type", "BPE") for c in parts_of(description.get(part))] for part in PARTS}
        self.model = flavour(description["model"])
        self.combination = (self.model, *map(tuple, self.parts.values()))

    def add(self, group, text=None):
        """One comparison; of decoding when there is no text."""
        for counts, name in ((self.groups, group), (self.models, self.model), (self.texts, kind_of(group, text))):
            counts[name] = counts.get(name, 0) + 1
        for part in ("decoder",) if text is None else ENCODING_PARTS:
            for name in dict.fromkeys(self.parts[part]):
                key = f"{part}: {name}"
                self.components[key] = self.components.get(key, 0) + 1
                self.combinations.setdefault(key, set()).add(self.combination)

    @property
    def total(self):
        return sum(self.groups.values())

    def print(self):
        for group, count in self.groups.items():
            print(f"{group:44} {count:8} compared, {self.differences.count(group)} different")
        print(f"{'all':44} {self.total:8} compared, {len(self.differences)} different, {self.tokens} tokens,"
              f" {self.refusals} refused by both, {self.panics} panics of the peer")

    def write(self, path, **about):
        components = {name: {"compared": count, "combinations": len(self.combinations[name])}
                      for name, count in sorted(self.components.items())}
        document = {**about, "compared": self.total, "different": len(self.differences), "tokens": self.tokens,
                    "refused_by_both": self.refusals, "panics_of_the_peer": self.panics, "groups": self.groups,
                    "models": dict(sorted(self.models.items())), "components": components, "texts": self.texts}
        path = pathlib.Path(path)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(document, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
