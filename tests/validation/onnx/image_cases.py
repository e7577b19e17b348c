"""Random convolutions, pools and resizes against onnxruntime, with rewrites and without.

Elements are small whole numbers, so that sums are exact whatever their order.
"""
import argparse
import pathlib
import random
import subprocess
import sys
import tempfile

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

try:
    import onnxruntime
except ImportError:
    print("skipped: missing peer: onnxruntime")
    sys.exit(77)


class Case:
    """Attributes and sizes drawn from one seed."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.numbers = np.random.default_rng(seed)
        self.constants = []

    def whole(self, shape, low=-4, high=5):
        return self.numbers.integers(low, high, shape).astype(np.float32)

    def constant(self, array, name):
        self.constants.append(numpy_helper.from_array(array, name))
        return name

    def pick(self, *choices):
        return self.random.choice(choices)

    def sizes(self, rank, low, high):
        return [self.random.randint(low, high) for _ in range(rank)]

    def window(self, spatial, pool):
        """kernel_shape, strides, dilations and pads that fit."""
        rank = len(spatial)
        kernel = [self.random.randint(1, min(4, s)) for s in spatial]
        dilations = [self.pick(1, 1, 2) if (k - 1) * 2 + 1 <= s else 1 for k, s in zip(kernel, spatial)]
        out = {"kernel_shape": kernel, "strides": self.sizes(rank, 1, 3), "dilations": dilations}
        choice = self.pick("none", "pads", "pads", "SAME_UPPER", "SAME_LOWER", "VALID")
        if choice == "pads":
            out["pads"] = [self.random.randint(0, k - 1) for k in kernel + kernel]
        elif choice != "none" and not (pool and max(dilations) > 1):
            out["auto_pad"] = choice
        return out

# onnxruntime has its coordinates in f32, which shows where elements cancel each other.
ABSOLUTE = {"resize": 2e-5}


def conv(case):
    rank, groups = case.pick(1, 2, 2, 2, 3), case.pick(1, 1, 2, 3)
    spatial = case.sizes(rank, 4, 70 if rank < 3 else 9)
    window = case.window(spatial, False)
    inner, outer = case.pick(1, 1, 2, 5), case.pick(1, 2, 17)
    weights = case.whole([groups * outer, inner, *window["kernel_shape"]])
    inputs = ["x", case.constant(weights, "w")]
    if case.pick(0, 1):
        inputs.append(case.constant(case.whole([groups * outer]), "b"))
    nodes = [helper.make_node("Conv", inputs, ["c"], group=groups, **window)]
    last = "c"
    if case.pick(0, 1):
        scale = [case.constant(case.whole([groups * outer], 1, 4), name) for name in ("s", "t", "m")]
        variance = case.constant(np.full([groups * outer], 4, np.float32), "v")
        nodes.append(helper.make_node("BatchNormalization", [last, *scale, variance], ["n"], epsilon=0.0))
        last = "n"
    if case.pick(0, 1):
        nodes.append(helper.make_node("Add", [last, last if case.pick(0, 1, 1) == 0 else "c"], ["r"]))
        last = "r"
    nodes.append(helper.make_node(case.pick("Relu", "Relu", "Identity"), [last], ["y"]))
    return nodes, case.whole([case.pick(1, 2), groups * inner, *spatial])


def conv_transpose(case):
    rank, groups = case.pick(1, 2, 2, 3), case.pick(1, 1, 2)
    spatial = case.sizes(rank, 1, 20 if rank < 3 else 5)
    kernel, strides = case.sizes(rank, 1, 4), case.sizes(rank, 1, 3)
    inner, outer = case.pick(1, 3), case.pick(1, 9)
    weights = case.whole([groups * inner, outer, *kernel])
    attributes = {"kernel_shape": kernel, "strides": strides, "group": groups}
    attributes["output_padding"] = [case.random.randint(0, s - 1) for s in strides]
    if case.pick(0, 1):
        attributes["pads"] = [0 if k == 1 else case.random.randint(0, (k - 1) // 2) for k in kernel + kernel]
    inputs = ["x", case.constant(weights, "w"), case.constant(case.whole([groups * outer]), "b")]
    node = helper.make_node("ConvTranspose", inputs, ["y"], **attributes)
    return [node], case.whole([case.pick(1, 2), groups * inner, *spatial])


def pool(case):
    rank = case.pick(1, 2, 2, 3)
    spatial = case.sizes(rank, 4, 90 if rank < 3 else 9)
    window = case.window(spatial, True)
    op = case.pick("MaxPool", "AveragePool")
    if "auto_pad" not in window:
        window["ceil_mode"] = case.pick(0, 1)
    outputs = ["y"]
    if op == "AveragePool":
        window["count_include_pad"] = case.pick(0, 1)
    elif case.pick(0, 1):
        outputs.append("i")
    x = case.numbers.permutation(int(np.prod(spatial)) * 6).reshape([2, 3, *spatial]).astype(np.float32)
    return [helper.make_node(op, ["x"], outputs, **window)], x


def resize(case):
    spatial = case.sizes(2, 2, 12)
    mode = case.pick("nearest", "linear", "cubic")
    attributes = {"mode": mode, "coordinate_transformation_mode": case.pick(
        "half_pixel", "pytorch_half_pixel", "align_corners", "asymmetric")}
    if mode == "nearest":
        attributes["nearest_mode"] = case.pick("round_prefer_floor", "round_prefer_ceil", "floor", "ceil")
    elif case.pick(0, 0, 1) and attributes["coordinate_transformation_mode"] == "half_pixel":
        attributes["antialias"] = 1
    # With these the length of the output counts, which ONNX takes as scale times length even where
    # that is no whole number, and onnxruntime as the whole number below it.
    by_length = attributes["coordinate_transformation_mode"] in ("align_corners", "pytorch_half_pixel")
    if by_length or case.pick(0, 1):
        sizes = np.array([1, 2, *case.sizes(2, 1, 25)], np.int64)
        inputs = ["x", "", "", case.constant(sizes, "sizes")]
    else:
        scales = np.array([1, 1, *(case.pick(0.5, 0.7, 1.5, 2, 3, 2.3) for _ in range(2))], np.float32)
        inputs = ["x", "", case.constant(scales, "scales")]
    return [helper.make_node("Resize", inputs, ["y"], **attributes)], case.whole([1, 2, *spatial], 1, 9)


def write(folder, case, nodes, x):
    """False where onnxruntime refuses the case or gives nothing."""
    outputs = [name for name in nodes[-1].output]
    types = [TensorProto.FLOAT, TensorProto.INT64]
    shape = [None] * x.ndim  # sizes are symbols
    graph = helper.make_graph(
        nodes, "case", [helper.make_tensor_value_info("x", TensorProto.FLOAT, shape[:1] + list(x.shape[1:2]) + shape[2:])],
        [helper.make_tensor_value_info(name, kind, None) for name, kind in zip(outputs, types)], case.constants)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 19)], ir_version=9)
    try:
        session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
        expected = session.run(None, {"x": x})
    except Exception:
        return False
    data = folder / "test_data_set_0"
    data.mkdir(parents=True)
    onnx.save(model, folder / "model.onnx")
    (data / "input_0.pb").write_bytes(numpy_helper.from_array(x, "x").SerializeToString())
    for i, array in enumerate(expected):
        (data / f"output_{i}.pb").write_bytes(numpy_helper.from_array(array, outputs[i]).SerializeToString())
    return expected[0].size > 0


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--probe", required=True)
    parser.add_argument("--cases", type=int, default=40, help="of each kind")
    parser.add_argument("--first", type=int, default=0, help="seed")
    parser.add_argument("--keep", type=pathlib.Path)
    args = parser.parse_args()
    onnxruntime.set_default_logger_severity(4)
    bad = 0
    with tempfile.TemporaryDirectory() as temporary:
        root = args.keep or pathlib.Path(temporary)
        folders = []
        for kind in (conv, conv_transpose, pool, resize):
            made = 0
            for seed in range(args.first, args.first + args.cases):
                case = Case(seed)
                nodes, x = kind(case)
                folder = root / f"{kind.__name__}_{seed}"
                if write(folder, case, nodes, x):
                    folders.append(folder)
                    made += 1
            print(f"{kind.__name__}: {made} cases")
            assert made * 2 > args.cases, f"expected onnxruntime to take most cases of {kind.__name__}"
        for options in ([], ["--no-rewrite"]):
            text = "".join(f"{folder}\t1e-3\t{ABSOLUTE.get(folder.name.split('_')[0], 1e-7)}\n" for folder in folders)
            done = subprocess.run([args.probe, *options, "-"], input=text, capture_output=True, text=True)
            lines = [line.split("\t") for line in done.stdout.splitlines()]
            assert len(lines) == len(folders), f"{args.probe} ended with {done.returncode}: {done.stderr[-300:]}"
            for name, result, why in lines:
                if result != "pass":
                    bad += 1
                    print(name, *options, result, why)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
