"""Random small graphs through inlay_node_probe, with rewrites and without, against onnxruntime.

Graphs are made of pieces: single nodes, and what exporters spell with several (linear layers, norms, GELU,
attention, convolutions with what follows them, shape arithmetic). How far outputs may be apart is measured:
onnxruntime runs a second time with its inputs moved by a millionth. A difference is shown by the fewest nodes
that one output needs, and left in a folder.

    python random_graphs.py --probe build/release/bin/inlay_node_probe --seconds 600
"""
import argparse
import collections
import pathlib
import sys
import tempfile
import time

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from generated_cases import by_onnxruntime, probe_answers

BATCH = 100        # graphs to a call of the probe
LARGEST = 1e4      # of an output that is compared
MOST_MOVED = 1e-3  # by inputs that move by a millionth: outputs that move more are not compared
F32, I64 = np.float32, np.int64


class Value:
    def __init__(self, name, shape, dtype=F32):
        self.name, self.shape, self.dtype = name, tuple(shape), dtype


class Graph:
    """A graph that grows."""

    def __init__(self, random):
        self.random, self.nodes, self.constants, self.feeds, self.values = random, [], {}, {}, []

    def name(self):
        return f"v{len(self.nodes)}_{len(self.constants)}_{len(self.feeds)}"

    def one_of(self, choices):
        return choices[self.random.integers(len(choices))]

    def chance(self, share):
        return self.random.random() < share

    def constant(self, array):
        name = "c" + self.name()
        self.constants[name] = np.asarray(array)
        return name

    def weights(self, *shape):
        return self.constant((self.random.standard_normal(shape) / np.sqrt(max(1, shape[-1] if shape else 1))).astype(F32))

    def ints(self, values):
        return self.constant(np.array(values, I64))

    def input(self, shape):
        value = Value("i" + self.name(), shape)
        self.feeds[value.name] = self.random.standard_normal(shape).astype(F32)
        self.values.append(value)
        return value

    def node(self, kind, inputs, **attributes):
        """The name of a node's only output."""
        output = "n" + self.name()
        self.nodes.append(helper.make_node(kind, [getattr(x, "name", x) for x in inputs], [output], **attributes))
        return output

    def add(self, kind, inputs, shape, dtype=F32, **attributes):
        return self.keep(self.node(kind, inputs, **attributes), shape, dtype)

    def keep(self, name, shape, dtype=F32):
        self.values.append(Value(name, shape, dtype))
        return self.values[-1]

    def pick(self, *ranks):
        """A float value, preferring the newest; of one of the ranks where some are given."""
        found = [v for v in self.values if v.dtype == F32 and (not ranks or len(v.shape) in ranks)]
        if not found:
            return None
        return found[-1] if self.chance(0.6) else self.one_of(found)

    def axis(self, x):
        axis = int(self.random.integers(len(x.shape)))
        return axis, (axis - len(x.shape) if self.chance(0.5) else axis)


UNARY = ("Relu", "Tanh", "Sigmoid", "Erf", "Neg", "Abs", "Identity", "Sin", "Softplus", "Elu", "LeakyRelu", "HardSigmoid",
         "Exp", "Softsign", "HardSwish", "Selu", "Mish", "Gelu")


def unary(g):
    x = g.pick()
    kind = g.one_of(UNARY)
    g.add(kind, [g.node("Clip", [x, g.constant(F32(-4)), g.constant(F32(4))]) if kind == "Exp" else x], x.shape)


def binary(g):
    x = g.pick()
    kind = g.one_of(("Add", "Sub", "Mul", "Max", "Min", "Div"))
    same = [v for v in g.values if v.shape == x.shape and v.dtype == F32]
    if g.chance(0.5):
        y = g.one_of(same)
    else:
        shape = [size if g.chance(0.6) else 1 for size in x.shape][int(g.random.integers(len(x.shape) + 1)):]
        y = g.weights(*shape)
    if kind == "Div":
        y = g.node("Add", [g.node("Abs", [y]), g.constant(F32(0.5))])
    pair = [x, y] if g.chance(0.7) or kind == "Div" else [y, x]
    g.add(kind, pair, x.shape)


def linear(g):
    x = g.pick(2, 3, 4)
    if not x or not x.shape[-1]:
        return
    inner, columns = x.shape[-1], int(g.random.integers(1, 9))
    if len(x.shape) == 2 and g.chance(0.4):
        transposed = g.chance(0.5)
        w = g.weights(*((columns, inner) if transposed else (inner, columns)))
        y = g.node("Gemm", [x, w] + ([g.weights(columns)] if g.chance(0.7) else []), transB=int(transposed))
    else:
        y = g.node("MatMul", [x, g.weights(inner, columns)])
        if g.chance(0.8):
            pair = [y, g.weights(columns)]
            y = g.node("Add", pair if g.chance(0.5) else pair[::-1])
    shape = x.shape[:-1] + (columns,)
    if g.chance(0.4):
        y = g.node(g.one_of(("Relu", "Tanh", "Sigmoid")), [y])
    if columns == inner and g.chance(0.5):
        y = g.node("Add", [y, x])
    g.keep(y, shape)


def layer_norm(g):
    x = g.pick(2, 3)
    if not x or 0 in x.shape:  # whose reductions onnxruntime gives other sizes: explained.py
        return
    if g.chance(0.3):
        g.add("LayerNormalization", [x, g.weights(x.shape[-1]), g.weights(x.shape[-1])], x.shape, axis=-1)
        return
    centred = g.node("Sub", [x, g.node("ReduceMean", [x, g.ints([-1])])])
    square = (g.node("Mul", [centred, centred]) if g.chance(0.3) else g.node("Pow", [centred, g.constant(F32(2))]))
    variance = g.node("Add", [g.node("ReduceMean", [square, g.ints([-1])]), g.constant(F32(1e-3))])
    y = g.node("Div", [centred, g.node("Sqrt", [variance])])
    if g.chance(0.8):
        y = g.node("Add", [g.node("Mul", [y, g.weights(x.shape[-1])]), g.weights(x.shape[-1])])
    g.keep(y, x.shape)


def gelu(g):
    x = g.pick()
    inner = g.node("Erf", [g.node("Div", [x, g.constant(F32(np.sqrt(2)))])])
    raised = g.node("Add", [inner, g.constant(F32(1))])
    if g.chance(0.5):
        y = g.node("Mul", [g.node("Mul", [x, raised]), g.constant(F32(0.5))])
    else:
        y = g.node("Mul", [g.node("Mul", [x, g.constant(F32(0.5))]), raised])
    g.keep(y, x.shape)


def softmax(g):
    x = g.pick(1, 2, 3, 4)
    g.add(g.one_of(("Softmax", "LogSoftmax")), [x], x.shape, axis=g.axis(x)[1]) if x else None


def transpose(g):
    x = g.pick(2, 3, 4)
    if x:
        order = [int(i) for i in g.random.permutation(len(x.shape))]
        g.add("Transpose", [x], [x.shape[i] for i in order], perm=order)


def reshape(g):
    x = g.pick(1, 2, 3, 4)
    if not x or 0 in x.shape:  # 0 would mean a size as it was
        return
    sizes = list(x.shape)
    if len(sizes) > 1 and g.chance(0.6):
        place = int(g.random.integers(len(sizes) - 1))
        sizes[place:place + 2] = [sizes[place] * sizes[place + 1]]
    else:
        sizes.insert(int(g.random.integers(len(sizes) + 1)), 1)
    if g.chance(0.5):
        wanted = list(sizes)
        if g.chance(0.5):
            wanted[int(g.random.integers(len(sizes)))] = -1
        g.add("Reshape", [x, g.ints(wanted)], sizes)
        return
    # As exporters spell it: the first size comes from the tensor itself.
    first = g.node("Gather", [g.node("Shape", [x]), g.constant(I64(0))])
    if sizes[0] != x.shape[0]:
        return
    parts = [g.node("Unsqueeze", [first, g.ints([0])]), g.ints(sizes[1:])]
    g.add("Reshape", [x, g.node("Concat", parts, axis=0)], sizes)


def squeeze(g):
    x = g.pick()
    if 1 in x.shape and g.chance(0.7):
        axis = x.shape.index(1)
        g.add("Squeeze", [x, g.ints([axis])], x.shape[:axis] + x.shape[axis + 1:])
    elif len(x.shape) < 4:
        axis = int(g.random.integers(len(x.shape) + 1))
        g.add("Unsqueeze", [x, g.ints([axis])], x.shape[:axis] + (1,) + x.shape[axis:])


def concat(g):
    x = g.pick(1, 2, 3, 4)
    if not x:
        return
    axis, spelled = g.axis(x)
    rest = [v for v in g.values if v.dtype == F32 and len(v.shape) == len(x.shape)
            and v.shape[:axis] + v.shape[axis + 1:] == x.shape[:axis] + x.shape[axis + 1:]]
    chosen = [x] + [g.one_of(rest) for _ in range(g.random.integers(1, 3))]
    size = sum(v.shape[axis] for v in chosen)
    g.add("Concat", chosen, x.shape[:axis] + (size,) + x.shape[axis + 1:], axis=spelled)


def slices(g):
    x = g.pick(1, 2, 3, 4)
    if not x:
        return
    axis, spelled = g.axis(x)
    step = g.one_of((1, 1, 2, -1))
    begin, end = (-1, -1000) if step < 0 else (g.one_of((0, 1, -2)), g.one_of((1000, -1)))
    size = len(range(*slice(begin, end, step).indices(x.shape[axis])))
    g.add("Slice", [x, g.ints([begin]), g.ints([end]), g.ints([spelled]), g.ints([step])],
          x.shape[:axis] + (size,) + x.shape[axis + 1:])


def gather(g):
    x = g.pick(1, 2, 3)
    if not x:
        return
    axis, spelled = g.axis(x)
    if not x.shape[axis]:
        return
    shape = g.one_of(((), (1,), (3,), (2, 2)))
    if len(shape) + len(x.shape) > 5:
        return
    indices = g.random.integers(-x.shape[axis], x.shape[axis], shape)
    g.add("Gather", [x, g.constant(np.asarray(indices, I64))], x.shape[:axis] + shape + x.shape[axis + 1:], axis=spelled)


def reduce(g):
    x = g.pick(1, 2, 3, 4)
    if not x or 0 in x.shape:
        return
    axis, spelled = g.axis(x)
    keep = g.chance(0.6)
    kind = g.one_of(("ReduceMean", "ReduceSum", "ReduceMax", "ReduceMin", "ReduceL2"))
    g.add(kind, [x, g.ints([spelled])], x.shape[:axis] + ((1,) if keep else ()) + x.shape[axis + 1:], keepdims=int(keep))


def where(g):
    x = g.pick()
    condition = g.node(g.one_of(("Greater", "Less")), [x, g.constant(F32(0.1))])
    g.add("Where", [condition, x, g.constant(F32(-1))], x.shape)


def cast(g):
    x = g.pick()
    g.add("Cast", [g.node("Cast", [x], to=TensorProto.DOUBLE)], x.shape, to=TensorProto.FLOAT)


def convolution(g):
    x = g.pick(4)
    if not x or 0 in x.shape:
        return
    batch, channels, height, width = x.shape
    kernel = g.one_of((1, 2, 3))
    pad = g.one_of((0, 1)) if kernel > 1 else 0
    stride = g.one_of((1, 1, 2))
    if min(height, width) + 2 * pad < kernel:
        return
    depthwise = g.chance(0.3)
    filters = channels if depthwise else int(g.random.integers(1, 9))
    weights = g.weights(filters, 1 if depthwise else channels, kernel, kernel)
    y = g.node("Conv", [x, weights] + ([g.weights(filters)] if g.chance(0.6) else []),
               group=channels if depthwise else 1, pads=[pad] * 4, strides=[stride] * 2)
    if g.chance(0.4):
        variance = g.constant(g.random.uniform(0.5, 2, filters).astype(F32))
        y = g.node("BatchNormalization", [y, g.weights(filters), g.weights(filters), g.weights(filters), variance])
    if g.chance(0.5):
        y = g.node(g.one_of(("Relu", "Sigmoid", "HardSwish", "Tanh")), [y])
    sizes = [(size + 2 * pad - kernel) // stride + 1 for size in (height, width)]
    shape = (batch, filters, *sizes)
    if shape == x.shape and g.chance(0.5):
        y = g.node("Add", [x, y])
    g.keep(y, shape)


def pool(g):
    x = g.pick(4)
    if not x or min(x.shape) < 2:
        return
    kind = g.one_of(("MaxPool", "AveragePool"))
    g.add(kind, [x], x.shape[:2] + tuple(size - 1 for size in x.shape[2:]), kernel_shape=[2, 2])


def pad(g):
    x = g.pick(1, 2, 3, 4)
    if not x or 0 in x.shape:
        return
    sizes = [int(g.random.integers(0, 2)) for _ in range(2 * len(x.shape))]
    mode = g.one_of(("constant", "edge")) if min(x.shape) < 2 else g.one_of(("constant", "edge", "reflect"))
    shape = [size + sizes[i] + sizes[i + len(x.shape)] for i, size in enumerate(x.shape)]
    g.add("Pad", [x, g.ints(sizes)], shape, mode=mode)


def expand(g):
    x = g.pick(1, 2, 3)
    if x:
        g.add("Expand", [x, g.ints([2] + [1] * len(x.shape))], (2,) + x.shape)


def attention(g):
    x = g.pick(3)
    if not x or 0 in x.shape or x.shape[-1] % 2:
        return
    batch, length, hidden = x.shape
    heads = 2

    def split(last):
        y = g.node("MatMul", [x, g.weights(hidden, hidden)])
        if g.chance(0.7):
            y = g.node("Add", [g.weights(hidden), y])
        y = g.node("Reshape", [y, g.ints([0, 0, heads, hidden // heads])])
        return g.node("Transpose", [y], perm=[0, 2, 3, 1] if last else [0, 2, 1, 3])

    scores = g.node("MatMul", [split(False), split(True)])
    scores = g.node("Div", [scores, g.constant(F32(np.sqrt(hidden / heads)))])
    if g.chance(0.5):
        mask = np.where(g.random.random((1, 1, 1, length)) < 0.3, F32(-1e4), F32(0))
        scores = g.node("Add", [scores, g.constant(mask.astype(F32))])
    context = g.node("MatMul", [g.node("Softmax", [scores], axis=-1), split(False)])
    y = g.node("Transpose", [context], perm=[0, 2, 1, 3])
    g.keep(g.node("Reshape", [y, g.ints([0, 0, hidden])]), x.shape)


PIECES = (unary, unary, binary, binary, linear, linear, layer_norm, gelu, softmax, transpose, transpose, reshape, reshape,
          squeeze, concat, slices, gather, reduce, where, cast, convolution, convolution, pool, pad, expand, attention)
SHAPES = ((2, 3), (1, 4, 8), (2, 3, 4), (5, 8), (1, 3, 6, 6), (2, 4, 5, 7), (6,), (1, 1), (3, 0, 2))


def random_graph(seed):
    g = Graph(np.random.default_rng(seed))
    for _ in range(g.random.integers(1, 3)):
        g.input(g.one_of(SHAPES))
    for _ in range(g.random.integers(3, 11)):
        g.one_of(PIECES)(g)
    return g


def model_of(graph, outputs):
    """With what `outputs` need alone; sizes of inputs are symbols here and there."""
    needed, nodes = set(outputs), []
    for node in reversed(graph.nodes):
        if needed & set(node.output):
            nodes.insert(0, node)
            needed |= set(node.input)
    random = np.random.default_rng(len(graph.nodes))

    def info(name, array):
        shape = [f"d{size}" if random.random() < 0.5 else size for size in array.shape]
        return helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)

    made = helper.make_graph(
        nodes, "random", [info(name, array) for name, array in graph.feeds.items()],
        [onnx.ValueInfoProto(name=name) for name in outputs],
        [numpy_helper.from_array(array, name) for name, array in graph.constants.items() if name in needed])
    return helper.make_model(made, opset_imports=[helper.make_opsetid("", 22)], ir_version=10)


def wanted_outputs(graph):
    """What no node reads, and a few values on the way."""
    read = {name for node in graph.nodes for name in node.input}
    made = [node.output[0] for node in graph.nodes]
    return [name for name in made if name not in read or graph.random.random() < 0.15]


class Unsteady(Exception):
    """Outputs that say nothing: too large, or moved by what rounding does."""


def expectation(graph, model):
    """(outputs, the absolute tolerance)"""
    outputs = by_onnxruntime(model, graph.feeds)
    moved = by_onnxruntime(model, {name: array * F32(1 + 1e-6) for name, array in graph.feeds.items()})
    most = 0.0
    for a, b in zip(outputs, moved, strict=True):
        if a.size and not (np.isfinite(a).all() and np.abs(a).max() < LARGEST):
            raise Unsteady
        most = max(most, float(np.abs(a.astype(np.float64) - b).max())) if a.size else most
    if not most <= MOST_MOVED:
        raise Unsteady
    return outputs, 1e-5 + 100 * most


def write(folder, graph, outputs, wrong=0):
    """The line for the probe; `wrong` is added to what is expected."""
    model = model_of(graph, outputs)
    expected, tolerance = expectation(graph, model)
    expected = [array + np.asarray(wrong, array.dtype) for array in expected]
    data = folder / "test_data_set_0"
    data.mkdir(parents=True)
    (folder / "model.onnx").write_bytes(model.SerializeToString())
    for kind, arrays in (("input", graph.feeds.values()), ("output", expected)):
        for i, array in enumerate(arrays):
            (data / f"{kind}_{i}.pb").write_bytes(numpy_helper.from_array(np.asarray(array)).SerializeToString())
    return f"{folder}\t1e-4\t{tolerance}"


def answers_of(probe, lines):
    """{name: why} of what differs, with rewrites or without them."""
    return {name: f"{how}: {why}" for how, command in (("rewritten", [probe]), ("as spelled", [probe, "--no-rewrite"]))
            for name, (result, why) in probe_answers(command, lines).items() if result != "pass"}


def smallest(probe, seed, folder):
    """(nodes, why) of the one output that needs the fewest nodes and differs; leaves its case in the folder."""
    graph, found = random_graph(seed), []
    for i, name in enumerate(wanted_outputs(graph)):
        place = folder / f"{seed}_{i}"
        why = answers_of(probe, [write(place, graph, [name])])
        if why:
            model = onnx.load(place / "model.onnx")
            found.append((len(model.graph.node), " ".join(node.op_type for node in model.graph.node), place, *why.values()))
    return min(found, default=(0, "all outputs together", folder, "differs with all outputs alone"))


def run_batch(probe, seeds, counts):
    """Seeds whose graphs differ."""
    lines = []
    with tempfile.TemporaryDirectory(dir="/dev/shm" if pathlib.Path("/dev/shm").is_dir() else None) as root:
        for seed in seeds:
            graph = random_graph(seed)
            outputs = wanted_outputs(graph)
            if not outputs:
                continue
            try:
                lines.append(write(pathlib.Path(root) / str(seed), graph, outputs))
            except Unsteady:
                counts["not compared"] += 1
                continue
            counts.update(graphs=1, nodes=len(graph.nodes))
        return [int(name) for name in answers_of(probe, lines)]


def twin(probe):
    """A wrong expectation is noticed, with rewrites and without."""
    graph = random_graph(3)
    with tempfile.TemporaryDirectory() as root:
        line = write(pathlib.Path(root) / "3", graph, wanted_outputs(graph), wrong=1)
        why = answers_of(probe, [line])
    assert len(why) == 1, why
    return 0


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--probe", required=True)
    parser.add_argument("--seconds", type=float, default=0, help="how long; default: so many graphs as --count says")
    parser.add_argument("--count", type=int, default=300)
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    parser.add_argument("--folder", type=pathlib.Path, default=pathlib.Path("build/random-graphs"), help="for what differs")
    parser.add_argument("--twin", action="store_true")
    args = parser.parse_args()
    if args.twin:
        return twin(args.probe)
    counts, differ, seed, begin = collections.Counter(), [], args.first, time.monotonic()

    def goes_on():
        return time.monotonic() - begin < args.seconds if args.seconds else seed < args.first + args.count

    while goes_on():
        end = seed + BATCH if args.seconds else min(seed + BATCH, args.first + args.count)
        differ += sorted(set(run_batch(args.probe, range(seed, end), counts)))
        seed = end
    for one in differ:
        nodes, spelled, place, why = smallest(args.probe, one, args.folder)
        print(f"seed {one}: {nodes} nodes: {spelled}: {why} ({place})")
    print(f"random graphs: {dict(counts)}, seeds {args.first} to {seed - 1}, {len(differ)} differ")
    return 1 if differ or not counts["graphs"] else 0


if __name__ == "__main__":
    sys.exit(main())
