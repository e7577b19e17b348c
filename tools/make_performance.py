"""make_performance.py [--take FOLDER] [--check]: docs/PERFORMANCE.md, its plots and README's figures.

The figures are docs/performance/*.json, written by `./x bench`; --take build/bench copies new ones from
there first. --check changes nothing and exits with 1 when the document or a plot is not what the figures
make. Needs nothing but the standard library.
"""
import argparse
import json
import pathlib
import shutil
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "bench"))

from common import report

# The document's parts, in order: the kind of benchmark, its heading, what it is.
KINDS = (
    ("compare", "Against other engines",
     "Engines take turns in one process; medians; outputs were compared first. Of a peer the quickest of"
     " several ways of using it counts (threads that spin or sleep, shapes fixed or not)."),
    ("operators", "Operators and ONNX models",
     "Engines take turns in one process; medians; outputs were compared first. Operators on one thread, each alone"
     " in a model; the image models are those of onnx's own package."),
    ("models", "Alone, at the usual sizes",
     "BERT with random weights, made from a seed; the time of an encoder does not depend on them."),
    ("text", "Tokenizers",
     "One thread; ids were compared first. Ids alone against the peers' quickest way to ids; with offsets"
     " inlay gives word ids and masks too."),
    ("heads", "Few-shot heads",
     "One thread; probabilities were compared first. inlay's time holds the calibration and the thresholds,"
     " which scikit-learn does not make."),
    ("kernels", "Kernels",
     "GEMM as rows × inner × columns, attention as length × heads × head size; the share is that of what"
     " multiply-adds of the same instruction set reach in one thread, measured in the same run."),
)
README_TABLES = ("encoder/MiniLM", "starting")
README_PEERS = ("onnxruntime", "openvino")
FIGURES_BEGIN, FIGURES_END = "<!-- figures -->", "<!-- /figures -->"
HEAD = """# Performance

<!-- Written by tools/make_performance.py from docs/performance/*.json; do not edit. -->

To repeat these figures, with nothing else running on the machine:

    ./x bench
    ./x bench publish

`./x bench compare`, `operators`, `models`, `text`, `heads` or `kernels` measures one kind alone; the comparisons
take about twenty minutes each and install their peers into build/python. All of it lands in build/bench. A shape is
batch×length: 8×128 is eight texts of 128 tokens. "Of the limit" is the least time in which this machine
can make the matrix products and the attention's (two operations a multiply-add) or read the matrices
from memory, whichever is more, over inlay's time. Ratios above 1 mean that inlay is
quicker. f32 everywhere; quartiles and every way of using a peer are in the JSON files.
"""


def documents(folder):
    """[(kind, heading and what it is, document)] of the kinds that have figures."""
    found = []
    for kind, heading, what in KINDS:
        path = folder / f"{kind}.json"
        if path.is_file():
            found.append((kind, f"## {heading}\n\n{what}", json.loads(path.read_text("utf-8"))))
    return found


def compared_line(row):
    """A row of README's table: what, inlay, each peer, the ratio."""
    columns = report.columns(row)
    cells = [report.cell(row, columns.get(name)) for name in ("inlay", *README_PEERS)]
    threads = f", {row['threads']} thread{'s' * (row['threads'] > 1)}" if row["table"] != "starting" else ""
    ratio = f"{report.short(row['ratio'])}×" if row["ratio"] else "–"
    return [row["title"] + threads, *cells, f"**{ratio}**"]


def readme_figures(document):
    """README's table: the encoder and the way to the first result."""
    rows = [row for row in document["rows"] if row["table"] in README_TABLES]
    header = ["all-MiniLM-L6-v2, f32", "inlay", *README_PEERS, "faster by"]
    table = report.markdown_table(header, [compared_line(row) for row in rows])
    machine = document["machine"]
    how = "Roughly measured" if document["quick"] else "Measured"
    return (f"{how} side by side on {machine['cpus']} CPUs of an {machine['cpu']} (batch×length in tokens;"
            f" [all figures](docs/PERFORMANCE.md)):\n\n{table}\n")


def with_figures(readme, document):
    begin, end = readme.index(FIGURES_BEGIN) + len(FIGURES_BEGIN), readme.index(FIGURES_END)
    return f"{readme[:begin]}\n{readme_figures(document)}{readme[end:]}"


def expected(root):
    """{path: text} of all that the figures make."""
    folder = root / "docs" / "performance"
    parts, files = [HEAD], {}
    for _, introduction, document in documents(folder):
        parts.append(f"{introduction}\n\n{report.markdown(document, 'performance/')}")
        files |= {folder / name: text for name, text in report.plots(document).items()}
    readme = root / "README.md"
    for kind, _, document in documents(folder):
        if kind == "compare" and readme.is_file():
            files[readme] = with_figures(readme.read_text("utf-8"), document)
    return {root / "docs" / "PERFORMANCE.md": "\n".join(parts), **files}


def stale(root, files):
    """A finding for each file that is missing, differs, or is a plot of nothing."""
    for path, text in files.items():
        if not path.is_file():
            yield f"{path.relative_to(root)}: expected it beside its figures, found none"
        elif path.read_text("utf-8") != text:
            yield (f"{path.relative_to(root)}: expected what tools/make_performance.py makes of"
                   " docs/performance/*.json, found something else")
    for path in sorted((root / "docs" / "performance").glob("*.svg")):
        if path not in files:
            yield f"{path.relative_to(root)}: expected figures that it plots, found none"


def take(source, root):
    folder = root / "docs" / "performance"
    folder.mkdir(parents=True, exist_ok=True)
    for kind, _, _ in KINDS:
        if (source / f"{kind}.json").is_file():
            shutil.copyfile(source / f"{kind}.json", folder / f"{kind}.json")
    for path in folder.glob("*.svg"):
        path.unlink()


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--root", type=pathlib.Path, default=ROOT, help="the tree; default: this one")
    parser.add_argument("--take", type=pathlib.Path, metavar="FOLDER", help="copy new figures first")
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args()
    if options.take:
        take(options.take, options.root)
    files = expected(options.root)
    if options.check:
        findings = list(stale(options.root, files))
        for finding in findings:
            print(f"performance: {finding}")
        return 1 if findings else 0
    for path, text in files.items():
        path.write_text(text, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
