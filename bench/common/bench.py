"""One run of a kind of benchmark: what it runs on, how long it measures, where the figures go.

    def measure(bench): ...
    sys.exit(bench.main("models", __doc__, measure))
"""
import argparse
import datetime
import pathlib
import sys
import time

from common import machine, report
from common.inlay import Inlay
from common.results import Results, rounded, write_json
from common.turns import Effort

QUICK = Effort(seconds=0.2, rounds=2, turn_runs=1, turn_seconds=0.01)
TRIAL = Effort(seconds=0.3, rounds=3, turn_runs=1, turn_seconds=0.01, longest=10)


class Bench:
    def __init__(self, kind, options):
        self.build, self.output = options.build.resolve(), options.output.resolve()
        self.options = options
        self.library = Inlay(self.build)
        self.effort = QUICK if options.quick else Effort()
        self.trial = QUICK if options.quick else TRIAL  # to choose what is measured
        self.threads = [count for count in (1, 2) if count <= machine.cpu_count()]
        self.results = Results(kind, self.say)
        self.limits = {}
        self.load_before = machine.load()
        self.started = time.perf_counter()

    def say(self, text):
        minutes, seconds = divmod(int(time.perf_counter() - self.started), 60)
        print(f"{minutes}:{seconds:02} {text}", file=sys.stderr, flush=True)

    def rounds(self, count):
        """So many, or a few when a quick run is wanted."""
        return max(2, count // 5) if self.options.quick else count

    def document(self, versions):
        about = {**machine.describe(self.build), "load_before": self.load_before}
        return rounded(self.results.document(
            self.limits, quick=self.options.quick, date=datetime.date.today().isoformat(),
            minutes=round((time.perf_counter() - self.started) / 60, 1),
            commit=machine.commit(), versions={"inlay": self.library.version(), **versions},
            machine=about))


def parser(doc):
    parsed = argparse.ArgumentParser(description=doc, formatter_class=argparse.RawTextHelpFormatter)
    parsed.add_argument("build", type=pathlib.Path, help="build/release")
    parsed.add_argument("output", type=pathlib.Path, help="the folder for JSON, Markdown and plots")
    parsed.add_argument("--quick", action="store_true", help="a few runs each: does it work at all")
    return parsed


def run(kind, options, measure, versions=None):
    """Measures, and writes OUTPUT/KIND.json, .md and plots. measure(bench) fills bench.results."""
    options.output.mkdir(parents=True, exist_ok=True)
    bench = Bench(kind, options)
    bench.say("the machine's own limits")
    before = machine.measure_limits(bench.build)
    measure(bench)
    bench.limits = machine.higher(before, machine.measure_limits(bench.build))
    if not bench.limits["fma_flops"]:
        bench.results.add_note("inlay_bench_kernels did not run: no shares of the machine's limits")
    document = bench.document(versions or {})
    write_json(document, bench.output / f"{kind}.json")
    report.write(document, bench.output)
    bench.say(f"figures are in {bench.output / kind}.json, tables in {kind}.md beside it")
    return 0
