"""make_parity.py [--take FILE…] [--check]: the section of docs/TOKENIZERS.md on parity with Hugging Face's tokenizers.

The counts are docs/parity/*.json, written by --json of tests/validation/text/{parity,random_parity,…}.py; --take
copies new ones there first. The section stands between the marks <!-- parity:begin --> and <!-- parity:end -->.
--check changes nothing and exits with 1 when the section is not what the counts make. Needs nothing but the
standard library.
"""
import argparse
import json
import pathlib
import re
import shutil
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
NAMED = "trained and real vocabularies"
LEAST = 3  # combinations of a component
COMPONENTS = {
    "normalizer": "BertNormalizer ByteLevel Lowercase NFC NFD NFKC NFKD Nmt Precompiled Prepend Replace Sequence Strip StripAccents",
    "pre_tokenizer": "BertPreTokenizer ByteLevel CharDelimiterSplit Digits FixedLength Metaspace Punctuation Sequence Split "
                     "UnicodeScripts Whitespace WhitespaceSplit",
    "model": "BPE Unigram WordLevel WordPiece",
    "post_processor": "BertProcessing ByteLevel RobertaProcessing Sequence TemplateProcessing",
    "decoder": "BPEDecoder ByteFallback ByteLevel CTC Fuse Metaspace Replace Sequence Strip WordPiece",
}
BEGIN, END = "<!-- parity:begin -->", "<!-- parity:end -->"
HEAD = """## Parity with Hugging Face's tokenizers 0.23.3

<!-- Written by tools/make_parity.py from docs/parity/*.json; do not edit. -->

Ids, tokens, offsets, type ids, both masks, word ids, overflowing windows and decoded text of both sides were
compared. To repeat it:

```text
./x test validation
build/python/bin/python tests/validation/text/random_parity.py --probe build/release/bin/inlay_tokenize_probe --seconds 600
```
"""
PANICS = """
A case in which the peer panics is not counted; where the peer refuses, inlay must refuse too.
"""
CASES = """
A case stands for the members of a tokenizer.json and what is asked of it; where it does not say so, the model is
a WordLevel of `u`, `a` and `b`, its pre-tokenizer WhitespaceSplit.

"""


def table(header, rows):
    lines = [header, ["---"] + ["---:"] * (len(header) - 1), *rows]
    return "\n".join("| " + " | ".join(str(cell) for cell in line) + " |" for line in lines) + "\n"


def summed(documents, key):
    total = {}
    for document in documents:
        for name, count in document[key].items():
            total[name] = total.get(name, 0) + count
    return sorted(total.items())


def components(documents):
    """Of each component: its comparisons, and in how many combinations one run had it."""
    rows = {f"{part}: {name}": [0, 0] for part, names in COMPONENTS.items() for name in names.split()}
    for document in documents:
        for name, one in document["components"].items():
            row = rows.setdefault(name, [0, 0])
            row[0] += one["compared"]
            row[1] = max(row[1], one["combinations"])
    return rows


def rare(rows):
    return [name for name, (_, combinations) in rows.items() if combinations < LEAST]


def kinds(rows):
    """A sentence on how many components there are, and in how many combinations the rarest."""
    counts = [f"{len(names.split())} {part.replace('_', '-')}s" for part, names in COMPONENTS.items()]
    return (f"\n{', '.join(counts[:-1])} and {counts[-1]}, each in at least {min(row[1] for row in rows.values())} combinations:"
            " what is around it, by types alone, in the run that had most.\n\n")


def by_tokenizer(document):
    """Rows of a run over named tokenizers, whose groups are "name", "name, decode" and "name, every … code point"."""
    rows = {}
    for group, count in document["groups"].items():
        name = re.sub(", (decode|every .*code point)$", "", group)
        place = 0 if group == name else 1 if group.endswith("decode") else 2
        rows.setdefault(name, [0, 0, 0])[place] += count
    return [(name, *(f"{count:,}" for count in counts)) for name, counts in rows.items()]


def code(text):
    """`text` as code in a cell of a table."""
    return "`" + text.replace("|", "\\|") + "`"


def section(folder):
    found = [json.loads(path.read_text("utf-8")) for path in sorted(folder.glob("*.json"))]
    runs = [document for document in found if "compared" in document]
    listed = [entry for document in found for entry in document.get("listed", ())]
    counts = lambda key: [(name, f"{count:,}") for name, count in summed(runs, key)]
    rows = [(d["run"], d["seed"], f"{d['seconds']:.0f} s" if "seconds" in d else "–", f"{d['compared']:,}", d["different"]) for d in runs]
    rows.append(("all", "", "", f"{sum(d['compared'] for d in runs):,}", sum(d["different"] for d in runs)))
    rows_of_components = components(runs)
    parts = [HEAD, table(("run", "seed", "time", "compared", "different"), rows), PANICS,
             *(part for d in runs if d["run"] == NAMED for part in (
                 "\n### By tokenizer\n", table(("tokenizer", "texts", "decoded", "texts of code points"), by_tokenizer(d)))),
             "\n### By model\n", table(("model", "compared"), counts("models")),
             "\n### By component\n", kinds(rows_of_components),
             table(("component", "compared", "combinations"),
                   [(name, *(f"{count:,}" for count in row)) for name, row in sorted(rows_of_components.items())]),
             "\n### By kind of text\n", table(("text", "compared"), counts("texts")),
             "\n### Differences on purpose\n", CASES,
             table(("what", "minimal case", "cause"), [(entry["name"], code(entry["case"]), entry["cause"]) for entry in listed])
             .replace("---:", "---")]
    return "\n".join(part.strip("\n") + "\n" for part in parts), rare(rows_of_components)


def with_section(page, text):
    """`page` with its section made anew, or at its end where it has none."""
    if BEGIN not in page:
        page = page.rstrip("\n") + ("\n\n" if page else "") + f"{BEGIN}\n{END}\n"
    begin, end = page.index(BEGIN) + len(BEGIN), page.index(END)
    return f"{page[:begin]}\n{text}{page[end:]}"


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--root", type=pathlib.Path, default=ROOT, help="the tree; default: this one")
    parser.add_argument("--take", type=pathlib.Path, nargs="*", default=[], metavar="FILE", help="copy new counts first")
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args()
    folder, path = options.root / "docs" / "parity", options.root / "docs" / "TOKENIZERS.md"
    for source in options.take:
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, folder / source.name)
    page = path.read_text("utf-8") if path.is_file() else ""
    text, too_rare = section(folder)
    if too_rare:
        print(f"parity: expected {LEAST} combinations or more of each component, found fewer of {', '.join(too_rare)}")
        return 1
    made = with_section(page, text)
    if options.check:
        if made != page:
            print("parity: docs/TOKENIZERS.md: expected the section that tools/make_parity.py makes of docs/parity/*.json")
        return made != page
    path.write_text(made, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
