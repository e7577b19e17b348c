"""Every case of the onnx wheels through inlay_node_probe: with rewrites and without, at 1 thread and at 3.

    python conformance.py --probe build/release/bin/inlay_node_probe [--why] [--json FILE] [--publish] [--prune]

A case that does not match is an error unless conformance.txt says why. So are a skip that matches after all, a
line that is about no case, and a suite of which fewer cases match than its floor. --publish writes
docs/CONFORMANCE.md; without it a page that says something else is an error.
"""
import argparse
import collections
import dataclasses
import fnmatch
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile

import onnx

import conformance_cases
import conformance_page

MANIFEST = pathlib.Path(__file__).with_suffix(".txt")
PAGE = conformance_cases.ROOT / "docs" / "CONFORMANCE.md"
RUNS = [["--threads", threads, *rewrite] for rewrite in ([], ["--no-rewrite"]) for threads in ("1", "3")]
PATIENCE_S = 300  # for one run over all cases, of which each takes milliseconds


# ---- the manifest


@dataclasses.dataclass
class Rule:
    """A line of conformance.txt."""
    kind: str
    pattern: str  # of case names, or a suite
    numbers: list
    reason: str

    def covers(self, name):
        return fnmatch.fnmatchcase(name, self.pattern)


NUMBERS = {"skip": 0, "superseded": 0, "random": 2, "tolerance": 2, "floor": 1}


def read_manifest(text):
    rules = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        kind, *words = line.split()
        if kind not in NUMBERS:
            raise SystemExit(f"line {number}: expected one of {', '.join(NUMBERS)}, found {kind}")
        count = 1 + NUMBERS[kind]
        reason = " ".join(words[count:])
        if len(words) < count or (kind == "floor") != (reason == ""):
            raise SystemExit(f"line {number}: expected a pattern, {count - 1} numbers and a reason, found {line}")
        rules.append(Rule(kind, words[0], [float(word) for word in words[1:count]], reason))
    return rules


def rule_for(rules, name):
    """The one line about a case; none for a case that is to match as it stands."""
    found = [rule for rule in rules if rule.kind != "floor" and rule.covers(name)]
    if len(found) > 1:
        raise SystemExit(f"{name}: expected one line about it, found {', '.join(rule.pattern for rule in found)}")
    return found[0] if found else None


# ---- runs


def line_of(case, rule):
    """What the probe reads: the folder, tolerances and how outputs are compared."""
    if rule and rule.kind == "random":
        return f"{case.folder}\t{case.rtol} {case.atol} random {rule.numbers[0]} {rule.numbers[1]}"
    rtol, atol = rule.numbers if rule and rule.kind == "tolerance" else (case.rtol, case.atol)
    return f"{case.folder}\t{rtol} {atol} strict"


def ask(probe, options, lines):
    """(answers as far as they came, what ended the probe)."""
    command = [probe, *options, "-"]
    try:
        done = subprocess.run(command, input="\n".join(lines) + "\n", capture_output=True, text=True, timeout=PATIENCE_S)
        output, end = done.stdout, (done.stderr.strip().splitlines() or [""])[-1]
        end = f"ended the probe with {done.returncode}: {end}" if done.returncode else ""
    except subprocess.TimeoutExpired as expired:
        output, end = (expired.stdout or b"").decode(), f"no answer in {PATIENCE_S} s"
    return [line.split("\t", 2)[1:] for line in output.splitlines() if line.count("\t") >= 2], end


def run(probe, options, lines):
    """[(result, why)] of lines; a case that ends the probe fails, and the others go on behind it."""
    results = []
    while len(results) < len(lines):
        answers, end = ask(probe, options, lines[len(results):])
        results += answers
        if len(results) < len(lines):
            if not end:
                raise SystemExit(f"{probe}: no answer for {lines[len(results)]}")
            results.append(["fail", end])
    return results


def run_cases(probe, cases, rules):
    """{name: (result, why)}: "pass" where all runs of it do. Cases of equal bytes and rules are run once."""
    distinct = {}
    for case in cases:
        rule = rule_for(rules, case.name)
        distinct.setdefault((case.digest, line_of(case, rule).split("\t", 1)[1]), (case, rule))
    keys, lines = list(distinct), [line_of(*distinct[key]) for key in distinct]
    worst = {key: ("pass", "") for key in keys}
    for options in RUNS:
        for key, (result, why) in zip(keys, run(probe, options, lines)):
            if result != "pass" and worst[key][0] == "pass":
                worst[key] = (result, f"{' '.join(options)}: {why}")
    return {case.name: worst[case.digest, line_of(case, rule_for(rules, case.name)).split("\t", 1)[1]] for case in cases}


# ---- judgement


def says_other(old, new):
    """Two cases of one name have other nodes or outputs."""
    def data(case):
        files = sorted(case.folder.glob("test_data_set_*/output_*.pb"))
        nodes = [node.SerializeToString() for node in onnx.load(case.folder / "model.onnx").graph.node]
        return nodes, [(path.relative_to(case.folder), path.read_bytes()) for path in files]

    return data(old) != data(new)


def outcome_of(case, rule, result, newest):
    """(outcome, error): matched, random, tolerance, superseded, skipped or failed."""
    passed, kind = result[0] == "pass", rule.kind if rule else "matched"
    if kind in ("skip", "superseded") and passed:
        return "failed", f"{case.name}: matches, though {rule.pattern} is to be left out: {rule.reason}"
    if kind == "skip":
        return "skipped", None
    if kind == "superseded":
        later = newest.get(case.name.split("/", 1)[1])
        if later is None or not says_other(case, later):
            return "failed", f"{case.name}: expected that the newest wheel has another case of that name"
        return "superseded", None
    return (kind, None) if passed else ("failed", f"{case.name}: {result[1]}")


def judge(cases, rules, results, missing=()):
    """({name: outcome}, errors). Lines about wheels in `missing` need no case."""
    outcomes, errors, used = {}, [], set()
    newest = {case.name.split("/", 1)[1]: case for case in cases if case.name.startswith(f"{onnx.__version__}/")}
    for case in cases:
        rule = rule_for(rules, case.name)
        used.add(id(rule))
        outcomes[case.name], error = outcome_of(case, rule, results[case.name], newest)
        errors += [error] if error else []
    absent = [rule for rule in rules if rule.pattern.split("/")[0] not in missing]
    errors += [f"{rule.pattern}: the line is about no case" for rule in absent
               if rule.kind != "floor" and id(rule) not in used]
    good = collections.Counter(case.suite for case in cases if outcomes[case.name] in conformance_page.MATCHED)
    errors += [f"{rule.pattern}: expected at least {rule.numbers[0]:.0f} cases that match, found {good[rule.pattern]}"
               for rule in absent if rule.kind == "floor" and good[rule.pattern] < rule.numbers[0]]
    return outcomes, errors


def report(cases, rules, results, outcomes):
    """What the page is made of, as JSON."""
    out = {"onnx": onnx.__version__, "cases": {}}
    for case in cases:
        rule, outcome = rule_for(rules, case.name), outcomes[case.name]
        entry = {"outcome": outcome, "operators": case.operators, "opset": case.opset, "digest": case.digest.hex()}
        if rule:
            entry["reason"] = rule.reason
        if outcome in ("skipped", "superseded", "failed"):
            entry["found"] = results[case.name][1].replace(str(case.folder), case.name)
        out["cases"][case.name] = entry
    return out


def pruned(text, cases, results):
    """The manifest without what needs no line any more: a skip of which some cases match keeps the others' names."""
    lines = []
    for line in text.splitlines():
        rules = read_manifest(line)
        covered = [case.name for case in cases if rules and rules[0].kind == "skip" and rules[0].covers(case.name)]
        failing = [name for name in covered if results[name][0] != "pass"]
        if len(failing) == len(covered):
            lines.append(line)
        else:
            lines += [f"skip {name} {rules[0].reason}" for name in failing]
    return "\n".join(lines) + "\n"


# ---- a twin


def copy_with_wrong_output(case, folder):
    """The case with the last byte of its output changed."""
    shutil.copytree(case.folder, folder)
    output = folder / "test_data_set_0" / "output_0.pb"
    data = bytearray(output.read_bytes())
    data[-1] ^= 0x40
    output.write_bytes(bytes(data))
    return conformance_cases.read_case(case.name, folder, (case.rtol, case.atol))


def twin(probe):
    """A wrong output, a missing case, a skip that matches, a line about nothing, another page: all are noticed."""
    folder = conformance_cases.INSTALLED / "node" / "test_abs"
    name = f"{onnx.__version__}/node/test_abs"
    case = conformance_cases.read_case(name, folder, (conformance_cases.RTOL, conformance_cases.ATOL))
    floor = read_manifest(f"floor {onnx.__version__}/node 1\n")

    def errors(case, text=""):
        rules = floor + read_manifest(text)
        return judge([case], rules, run_cases(probe, [case], rules))[1]

    assert errors(case) == [], errors(case)
    with tempfile.TemporaryDirectory() as temporary:
        wrong = copy_with_wrong_output(case, pathlib.Path(temporary) / "test_abs")
        assert any("element" in error for error in errors(wrong)), "a wrong output"
        assert not any("element" in error for error in errors(wrong, f"skip {name} wrong on purpose\n"))
        assert errors(wrong, f"random {name} -1e30 1e30 any\n") == [], "a range that holds"
        assert errors(wrong, f"random {name} 7 8 none\n") != [], "elements outside of the range"
        assert errors(wrong, f"superseded {name} newer one\n") != [], "superseded by itself"
    assert any("matches" in error for error in errors(case, f"skip {name} no reason\n")), "a skip that matches"
    assert pruned(f"skip {name} no reason\nfloor a 1\n", [case], {name: ("pass", "")}) == "floor a 1\n"
    assert any("no case" in error for error in errors(case, "skip */node/test_gone gone\n")), "a line about nothing"
    assert any("at least" in error for error in judge([], floor, {})[1]), "a missing case"
    found = report([case], floor, {name: ("pass", "")}, {name: "matched"})
    assert conformance_page.render(found) != conformance_page.render(found | {"onnx": "0"}), "another page"
    return 0


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--probe", required=True)
    parser.add_argument("--json", type=pathlib.Path, help="write each case's outcome")
    parser.add_argument("--publish", action="store_true", help="write docs/CONFORMANCE.md")
    parser.add_argument("--prune", action="store_true", help="take skips of cases that match out of conformance.txt")
    parser.add_argument("--no-page", action="store_true", help="compare no page")
    parser.add_argument("--why", action="store_true", help="print what every case that does not match says")
    parser.add_argument("--twin", action="store_true")
    args = parser.parse_args()
    if not conformance_cases.INSTALLED.is_dir():
        print("skipped: missing peer: onnx with backend/test/data")
        return 77
    if args.twin:
        return twin(args.probe)
    text = MANIFEST.read_text()
    rules = read_manifest(text)
    with tempfile.TemporaryDirectory() as scratch:
        cases, missing = conformance_cases.all_cases(pathlib.Path(scratch))
        results = run_cases(args.probe, cases, rules)
        if args.prune:
            text = pruned(text, cases, results)
            MANIFEST.write_text(text)
            rules = read_manifest(text)
        outcomes, errors = judge(cases, rules, results, missing)
        found = report(cases, rules, results, outcomes)
    if args.why:
        print("\n".join(f"{name}\t{entry['found'][:300]}" for name, entry in found["cases"].items() if "found" in entry))
    if args.json:
        args.json.parent.mkdir(parents=True, exist_ok=True)
        args.json.write_text(json.dumps(found, indent=1) + "\n")
    if args.publish and not missing:
        PAGE.write_text(conformance_page.render(found))
    elif not args.no_page and not missing and PAGE.read_text() != conformance_page.render(found):
        errors.append(f"{PAGE.name}: expected what this run says; ./x conformance writes it")
    print("\n".join(errors))
    print(f"{len(cases)} cases: {dict(collections.Counter(outcomes.values()))}")
    if missing and not errors:
        print(f"skipped: missing peer: the cases of onnx {', '.join(missing)}")
        return 77
    return 1 if errors else 0


if __name__ == "__main__":
    sys.exit(main())
