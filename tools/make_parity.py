"""make_parity.py [--take FILE…] [--check]: the section of docs/TOKENIZERS.md on parity with Hugging Face's tokenizers.

The counts are docs/parity/*.json, written by --json of tests/validation/text/{parity,random_parity,…}.py; --take
copies new ones there first. The section stands between the marks <!-- parity:begin --> and <!-- parity:end -->.
--check changes nothing and exits with 1 when the section is not what the counts make. Needs nothing but the
standard library.
"""
import argparse
import json
import pathlib
import shutil
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
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
    """Rows of each component: its comparisons, and in how many combinations."""
    rows = {}
    for document in documents:
        for name, one in document["components"].items():
            row = rows.setdefault(name, [0, 0])
            row[0] += one["compared"]
            row[1] += one["combinations"]
    return [(name, f"{compared:,}", f"{combinations:,}") for name, (compared, combinations) in sorted(rows.items())
            if not name.startswith("model: ")]


def section(folder):
    found = [json.loads(path.read_text("utf-8")) for path in sorted(folder.glob("*.json"))]
    runs = [document for document in found if "compared" in document]
    listed = [entry for document in found for entry in document.get("listed", ())]
    counts = lambda key: [(name, f"{count:,}") for name, count in summed(runs, key)]
    rows = [(d["run"], d["seed"], f"{d['seconds']:.0f} s" if "seconds" in d else "–", f"{d['compared']:,}", d["different"]) for d in runs]
    rows.append(("all", "", "", f"{sum(d['compared'] for d in runs):,}", sum(d["different"] for d in runs)))
    parts = [HEAD, table(("run", "seed", "time", "compared", "different"), rows), PANICS,
             "\n### By model\n", table(("model", "compared"), counts("models")),
             "\n### By component\n", table(("component", "compared", "combinations"), components(runs)),
             "\n### By kind of text\n", table(("text", "compared"), counts("texts")),
             "\n### Differences on purpose\n",
             table(("case", "cause"), [(entry["name"], entry["cause"]) for entry in listed]).replace("---:", "---")]
    return "\n".join(part.strip("\n") + "\n" for part in parts)


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
    made = with_section(page, section(folder))
    if options.check:
        if made != page:
            print("parity: docs/TOKENIZERS.md: expected the section that tools/make_parity.py makes of docs/parity/*.json")
        return made != page
    path.write_text(made, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
