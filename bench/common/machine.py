"""The machine that figures belong to: what it is, and the most that it can do."""
import json
import os
import pathlib
import platform
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent


def output_of(*command):
    """What a command prints, "" when it fails."""
    try:
        done = subprocess.run([str(part) for part in command], capture_output=True, text=True,
                              cwd=ROOT, check=True)
    except (OSError, subprocess.CalledProcessError):
        return ""
    return done.stdout.strip()


def cpu_count():
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def cpu_name():
    try:
        for line in pathlib.Path("/proc/cpuinfo").read_text("utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()


def commit():
    return output_of("git", "describe", "--always", "--dirty", "--exclude=*", "--abbrev=10")


def load():
    """Processes that wanted to run in the last minute: nothing, where figures are to be trusted."""
    return round(os.getloadavg()[0], 2) if hasattr(os, "getloadavg") else None


def describe(build):
    """Everything about where, as the JSON has it."""
    kernels = output_of(program(build, "inlay"), "kernels", "--json").splitlines()
    return {
        "cpu": cpu_name(),
        "cpus": cpu_count(),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "kernels": {entry["family"]: entry["chosen"] for entry in map(json.loads, kernels)},
    }


def program(build, name):
    return build / "bin" / (name + (".exe" if sys.platform == "win32" else ""))


def measure_limits(build):
    """{"fma_flops": {threads: FLOP/s}, "read_bytes": {threads: bytes/s}} for 1 and 2 threads, of the
    widest instruction set; empty where inlay_bench_kernels was not built."""
    text = output_of(program(build, "inlay_bench_kernels"), "--benchmark_filter=^limit/",
                     "--benchmark_format=json")
    found = {entry["name"].split("/")[1]: entry["per_second"]
             for entry in json.loads(text or '{"benchmarks": []}')["benchmarks"]}
    limits = {"fma_flops": {}, "read_bytes": {}}
    for threads, suffix in ((1, "_1_thread"), (2, "_2_threads")):
        fma = [value for name, value in found.items()
               if name.startswith("fma_") and name.endswith(suffix)]
        if fma:
            limits["fma_flops"][str(threads)] = max(fma)
        if "read" + suffix in found:
            limits["read_bytes"][str(threads)] = found["read" + suffix]
    return limits


def higher(one, other):
    """The better of two measurements of the same limits."""
    return {kind: {threads: max(value, other.get(kind, {}).get(threads, 0))
                   for threads, value in values.items()} for kind, values in one.items()}
