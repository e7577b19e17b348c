"""Reductions and what runs along one axis."""
import numpy as np

from .case import FLOATS, SHAPES, Case, array, axes_of, integers

TYPES = (np.float32, np.float64, np.int64, np.int32)
# The version where axes became an input.
REDUCTIONS = {"ReduceL1": 18, "ReduceL2": 18, "ReduceLogSum": 18, "ReduceLogSumExp": 18, "ReduceMax": 18,
              "ReduceMean": 18, "ReduceMin": 18, "ReduceProd": 18, "ReduceSum": 13, "ReduceSumSquare": 18}
ONLY_FLOATS = ("ReduceLogSum", "ReduceLogSumExp", "ReduceL2", "ReduceMean")


def reduction(op, rng):
    for dtype in TYPES[:2] if op in ONLY_FLOATS else TYPES:
        for shape in SHAPES:
            if 0 in shape and op in ("ReduceMax", "ReduceMin", "ReduceMean"):
                continue  # peers do not agree on what no elements give
            x = array(rng, dtype, shape, 0.5, 3)
            for keep in (0, 1):
                yield Case(op, 11, [x], dict(keepdims=keep))
                yield Case(op, 18, [x], dict(keepdims=keep))
                yield Case(op, 18, [x], dict(keepdims=keep, noop_with_empty_axes=1))
                for axis in axes_of(len(shape)):
                    yield Case(op, 18, [x, integers(axis)], dict(keepdims=keep), constants=(1,))
            if len(shape) > 1:
                yield Case(op, 18, [x, integers(0, -1)], constants=(1,))
                yield Case(op, 11 if op != "ReduceSum" else 12, [x], dict(axes=[1, 0]))


def arg_extreme(op, rng):
    for dtype in (np.float32, np.float64, np.int32, np.int64, np.int8, np.uint8):
        for shape in SHAPES:
            if not shape or 0 in shape:
                continue
            for axis in axes_of(len(shape)):
                for last in (0, 1):
                    yield Case(op, 13, [array(rng, dtype, shape)],
                               dict(axis=axis, keepdims=(axis + last) % 2, select_last_index=last))


def along(op, rng):
    for version in (1, 11, 13):
        # onnx.reference, which takes what onnxruntime does not, knows only the newest meaning.
        for dtype in (np.float32, np.float64, np.float16) if version == 13 else (np.float32,):
            for shape in SHAPES:
                if not shape:
                    continue
                for axis in axes_of(len(shape)) if version > 1 else range(len(shape)):
                    yield Case(op, version, [array(rng, dtype, shape)], dict(axis=axis), absolute=1e-5)


def running(op, version, rng):
    for dtype in TYPES:
        for shape in SHAPES:
            for axis in axes_of(len(shape)):
                for mode in range(4):
                    yield Case(op, version, [array(rng, dtype, shape, 0.5, 2), np.array(axis, np.int64)],
                               dict(exclusive=mode % 2, reverse=mode // 2), constants=(1,))


def normalization(op, version, rng):
    for dtype in FLOATS[:2]:
        for shape in SHAPES:
            for axis in axes_of(len(shape)):
                x = array(rng, dtype, shape)
                row = shape[axis % len(shape):]
                if 0 in shape:
                    continue
                inputs = [x, array(rng, dtype, row)]
                yield Case(op, version, inputs, dict(axis=axis), absolute=1e-4)
                if op == "LayerNormalization":
                    yield Case(op, version, inputs + [array(rng, dtype, row)], dict(axis=axis, epsilon=0.1), absolute=1e-4)


def top_k(rng):
    for version in (10, 11, 24):
        for dtype in (np.float32, np.float64, np.int64, np.int32):
            for shape in SHAPES:
                for axis in axes_of(len(shape)) if version > 10 else range(len(shape)):
                    for k in sorted({0, 1, shape[axis] // 2, shape[axis]} & set(range(shape[axis] + 1))):
                        largest = {} if version == 10 else dict(largest=int(rng.integers(2)))
                        x = rng.permutation(int(np.prod(shape))).reshape(shape).astype(dtype)
                        yield Case("TopK", version, [x, integers(k)], dict(axis=axis, **largest), constants=(1,),
                                   outputs=(True, True))


GENERATORS = {
    **{op: lambda rng, op=op: reduction(op, rng) for op in REDUCTIONS},
    **{op: lambda rng, op=op: arg_extreme(op, rng) for op in ("ArgMax", "ArgMin")},
    **{op: lambda rng, op=op: along(op, rng) for op in ("Softmax", "LogSoftmax", "Hardmax")},
    "CumSum": lambda rng: running("CumSum", 14, rng), "CumProd": lambda rng: running("CumProd", 26, rng),
    "LayerNormalization": lambda rng: normalization("LayerNormalization", 17, rng),
    "RMSNormalization": lambda rng: normalization("RMSNormalization", 23, rng),
    "TopK": top_k,
}
