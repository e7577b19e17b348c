"""docs/TOKENIZERS.md's section on parity is what its counts make."""
import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "tools"))
import make_parity

COUNTS = {"run": "a run", "seed": 1, "compared": 7, "different": 0, "models": {"BPE": 7}, "texts": {"English": 7},
          "components": {f"{part}: {name}": {"compared": 7, "combinations": 3}
                         for part, names in make_parity.COMPONENTS.items() for name in names.split()}}


def make(*arguments):
    return subprocess.run([sys.executable, ROOT / "tools" / "make_parity.py", *map(str, arguments)], capture_output=True,
                          text=True).returncode


class Document(unittest.TestCase):
    def test_committed_section_is_what_its_counts_make(self):
        self.assertEqual(make("--check"), 0)

    def test_twin_edited_section(self):
        with tempfile.TemporaryDirectory(prefix="inlay parity ") as folder:
            root = pathlib.Path(folder)
            (root / "docs").mkdir()
            page = root / "docs" / "TOKENIZERS.md"
            page.write_text("# Tokenizers\n", "utf-8")
            (root / "run.json").write_text(json.dumps(COUNTS), "utf-8")
            self.assertEqual(make("--root", root, "--take", root / "run.json"), 0)
            self.assertEqual(make("--root", root, "--check"), 0)
            text = page.read_text("utf-8")
            self.assertTrue(text.startswith("# Tokenizers\n") and "| decoder: Fuse | 7 | 3 |" in text)
            page.write_text(text.replace("| 7 | 3 |", "| 8 | 3 |"), "utf-8")
            self.assertEqual(make("--root", root, "--check"), 1)

    def test_twin_component_in_two_combinations(self):
        with tempfile.TemporaryDirectory(prefix="inlay parity ") as folder:
            root = pathlib.Path(folder)
            (root / "docs").mkdir()
            counts = {**COUNTS, "components": {**COUNTS["components"], "decoder: CTC": {"compared": 7, "combinations": 2}}}
            (root / "run.json").write_text(json.dumps(counts), "utf-8")
            self.assertEqual(make("--root", root, "--take", root / "run.json"), 1)


if __name__ == "__main__":
    unittest.main()
