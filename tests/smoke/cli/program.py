"""The program under test, for the tests of this folder: INLAY_PROGRAM names it.

INLAY_PROGRAM may be a path, or a command with its arguments ("wine64 inlay.exe"). Exit status 77 and a line
"skipped: <reason>" tell ctest that nothing could be tested.
"""
import os
import shlex
import subprocess
import sys
import tempfile
import unittest

_COMMAND = os.environ.get("INLAY_PROGRAM", "")
PROGRAM = [_COMMAND] if os.path.exists(_COMMAND) else shlex.split(_COMMAND)
MODEL = os.environ.get("INLAY_TEST_MODEL", "")
ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", "..", ".."))


def run(*arguments, text=None, environment=None, timeout=300):
    """Runs the program; the standard input is `text`. Output is decoded as UTF-8."""
    return subprocess.run(
        [*PROGRAM, *map(str, arguments)], input=b"" if text is None else text.encode("utf-8", "surrogateescape"),
        capture_output=True, timeout=timeout, env={**os.environ, **(environment or {})}, check=False)


def output(result):
    return result.stdout.decode("utf-8")


def errors(result):
    return result.stderr.decode("utf-8", "replace")


class ProgramTest(unittest.TestCase):
    """A test with a folder of its own that the program also takes for its model store."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        self.environment = {"INLAY_MODELS": self.path("models"), "INLAY_MODEL_SOURCE": ""}

    def path(self, *parts):
        return os.path.join(self.folder, *parts)

    def write(self, name, data):
        path = self.path(name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(data if isinstance(data, bytes) else data.encode())
        return path

    def inlay(self, *arguments, **options):
        return run(*arguments, environment=self.environment, **options)

    def succeeds(self, *arguments, **options):
        result = self.inlay(*arguments, **options)
        self.assertEqual(result.returncode, 0, errors(result))
        return output(result)

    def fails(self, status, pattern, *arguments, **options):
        """One line on the standard error, which matches; nothing on the standard output."""
        result = self.inlay(*arguments, **options)
        self.assertEqual(result.returncode, status, errors(result))
        self.assertEqual(output(result), "")
        lines = errors(result).splitlines()
        self.assertEqual(len(lines), 1, errors(result))
        self.assertRegex(lines[0], "^inlay: ")
        self.assertRegex(lines[0], pattern)


def main():
    """unittest.main, with ctest's status for "nothing could be tested"."""
    if not PROGRAM:
        print("skipped: INLAY_PROGRAM is not set")
        sys.exit(77)
    result = unittest.main(exit=False).result
    if result.wasSuccessful() and result.testsRun and result.testsRun == len(result.skipped):
        print("skipped: " + result.skipped[0][1])
        sys.exit(77)
    sys.exit(0 if result.wasSuccessful() else 1)


def has_library():
    """False while the program is linked with a library that cannot describe its devices."""
    return bool(PROGRAM) and run("devices", "--json").returncode == 0


needs_library = unittest.skipUnless(has_library(), "the library is not built yet")
needs_model = unittest.skipUnless(MODEL, "missing model all-MiniLM-L6-v2 (INLAY_TEST_MODEL)")
