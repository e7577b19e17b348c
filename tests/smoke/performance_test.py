"""docs/PERFORMANCE.md is what its figures make, and what the benchmarks' own parts promise."""
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest
import xml.etree.ElementTree as xml_tree

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "bench"))

from common import machine, processes, report
from common.results import Figure, Result, Results, Row
from common.turns import Effort, Sample, take_turns

LIMITS = {"fma_flops": {"1": 100e9}, "read_bytes": {"1": 10e9}}


def sample(ms):
    return Sample.of([ms, ms, ms])


def document(*results, **row):
    found = Results("compare", lambda text: None)
    found.add_row(Row("encoder/a/1x16/1", "encoder/a", "1×16", list(results), 1, 1.0, "GFLOP", **row))
    found.add_figure(Figure("cosine", "least cosine", 0.99999987))
    return found.document(
        LIMITS, quick=False, date="2026-01-01", minutes=1.5, commit="abc", versions={"inlay": "0.1.0"},
        machine={"cpu": "a CPU", "cpus": 2, "system": "Linux", "python": "3", "load_before": 0})


class Document(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="inlay performance ")
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)
        self.figures = self.root / "docs" / "performance" / "compare.json"

    def make(self, *arguments):
        done = subprocess.run([sys.executable, ROOT / "tools" / "make_performance.py", *arguments],
                              capture_output=True, text=True)
        return done.returncode, done.stdout + done.stderr

    def make_tree(self):
        self.figures.parent.mkdir(parents=True)
        self.figures.write_text(json.dumps(document(Result("inlay", "", sample(20.0)))), "utf-8")
        self.assertEqual(self.make("--root", self.root), (0, ""))

    def test_committed_document_is_what_its_figures_make(self):
        self.assertEqual(self.make("--check"), (0, ""))

    def test_twin_edited_document(self):
        self.make_tree()
        page = self.root / "docs" / "PERFORMANCE.md"
        page.write_text(page.read_text("utf-8").replace("20.0 ms", "10.0 ms"), "utf-8")
        status, output = self.make("--root", self.root, "--check")
        self.assertEqual(status, 1)
        self.assertIn("docs/PERFORMANCE.md", output)

    def test_twin_plot_missing_and_plot_of_nothing(self):
        self.make_tree()
        plot = self.figures.with_name("compare-encoder-a.svg")
        plot.rename(plot.with_name("old.svg"))
        status, output = self.make("--root", self.root, "--check")
        self.assertEqual(status, 1)
        self.assertIn("compare-encoder-a.svg", output)
        self.assertIn("old.svg", output)

    def test_take_replaces_the_figures(self):
        self.make_tree()
        source = self.root / "new"
        source.mkdir()
        shutil.copy(self.figures, source)
        text = (source / "compare.json").read_text("utf-8").replace("a CPU", "another CPU")
        (source / "compare.json").write_text(text, "utf-8")
        self.assertEqual(self.make("--root", self.root, "--take", source), (0, ""))
        self.assertIn("another CPU", (self.root / "docs" / "PERFORMANCE.md").read_text("utf-8"))


class Report(unittest.TestCase):
    def test_ratio_is_against_the_best_way_of_using_a_peer(self):
        made = document(Result("inlay", "", sample(20.0)), Result("inlay", "ONNX file", sample(10.0)),
                        Result("peer", "", sample(40.0)), Result("peer", "sleeping", sample(30.0)))
        (row,) = made["rows"]
        self.assertAlmostEqual(row["ratio"], 1.5)
        text = report.markdown(made)
        self.assertIn("| 20.0 ms | 10.0 ms | 30.0 ms | **1.50×** |", text)
        self.assertNotIn("40.0 ms", text)

    def test_share_is_of_the_stricter_limit(self):
        (row,) = document(Result("inlay", "", sample(20.0)))["rows"]
        self.assertEqual((row["limit_ms"], row["limit_by"]), (10.0, "multiply-adds"))
        self.assertAlmostEqual(row["share_of_limit"], 0.5)
        (row,) = document(Result("inlay", "", sample(20.0)), read_bytes=160e6)["rows"]
        self.assertEqual((row["limit_ms"], row["limit_by"]), (16.0, "memory"))

    def test_without_peers_there_is_no_column_for_them(self):
        made = document(Result("inlay", "", sample(20.0)))
        self.assertNotIn("peer |", report.markdown(made))
        self.assertIn("50%", report.plots(made)["compare-encoder-a.svg"])

    def test_kernels_stand_beside_each_other(self):
        kernel = {"family": "gemm", "shape": "7×384×1536", "time_us": 1.0, "rate_unit": "FLOP/s"}
        made = {**document(Result("inlay", "", sample(20.0))), "kernels": [
            {**kernel, "isa": "avx512", "rate": 120e9, "share": 0.8},
            {**kernel, "isa": "avx2", "rate": 70e9, "share": None}]}
        self.assertIn("| gemm 7×384×1536 | 120 GFLOP/s, **80%** | 70.0 GFLOP/s |", report.markdown(made))
        self.assertIn("80%", report.plots(made)["kernels.svg"])

    def test_curves_are_a_table_and_a_plot(self):
        made = {**document(Result("inlay", "", sample(20.0))), "curves": [
            {"id": "quality", "title": "Quality", "subtitle": "F1 over examples", "points": ["0", "8"],
             "series": {"inlay": [0.5, 0.75], "peer": [None, 0.625]}}]}
        text = report.markdown(made)
        self.assertIn("| 0 | 0.500 | – |", text)
        self.assertIn("| 8 | 0.750 | 0.625 |", text)
        chart = report.plots(made)["compare-quality.svg"]
        self.assertEqual(chart.count("<circle"), 3)
        self.assertTrue(xml_tree.fromstring(chart).tag.endswith("svg"))

    def test_plots_are_xml(self):
        made = document(Result("inlay", "", sample(20.0)), Result("a <peer>", "", sample(40.0)))
        for text in report.plots(made).values():
            self.assertTrue(xml_tree.fromstring(text).tag.endswith("svg"))


class Measuring(unittest.TestCase):
    def test_turns_rotate_and_the_first_run_of_each_does_not_count(self):
        calls = []
        engines = {name: lambda name=name: calls.append(name) for name in "ab"}
        effort = Effort(seconds=0, rounds=3, turn_runs=2, turn_seconds=0)
        found = take_turns(engines, effort)
        self.assertEqual("".join(calls), "aaabbb" "bbbaaa" "aaabbb")
        self.assertEqual({name: entry.runs for name, entry in found.items()}, {"a": 6, "b": 6})

    def test_turns_end_in_time(self):
        found = take_turns({"a": lambda: None}, Effort(1e9, 2, 1, 0, longest=0))
        self.assertEqual(found["a"].runs, 3)

    def test_quartiles(self):
        self.assertEqual(Sample.of([5, 1, 3, 2, 4]), Sample(3, 2, 4, 1, 5))
        self.assertEqual(Sample.of([2]), Sample(2, 2, 2, 2, 1))

    def test_higher_limit_counts(self):
        other = {"fma_flops": {"1": 90e9}, "read_bytes": {"1": 11e9}}
        self.assertEqual(machine.higher(LIMITS, other),
                         {"fma_flops": {"1": 100e9}, "read_bytes": {"1": 11e9}})

    def test_memory_of_a_process_is_its_own(self):
        ballast = bytearray(100 << 20)
        found = processes.measured([sys.executable, "-c", "print('out')"])
        self.assertEqual(found["output"], "out\n")
        self.assertLess(found["peak_bytes"], len(ballast))

    def test_twin_a_process_that_fails_is_an_error(self):
        with self.assertRaises(RuntimeError):
            processes.measured([sys.executable, "-c", "raise SystemExit(3)"])


if __name__ == "__main__":
    unittest.main()
