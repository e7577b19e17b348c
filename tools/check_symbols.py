"""check_symbols.py --header inlay.h [--archive libinlay.a] [--shared libinlay.so] [--isa-objects list.rsp]

Reads the built libraries with binutils (ELF) and says, by name, what must not be in them:
  archive       globals beyond (or short of) what the header declares, weak or unique definitions, COMDAT
                groups, initialisers and finalisers, calls that register or print, and anything, also local,
                in the namespace inlay, where the C++ API lives in the programs that use it
  shared        the same of its dynamic symbols; start-up entries other than the compiler's own; a SONAME
                or a needed library that is not expected
  ISA objects   weak definitions
"""
import argparse
import pathlib
import re
import shlex
import subprocess
import sys

from lib import sources

START_UP = {"frame_dummy", "__do_global_dtors_aux"}
NEEDED = re.compile(r"(libstdc\+\+|libm|libgcc_s|libc|libpthread|ld-linux.*)\.so\.\d+$")
SONAME = re.compile(r"libinlay\.so\.\d+$")
PUBLIC_NAMESPACE = re.compile(r"_Z.*(?<!\d)5inlay\d")
INITIALISER = re.compile(r"\.(preinit_array|init_array|fini_array|ctors|dtors)\b")
FORBIDDEN = {
    "what is left to run at exit": [
        "atexit", "__cxa_atexit", "__cxa_thread_atexit", "__cxa_thread_atexit_impl", "at_quick_exit", "on_exit"],
    "a stream": [
        "_ZNSt8ios_base4InitC1Ev", "_ZSt4cout", "_ZSt4cerr", "stdout", "stderr", "printf", "puts", "putchar",
        "fprintf", "perror", "__printf_chk", "__fprintf_chk"],
    "the end of the process": ["exit", "_exit", "_Exit", "quick_exit", "abort", "__assert_fail"],
    "the compiler's CPU detection at load time": ["__cpu_indicator_init", "__cpu_model", "__cpu_features2"],
}


def run(*command):
    return subprocess.run(command, capture_output=True, check=True, text=True).stdout


def declared_names(header):
    """The functions that a header declares with INLAY_API."""
    text = re.sub(r"/\*.*?\*/", " ", pathlib.Path(header).read_text("utf-8"), flags=re.DOTALL)
    text = re.sub(r"^[ \t]*#.*$", "", text, flags=re.MULTILINE)
    return set(re.findall(r"\bINLAY_API\b[^;(]*?\b(\w+)\s*\(", text))


def symbols(path, *options):
    """{name: type letters} as nm prints them."""
    found = {}
    for line in run("nm", *options, str(path)).splitlines():
        fields = line.split()
        if len(fields) >= 2 and len(fields[-2]) == 1:
            found.setdefault(fields[-1].split("@")[0], set()).add(fields[-2])
    return found


def check_exports(defined, declared):
    findings = [f"global symbol that the header does not declare: {name}" for name in sorted(set(defined) - declared)]
    findings += [f"declared in the header and not defined: {name}" for name in sorted(declared - set(defined))]
    for name, kinds in sorted(defined.items()):
        if kinds & set("WVu"):
            findings.append(f"weak or unique definition: {name}")
    return findings


def check_namespace(defined):
    return [f"in the namespace inlay, which is the programs': {name}" for name in sorted(defined)
            if PUBLIC_NAMESPACE.match(name)]


def check_undefined(undefined):
    return [f"{meaning}: {name}" for meaning, names in FORBIDDEN.items() for name in names if name in undefined]


def check_archive(path, declared):
    findings = check_exports(symbols(path, "-g", "--defined-only"), declared)
    findings += check_namespace(symbols(path, "--defined-only"))
    findings += check_undefined(symbols(path, "-u"))
    findings += [f"COMDAT group: {line.strip()}" for line in run("readelf", "-gW", str(path)).splitlines()
                 if line.startswith("COMDAT")]
    sections = {match.group() for match in INITIALISER.finditer(run("readelf", "-SW", str(path)))}
    if sections:
        names = sorted(name for name in symbols(path) if name.startswith("_GLOBAL__"))
        findings.append(f"initialisers in {sorted(sections)}: {', '.join(names) or 'of no name'}")
    return findings


def start_up_entries(path):
    """Names of the functions in .init_array and .fini_array of a shared object; relocations say which."""
    ranges = []
    for line in run("readelf", "-SW", str(path)).splitlines():
        fields = line.replace("[ ", "[").split()
        if len(fields) > 5 and INITIALISER.match(fields[1]):
            ranges.append((int(fields[3], 16), int(fields[3], 16) + int(fields[5], 16)))
    by_address = {}
    for line in run("nm", "--defined-only", str(path)).splitlines():
        address, _, name = line.split(maxsplit=2)
        by_address.setdefault(int(address, 16), name)
    entries = []
    for line in run("readelf", "-rW", str(path)).splitlines():
        fields = line.split()
        if len(fields) >= 4 and re.fullmatch(r"[0-9a-f]{8,}", fields[0]):
            offset = int(fields[0], 16)
            if any(begin <= offset < end for begin, end in ranges):
                target = int(fields[-1], 16) if "RELATIVE" in fields[2] else None
                entries.append(by_address.get(target, " ".join(fields[3:])))
    expected = sum((end - begin) // 8 for begin, end in ranges)
    if len(entries) != expected:
        entries.append(f"{expected - len(entries)} entries without a relocation")
    return entries


def check_shared(path, declared):
    findings = check_exports(symbols(path, "-D", "--defined-only"), declared)
    findings += check_undefined(symbols(path, "-D", "-u"))
    findings += [f"start-up entry: {name}" for name in start_up_entries(path) if name not in START_UP]
    dynamic = run("readelf", "-dW", str(path))
    findings += [f"needed library that is not expected: {name}"
                 for name in re.findall(r"\(NEEDED\).*\[(.*)\]", dynamic) if not NEEDED.match(name)]
    soname = re.findall(r"\(SONAME\).*\[(.*)\]", dynamic)
    if len(soname) != 1 or not SONAME.match(soname[0]):
        findings.append(f"expected the SONAME libinlay.so.N, found {soname}")
    return findings


def check_isa_objects(response_file):
    findings = []
    for path in shlex.split(pathlib.Path(response_file).read_text("utf-8")):
        for name, kinds in sorted(symbols(path, "--defined-only").items()):
            if kinds & set("WVu"):
                findings.append(f"{pathlib.Path(path).name}: weak definition in an object for an instruction set: {name}")
    return findings


def demangle(lines):
    try:
        return subprocess.run(["c++filt"], input="\n".join(lines), capture_output=True, check=True,
                              text=True).stdout.split("\n")
    except (OSError, subprocess.CalledProcessError):
        return lines


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--header", required=True)
    parser.add_argument("--archive")
    parser.add_argument("--shared")
    parser.add_argument("--isa-objects")
    arguments = parser.parse_args()
    declared = declared_names(arguments.header)
    findings = [] if declared else [f"{arguments.header}: expected INLAY_API declarations, found none"]
    if arguments.archive:
        findings += check_archive(arguments.archive, declared)
    if arguments.shared:
        findings += check_shared(arguments.shared, declared)
    if arguments.isa_objects:
        findings += check_isa_objects(arguments.isa_objects)
    return sources.report("symbols", demangle(findings) if findings else [])


if __name__ == "__main__":
    sys.exit(main())
