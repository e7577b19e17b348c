"""check_layers.py [ROOT]: the #include lines of src/ and apps/ against the table in layers.json.

Also: the table and the files have no cycle, the links in src/*/CMakeLists.txt are those of the table,
and apps/ sees nothing but include/ and itself.
"""
import json
import pathlib
import re
import sys

from lib import sources

LAYER_LINKS = re.compile(r"inlay_layer\(\s*(\w+)\b([^)]*)\)")


def load_table():
    path = pathlib.Path(__file__).resolve().parent / "layers.json"
    return json.loads(path.read_text("utf-8"))["layers"]


def find_cycle(edges):
    """A cycle of the graph {node: [node]} as a list of nodes, [] when there is none."""
    done = set()

    def visit(node, trail):
        if node in trail:
            return trail[trail.index(node):] + [node]
        if node in done:
            return []
        for target in edges.get(node, ()):
            cycle = visit(target, trail + [node])
            if cycle:
                return cycle
        done.add(node)
        return []

    for start in edges:
        cycle = visit(start, [])
        if cycle:
            return cycle
    return []


def layer_of(root, path):
    """The layer that a file belongs to: a folder of src/, `include`, or `apps`."""
    parts = path.relative_to(root).parts
    return parts[1] if parts[0] == "src" and len(parts) > 2 else parts[0]


def check_includes(root, table):
    findings, edges = [], {}
    for path in sources.code_files(root, "src") + sources.code_files(root, "apps"):
        layer = layer_of(root, path)
        allowed = ["include"] if layer == "apps" else table.get(layer)
        if allowed is None:
            findings.append(f"{path.relative_to(root)}: expected a layer of layers.json, found {layer}")
            continue
        for line, kind, name in sources.includes(path):
            target = sources.resolve(root, path, name)
            place = f"{path.relative_to(root)}:{line}"
            if target is None:
                if kind == '"':
                    findings.append(f'{place}: expected a file of this tree, found "{name}"')
                continue
            edges.setdefault(str(path.relative_to(root)), []).append(str(target.relative_to(root)))
            found = layer_of(root, target)
            if found != layer and found not in allowed:
                findings.append(f'{place}: {layer} may include {allowed}, found "{name}"')
    cycle = find_cycle(edges)
    if cycle:
        findings.append("include cycle: " + " -> ".join(cycle))
    return findings


def check_links(root, table):
    findings = []
    for cmake in sorted(root.glob("src/*/CMakeLists.txt")):
        for layer, rest in LAYER_LINKS.findall(cmake.read_text("utf-8")):
            links = rest.split("LINKS", 1)[1].split() if "LINKS" in rest else []
            extra = [name for name in links if name not in table.get(layer, [])]
            if extra:
                findings.append(f"{cmake.relative_to(root)}: {layer} may link {table.get(layer)}, found {extra}")
    return findings


def main(arguments):
    root = sources.root_argument(arguments)
    table = load_table()
    findings = check_includes(root, table) + check_links(root, table)
    cycle = find_cycle(table)
    if cycle:
        findings.append("layers.json: cycle: " + " -> ".join(cycle))
    return sources.report("layers", findings)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
