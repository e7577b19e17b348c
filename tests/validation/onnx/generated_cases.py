"""Thousands of generated single-node cases through inlay_node_probe, against onnxruntime.

Where onnxruntime does not implement a case, onnx.reference says what is right. A difference is an error
with the smallest case that shows it, unless generated/explained.py lists it with its cause; a case of that
list that does not differ is an error, too. Every second case has symbolic sizes.

    python generated_cases.py --probe build/release/bin/inlay_node_probe --operators LSTM,GRU
"""
import argparse
import collections
import importlib
import json
import pathlib
import subprocess
import sys
import tempfile
import zlib

import numpy as np
import onnx
import onnxruntime
from onnx import helper, numpy_helper
from onnx.reference import ReferenceEvaluator

from generated.explained import EXPLAINED, Explained

GROUPS = ("elementwise", "reductions", "shapes", "products", "recurrent", "attention", "training", "signal", "ml")
FEWEST = 50       # cases an operator
QUICK = 4         # the same in a quick run
MOST_EXPLAINED = 20
# What peers refuse; more of an operator's cases than this share is a generator gone wrong.
MOST_REFUSED = 0.5


def generators():
    found = {}
    for group in GROUPS:
        module = importlib.import_module(f"generated.{group}")
        assert not found.keys() & module.GENERATORS.keys(), f"{group}: operators that another group has"
        found |= module.GENERATORS
    return dict(sorted(found.items()))


def cases_of(op, generate, quick):
    """{name: case}; a quick run has a few of each operator, and a few more whose differences are explained."""
    cases = list(generate(np.random.default_rng(zlib.crc32(op.encode()))))
    assert len(cases) >= FEWEST, f"{op}: expected at least {FEWEST} cases, found {len(cases)}"
    named = {f"{op}_{i:04}": case for i, case in enumerate(cases)}
    if not quick:
        return named
    some = set(list(named)[::max(1, len(named) // QUICK)])
    some |= set([name for name, case in named.items() if explanation(case)][:QUICK])
    return {name: case for name, case in named.items() if name in some}


def explanation(case):
    return next((entry for entry in EXPLAINED if case.op in entry.operators and entry.differs(case)), None)


def model_of(case, symbolic):
    """The case as a model; sizes are symbols of their own where `symbolic`."""
    names = ["" if x is None else f"x{i}" for i, x in enumerate(case.inputs)]
    outputs = [f"y{i}" if wanted else "" for i, wanted in enumerate(case.outputs)]
    node = helper.make_node(case.op, names, outputs, name="n", domain=case.domain, **case.attributes)
    inputs, constants = [], []
    for i, x in enumerate(case.inputs):
        if x is None:
            continue
        if i in case.constants:
            constants.append(numpy_helper.from_array(x, names[i]))
            continue
        shape = [f"{names[i]}_{axis}" for axis in range(x.ndim)]
        if not symbolic or case.has_fixed_sizes(i):
            shape = x.shape
        inputs.append(helper.make_tensor_value_info(names[i], helper.np_dtype_to_tensor_dtype(x.dtype), shape))
    results = [onnx.ValueInfoProto(name=name) for name in outputs if name]
    graph = helper.make_graph([node], "case", inputs, results, constants)
    imports = [helper.make_opsetid(case.domain, case.version)]
    if case.domain:
        imports.append(helper.make_opsetid("", 21))
    return helper.make_model(graph, opset_imports=imports, ir_version=10)


def feeds_of(case):
    return {f"x{i}": x for i, x in enumerate(case.inputs) if x is not None and i not in case.constants}


def by_onnxruntime(model, feeds):
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4
    options.intra_op_num_threads = 1
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    session = onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
    return session.run(None, feeds)


def by_reference(model, feeds):
    with np.errstate(all="ignore"):
        return ReferenceEvaluator(model).run(None, feeds)


def expected_of(case, model):
    """(peer, outputs); no peer where neither takes the case, with why."""
    why = []
    for peer, run in (("onnxruntime", by_onnxruntime), ("reference", by_reference)):
        try:
            outputs = [np.asarray(y) for y in run(model, feeds_of(case))]
            assert all(y.dtype != object for y in outputs)
            return peer, outputs
        except Exception as error:  # noqa: BLE001: peers raise whatever they like
            why.append(f"{peer}: {str(error).splitlines()[0] if str(error) else type(error).__name__}")
    return None, why


def write_case(folder, case, model, outputs):
    data = folder / "test_data_set_0"
    data.mkdir(parents=True)
    (folder / "model.onnx").write_bytes(model.SerializeToString())
    for kind, tensors in (("input", feeds_of(case).values()), ("output", outputs)):
        for i, tensor in enumerate(tensors):
            (data / f"{kind}_{i}.pb").write_bytes(numpy_helper.from_array(tensor).SerializeToString())


def probe_answers(probe, lines):
    """{name: (result, why)} of lines for inlay_node_probe; one that ends the probe fails, and the rest goes on."""
    answers, left = {}, list(lines)
    while left:
        done = subprocess.run([*([probe] if isinstance(probe, str) else probe), "-"], input="".join(f"{line}\n" for line in left), capture_output=True, text=True)
        found = [line.split("\t", 2) for line in done.stdout.splitlines() if line.count("\t") >= 2]
        answers |= {name: (result, why) for name, result, why in found}
        left = left[len(found):]
        if left:
            name = pathlib.Path(left.pop(0).split("\t")[0]).name
            answers[name] = ("fail", f"ended the probe with {done.returncode}: {done.stderr.strip()[-200:]}")
    return answers


def run(probe, selected, quick):
    """Counts by operator, {name: case}, [(name, case, why)] of differences, and lines on what peers refuse."""
    counts, cases, written, refused = {}, {}, [], collections.defaultdict(list)
    with tempfile.TemporaryDirectory() as root:
        for op, generate in selected.items():
            counts[op] = collections.Counter()
            for i, (name, case) in enumerate(cases_of(op, generate, quick).items()):
                model = model_of(case, symbolic=i % 2 == 1)
                peer, outputs = expected_of(case, model)
                if peer is None:
                    refused[op].append((case, outputs))
                    continue
                counts[op].update(cases=1, **{peer: 1})
                folder = pathlib.Path(root) / name
                write_case(folder, case, model, outputs)
                written.append(f"{folder}\t{case.relative}\t{case.absolute}")
                cases[name] = (op, case)
        answers = probe_answers(probe, written)
    differences = []
    for name, (op, case) in cases.items():
        result, why = answers[name]
        counts[op].update(matched=int(result == "pass"), explained=int(result != "pass" and bool(explanation(case))))
        if result != "pass":
            differences.append((name, case, why.replace(str(root), "")))
    lines = []
    for op, left_out in refused.items():
        counts[op]["refused"] = len(left_out)
        if len(left_out) > MOST_REFUSED * (counts[op]["cases"] + len(left_out)):
            case, why = left_out[0]
            lines.append(f"{op}: peers refuse {len(left_out)} cases: {case.text()}: {why}")
    return counts, {name: case for name, (_, case) in cases.items()}, differences, lines


def unexplained(differences, cases):
    """Lines for differences that no entry explains and for cases that are explained and do not differ."""
    different = {name for name, _, _ in differences}
    lines = [f"{name}: {case.text()}: explained, and does not differ: {explanation(case).cause}"
             for name, case in cases.items() if name not in different and explanation(case)]
    smallest = {}
    for name, case, why in differences:
        if explanation(case):
            continue
        elements = sum(x.size for x in case.inputs if x is not None)
        kind = (case.op, why.split(":")[-1][:12])
        if kind not in smallest or elements < smallest[kind][0]:
            smallest[kind] = (elements, name, case, why)
    return lines + [f"{name}: {case.text()}: {why}" for _, name, case, why in smallest.values()]


def twin(probe):
    """A wrong expectation and a stale explanation are both noticed."""
    op, generate = "Add", generators()["Add"]
    case = next(iter(generate(np.random.default_rng(0))))
    model = model_of(case, symbolic=False)
    with tempfile.TemporaryDirectory() as root:
        right, wrong = pathlib.Path(root) / "right", pathlib.Path(root) / "wrong"
        _, outputs = expected_of(case, model)
        write_case(right, case, model, outputs)
        write_case(wrong, case, model, [y + 1 for y in outputs])
        answers = probe_answers(probe, [f"{folder}\t1e-3\t1e-6" for folder in (right, wrong)])
    assert answers["right"][0] == "pass" and answers["wrong"][0] == "fail", answers
    assert unexplained([("Add_0000", case, "other")], {"Add_0000": case}), "a difference that nobody saw"
    EXPLAINED.append(Explained((op,), lambda _: True, "never differs"))
    assert unexplained([], {"Add_0000": case}), "an explanation of nothing"
    assert not unexplained([("Add_0000", case, "other")], {"Add_0000": case}), "an explanation that nobody saw"
    return 0


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--probe", required=True)
    parser.add_argument("--quick", action="store_true", help="a few cases of each operator")
    parser.add_argument("--operators", help="these alone, with commas between them")
    parser.add_argument("--json", type=pathlib.Path, help="where to write the counts by operator")
    parser.add_argument("--twin", action="store_true")
    args = parser.parse_args()
    if args.twin:
        return twin(args.probe)
    assert len(EXPLAINED) <= MOST_EXPLAINED, f"expected at most {MOST_EXPLAINED} explained differences"
    selected = generators()
    if args.operators:
        selected = {op: selected[op] for op in args.operators.split(",")}
    counts, cases, differences, refusals = run(args.probe, selected, args.quick)
    lines = refusals + unexplained(differences, cases)
    print("\n".join(lines))
    if args.json:
        args.json.parent.mkdir(parents=True, exist_ok=True)
        args.json.write_text(json.dumps(counts, indent=1, sort_keys=True) + "\n")
    total = sum(counts.values(), collections.Counter())
    print(f"onnxruntime {onnxruntime.__version__}, onnx {onnx.__version__}: {len(counts)} operators, {dict(total)}, "
          f"{len(differences)} differ")
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main())
