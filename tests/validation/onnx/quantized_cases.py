"""Quantized operators on random shapes and attributes against onnxruntime, through inlay_node_probe.

Not asked, because onnxruntime answers otherwise than the specification: sums over nothing (it leaves memory as it
was), products of u8 and wide s8 (without VNNI its sums of two products saturate), and float16 scales (it divides
as float32, where the scale's type decides).
"""
import argparse
import pathlib
import random
import subprocess
import tempfile

import numpy as np
import onnx
import onnxruntime
from onnx import helper, numpy_helper

FEWEST = 500
CONTRIB = "com.microsoft"


class Cases:
    """Writes each node as a case of ONNX's own layout, with what onnxruntime answers."""

    def __init__(self, folder, seed):
        self.folder, self.count, self.refused = folder, 0, 0
        self.pick, self.numbers = random.Random(seed), np.random.default_rng(seed)
        self.options = onnxruntime.SessionOptions()
        self.options.log_severity_level = 4
        self.options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL

    def u8(self, *shape):
        return self.numbers.integers(0, 256, shape).astype(np.uint8)

    def s8(self, *shape):
        return self.numbers.integers(-128, 128, shape).astype(np.int8)

    def narrow(self, *shape):
        return self.numbers.integers(-63, 64, shape).astype(np.int8)

    def bytes(self, *shape):
        return self.pick.choice([self.u8, self.s8])(*shape)

    def weights(self, *shape):
        return self.pick.choice([self.u8, self.narrow])(*shape)

    def like(self, array, *shape):
        return (self.u8 if array.dtype == np.uint8 else self.s8)(*shape)

    def floats(self, *shape):
        return self.numbers.normal(0, 3, shape).astype(np.float32)

    def scales(self, *shape):
        return self.numbers.uniform(0.01, 0.3, shape).astype(np.float32)

    def model(self, op, arrays, attributes, outputs, domain, constant):
        names = [f"i{i}" if a is not None else "" for i, a in enumerate(arrays)]
        node = helper.make_node(op, names, [f"o{i}" for i in range(outputs)], domain=domain, **attributes)

        def info(name, array):
            sizes = [f"{name}_{axis}" if size != 1 and self.pick.random() < 0.5 else size
                     for axis, size in enumerate(array.shape)]
            return helper.make_tensor_value_info(name, helper.np_dtype_to_tensor_dtype(array.dtype), sizes)

        given = {name: a for i, (name, a) in enumerate(zip(names, arrays)) if a is not None and i not in constant}
        kept = [numpy_helper.from_array(arrays[i], names[i]) for i in constant if arrays[i] is not None]
        graph = helper.make_graph([node], op, [info(*entry) for entry in given.items()],
                                  [helper.make_empty_tensor_value_info(o) for o in node.output], kept)
        opsets = [helper.make_opsetid("", 21), helper.make_opsetid(CONTRIB, 1)]
        return helper.make_model(graph, opset_imports=opsets, ir_version=10), given

    def add(self, op, arrays, attributes=None, outputs=1, domain="", constant=()):
        arrays = [None if a is None else np.asarray(a) for a in arrays]
        model, given = self.model(op, arrays, attributes or {}, outputs, domain, constant)
        try:
            session = onnxruntime.InferenceSession(model.SerializeToString(), self.options,
                                                   providers=["CPUExecutionProvider"])
            expected = session.run(None, given)
        except Exception:  # of onnxruntime's own types: an output without elements, a block it does not take
            self.refused += 1
            return
        case = self.folder / f"{op}_{self.count:04d}"
        data = case / "test_data_set_0"
        data.mkdir(parents=True)
        onnx.save(model, case / "model.onnx")
        for i, array in enumerate(given.values()):
            (data / f"input_{i}.pb").write_bytes(numpy_helper.from_array(array).SerializeToString())
        for i, array in enumerate(expected):
            (data / f"output_{i}.pb").write_bytes(numpy_helper.from_array(array).SerializeToString())
        self.count += 1


def products(c):
    for _ in range(60):
        m, k, n = (c.pick.choice([1, 2, 3, 7, 17, 33, 70, 130]) for _ in range(3))
        lead = c.pick.choice([(), (), (2,), (3, 1), (2, 3)])
        a, b = c.bytes(*lead, m, k), c.weights(k, n)
        if a.dtype == np.int8:
            b = c.narrow(*b.shape)
        if lead and c.pick.random() < 0.5:
            b = c.like(b, *c.pick.choice([(1,), lead[-1:], lead]), k, n) // (1 if b.dtype == np.uint8 else 2)
        a_zero = c.pick.choice([None, c.like(a), c.like(a, 1)])
        b_zero = c.pick.choice([None, c.like(b), c.like(b, 1)] + ([c.like(b, n)] if b.ndim == 2 else []))
        c.add("MatMulInteger", [a, b, a_zero, b_zero], constant=c.pick.choice([(), (1,), (1, 3)]))
        b_scale = c.pick.choice([c.scales(), c.scales(n)]) if b.ndim == 2 else c.scales()
        c.add("QLinearMatMul", [a, c.scales(), c.like(a), b, b_scale, c.like(b), c.scales() * k, c.like(a)],
              constant=c.pick.choice([(), (3, 4, 5)]))
        if b.ndim == 2:
            scaled_products(c, a, b, n)
        gemm(c, m, k, n)


def scaled_products(c, a, b, n):
    scale = c.pick.choice([c.scales(), c.scales(1), c.scales(n)])
    zero = c.pick.choice([None, c.like(b, *scale.shape)])
    bias = c.pick.choice([None, c.floats(n)])
    c.add("MatMulIntegerToFloat", [a, b, c.scales(), scale, c.pick.choice([None, c.like(a)]), zero, bias],
          domain=CONTRIB, constant=c.pick.choice([(), (1, 3, 5)]))
    c.add("DynamicQuantizeMatMul", [c.floats(*a.shape), b, scale, zero, bias], domain=CONTRIB,
          constant=c.pick.choice([(), (1, 2, 3)]))


def gemm(c, m, k, n):
    turn_a, turn_b = c.pick.randint(0, 1), c.pick.randint(0, 1)
    a, b = c.bytes(*((k, m) if turn_a else (m, k))), c.weights(*((n, k) if turn_b else (k, n)))
    if a.dtype == np.int8:
        b = c.narrow(*b.shape)
    shape = c.pick.choice([None, (n,), (m, n)])
    bias = None if shape is None else c.numbers.integers(-1000, 1000, shape).astype(np.int32)
    scale = c.pick.choice([c.scales(), c.scales(n)])
    target = [c.scales() * k, c.like(a)] if c.pick.random() < 0.6 else []
    c.add("QGemm", [a, c.scales(), c.like(a), b, scale, c.like(b, *scale.shape), bias, *target],
          {"transA": turn_a, "transB": turn_b, "alpha": c.pick.choice([1.0, 0.5])}, domain=CONTRIB)


def convolutions(c):
    for _ in range(60):
        groups, axes = c.pick.choice([1, 1, 2, 3]), c.pick.choice([1, 2, 2, 2, 3])
        channels, filters = c.pick.randint(1, 3), c.pick.randint(1, 4) * groups
        kernel = [c.pick.randint(1, 3) for _ in range(axes)]
        x = c.u8(c.pick.randint(1, 2), channels * groups, *(c.pick.randint(4, 9) for _ in kernel))
        w = c.weights(filters, channels, *kernel)
        attributes = {"group": groups, "strides": [c.pick.randint(1, 2) for _ in kernel]}
        if c.pick.random() < 0.3:
            attributes["auto_pad"] = c.pick.choice(["SAME_UPPER", "SAME_LOWER", "VALID"])
        else:
            attributes["dilations"] = [c.pick.randint(1, 2) for _ in kernel]
            attributes["pads"] = [c.pick.randint(0, 2) for _ in range(2 * axes)]
        zeros = [c.pick.choice([None, c.like(x)]), c.pick.choice([None, c.like(w)])]
        c.add("ConvInteger", [x, w, *zeros], attributes)
        x = c.bytes(*x.shape)
        w = w if x.dtype == np.uint8 else c.narrow(*w.shape)
        scale = c.pick.choice([c.scales(), c.scales(filters)])
        zero = c.like(w) if w.dtype == np.uint8 and scale.ndim == 0 else np.zeros(scale.shape, w.dtype)
        bias = [c.numbers.integers(-2000, 2000, filters).astype(np.int32)] if c.pick.random() < 0.5 else []
        steps = channels * np.prod(kernel).astype(np.float32)
        c.add("QLinearConv", [x, c.scales(), c.like(x), w, scale, zero, c.scales() * steps, c.like(x), *bias],
              attributes)


def linear(c):
    for _ in range(80):
        shape = [c.pick.randint(1, 5) for _ in range(c.pick.randint(1, 4))]
        axis, kind = c.pick.randrange(-len(shape), len(shape)), c.pick.choice(["tensor", "axis", "blocks"])
        dtype = c.pick.choice([np.uint8, np.int8, np.uint16, np.int16])
        scales, attributes = [], {"axis": axis}
        if kind == "axis":
            scales = [shape[axis]]
        elif kind == "blocks":
            attributes["block_size"] = c.pick.randint(1, 3)
            scales = list(shape)
            scales[axis] = -(-shape[axis] // attributes["block_size"])

        def numbers(*sizes):
            return c.numbers.integers(np.iinfo(dtype).min, np.iinfo(dtype).max + 1, sizes).astype(dtype)

        scale, zero = c.scales(*scales), numbers(*scales)
        c.add("QuantizeLinear", [c.floats(*shape) * 10, scale, zero], attributes)
        c.add("DequantizeLinear", [numbers(*shape), scale, c.pick.choice([zero, None])], attributes)
        c.add("DynamicQuantizeLinear", [c.floats(*shape) * 10], outputs=3)


def elementwise(c):
    for _ in range(30):
        shape = [c.pick.randint(1, 5) for _ in range(c.pick.randint(1, 3))]
        a = c.bytes(*shape)
        b = c.like(a, *c.pick.choice([shape, [1] * len(shape), shape[-1:]]))
        c.add(c.pick.choice(["QLinearAdd", "QLinearMul"]),
              [a, c.scales(), c.like(a), b, c.scales(), c.like(a), c.scales() * 4, c.like(a)], domain=CONTRIB)
        c.add("QLinearSigmoid", [a, c.scales(), c.like(a), np.float32(1 / 256), c.like(a)], domain=CONTRIB)
        c.add("QLinearLeakyRelu", [a, c.scales(), c.like(a), c.scales(), c.like(a)], {"alpha": 0.1}, domain=CONTRIB)


def blocks(c):
    for _ in range(25):
        k, n = c.pick.choice([1, 16, 33, 64, 100]), c.pick.choice([1, 5, 32, 40])
        bits, size = c.pick.choice([4, 4, 8, 2]), c.pick.choice([16, 32, 64])
        count = -(-k // size)
        zero = c.pick.choice([None, c.u8(n * ((count * bits + 7) // 8))])
        c.add("MatMulNBits", [c.floats(3, k), c.u8(n, count, size * bits // 8), c.scales(n * count), zero, None,
                              c.pick.choice([None, c.floats(n)])],
              {"K": k, "N": n, "bits": bits, "block_size": size}, domain=CONTRIB, constant=(1, 2, 3))


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--probe", required=True)
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        cases = Cases(pathlib.Path(folder), args.seed)
        for make in (products, convolutions, linear, elementwise, blocks):
            make(cases)
        text = "".join(f"{case}\n" for case in sorted(cases.folder.iterdir()))
        failed = []
        for options in ([], ["--no-rewrite"]):
            done = subprocess.run([args.probe, *options, "-"], input=text, capture_output=True, text=True)
            lines = [line.split("\t", 2) for line in done.stdout.splitlines()]
            assert len(lines) == cases.count, f"the probe ended with {done.returncode}: {done.stderr[-300:]}"
            failed += [" ".join(line) for line in lines if line[1] != "pass"]
    print("\n".join(failed))
    print(f"onnxruntime {onnxruntime.__version__}: {cases.count} cases, {len(failed)} failed; "
          f"{cases.refused} that it refuses")
    assert cases.count >= FEWEST, f"expected at least {FEWEST} cases, found {cases.count}"
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main())
