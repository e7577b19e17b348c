"""fuzz.py [--seconds N] [--jobs N] [TARGET…] | --publish | --check: the fuzzers, for so long, and the page on them.

Runs the programs of build/fuzz/bin, each for N seconds of its own CPU time, from the saved inputs
(tests/fuzz/corpus), from what earlier runs found (build/fuzzing/new) and, for onnx_run, from ONNX's own cases where
a test run has left them in build. An input that breaks a target stays in
build/fuzzing/findings: replay it, mend, and save it under tests/fuzz/corpus as a test. What ran is added up in
build/fuzzing/runs.json; --publish copies that to docs/fuzzing.json and makes docs/FUZZING.md of it, --check exits
with 1 when the page is not what the counts make. Needs nothing but the standard library, and Linux to run targets.
"""
import argparse
import datetime
import hashlib
import json
import os
import pathlib
import re
import signal
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
PER_SECOND = os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100
HEAD = """# Fuzzing

<!-- Written by tools/fuzz.py from docs/fuzzing.json; do not edit. -->

Each parser, and whatever takes bytes from strangers, has a libFuzzer program under the address and undefined-behaviour
sanitizers. Saved inputs are replayed by `./x test fuzz`; a finding becomes one of them. To go on:

```text
./x fuzz                 every target, ten minutes of CPU time each
./x fuzz 60 json onnx    a minute each of two
./x fuzz publish         this page
```

"""


# Other inputs that a target begins with, where they are there: globs in the tree, and the most bytes of one.
SEEDS = {
    "onnx_run": (("build/onnx-cases/*/*/*/model.onnx",
                  "build/python/lib/python3*/site-packages/onnx/backend/test/data/*/*/model.onnx"), 8192),
}


def gather_seeds(name, root):
    """The folder of the target's seeds, each once."""
    folder = root / "build" / "fuzzing" / "seeds" / name
    folder.mkdir(parents=True, exist_ok=True)
    globs, most = SEEDS.get(name, ((), 0))
    for path in (path for pattern in globs for path in root.glob(pattern)):
        content = path.read_bytes()
        if len(content) <= most:
            (folder / hashlib.sha256(content).hexdigest()[:20]).write_bytes(content)
    return folder


class Target:
    """A program, and the folders that belong to it."""

    def __init__(self, name, root):
        self.name = name
        self.program = root / "build" / "fuzz" / "bin" / f"fuzz_{name}"
        self.saved = root / "tests" / "fuzz" / "corpus" / name
        self.seeds = gather_seeds(name, root)
        self.new = root / "build" / "fuzzing" / "new" / name
        self.findings = root / "build" / "fuzzing" / "findings" / name
        self.log = root / "build" / "fuzzing" / f"{name}.log"
        self.process = None

    def start(self):
        for folder in (self.new, self.findings):
            folder.mkdir(parents=True, exist_ok=True)
        self.before = set(self.findings.iterdir())
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                [self.program, "-print_final_stats=1", "-timeout=300", "-report_slow_units=300", "-rss_limit_mb=4096",
                 f"-artifact_prefix={self.findings}/", self.new, self.seeds, self.saved], stdout=log, stderr=log)

    def cpu_seconds(self):
        """Of the process so far; None once it has ended."""
        try:
            fields = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        except OSError:
            return None
        return None if fields[0] == "Z" else (int(fields[11]) + int(fields[12])) / PER_SECOND

    def stop(self):
        self.process.send_signal(signal.SIGINT)

    def result(self, seconds):
        """What the process did; waits for its end."""
        self.process.wait()
        found = re.search(r"stat::number_of_executed_units:\s*(\d+)", self.log.read_text("utf-8", "replace"))
        return {"seconds": round(seconds, 1), "inputs_tried": int(found.group(1)) if found else 0,
                "findings": len(set(self.findings.iterdir()) - self.before)}


def run(targets, seconds, jobs, done):
    """Calls done(target, result) for each; at most `jobs` at a time."""
    waiting, going = list(targets), {}
    while waiting or going:
        while waiting and len(going) < jobs:
            target = waiting.pop(0)
            target.start()
            going[target] = 0.0
        time.sleep(0.5)
        for target in list(going):
            spent = target.cpu_seconds()
            if spent is not None:
                going[target] = spent
                if spent < seconds:
                    continue
                target.stop()
            done(target, target.result(going.pop(target)))


def add(runs, name, result):
    one = runs.setdefault(name, {"seconds": 0, "inputs_tried": 0, "findings": 0})
    for key, value in result.items():
        one[key] = round(one[key] + value, 1)


def commit(root):
    done = subprocess.run(["git", "-C", root, "rev-parse", "--short", "HEAD"], capture_output=True, text=True)
    return done.stdout.strip()


def page(document):
    lines = [HEAD, f"{document['date']}, commit {document['commit']}.\n\n", "| target | CPU time | inputs tried | findings |\n",
             "| --- | ---: | ---: | ---: |\n"]
    for name, one in sorted(document["targets"].items()):
        lines.append(f"| {name} | {one['seconds'] / 60:.1f} min | {one['inputs_tried']:,} | {one['findings']} |\n")
    return "".join(lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--root", type=pathlib.Path, default=ROOT, help="the tree; default: this one")
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--publish", action="store_true")
    parser.add_argument("--check", action="store_true")
    parser.add_argument("targets", nargs="*", metavar="TARGET")
    options = parser.parse_args()
    counts, text = options.root / "docs" / "fuzzing.json", options.root / "docs" / "FUZZING.md"
    runs_file = options.root / "build" / "fuzzing" / "runs.json"
    if options.publish:
        counts.write_bytes(runs_file.read_bytes())
    if options.publish or options.check:
        made = page(json.loads(counts.read_text("utf-8")))
        if options.check:
            same = text.is_file() and text.read_text("utf-8") == made
            print("fuzz: nothing found" if same else f"fuzz: {text}: expected what docs/fuzzing.json makes")
            return 0 if same else 1
        text.write_text(made, "utf-8")
        return 0

    known = sorted(path.name.removeprefix("fuzz_") for path in (options.root / "build/fuzz/bin").glob("fuzz_*"))
    for name in options.targets:
        if name not in known:
            parser.error(f"expected targets of {', '.join(known) or 'a fuzz build, found none'}; found {name}")
    runs_file.parent.mkdir(parents=True, exist_ok=True)
    document = json.loads(runs_file.read_text("utf-8")) if runs_file.is_file() else {"targets": {}}
    findings = 0

    def done(target, result):
        nonlocal findings
        findings += result["findings"]
        add(document["targets"], target.name, result)
        document.update(date=datetime.date.today().isoformat(), commit=commit(options.root))
        runs_file.write_text(json.dumps(document, indent=1) + "\n", "utf-8")
        print(f"fuzz: {target.name}: {result['seconds']:.0f} s, {result['inputs_tried']:,} inputs, {result['findings']} findings",
              flush=True)

    run([Target(name, options.root) for name in options.targets or known], options.seconds, options.jobs, done)
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
