"""What the checks share: the files of the tree, their #include lines, and how findings are reported."""
import os
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
CODE_SUFFIXES = {".h", ".hpp", ".inc", ".c", ".cc"}

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"]+)[>"]', re.MULTILINE)
BLOCK_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
ISA_SOURCES = re.compile(r'inlay_isa_sources\(\s*\w+\s+\S+\s+(?:"[^"]*"|\S+)\s+([^)]*)\)')


def files(root):
    """The files of the tree that git tracks or would add, sorted; every file where git knows nothing."""
    command = ["git", "-C", str(root), "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        listed = subprocess.run(command, capture_output=True, check=True).stdout.decode()
        paths = [pathlib.Path(root, name) for name in listed.split("\0") if name]
    except (OSError, subprocess.CalledProcessError):
        paths = list(walk(root))
    return sorted(path for path in paths if path.is_file() and not path.is_symlink())


def walk(root):
    """Every file below root but those of hidden folders and of root/build."""
    for folder, folders, names in os.walk(root):
        folders[:] = [name for name in folders if not name.startswith(".") and name != "__pycache__" and
                      pathlib.Path(folder, name) != pathlib.Path(root, "build")]
        yield from (pathlib.Path(folder, name) for name in names)


def code_files(root, folder):
    """The C and C++ files below root/folder."""
    base = pathlib.Path(root, folder)
    return [path for path in files(root) if path.suffix in CODE_SUFFIXES and base in path.parents]


def includes(path):
    """Yields (line, '<' or '"', name) for each #include outside of block comments."""
    text = BLOCK_COMMENT.sub(lambda match: "\n" * match.group().count("\n"), path.read_text("utf-8"))
    for match in INCLUDE.finditer(text):
        yield text.count("\n", 0, match.start()) + 1, match.group(1), match.group(2)


def resolve(root, path, name):
    """The file of the tree that `#include "name"` in path means; None when there is none."""
    for base in (path.parent, pathlib.Path(root, "src"), pathlib.Path(root, "include")):
        candidate = pathlib.Path(os.path.normpath(base / name))
        if candidate.is_file():
            return candidate
    return None


def isa_files(root):
    """Files compiled for an instruction set: those that inlay_isa_sources names, and kernels/{x86,arm}."""
    found = set()
    for cmake in pathlib.Path(root, "src").rglob("CMakeLists.txt"):
        for match in ISA_SOURCES.finditer(cmake.read_text("utf-8")):
            found.update(cmake.parent / name for name in match.group(1).split() if "$" not in name)
    for folder in ("src/kernels/x86", "src/kernels/arm"):
        found.update(path for path in pathlib.Path(root, folder).glob("**/*.cc"))
    return sorted(found)


def report(check, findings):
    """Prints the findings, a line each; returns the exit status."""
    for finding in findings:
        print(f"{check}: {finding}")
    if not findings:
        print(f"{check}: nothing found")
    return 1 if findings else 0


def skip(check, reason):
    """Says why the check cannot run; returns the exit status that ctest takes as a skip."""
    print(f"{check}: skipped: {reason}")
    return 77


def root_argument(arguments):
    """The tree to check: the first argument, else this one."""
    return pathlib.Path(arguments[0]).resolve() if arguments else ROOT


if __name__ == "__main__":
    sys.exit("sources.py is a module of the checks")
