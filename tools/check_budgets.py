"""check_budgets.py [--root ROOT] [--shared libinlay.so]: sizes against budgets.json.

Lines of each source file outside of gen/, bytes of each file, bytes of the stripped shared library.
"""
import argparse
import json
import pathlib
import subprocess
import sys
import tempfile

from lib import sources

LINE_SUFFIXES = sources.CODE_SUFFIXES | {".py", ".sh", ".cmake"}


def check_files(root, budgets):
    findings = []
    for path in sources.files(root):
        name, size = path.relative_to(root), path.stat().st_size
        if size > budgets["file_bytes"]:
            findings.append(f"{name}: expected at most {budgets['file_bytes']} bytes, found {size}")
        if path.suffix in LINE_SUFFIXES and "gen" not in name.parts:
            lines = path.read_bytes().count(b"\n")
            if lines > budgets["source_lines"]:
                findings.append(f"{name}: expected at most {budgets['source_lines']} lines, found {lines}")
    return findings


def check_shared(path, budgets):
    with tempfile.TemporaryDirectory() as folder:
        stripped = pathlib.Path(folder, "stripped.so")
        subprocess.run(["strip", "-o", str(stripped), str(path)], check=True)
        size = stripped.stat().st_size
    limit = budgets["shared_library_stripped_bytes"]
    print(f"budgets: {pathlib.Path(path).name} stripped: {size} of {limit} bytes")
    return [] if size <= limit else [f"{path}: expected at most {limit} bytes stripped, found {size}"]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--root", type=pathlib.Path, default=sources.ROOT)
    parser.add_argument("--shared")
    parser.add_argument("--budgets", type=pathlib.Path, default=sources.ROOT / "tools/budgets.json")
    arguments = parser.parse_args()
    budgets = json.loads(arguments.budgets.read_text("utf-8"))
    findings = check_files(arguments.root.resolve(), budgets)
    if arguments.shared:
        findings += check_shared(arguments.shared, budgets)
    return sources.report("budgets", findings)


if __name__ == "__main__":
    sys.exit(main())
