"""run.py BUILD OUTPUT [--quick] [--only TEXT]: ONNX models and single operators, inlay and its peers in turns.

Models: those of onnx's package, recurrent ones, and a quantised MiniLM, against onnxruntime and openvino.
Operators: against onnxruntime. Outputs are compared before times are. About fifteen minutes with nothing else
running, which is what figures need to mean something.
"""
import os
import pathlib
import statistics
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

import numpy as np
import onnx

from common import bench as bench_run
from common import packages, peers
from common.inlay import InlayError
from common.results import Figure, Result, Row
from common.turns import Effort, take_turns
from operators import cases, models

OPERATOR_EFFORT = Effort(seconds=0.25, rounds=5, turn_seconds=0.02, longest=10)
MODEL_EFFORT = Effort(seconds=1.5, rounds=5, turn_seconds=0.04, longest=20)


class Different(Exception):
    """Engines that do not compute the same are not compared."""


class InlayRunner:
    """inlay, by the interface of common/peers.py."""

    engine, variant = "inlay", ""

    def __init__(self, library, path, threads):
        self.session = library.session(path, threads)
        self.bind_feed = self.session.bind
        self.close = self.session.close

    def run_all(self, feed):
        return self.session.run(feed)


def difference(ours, theirs):
    """The largest one over all outputs, as a share of an output's largest magnitude."""
    worst = 0.0
    for a, b in zip(ours, theirs, strict=True):
        if a.shape != b.shape:
            raise Different(f"expected shape {b.shape}, found {a.shape}")
        if not b.size:
            continue
        a, b = a.astype(np.float64), b.astype(np.float64)
        worst = max(worst, float(np.abs(a - b).max()) / max(float(np.abs(b).max()), 1e-30))
    return worst


def agreeing(bench, engines, feed, tolerance, what):
    """The engines whose outputs are those of the first: of inlay, which must agree with the second, onnxruntime."""
    first, found = engines[0].run_all(feed), engines[:1]
    for engine in engines[1:]:
        off = difference(first, engine.run_all(feed))
        if off <= tolerance:
            found.append(engine)
        elif engine.engine == "onnxruntime":
            raise Different(f"{what}: expected outputs within {tolerance:g} of {engine.engine}'s, found {off:.3g}")
        else:
            bench.results.add_note(f"{what}: {engine.engine}'s outputs differ from the others' by {off:.2g} of the"
                                   " largest: it is left out")
    return found


def measure_row(bench, row, engines, feed, tolerance, effort):
    """row: a Row without results."""
    engines = agreeing(bench, engines, feed, tolerance, row.id)
    samples = take_turns({i: engine.bind_feed(feed) for i, engine in enumerate(engines)}, effort)
    row.results = [Result(engine.engine, engine.variant, samples[i]) for i, engine in enumerate(engines)]
    bench.results.add_row(row)
    for engine in engines:
        engine.close()


def ratio(row):
    return min(r.time_ms.median for r in row.results if r.engine != "inlay") / row.results[0].time_ms.median


def wanted(bench, row_id):
    return bench.options.only in row_id


def measure_models(bench):
    effort = bench_run.QUICK if bench.options.quick else MODEL_EFFORT
    for model in models.models(bench):
        for threads in bench.threads:
            row = Row(f"{model.table}/{model.name}/{threads}", model.table, model.name, [], threads)
            if not wanted(bench, row.id):
                continue
            engines = [InlayRunner(bench.library, model.path, threads)]
            engines += [make() for make in peers.all_ways(model.path, threads, model.peers)]
            measure_row(bench, row, engines, model.feed(), model.tolerance, effort)


def measure_operators(bench):
    effort = bench_run.QUICK if bench.options.quick else OPERATOR_EFFORT
    ratios = []
    for case in cases.cases():
        row = Row(f"operators/{case.id}", "operators", case.id, [])
        if not wanted(bench, row.id):
            continue
        path = bench.models / "operator.onnx"
        onnx.save(case.model(), path)
        engines = [InlayRunner(bench.library, path, 1), peers.OnnxRuntime(path, 1)]
        measure_row(bench, row, engines, case.feed(), case.tolerance, effort)
        ratios.append(ratio(row))
    if ratios:
        bench.results.add_figure(Figure(
            "operators/median", f"onnxruntime's time over inlay's, median of {len(ratios)} operators",
            statistics.median(ratios), "×", note=f"the least {min(ratios):.2f}×, one thread"))


def measure(bench):
    if not peers.onnxruntime:
        return bench.results.add_note("onnxruntime is not installed: nothing is compared")
    bench.models = bench.output / "models"
    bench.models.mkdir(exist_ok=True)
    measure_operators(bench)
    measure_models(bench)


def main():
    parser = bench_run.parser(__doc__)
    parser.add_argument("--only", default="", help="rows whose id holds this text")
    parser.add_argument("--model", default=os.environ.get("INLAY_TEST_MODEL", ""),
                        help="MiniLM's directory; default: INLAY_TEST_MODEL")
    versions = packages.versions(("onnxruntime", "openvino", "onnx"))
    try:
        return bench_run.run("operators", parser.parse_args(), measure, versions)
    except (Different, InlayError) as error:
        print(f"operators: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
