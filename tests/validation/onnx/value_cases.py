"""Generated cases of operators whose values are no dense tensors of numbers, of control flow and of random numbers.

Each is a small model with tensors at its edges: sequences and optionals live inside of it. onnxruntime says what is
right, and onnx.reference where it does not implement a case; random operators are held to shape, type and range.

    python value_cases.py --probe build/release/bin/inlay_node_probe
"""
import argparse
import collections
import pathlib
import sys
import tempfile
import zlib

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from generated_cases import FEWEST, by_onnxruntime, by_reference, probe_answers

F32, I64 = np.float32, np.int64
TYPES = {np.dtype(F32): TensorProto.FLOAT, np.dtype(I64): TensorProto.INT64, np.dtype(np.float64): TensorProto.DOUBLE,
         np.dtype(np.int32): TensorProto.INT32, np.dtype(np.bool_): TensorProto.BOOL,
         np.dtype(np.uint8): TensorProto.UINT8, np.dtype(object): TensorProto.STRING}
ELEMENTS = (F32, I64, np.float64, np.int32)


class Model:
    """A model that grows node by node, from tensors that come with the run."""

    def __init__(self, random, opset=21):
        self.random, self.opset = random, opset
        self.nodes, self.feeds, self.constants, self.outputs = [], {}, {}, []
        self.range = None  # of random elements
        self.symbolic = True  # sizes of inputs may be symbols

    def input(self, array):
        name = f"x{len(self.feeds)}"
        self.feeds[name] = np.asarray(array)
        return name

    def constant(self, array):
        name = f"c{len(self.constants)}"
        self.constants[name] = np.asarray(array)
        return name

    def node(self, kind, inputs, outputs=1, domain="", **attributes):
        names = [f"v{len(self.nodes)}_{i}" for i in range(outputs)]
        self.nodes.append(helper.make_node(kind, inputs, names, domain=domain, **attributes))
        return names[0] if outputs == 1 else names

    def draw(self, shape, dtype=F32):
        return self.random.integers(-5, 6, shape).astype(dtype)

    def one_of(self, choices):
        return choices[self.random.integers(len(choices))]

    def shape(self, rank=None):
        rank = int(self.random.integers(0, 4)) if rank is None else rank
        return tuple(int(size) for size in self.random.integers(0 if self.random.random() < 0.1 else 1, 5, rank))

    def sequence(self, count, shapes=None, dtype=F32):
        """A sequence of tensors that come with the run."""
        shapes = shapes or [self.shape() for _ in range(count)]
        return self.node("SequenceConstruct", [self.input(self.draw(shape, dtype)) for shape in shapes])

    def index(self, value):
        """A position, as a constant or an input, of either type."""
        array = np.array(value, self.one_of((I64, np.int32)))
        return self.constant(array) if self.random.random() < 0.5 else self.input(array)

    def show(self, *names):
        self.outputs += names

    def show_sequence(self, sequence, count):
        """Its length, and each element."""
        self.show(self.node("SequenceLength", [sequence]))
        for i in range(count):
            self.show(self.node("SequenceAt", [sequence, self.constant(I64(i))]))

    def made(self):
        def info(name, array):
            shape = [f"{name}_{i}" for i in range(array.ndim)] if self.symbolic and self.random.random() < 0.5 else array.shape
            return helper.make_tensor_value_info(name, TYPES[array.dtype], shape)

        graph = helper.make_graph(
            self.nodes, "case", [info(name, array) for name, array in self.feeds.items()],
            [onnx.ValueInfoProto(name=name) for name in self.outputs],
            [numpy_helper.from_array(array, name) for name, array in self.constants.items()])
        imports = [helper.make_opsetid("", self.opset), helper.make_opsetid("ai.onnx.preview", 1)]
        return helper.make_model(graph, opset_imports=imports, ir_version=10)


def body(name, inputs, nodes, outputs, constants=()):
    """A subgraph; inputs and outputs are (name, type, shape)."""
    return helper.make_graph(nodes, name, [helper.make_tensor_value_info(*one) for one in inputs],
                             [helper.make_tensor_value_info(*one) for one in outputs],
                             [numpy_helper.from_array(array, key) for key, array in dict(constants).items()])


def sequence_construct(m):
    count = int(m.random.integers(1, 6))
    m.show_sequence(m.sequence(count, dtype=m.one_of(ELEMENTS)), count)


def sequence_empty(m):
    dtype = m.one_of(ELEMENTS)
    empty = m.node("SequenceEmpty", [], dtype=TYPES[np.dtype(dtype)])
    count = int(m.random.integers(0, 4))
    for _ in range(count):
        empty = m.node("SequenceInsert", [empty, m.input(m.draw(m.shape(), dtype))])
    m.show_sequence(empty, count)


def sequence_length(m):
    m.show(m.node("SequenceLength", [m.sequence(int(m.random.integers(1, 7)))]))


def sequence_at(m):
    count = int(m.random.integers(1, 6))
    m.show(m.node("SequenceAt", [m.sequence(count), m.index(int(m.random.integers(-count, count)))]))


def sequence_insert(m):
    count, dtype = int(m.random.integers(1, 5)), m.one_of(ELEMENTS)
    inputs = [m.sequence(count, dtype=dtype), m.input(m.draw(m.shape(), dtype))]
    if m.random.random() < 0.8:
        inputs.append(m.index(int(m.random.integers(-count, count + 1))))
    m.show_sequence(m.node("SequenceInsert", inputs), count + 1)


def sequence_erase(m):
    count = int(m.random.integers(1, 6))
    inputs = [m.sequence(count)]
    if m.random.random() < 0.8:
        inputs.append(m.index(int(m.random.integers(-count, count))))
    m.show_sequence(m.node("SequenceErase", inputs), count - 1)


def concat_from_sequence(m):
    count, rank, dtype = int(m.random.integers(1, 5)), int(m.random.integers(1, 4)), m.one_of(ELEMENTS)
    new_axis = int(m.random.integers(0, 2))
    axis = int(m.random.integers(-rank, rank))
    first = [int(size) for size in m.random.integers(1, 5, rank)]
    shapes = []
    for _ in range(count):
        shape = list(first)
        if not new_axis:
            shape[axis] = int(m.random.integers(0, 5))
        shapes.append(tuple(shape))
    if new_axis:
        axis = int(m.random.integers(-rank - 1, rank + 1))
    m.show(m.node("ConcatFromSequence", [m.sequence(count, shapes, dtype)], axis=axis, new_axis=new_axis))


def split_to_sequence(m):
    rank = int(m.random.integers(1, 4))
    shape = [int(size) for size in m.random.integers(1, 7, rank)]
    axis = int(m.random.integers(-rank, rank))
    inputs, attributes, size = [m.input(m.draw(shape, m.one_of(ELEMENTS)))], {"axis": axis}, shape[axis]
    kind = int(m.random.integers(3))
    if kind == 0:
        attributes["keepdims"] = int(m.random.integers(2))
        count = size
    elif kind == 1:
        part = int(m.random.integers(1, size + 1))
        inputs.append(m.constant(I64(part)))
        count = -(-size // part)
    else:
        cut = int(m.random.integers(0, size + 1))
        inputs.append(m.constant(np.array([cut, size - cut], I64)))
        count = 2
    m.show_sequence(m.node("SplitToSequence", inputs, **attributes), count)


def sequence_map(m):
    count = int(m.random.integers(1, 4))
    nodes = [helper.make_node(m.one_of(("Abs", "Neg", "Relu", "Sigmoid")), ["e"], ["f"])]
    inputs, names = [("e", TensorProto.FLOAT, None)], [m.sequence(count)]
    if m.random.random() < 0.5:  # a tensor beside the sequence
        nodes.append(helper.make_node("Add", ["f", "k"], ["g"]))
        inputs.append(("k", TensorProto.FLOAT, None))
        names.append(m.input(m.draw(())))
    graph = body("map", inputs, nodes, [(nodes[-1].output[0], TensorProto.FLOAT, None)])
    m.show_sequence(m.node("SequenceMap", names, body=graph), count)


def optional(m):
    x = m.input(m.draw(m.shape(), m.one_of(ELEMENTS)))
    made = m.node("Optional", [x])
    m.show(m.node("OptionalHasElement", [made]), m.node("OptionalGetElement", [made]))


def optional_of_sequence(m):
    count = int(m.random.integers(1, 4))
    made = m.node("Optional", [m.sequence(count)])
    m.show(m.node("OptionalHasElement", [made]))
    m.show_sequence(m.node("OptionalGetElement", [made]), count)


def optional_empty(m):
    dtype = m.one_of((TensorProto.FLOAT, TensorProto.INT64, TensorProto.DOUBLE))
    kind = helper.make_tensor_type_proto(dtype, m.shape())
    made = m.node("Optional", [], type=helper.make_sequence_type_proto(kind) if m.random.random() < 0.5 else kind)
    m.show(m.node("OptionalHasElement", [made]))
    # A model needs a tensor at its edge.
    m.show(m.node("Identity", [m.input(m.draw(m.shape()))]))


WORDS = ("", "a", "B", "Ab c", "monday", "tuesday", "ÄÖ", "ß", "日本", "x,y", "  two  spaces ", "e\u0301", "1.5", "-3")


def words(m, shape):
    return np.array([m.one_of(WORDS) for _ in range(int(np.prod(shape)))], object).reshape(shape)


def string_concat(m):
    shape = m.shape()
    other = shape[int(m.random.integers(len(shape) + 1)):] if m.random.random() < 0.5 else shape
    other = tuple(1 if m.random.random() < 0.2 else size for size in other)
    m.show(m.node("StringConcat", [m.input(words(m, shape)), m.input(words(m, other))]))


def string_split(m):
    attributes = {}
    if m.random.random() < 0.6:
        attributes["delimiter"] = m.one_of((",", " ", "", "a", "day"))
    if m.random.random() < 0.4:
        attributes["maxsplit"] = int(m.random.integers(1, 3))
    texts = words(m, m.shape(int(m.random.integers(1, 3))))
    texts[texts == ""] = "x"  # onnxruntime finds no part in an empty text, onnx.reference and Python one
    m.show(*m.node("StringSplit", [m.input(texts)], 2, **attributes))


def string_normalizer(m):
    attributes = {"case_change_action": m.one_of(("NONE", "LOWER", "UPPER")), "is_case_sensitive": int(m.random.integers(2)),
                  "locale": "C.UTF-8"}  # which every system has; onnx.reference strips accents and forgets stop words
    if m.random.random() < 0.6:
        attributes["stopwords"] = ["monday", m.one_of(("Ab c", "a", "tuesday"))]
    shape, m.symbolic = (int(m.random.integers(1, 6)),), False
    m.show(m.node("StringNormalizer", [m.input(words(m, shape if m.random.random() < 0.5 else (1, *shape)))], **attributes))


PATTERNS = (r"a", r".*", r"[a-z]+", r"\w+", r"\d+(\.\d+)?", r"-?\d", r"(mon|tues)day", r"\s*two\s+spaces\s*", r"日.", r"\p{L}+",
            r"[^a]*", r"x,?y?", r"(?i)b", r"")


def regex_full_match(m):
    m.show(m.node("RegexFullMatch", [m.input(words(m, m.shape()))], pattern=m.one_of(PATTERNS)))


def moved_strings(m):
    """Operators that only move elements, over strings."""
    shape = m.shape(2)
    x = m.input(words(m, shape))
    kind = m.one_of(("Reshape", "Transpose", "Concat", "Unsqueeze", "Expand", "Tile", "Identity", "Shape", "Flatten"))
    if kind == "Reshape":
        m.show(m.node("Reshape", [x, m.constant(np.array([int(np.prod(shape))], I64))]))
    elif kind == "Concat":
        m.show(m.node("Concat", [x, m.input(words(m, shape))], axis=int(m.random.integers(-2, 2))))
    elif kind == "Unsqueeze":
        m.show(m.node("Unsqueeze", [x, m.constant(np.array([0], I64))]))
    elif kind == "Expand":
        m.show(m.node("Expand", [x, m.constant(np.array([3, 1, 1], I64))]))
    elif kind == "Tile":
        m.show(m.node("Tile", [x, m.constant(np.array([2, 1], I64))]))
    else:
        m.show(m.node(kind, [x]))


def unique_strings(m):
    m.show(*m.node("Unique", [m.input(words(m, (int(m.random.integers(1, 9)),)))], 4, sorted=int(m.random.integers(2))))


def branches(m):
    shape = m.shape()
    x = m.input(m.draw(shape))

    def branch(name):
        kind, constant = m.one_of(("Add", "Mul", "Sub")), m.draw(())
        return body(name, (), [helper.make_node(kind, [x, f"{name}_c"], [f"{name}_y"])],
                    [(f"{name}_y", TensorProto.FLOAT, None)], {f"{name}_c": constant})

    condition = m.input(np.array(m.random.random() < 0.5))
    m.show(m.node("If", [condition], then_branch=branch("yes"), else_branch=branch("no")))


def loop(m):
    """A sum that is carried, and what each round leaves behind."""
    shape = m.shape(int(m.random.integers(1, 3)))
    trips = int(m.random.integers(0, 6))
    step = m.draw(shape)
    nodes = [helper.make_node("Add", ["s", "step"], ["s_out"]), helper.make_node("Mul", ["s_out", "two"], ["scan"]),
             helper.make_node("Less", ["i", "most"], ["go_on"])]
    graph = body("round", [("i", TensorProto.INT64, ()), ("go", TensorProto.BOOL, ()), ("s", TensorProto.FLOAT, None)], nodes,
                 [("go_on", TensorProto.BOOL, ()), ("s_out", TensorProto.FLOAT, shape), ("scan", TensorProto.FLOAT, shape)],
                 {"step": step, "two": F32(2), "most": I64(m.random.integers(0, 5))})
    inputs = [m.constant(I64(trips)) if m.random.random() < 0.7 else "", m.constant(np.array(True))]
    m.show(*m.node("Loop", [*inputs, m.input(m.draw(shape))], 2, body=graph))


def scan(m):
    """A running sum along an axis, forwards or backwards."""
    size, length = int(m.random.integers(1, 4)), int(m.random.integers(1, 6))
    axis, out_axis = int(m.random.integers(2)), int(m.random.integers(2))
    graph = body("step", [("s", TensorProto.FLOAT, (size,)), ("x", TensorProto.FLOAT, (size,))],
                 [helper.make_node("Add", ["s", "x"], ["t"]), helper.make_node("Identity", ["t"], ["y"])],
                 [("t", TensorProto.FLOAT, (size,)), ("y", TensorProto.FLOAT, (size,))])
    x = m.draw((length, size) if axis == 0 else (size, length))
    m.show(*m.node("Scan", [m.input(m.draw((size,))), m.input(x)], 2, body=graph, num_scan_inputs=1,
                   scan_input_axes=[axis], scan_output_axes=[out_axis],
                   scan_input_directions=[int(m.random.integers(2))], scan_output_directions=[int(m.random.integers(2))]))


def flex_attention(m):
    m.opset = 24
    heads, kv_heads = m.one_of(((2, 2), (4, 2), (3, 1)))
    batch, q_length, k_length, size = (int(n) for n in m.random.integers(1, 5, 4))

    def real(*shape):
        return m.input(m.random.uniform(-1, 1, shape).astype(F32))

    attributes = {"scale": 0.5} if m.random.random() < 0.5 else {}
    kinds = (m.one_of(("Tanh", "Relu", "Abs")), "Identity") if m.random.random() < 0.5 else ()
    for key, kind in zip(("score_mod", "prob_mod"), kinds):
        attributes[key] = body(key, [("s", TensorProto.FLOAT, None)], [helper.make_node(kind, ["s"], ["t"])],
                               [("t", TensorProto.FLOAT, None)])
    m.show(m.node("FlexAttention", [real(batch, heads, q_length, size), real(batch, kv_heads, k_length, size),
                                    real(batch, kv_heads, k_length, 3)], domain="ai.onnx.preview", **attributes))


def seed(m):
    return {"seed": float(m.random.integers(1, 1000))} if m.random.random() < 0.7 else {}


def normal(m):
    mean, scale = float(m.random.integers(-3, 4)), 0.5
    m.range = (mean - 8 * scale, mean + 8 * scale)
    return {"mean": mean, "scale": scale, **seed(m)}


def uniform(m):
    low = float(m.random.integers(-3, 4))
    m.range = (low, low + 2)
    return {"low": low, "high": low + 2, **seed(m)}


def random_normal(m):
    m.show(m.node("RandomNormal", [], shape=m.shape(2), **normal(m)))


def random_normal_like(m):
    m.show(m.node("RandomNormalLike", [m.input(m.draw(m.shape()))], **normal(m)))


def random_uniform(m):
    m.show(m.node("RandomUniform", [], shape=m.shape(2), dtype=m.one_of((TensorProto.FLOAT, TensorProto.DOUBLE)), **uniform(m)))


def random_uniform_like(m):
    m.show(m.node("RandomUniformLike", [m.input(m.draw(m.shape()))], **uniform(m)))


def bernoulli(m):
    m.range = (0, 1)
    m.show(m.node("Bernoulli", [m.input(m.random.random(m.shape()).astype(F32))], **seed(m)))


def multinomial(m):
    classes = int(m.random.integers(1, 6))
    m.range = (0, classes - 1)
    x = m.input(np.log(m.random.uniform(0.1, 1, (int(m.random.integers(1, 4)), classes))).astype(F32))
    m.show(m.node("Multinomial", [x], sample_size=int(m.random.integers(1, 6)), **seed(m)))


GENERATORS = {
    "SequenceConstruct": (sequence_construct,), "SequenceEmpty": (sequence_empty,), "SequenceLength": (sequence_length,),
    "SequenceAt": (sequence_at,), "SequenceInsert": (sequence_insert,), "SequenceErase": (sequence_erase,),
    "ConcatFromSequence": (concat_from_sequence,), "SplitToSequence": (split_to_sequence,), "SequenceMap": (sequence_map,),
    "Optional": (optional, optional_of_sequence), "OptionalHasElement": (optional_empty, optional),
    "OptionalGetElement": (optional, optional_of_sequence), "StringConcat": (string_concat,), "StringSplit": (string_split,),
    "StringNormalizer": (string_normalizer,), "RegexFullMatch": (regex_full_match,), "moved strings": (moved_strings,),
    "Unique": (unique_strings,), "If": (branches,), "Loop": (loop,), "Scan": (scan,), "FlexAttention": (flex_attention,),
    "RandomNormal": (random_normal,), "RandomNormalLike": (random_normal_like,), "RandomUniform": (random_uniform,),
    "RandomUniformLike": (random_uniform_like,), "Bernoulli": (bernoulli,), "Multinomial": (multinomial,),
}


def expected_of(model, feeds):
    """(peer, outputs), or (None, why)."""
    why = []
    for peer, run in (("onnxruntime", by_onnxruntime), ("reference", by_reference)):
        try:
            return peer, [np.asarray(y) for y in run(model, feeds)]
        except Exception as error:  # noqa: BLE001: peers raise whatever they like
            why.append(f"{peer}: {str(error).splitlines()[0] if str(error) else type(error).__name__}")
    return None, why


def tensor_bytes(array):
    return numpy_helper.from_array(np.asarray(array)).SerializeToString()


def write_case(folder, model, feeds, outputs):
    data = folder / "test_data_set_0"
    data.mkdir(parents=True)
    (folder / "model.onnx").write_bytes(model.SerializeToString())
    for kind, arrays in (("input", feeds.values()), ("output", outputs)):
        for i, array in enumerate(arrays):
            (data / f"{kind}_{i}.pb").write_bytes(tensor_bytes(array))


def write_operator(op, makers, count, root, counts, refused):
    """Lines for the probe."""
    random, lines = np.random.default_rng(zlib.crc32(op.encode())), []
    for i in range(count):
        m = Model(random)
        makers[i % len(makers)](m)
        model = m.made()
        peer, outputs = expected_of(model, m.feeds)
        if peer is None:
            refused.append(f"{op}: {outputs}")
            continue
        counts[op].update(cases=1, **{peer: 1})
        folder = root / f"{op.replace(' ', '_')}_{i:03}"
        write_case(folder, model, m.feeds, outputs)
        lines.append(f"{folder}\t1e-4\t1e-5" + (f"\trandom\t{m.range[0]}\t{m.range[1]}" if m.range else ""))
    return lines


def run(probe, operators, count):
    """(counts by operator, lines about what differs or is refused)"""
    counts, refused, lines = collections.defaultdict(collections.Counter), [], []
    with tempfile.TemporaryDirectory() as root:
        for op in operators:
            lines += write_operator(op, GENERATORS[op], count, pathlib.Path(root), counts, refused)
        answers = probe_answers(probe, lines)
        why = [f"{name}: {text.replace(str(root), '')}" for name, (result, text) in answers.items() if result != "pass"]
    for name, (result, _) in answers.items():
        counts[name.rpartition("_")[0].replace("_", " ")]["matched"] += result == "pass"
    few = [f"{op}: peers take {counts[op]['cases']} of {count} cases" for op in operators if counts[op]["cases"] < count / 2]
    return counts, why + few + (refused[:5] if few else [])


def twin(probe):
    """A wrong expectation is noticed."""
    with tempfile.TemporaryDirectory() as root:
        m = Model(np.random.default_rng(0))
        sequence_at(m)
        _, outputs = expected_of(m.made(), m.feeds)
        write_case(pathlib.Path(root) / "wrong", m.made(), m.feeds, [y + 1 for y in outputs])
        answers = probe_answers(probe, [f"{root}/wrong\t1e-4\t1e-5"])
    assert answers["wrong"][0] == "fail", answers
    return 0


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--probe", required=True)
    parser.add_argument("--operators", help="these alone, with commas between them")
    parser.add_argument("--count", type=int, default=FEWEST + 10, help="cases an operator")
    parser.add_argument("--twin", action="store_true")
    args = parser.parse_args()
    if args.twin:
        return twin(args.probe)
    operators = args.operators.split(",") if args.operators else list(GENERATORS)
    counts, lines = run(args.probe, operators, args.count)
    print("\n".join(lines))
    total = sum(counts.values(), collections.Counter())
    print(f"values: {len(operators)} operators, {dict(total)}, {total['cases'] - total['matched']} differ")
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main())
