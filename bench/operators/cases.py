"""The operators that are measured one by one, at the sizes that real models have.

A Case is a model of one node, made when it is needed; a further one is a line in `cases`.
"""
import dataclasses

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

OPSET = 21
F32, U8, I8, I64 = np.float32, np.uint8, np.int8, np.int64
ONE_STEP = 1 / 128  # of a quantised output, where roundings of sums may differ


@dataclasses.dataclass(frozen=True)
class Case:
    operator: str
    note: str  # its sizes
    inputs: tuple  # an array is a constant; an Input comes with each run; None is left out
    attributes: dict
    outputs: int = 1
    tolerance: float = 1e-4  # as a share of the largest output

    @property
    def id(self):
        return f"{self.operator} {self.note}"

    def names(self):
        return ["" if one is None else f"x{i}" for i, one in enumerate(self.inputs)]

    def feed(self):
        return {name: one.array for name, one in zip(self.names(), self.inputs) if isinstance(one, Input)}

    def model(self):
        names = self.names()
        outputs = [f"y{i}" for i in range(self.outputs)]
        node = helper.make_node(self.operator, names, outputs, **self.attributes)
        graph = helper.make_graph(
            [node], self.operator,
            [helper.make_tensor_value_info(name, helper.np_dtype_to_tensor_dtype(array.dtype), array.shape)
             for name, array in self.feed().items()],
            [helper.make_value_info(name, onnx.TypeProto()) for name in outputs],
            [numpy_helper.from_array(one, name) for name, one in zip(names, self.inputs)
             if isinstance(one, np.ndarray)])
        made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=10)
        inferred = onnx.shape_inference.infer_shapes(made, strict_mode=True)
        for output in inferred.graph.output:  # of operators that are functions
            if not output.type.WhichOneof("value"):
                first = next(iter(self.feed().values()))
                output.CopyFrom(helper.make_tensor_value_info(
                    output.name, helper.np_dtype_to_tensor_dtype(first.dtype), first.shape))
        onnx.checker.check_model(inferred)
        return inferred


@dataclasses.dataclass(frozen=True)
class Input:
    array: np.ndarray


class Maker:
    """Arrays of a seed."""

    def __init__(self):
        self.random = np.random.default_rng(3)

    def weights(self, *shape):
        return (self.random.standard_normal(shape) / np.sqrt(max(1, np.prod(shape[1:])))).astype(F32)

    def real(self, *shape):
        return Input(self.random.standard_normal(shape).astype(F32))

    def positive(self, *shape):
        return Input(self.random.uniform(0.1, 4, shape).astype(F32))

    def whole(self, below, shape, dtype=I64, least=0):
        return Input(self.random.integers(least, below, shape).astype(dtype))

    def bytes(self, *shape):
        return Input(self.random.integers(0, 256, shape).astype(U8))

    def byte_weights(self, *shape):
        """Of 7 bits: sums of two full products pass 16 bits, which onnxruntime then cuts off."""
        return self.random.integers(-63, 64, shape).astype(I8)

    def boxes(self, count, size):
        """Corners (x, y, x, y) inside of an image."""
        begin = self.random.uniform(0, size * 0.7, (count, 2))
        return Input(np.concatenate([begin, begin + self.random.uniform(1, size * 0.3, (count, 2))], 1).astype(F32))

    def bools(self, *shape):
        return Input(self.random.random(shape) < 0.5)


def scalar(value, dtype=F32):
    return np.array(value, dtype)


def convolutions(m):
    x = m.real(1, 64, 56, 56)
    yield Case("Conv", "3×3, 64→64, 56×56", (x, m.weights(64, 64, 3, 3), m.weights(64)), {"pads": [1] * 4})
    yield Case("Conv", "1×1, 256→64, 56×56", (m.real(1, 256, 56, 56), m.weights(64, 256, 1, 1)), {})
    yield Case("Conv", "7×7 by 2, 3→64, 224×224", (m.real(1, 3, 224, 224), m.weights(64, 3, 7, 7)),
               {"pads": [3] * 4, "strides": [2, 2]})
    yield Case("Conv", "3×3 depthwise, 144, 56×56", (m.real(1, 144, 56, 56), m.weights(144, 1, 3, 3)),
               {"pads": [1] * 4, "group": 144})
    yield Case("Conv", "3 over 1500, 384→384", (m.real(1, 384, 1500), m.weights(384, 384, 3)), {"pads": [1, 1]})
    yield Case("ConvTranspose", "2×2 by 2, 128→64, 28×28", (m.real(1, 128, 28, 28), m.weights(128, 64, 2, 2)),
               {"strides": [2, 2]})
    yield Case("QLinearConv", "3×3, 64→64, 56×56",
               (m.bytes(1, 64, 56, 56), scalar(0.02), scalar(128, U8), m.byte_weights(64, 64, 3, 3),
                scalar(0.01), scalar(0, I8), scalar(0.6), scalar(120, U8)), {"pads": [1] * 4}, 1, ONE_STEP)
    yield Case("MaxPool", "3×3 by 2, 64, 112×112", (m.real(1, 64, 112, 112),),
               {"kernel_shape": [3, 3], "strides": [2, 2], "pads": [1] * 4})
    yield Case("AveragePool", "3×3, 192, 28×28", (m.real(1, 192, 28, 28),),
               {"kernel_shape": [3, 3], "pads": [1] * 4})
    yield Case("GlobalAveragePool", "2048, 7×7", (m.real(1, 2048, 7, 7),), {})
    yield Case("BatchNormalization", "256, 56×56", (m.real(1, 256, 56, 56), m.weights(256), m.weights(256),
                                                    m.weights(256), np.full(256, 1.5, F32)), {})
    yield Case("InstanceNormalization", "64, 128×128", (m.real(1, 64, 128, 128), m.weights(64), m.weights(64)), {})
    yield Case("Resize", "linear ×2, 64, 56×56", (x, None, np.array([1, 1, 2, 2], F32)), {"mode": "linear"})
    yield Case("Resize", "nearest ×2, 64, 56×56", (x, None, np.array([1, 1, 2, 2], F32)),
               {"mode": "nearest", "coordinate_transformation_mode": "asymmetric", "nearest_mode": "floor"})
    yield Case("Resize", "linear by half, 64, 112×112",
               (m.real(1, 64, 112, 112), None, np.array([1, 1, 0.5, 0.5], F32)), {"mode": "linear"})
    yield Case("Resize", "cubic ×2, 16, 56×56", (m.real(1, 16, 56, 56), None, np.array([1, 1, 2, 2], F32)),
               {"mode": "cubic"})
    grid = Input(m.random.uniform(-1, 1, (1, 56, 56, 2)).astype(F32))
    yield Case("GridSample", "linear, 64, 56×56", (x, grid), {"mode": "linear"})
    yield Case("RoiAlign", "100 of 256, 50×50", (m.real(1, 256, 50, 50), m.boxes(100, 50), np.zeros(100, I64)),
               {"output_height": 7, "output_width": 7, "sampling_ratio": 2})
    yield Case("GroupNormalization", "32 groups of 320, 64×64",
               (m.real(1, 320, 64, 64), m.weights(320), m.weights(320)), {"num_groups": 32})
    yield Case("LRN", "64, 56×56", (x,), {"size": 5})
    yield Case("PRelu", "64, 56×56", (x, m.weights(64, 1, 1)), {})


def products(m):
    yield Case("Gemm", "128×768×3072", (m.real(128, 768), m.weights(768, 3072), m.weights(3072)), {})
    yield Case("MatMul", "12 of 128×64×128", (m.real(12, 128, 64), m.real(12, 64, 128)), {})
    yield Case("MatMul", "1×768×3072", (m.real(1, 768), m.weights(768, 3072)), {})
    yield Case("MatMulInteger", "128×768×3072", (m.bytes(128, 768), m.byte_weights(768, 3072),
                                                 scalar(120, U8)), {})
    yield Case("Einsum", "bhqd,bhkd->bhqk, 12 of 128×64×128", (m.real(1, 12, 128, 64), m.real(1, 12, 128, 64)),
               {"equation": "bhqd,bhkd->bhqk"})


def recurrent(m):
    for name, gates in (("LSTM", 4), ("GRU", 3), ("RNN", 1)):
        yield Case(name, "100 steps, 256→256",
                   (m.real(100, 1, 256), m.weights(1, gates * 256, 256), m.weights(1, gates * 256, 256),
                    m.weights(1, gates * 512)), {"hidden_size": 256})


def elements(m):
    hidden = m.real(1024, 768)
    for name in ("Erf", "Tanh", "Sigmoid", "Exp", "Gelu", "LeakyRelu", "HardSwish", "Softplus", "Elu", "Selu",
                 "Mish", "Sin", "Floor", "Abs"):
        yield Case(name, "1024×768", (hidden,), {})
    for name in ("Sqrt", "Log"):
        yield Case(name, "1024×768", (m.positive(1024, 768),), {})
    yield Case("Pow", "1024×768, squared", (hidden, scalar(2)), {})
    yield Case("Add", "1024×768 + 768", (hidden, m.real(768)), {})
    yield Case("Mul", "1024×768, both", (hidden, m.real(1024, 768)), {})
    yield Case("Div", "1024×768 / 1024×1", (hidden, m.positive(1024, 1)), {})
    yield Case("Max", "1024×768, both", (hidden, m.real(1024, 768)), {})
    yield Case("Less", "1024×768, both", (hidden, m.real(1024, 768)), {})
    yield Case("And", "1024×768, both", (m.bools(1024, 768), m.bools(1024, 768)), {})
    yield Case("Clip", "1024×768", (hidden, scalar(0), scalar(6)), {})
    yield Case("Where", "1024×768", (m.bools(1024, 768), hidden, m.real(1024, 768)), {})
    yield Case("Cast", "1024×768 to f16", (hidden,), {"to": TensorProto.FLOAT16})
    yield Case("Equal", "1024×768, i64", (m.whole(9, (1024, 768)), scalar(3, I64)), {})
    yield Case("DynamicQuantizeLinear", "128×768", (m.real(128, 768),), {}, 3, ONE_STEP)
    yield Case("QuantizeLinear", "1024×768", (hidden, scalar(0.02), scalar(128, U8)), {}, 1, ONE_STEP)
    yield Case("DequantizeLinear", "1024×768", (m.bytes(1024, 768), scalar(0.02), scalar(128, U8)), {})


def reductions(m):
    hidden = m.real(1024, 768)
    yield Case("Softmax", "12×128×128", (m.real(12, 128, 128),), {"axis": -1})
    yield Case("LayerNormalization", "1024×768", (hidden, m.weights(768), m.weights(768)), {"axis": -1})
    yield Case("ReduceMean", "1024×768 over the last", (hidden, np.array([-1], I64)), {})
    yield Case("ReduceSum", "1024×768 over the first", (hidden, np.array([0], I64)), {})
    yield Case("ReduceSum", "64×56×256 over the middle", (m.real(64, 56, 256), np.array([1], I64)), {})
    yield Case("ReduceL2", "1024×768 over the last", (hidden, np.array([-1], I64)), {})
    yield Case("ReduceMax", "64×112×112 over planes", (m.real(64, 112, 112), np.array([1, 2], I64)), {})
    yield Case("ArgMax", "128×30522", (m.real(128, 30522),), {"axis": -1})
    yield Case("TopK", "5 of 128×30522", (m.real(128, 30522), np.array([5], I64)), {}, 2)
    yield Case("TopK", "100 of 128×30522", (m.real(128, 30522), np.array([100], I64)), {}, 2)
    yield Case("Softmax", "21, 128×128, over classes", (m.real(1, 21, 128, 128),), {"axis": 1})
    yield Case("LogSoftmax", "128×30522", (m.real(128, 30522),), {"axis": -1})
    scores = Input(m.random.permutation(8 * 2000).reshape(1, 8, 2000).astype(F32) / 16000)
    yield Case("NonMaxSuppression", "8 classes of 2000 boxes",
               (Input(m.boxes(2000, 512).array[None]), scores, scalar(100, I64), scalar(0.5), scalar(0.3)), {})
    yield Case("CumSum", "1024×768 along the last", (hidden, scalar(1, I64)), {})


def movements(m):
    hidden = m.real(1024, 768)
    yield Case("Transpose", "1×128×12×64, heads first", (m.real(1, 128, 12, 64),), {"perm": [0, 2, 1, 3]})
    yield Case("Transpose", "1024×768", (hidden,), {"perm": [1, 0]})
    yield Case("Concat", "4 of 64×56×56", tuple(m.real(1, 64, 56, 56) for _ in range(4)), {"axis": 1})
    yield Case("Split", "1024×768 in 3", (hidden, np.array([256] * 3, I64)), {"axis": 1}, 3)
    yield Case("Slice", "1024×384 of 1024×768", (hidden, np.array([0], I64), np.array([768], I64),
                                               np.array([1], I64), np.array([2], I64)), {})
    yield Case("Gather", "1024 of 30522×384", (m.weights(30522, 384), m.whole(30522, (1024,))), {})
    yield Case("GatherElements", "1024×768", (hidden, m.whole(1024, (1024, 768))), {"axis": 0})
    yield Case("ScatterElements", "256×768 into 1024×768",
               (hidden, m.whole(1024, (256, 768)), m.real(256, 768)), {"axis": 0})
    yield Case("ScatterND", "512 rows of 1024×768",
               (hidden, np.arange(0, 1024, 2, dtype=I64).reshape(-1, 1), m.real(512, 768)), {})
    yield Case("Pad", "64×56×56 by 1", (m.real(1, 64, 56, 56), np.array([0, 0, 1, 1] * 2, I64)), {})
    yield Case("Pad", "reflect, 64×56×56 by 1", (m.real(1, 64, 56, 56), np.array([0, 0, 1, 1] * 2, I64)),
               {"mode": "reflect"})
    yield Case("DepthToSpace", "2×2, 256×56×56", (m.real(1, 256, 56, 56),), {"blocksize": 2})
    yield Case("Trilu", "12×512×512", (m.real(12, 512, 512),), {})
    yield Case("Expand", "768 to 1024×768", (m.real(1, 768), np.array([1024, 768], I64)), {})
    yield Case("Tile", "128×768, 8 times", (m.real(128, 768), np.array([8, 1], I64)), {})
    yield Case("NonZero", "1024×768", (m.bools(1024, 768),), {})
    yield Case("OneHot", "1024 of 768", (m.whole(768, (1024,)), scalar(768, I64), np.array([0, 1], F32)), {})


def cases():
    """All of them; the same arrays each time."""
    for group in (convolutions, products, recurrent, elements, reductions, movements):
        yield from group(Maker())
