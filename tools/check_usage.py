"""check_usage.py [ROOT]: the public headers and the programs of tests/usage cover each other.

  - each function that inlay.h declares is called by a C program, and by the C++ API
  - each public function of the C++ API is called by a C++ program
"""
import re
import sys

from check_symbols import declared_names
from lib import sources

COMMENT = re.compile(r"//[^\n]*|/\*.*?\*/", re.DOTALL)
CLASS = re.compile(r"^(?:class|struct)\s+(?:\[\[\w+\]\]\s+)?(\w+)[^;{]*\{(.*?)^\};", re.MULTILINE | re.DOTALL)
DETAIL = re.compile(r"^namespace detail \{.*?^\}  // namespace detail$", re.MULTILINE | re.DOTALL)
MEMBER = re.compile(r"^  (?=\w)[\w:<>&*,\[\] ]+[ &*](\w+)\(", re.MULTILINE)
FREE = re.compile(r"^(?:inline|constexpr) [\w:<>&*, ]+[ &*](\w+)\(", re.MULTILINE)


def without_comments(text):
    return COMMENT.sub(" ", text)


def code(paths):
    return "\n".join(without_comments(path.read_text("utf-8")) for path in paths)


def public_functions(headers):
    """{(class or "", name)}: what is not private, not an operator, not a constructor."""
    text = "\n".join(without_comments(DETAIL.sub("", path.read_text("utf-8"))) for path in headers)
    found = {("", name) for name in FREE.findall(text)}
    for name, body in CLASS.findall(text):
        public = body.split("\n private:")[0]
        found |= {(name, member) for member in MEMBER.findall(public)
                  if member not in (name, "bool") and not member.startswith("operator")}
    return found


def is_called(name, text):
    return re.search(rf"\b{name}\s*(?:<[\w: ]+>)?\(", text) is not None


def main(arguments):
    root = sources.root_argument(arguments)
    header = root / "include/inlay/inlay.h"
    cpp_headers = sorted((root / "include/inlay").rglob("*.hpp"))
    c_programs = code(sorted((root / "tests/usage/c").glob("*.c")))
    cpp_programs = code(sorted((root / "tests/usage/cpp").glob("*.cc")))
    declared, wrapped = declared_names(header), public_functions(cpp_headers)
    findings = [] if declared else ["inlay.h: expected declarations, found none"]
    findings += [] if wrapped else ["*.hpp: expected functions, found none"]
    for name in sorted(declared):
        if not is_called(name, c_programs):
            findings.append(f"{name}: expected a call in tests/usage/c, found none")
        if not is_called(name, code(cpp_headers)):
            findings.append(f"{name}: expected a call in the C++ API, found none")
    for owner, name in sorted(wrapped):
        if not is_called(name, cpp_programs):
            place = f"{owner}::{name}" if owner else name
            findings.append(f"{place}: expected a call in tests/usage/cpp, found none")
    return sources.report("usage", findings)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
