"""check_format.py [ROOT] [--fix]: clang-format 16 over every C and C++ file outside of gen/."""
import shutil
import subprocess
import sys

from lib import sources


def main(arguments):
    fix = "--fix" in arguments
    root = sources.root_argument([name for name in arguments if name != "--fix"])
    program = shutil.which("clang-format-16")
    if not program:
        return sources.skip("format", "missing tool clang-format-16")
    paths = [str(path.relative_to(root)) for path in sources.files(root)
             if path.suffix in sources.CODE_SUFFIXES and "gen" not in path.relative_to(root).parts]
    if not paths:
        return sources.report("format", ["expected C or C++ files, found none"])
    if fix:
        return subprocess.run([program, "-i", *paths], cwd=root).returncode
    done = subprocess.run([program, "--dry-run", "-Werror", "--ferror-limit=1", *paths], cwd=root,
                          capture_output=True, text=True)
    lines = [line for line in done.stderr.splitlines() if "error:" in line]
    if done.returncode and not lines:
        lines = [done.stderr.strip()]
    return sources.report("format", lines)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
