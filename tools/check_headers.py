"""check_headers.py [ROOT]: the <headers> of src/ against headers.json.

A file compiled for an instruction set, and every header that it reaches, includes only C headers,
intrinsics and headers of its own layer: a std template that is instantiated there may be the copy that
the linker keeps for code that runs on any processor.
"""
import fnmatch
import json
import pathlib
import sys

from lib import sources


def load_allowed():
    path = pathlib.Path(__file__).resolve().parent / "headers.json"
    return json.loads(path.read_text("utf-8"))


def check_layer_files(root, allowed, isa_files):
    findings = []
    for path in sources.code_files(root, "src"):
        if path in isa_files:
            continue
        layer = path.relative_to(root).parts[1]
        patterns = allowed["standard"] + allowed["system"].get(layer, [])
        if layer == "kernels":
            patterns = patterns + allowed["isa"]
        for line, kind, name in sources.includes(path):
            if kind == "<" and not any(fnmatch.fnmatch(name, pattern) for pattern in patterns):
                findings.append(
                    f"{path.relative_to(root)}:{line}: expected a header of headers.json, found <{name}>")
    return findings


def check_isa_file(root, allowed, start):
    """Walks from one ISA file through the headers of its layer."""
    findings, waiting, seen = [], [start], {start}
    layer = start.relative_to(root).parts[:2]
    while waiting:
        path = waiting.pop()
        for line, kind, name in sources.includes(path):
            place = f"{path.relative_to(root)}:{line}"
            target = sources.resolve(root, path, name) if kind == '"' else None
            if target is None:
                if name not in allowed["isa"]:
                    findings.append(f"{place}: {start.name} is compiled for an instruction set: expected "
                                    f"one of {allowed['isa']}, found {name}")
            elif target.relative_to(root).parts[:2] != layer:
                findings.append(f"{place}: {start.name} is compiled for an instruction set: expected a "
                                f"header of {'/'.join(layer)}, found {name}")
            elif target not in seen:
                seen.add(target)
                waiting.append(target)
    return findings


def main(arguments):
    root = sources.root_argument(arguments)
    allowed = load_allowed()
    isa_files = sources.isa_files(root)
    findings = check_layer_files(root, allowed, set(isa_files))
    for path in isa_files:
        findings += check_isa_file(root, allowed, path)
    return sources.report("headers", list(dict.fromkeys(findings)))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
