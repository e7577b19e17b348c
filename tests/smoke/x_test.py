"""./x: what it says, which packages it asks for, and that a half-made Python environment is made anew."""
import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent


class Sandbox(unittest.TestCase):
    """A copy of ./x in a folder with a space, and a folder of stand-ins that comes first in PATH."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="inlay x ")
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name).resolve() / "tree"
        shutil.copytree(ROOT / "tools/x", self.root / "tools/x")
        shutil.copy(ROOT / "x", self.root / "x")
        self.programs = self.root.parent / "bin"
        self.programs.mkdir()

    def program(self, name, script):
        path = self.programs / name
        path.write_text("#!/bin/sh\n" + script, "utf-8")
        path.chmod(0o755)

    def run_x(self, *arguments):
        environment = {**os.environ, "PATH": f"{self.programs}:{os.environ['PATH']}"}
        done = subprocess.run([str(self.root / "x"), *arguments], capture_output=True, text=True, env=environment,
                              cwd="/")
        return done.returncode, done.stdout + done.stderr

    def call(self, function):
        """Runs one function of tools/x with everything loaded."""
        python = 'system_python() { echo "$PWD/../bin/python"; }'
        script = f'set -eu; INLAY_ROOT=$PWD; for piece in say packages python build; do . tools/x/$piece.sh; done; {python}; {function}'
        environment = {**os.environ, "PATH": f"{self.programs}:{os.environ['PATH']}"}
        done = subprocess.run(["sh", "-c", script], capture_output=True, text=True, env=environment, cwd=self.root)
        return done.returncode, done.stdout + done.stderr


class CommandLine(Sandbox):
    def test_help(self):
        for arguments in ((), ("help",), ("--help",)):
            status, output = self.run_x(*arguments)
            self.assertEqual(status, 0, output)
            self.assertIn("./x test", output)

    def test_unknown_command_and_tier(self):
        self.assertEqual(self.run_x("nothing")[0], 2)
        status, output = self.run_x("test", "nothing")
        self.assertEqual(status, 1)
        self.assertIn("found nothing", output)


class Packages(Sandbox):
    INSTALLED = "echo 'ii  cmake'; echo 'rc  ccache'; echo 'iU  binutils'; exit 1\n"

    def test_asks_only_for_what_is_missing(self):
        self.program("dpkg-query", self.INSTALLED)
        self.program("apt-get", f'echo "$*" >>"{self.root}/asked"\n')
        self.program("sudo", '[ "$1" = env ] && shift 2; exec "$@"\n')
        status, output = self.call("need_packages cmake ccache binutils ccache")
        self.assertEqual(status, 0, output)
        self.assertIn("installing binutils ccache\n", output)
        asked = (self.root / "asked").read_text("utf-8").splitlines()
        self.assertTrue(asked[-1].endswith(" binutils ccache"), asked)

    def test_nothing_to_do_is_silent(self):
        self.program("dpkg-query", self.INSTALLED)
        self.program("apt-get", "exit 1\n")
        self.assertEqual(self.call("need_packages cmake"), (0, ""))

    def test_failure_is_said(self):
        self.program("dpkg-query", "exit 1\n")
        self.program("apt-get", "echo no such package; exit 100\n")
        self.program("sudo", '[ "$1" = env ] && shift 2; exec "$@"\n')
        status, output = self.call("need_packages cmake")
        self.assertEqual(status, 1)
        self.assertIn("could not install cmake", output)
        self.assertIn("no such package", output)


class PythonEnvironment(Sandbox):
    def setUp(self):
        super().setUp()
        (self.root / "tools/requirements-test.txt").write_text("# nothing\n", "utf-8")
        self.program("dpkg-query", "echo 'ii  python3'; echo 'ii  python3-venv'\n")
        # `python -m venv PLACE` puts itself there; `-m pip install -q -r FILE` fails when FILE names no_such.
        self.program("python", 'if [ "$2" = venv ]; then mkdir -p "$3/bin" && cp "$0" "$3/bin/python"; '
                     'else ! grep -q no_such "$6"; fi\n')

    def test_made_once_and_again_when_half_made_or_changed(self):
        stamp = self.root / "build/python/inlay-test.stamp"
        status, output = self.call("need_python test")
        self.assertEqual(status, 0, output)
        self.assertTrue(stamp.exists())
        self.assertEqual(self.call("need_python test"), (0, ""))

        stamp.unlink()
        marker = self.root / "build/python/left_over"
        marker.touch()
        self.assertIn("making", self.call("need_python test")[1])
        self.assertFalse(marker.exists())

        (self.root / "tools/requirements-test.txt").write_text("no_such_package\n", "utf-8")
        status, output = self.call("need_python test")
        self.assertEqual(status, 1)
        self.assertIn("could not make build/python", output)
        self.assertFalse(stamp.exists())


if __name__ == "__main__":
    unittest.main()
