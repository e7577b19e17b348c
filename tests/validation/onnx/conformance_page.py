"""docs/CONFORMANCE.md out of what conformance.py found."""
import collections
import re

MATCHED = ("matched", "random", "tolerance")  # outcomes of cases that match

# Measured through their Python APIs on the node cases of onnx 1.22.0 and on the cases behind them.
PEERS = """| engine | node cases executed | matched | simple | pytorch-converted | pytorch-operator |
|---|---|---|---|---|---|
| onnxruntime 1.31.1 | 1564 of 1765 | 1485 (84.1 %) | 74 % | 72 % | 69 % |
| openvino 2026.4.1 | | 1029 (58.3 %) | | | |
"""

HEAD = """# Conformance

ONNX's own cases, as the wheels of onnx carry them, through `inlay_node_probe`: each with rewrites and without, at 1
thread and at 3. Tolerances are those of ONNX's runner (relative 1e-3, absolute 1e-7, or what a model's data.json says)
also for halves, unless a line below says otherwise. This page is written by `./x conformance` and compared by
`./x test conformance` with what a run finds; `tests/validation/onnx/conformance.txt` is the list of all exceptions. A skip
that matches is an error, and so is a line of the list that is about no case.

*Executed* are all that are not skipped; *matched* those whose outputs agree in all four runs.
"""

TAIL = """
## To repeat it

```text
./x conformance                      installs the peers, gets the older wheels, builds, runs, writes this page
./x test conformance                 the same without writing: fails where this page and the run disagree
```

`build/test-results/conformance.json` has every case with its outcome, its operators and the reason where it is skipped.
`python tests/validation/onnx/conformance.py --probe build/release/bin/inlay_node_probe --why` prints what those
cases say.
"""


def counts(entries):
    """executed, matched, skipped."""
    skipped = sum(entry["outcome"] == "skipped" for entry in entries)
    return len(entries) - skipped, sum(entry["outcome"] in MATCHED for entry in entries), skipped


def suite_of(name):
    return name.rsplit("/", 1)[0]


def version_key(text):
    return [int(part) for part in re.findall(r"\d+", text)]


def percent(part, whole):
    return f"{100 * part / whole:.1f} %" if whole else ""


def suites(cases):
    groups = collections.defaultdict(list)
    for name, entry in cases.items():
        groups[suite_of(name)].append(entry)
    lines = ["| wheel | suite | cases | executed | matched | | skipped | superseded |", "|---|---|---|---|---|---|---|---|"]
    for suite, entries in groups.items():
        executed, matched, skipped = counts(entries)
        version, kind = suite.split("/")
        superseded = sum(entry["outcome"] == "superseded" for entry in entries)
        lines.append(f"| {version} | {kind} | {len(entries)} | {executed} | {matched} | {percent(matched, len(entries))} | "
                     f"{skipped or ''} | {superseded or ''} |")
    return "\n".join(lines) + "\n"


def reasons(cases, outcome):
    """A line a reason: how many cases of which wheels, with an example."""
    groups = collections.defaultdict(list)
    for name, entry in cases.items():
        if entry["outcome"] == outcome:
            groups[entry["reason"]].append(name)
    lines = ["| cases | distinct | reason | for example |", "|---|---|---|---|"]
    for reason, names in sorted(groups.items(), key=lambda group: (-len(group[1]), group[0])):
        distinct = len({name.split("/", 1)[1] for name in names})
        lines.append(f"| {len(names)} | {distinct} | {reason} | {names[0]} |")
    return "\n".join(lines) + "\n" if groups else "None.\n"


def opsets(cases):
    """A line an operator set that models import."""
    groups = collections.defaultdict(list)
    for entry in distinct(cases):
        groups[entry["opset"]].append(entry)
    lines = ["| opset | cases | executed | matched | skipped |", "|---|---|---|---|---|"]
    for opset, entries in sorted(groups.items()):
        executed, matched, skipped = counts(entries)
        lines.append(f"| {opset or 'none of ai.onnx'} | {len(entries)} | {executed} | {matched} | {skipped or ''} |")
    return "\n".join(lines) + "\n"


def distinct(cases):
    """Cases that several wheels hold byte for byte count once."""
    seen = {}
    for entry in cases.values():
        seen.setdefault((entry["digest"], entry["outcome"]), entry)
    return list(seen.values())


def operators(cases):
    """A line an operator: the versions of it with executed, matched and skipped cases."""
    groups = collections.defaultdict(list)
    for entry in distinct(cases):
        for operator in entry["operators"]:
            name, version, domain = re.fullmatch(r"(.+)-(\d+)(?: \((.+)\))?", operator).groups()
            groups[domain or "", name, int(version)].append(entry)
    lines = ["| operator | version | executed | matched | skipped |", "|---|---|---|---|---|"]
    for domain, name, version in sorted(groups):
        executed, matched, skipped = counts(groups[domain, name, version])
        title = f"{domain}.{name}" if domain else name
        lines.append(f"| {title} | {version} | {executed} | {matched} | {skipped or ''} |")
    return "\n".join(lines) + "\n"


def render(found):
    cases = found["cases"]
    executed, matched, skipped = counts(list(cases.values()))
    return "\n".join([
        HEAD, f"Of {len(cases)} cases {executed} are executed, {matched} matched ({percent(matched, len(cases))}), "
        f"{skipped} skipped.\n", suites(cases), "## Peers\n", f"Measured on the cases of onnx {found['onnx']}, with their own runners.\n",
        PEERS, "## Skipped\n", reasons(cases, "skipped"), "## Superseded\n",
        "A later wheel has the case with other nodes or outputs, and that one matches.\n", reasons(cases, "superseded"),
        "## Compared by type, shape and range\n", reasons(cases, "random"), "## With tolerances of their own\n",
        reasons(cases, "tolerance"), "## Operator sets\n",
        "By the set of ai.onnx that the model imports. Cases that several wheels hold byte for byte count once.\n", opsets(cases),
        "## Operators\n",
        "A case counts for each operator that its model holds, at the version that the model's operator set means. Cases that "
        "several wheels hold byte for byte count once.\n", operators(cases)]) + TAIL
