"""run.py BUILD OUTPUT [--quick] [--filter REGEX]: each kernel's share of its instruction set's own peak.

Runs inlay_bench_kernels (Google Benchmark), which measures the peaks first, and keeps what its names,
"gemm_f32_14x32_avx512/1024x384x1536", and counters say.
"""
import json
import pathlib
import re
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

from common import bench as bench_run
from common import machine

RATES = {"flops": "FLOP/s", "bytes_per_second": "B/s", "items_per_second": "elements/s"}


def entry(found):
    """One benchmark of Google's JSON as report.py takes it."""
    kernel, _, shape = found["name"].partition("/")
    rate = next((name for name in RATES if name in found), None)
    return {
        "kernel": kernel, "family": kernel.partition("_f32")[0], "isa": kernel.rpartition("_")[2],
        "shape": re.sub(r"(?<=\d)x(?=\d)", "×", shape), "time_us": found["cpu_time"] / 1e3,
        "rate": found.get(rate, 0), "rate_unit": RATES.get(rate, ""), "share": found.get("share"),
    }


def measure(bench):
    text = machine.output_of(
        machine.program(bench.build, "inlay_bench_kernels"), "--benchmark_format=json",
        f"--benchmark_filter={bench.options.filter}",
        f"--benchmark_min_time={0.02 if bench.options.quick else 0.5}")
    if not text:
        return bench.results.add_note("inlay_bench_kernels was not built or did not run")
    for found in json.loads(text)["benchmarks"]:
        bench.results.kernels.append(entry(found))


def main():
    parser = bench_run.parser(__doc__)
    parser.add_argument("--filter", default="^[^/]+_", metavar="REGEX",
                        help="names to be measured; default: all kernels")
    return bench_run.run("kernels", parser.parse_args(), measure)


if __name__ == "__main__":
    sys.exit(main())
