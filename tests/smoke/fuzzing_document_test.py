"""docs/FUZZING.md is what its counts make, and tools/fuzz.py counts what its targets do."""
import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent

# Stands for a libFuzzer program: finds something where its saved inputs have a file "bad".
TARGET = """#!/bin/sh
for argument; do
  case $argument in -artifact_prefix=*) prefix=${argument#*=} ;; esac
  saved=$argument
done
trap 'echo "stat::number_of_executed_units: 12"; exit 72' INT
if [ -e "$saved/bad" ]; then
  echo found > "${prefix}crash-1"
  echo "stat::number_of_executed_units: 3"
  exit 77
fi
while :; do :; done
"""


def fuzz(root, *arguments):
    return subprocess.run([sys.executable, ROOT / "tools" / "fuzz.py", "--root", root, *arguments], capture_output=True,
                          text=True)


class Fuzzing(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="inlay fuzzing ")
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)
        for path in ("build/fuzz/bin", "docs", "tests/fuzz/corpus/good", "tests/fuzz/corpus/broken"):
            (self.root / path).mkdir(parents=True)
        (self.root / "tests/fuzz/corpus/broken/bad").touch()
        for name in ("good", "broken"):
            program = self.root / "build/fuzz/bin" / f"fuzz_{name}"
            program.write_text(TARGET)
            program.chmod(0o755)

    def test_committed_page_is_what_its_counts_make(self):
        self.assertEqual(fuzz(ROOT, "--check").returncode, 0)

    @unittest.skipUnless(pathlib.Path("/proc/self/stat").exists(), "it needs /proc")
    def test_runs_are_added_up_and_published(self):
        self.assertEqual(fuzz(self.root, "--seconds", "0.5", "good").returncode, 0)
        self.assertEqual(fuzz(self.root, "--seconds", "0.5").returncode, 1)
        counts = json.loads((self.root / "build/fuzzing/runs.json").read_text())["targets"]
        self.assertEqual(counts["good"]["inputs_tried"], 24)
        self.assertGreaterEqual(counts["good"]["seconds"], 1)
        self.assertEqual((counts["broken"]["inputs_tried"], counts["broken"]["findings"]), (3, 1))
        self.assertEqual(fuzz(self.root, "--publish").returncode, 0)
        self.assertEqual(fuzz(self.root, "--check").returncode, 0)
        page = self.root / "docs/FUZZING.md"
        self.assertIn("| 3 | 1 |", page.read_text())
        page.write_text(page.read_text().replace("| 3 | 1 |", "| 3 | 0 |"))
        self.assertEqual(fuzz(self.root, "--check").returncode, 1)

    def test_unknown_target(self):
        done = fuzz(self.root, "wrong")
        self.assertEqual(done.returncode, 2)
        self.assertIn("broken, good; found wrong", done.stderr)


if __name__ == "__main__":
    unittest.main()
