"""ONNX's own node tests through inlay_node_probe, with rewrites and without.

node_cases.txt lists the cases that must pass. One that is listed and does not pass is an error, and so is
one that passes and is not listed, so that the list cannot rot. --update writes the list anew.
"""
import argparse
import collections
import pathlib
import subprocess
import sys

import onnx

LIST = pathlib.Path(__file__).with_suffix(".txt")
DATA = pathlib.Path(onnx.__file__).parent / "backend" / "test" / "data" / "node"
FEWEST = 1700  # onnx 1.22.0 has 1765; an empty folder must not pass


def run(probe, folders, *options):
    """{case: (result, why)}; a case that ends the probe is reported, and the others go on behind it."""
    left, results = list(folders), {}
    while left:
        text = "\n".join(map(str, left)) + "\n"
        done = subprocess.run([probe, *options, "-"], input=text, capture_output=True, text=True)
        lines = [line.split("\t", 2) for line in done.stdout.splitlines() if "\t" in line]
        results.update((name, (result, why)) for name, result, why in lines)
        left = left[len(lines):]
        if left and done.returncode != 0:
            last = done.stderr.strip().splitlines()[-1:] or [""]
            results[left[0].name] = ("fail", f"ended the probe with {done.returncode}: {last[0]}")
            left = left[1:]
        elif left:
            raise SystemExit(f"{probe}: no answer for {left[0].name}")
    return results


def compare(results, listed):
    """Lines that say where results and list differ."""
    passed = {name for name, (result, _) in results.items() if result == "pass"}
    lines = [f"{name}: expected to pass: {results.get(name, ('missing', ''))}" for name in sorted(listed - passed)]
    return lines + [f"{name}: passes and is not listed" for name in sorted(passed - listed)]


def twin():
    """A wrong result and an unlisted pass are both noticed."""
    results = {"a": ("pass", ""), "b": ("fail", "other elements")}
    assert compare(results, {"a"}) == []
    assert len(compare(results, {"a", "b"})) == 1
    assert len(compare(results, set())) == 1
    assert len(compare(results, {"a", "c"})) == 1
    return 0


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--probe", required=True)
    parser.add_argument("--update", action="store_true")
    parser.add_argument("--twin", action="store_true")
    parser.add_argument("--why", action="store_true", help="print every case that does not pass")
    args = parser.parse_args()
    if args.twin:
        return twin()
    if not DATA.is_dir():
        print("skipped: missing peer: onnx with backend/test/data/node")
        return 77
    folders = sorted(folder for folder in DATA.iterdir() if folder.is_dir())
    assert len(folders) >= FEWEST, f"expected at least {FEWEST} cases, found {len(folders)}"
    results = run(args.probe, folders)
    plain = run(args.probe, [f for f in folders if results[f.name][0] == "pass"], "--no-rewrite")
    for name, (result, why) in plain.items():
        if result != "pass":
            results[name] = ("fail", f"without rewrites: {why}")
    if args.why:
        for name, (result, why) in sorted(results.items()):
            if result != "pass":
                print(f"{result}\t{name}\t{why[:200]}")
    if args.update:
        passed = sorted(name for name, (result, _) in results.items() if result == "pass")
        LIST.write_text("".join(f"{name}\n" for name in passed))
    counts = collections.Counter(result for result, _ in results.values())
    differences = compare(results, set(LIST.read_text().split()))
    print("\n".join(differences))
    print(f"onnx {onnx.__version__}: {dict(counts)} of {len(results)}")
    return 1 if differences else 0


if __name__ == "__main__":
    sys.exit(main())
