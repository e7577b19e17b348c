"""Operators that move elements."""
import numpy as np
from onnx import numpy_helper

from .case import SHAPES, Case, array, at_least, axes_of, integers

TYPES = (np.float32, np.float64, np.int64, np.int32, np.uint8, np.float16, np.bool_)


def concat(rng):
    for dtype in TYPES:
        for shape in SHAPES:
            for axis in axes_of(len(shape)):
                parts = []
                for size in rng.integers(0, 4, 3):
                    part = list(shape)
                    part[axis] = int(size)
                    parts.append(array(rng, dtype, part))
                yield Case("Concat", 13, parts, dict(axis=axis))


def split(rng):
    for dtype in TYPES[:4]:
        for shape in SHAPES:
            for axis in axes_of(len(shape)):
                x, size = array(rng, dtype, shape), shape[axis]
                first = int(rng.integers(0, size + 1))
                yield Case("Split", 13, [x, integers(first, size - first)], dict(axis=axis), (1,), (True, True))
                yield Case("Split", 11, [x], dict(axis=axis, split=[first, size - first]), (), (True, True))
                if size >= 2:
                    yield Case("Split", 18, [x], dict(axis=axis, num_outputs=2), (), (True, True))


def slice_(rng):
    for dtype in TYPES:
        for shape in SHAPES:
            for axis in axes_of(len(shape)):
                start, end = (int(v) for v in rng.integers(-6, 7, 2))
                step = int(rng.choice([-3, -2, -1, 1, 2, 3]))
                inputs = [array(rng, dtype, shape), *map(integers, (start, end, axis, step))]
                yield Case("Slice", 13, inputs, constants=(1, 2, 3, 4))
                yield Case("Slice", 13, [inputs[0], *inputs[1:]], constants=(3, 4))
            if len(shape) > 1:
                ends = integers(*([2**62] * 2))
                yield Case("Slice", 10, [array(rng, dtype, shape), integers(1, 0), ends], constants=(1, 2))
                yield Case("Slice", 1, [array(rng, dtype, shape)], dict(starts=[0, 1], ends=[-1, 2]))


def gather(rng):
    for dtype in TYPES:
        for shape in SHAPES:
            for axis in axes_of(len(shape)):
                size = shape[axis]
                for index_shape in ((), (3,), (2, 2), (0,)):
                    if size == 0 and 0 not in index_shape:
                        continue
                    kind = np.int32 if axis % 2 else np.int64
                    index = np.asarray(rng.integers(-size, max(size, 1), index_shape)).astype(kind)
                    yield Case("Gather", 13, [array(rng, dtype, shape), index], dict(axis=axis))


def gather_elements(rng):
    for dtype in TYPES:
        for shape in SHAPES:
            for axis in axes_of(len(shape)):
                if 0 in shape:
                    continue
                index_shape = [int(rng.integers(1, size + 1)) for size in shape]
                index = rng.integers(-shape[axis], shape[axis], index_shape)
                yield Case("GatherElements", 13, [array(rng, dtype, shape), index], dict(axis=axis))


def gather_nd(rng):
    def make():
        for dtype in TYPES:
            for shape in SHAPES:
                if not shape or 0 in shape:
                    continue
                for depth in range(1, len(shape) + 1):
                    index = np.stack([rng.integers(-size, size, (2, 3)) for size in shape[:depth]], -1)
                    yield Case("GatherND", 13, [array(rng, dtype, shape), index], fixed=(1,))
                    yield Case("GatherND", 11, [array(rng, dtype, shape), index[0, 0]], fixed=(1,))
                if len(shape) > 1:
                    index = rng.integers(0, shape[1], (shape[0], 2, 1))
                    yield Case("GatherND", 12, [array(rng, dtype, shape), index], dict(batch_dims=1), fixed=(1,))
    return at_least(50, make)


def scatter_elements(op, version, rng):
    for dtype in (np.float32, np.float64, np.int64, np.int32):
        for shape in SHAPES:
            for axis in axes_of(len(shape)):
                if 0 in shape:
                    continue
                index_shape = list(shape)
                index_shape[axis] = int(rng.integers(1, shape[axis] + 1))
                lines = np.moveaxis(np.zeros(shape, np.int64), axis, -1)
                index = np.stack([rng.permutation(shape[axis])[:index_shape[axis]]
                                  for _ in range(lines[..., 0].size)]).reshape(*lines.shape[:-1], -1)
                index = np.moveaxis(index, -1, axis).astype(np.int64)
                inputs = [array(rng, dtype, shape), index, array(rng, dtype, index.shape)]
                yield Case(op, version, inputs, dict(axis=axis))
                if op == "ScatterElements":
                    for join in ("add", "mul", "max", "min"):
                        yield Case(op, 18, inputs, dict(axis=axis, reduction=join))


def scatter_nd(rng):
    for dtype in (np.float32, np.float64, np.int64, np.int32):
        for shape in SHAPES:
            if not shape or 0 in shape:
                continue
            for depth in range(1, len(shape) + 1):
                count = min(3, int(np.prod(shape[:depth])))
                flat = rng.permutation(int(np.prod(shape[:depth])))[:count]
                index = np.stack(np.unravel_index(flat, shape[:depth]), -1).astype(np.int64)
                inputs = [array(rng, dtype, shape), index, array(rng, dtype, (count, *shape[depth:]))]
                yield Case("ScatterND", 13, inputs, fixed=(1,))
                for join in ("add", "mul", "max", "min"):
                    yield Case("ScatterND", 18, inputs, dict(reduction=join), fixed=(1,))


def reshape(rng):
    targets = [((2, 3, 4), (4, 6)), ((2, 3, 4), (-1,)), ((2, 3, 4), (0, -1)), ((2, 3, 4), (2, -1, 2)), ((6,), (2, 3)),
               ((), (1, 1)), ((1,), ()), ((0, 3), (3, 0)), ((4, 0), (0, 0)), ((2, 2, 3, 2), (0, 0, 6)), ((33, 17), (17, 33))]
    for version in (5, 13, 14, 19, 21):
        for dtype in TYPES:
            for shape, target in targets:
                if 0 in shape and version >= 14:
                    yield Case("Reshape", version, [array(rng, dtype, shape), integers(*target)], dict(allowzero=1), (1,))
                    continue
                if shape == (0, 3):
                    continue
                yield Case("Reshape", version, [array(rng, dtype, shape), integers(*target)], {}, (1,))
                yield Case("Reshape", version, [array(rng, dtype, shape), integers(*target)])


def transpose(rng):
    def make():
        for dtype in TYPES:
            for shape in SHAPES:
                yield Case("Transpose", 13, [array(rng, dtype, shape)])
                yield Case("Transpose", 1, [array(rng, dtype, shape)],
                           dict(perm=[int(v) for v in rng.permutation(len(shape))]) if shape else {})
    return at_least(50, make)


def squeeze(rng):
    for dtype in TYPES:
        for shape, axes in [((1, 3), (0,)), ((1, 3, 1), (0, -1)), ((1,), (0,)), ((1, 1), (-2,)), ((2, 1, 0), (1,))]:
            yield Case("Squeeze", 13, [array(rng, dtype, shape), integers(*axes)], {}, (1,))
            yield Case("Squeeze", 13, [array(rng, dtype, shape)], fixed=(0,))  # the rank must be known
            if min(axes) >= 0:
                yield Case("Squeeze", 1, [array(rng, dtype, shape)], dict(axes=list(axes)))


def unsqueeze(rng):
    for dtype in TYPES:
        for shape, axes in [((3,), (0,)), ((), (0,)), ((2, 3), (0, 3)), ((2, 3), (-1, 0)), ((0,), (-2,)), ((2, 3), (3, 1))]:
            yield Case("Unsqueeze", 13, [array(rng, dtype, shape), integers(*axes)], {}, (1,))
            if min(axes) >= 0:
                yield Case("Unsqueeze", 1, [array(rng, dtype, shape)], dict(axes=sorted(axes)))


def expand(rng):
    for dtype in TYPES:
        for shape, target in [((3, 1), (2, 3, 4)), ((), (2, 2)), ((3,), (1,)), ((1,), (0,)), ((2, 3), (1, 1)), ((1, 4), (3, 4)),
                              ((2, 1, 3), (2, 1))]:
            for constants in ((), (1,)):
                yield Case("Expand", 13, [array(rng, dtype, shape), integers(*target)], {}, constants)


def tile(rng):
    for dtype in TYPES:
        for shape in SHAPES:
            repeats = rng.integers(0, 4, len(shape))
            for constants in ((), (1,)):
                yield Case("Tile", 13, [array(rng, dtype, shape), repeats], {}, constants)


def pad(rng):
    for dtype in (np.float32, np.float64, np.int64, np.int32):
        for shape in SHAPES:
            rank = len(shape)
            if not rank:
                continue
            value = np.array(5, dtype)
            pads = rng.integers(0, 3, 2 * rank)
            yield Case("Pad", 13, [array(rng, dtype, shape), pads, value], {}, (1, 2))
            yield Case("Pad", 13, [array(rng, dtype, shape), pads], {}, (1,))
            yield Case("Pad", 18, [array(rng, dtype, shape), integers(2, 1), value, integers(-1)], {}, (1, 2, 3))
            if 0 in shape:
                continue
            yield Case("Pad", 13, [array(rng, dtype, shape), -np.minimum(pads, 1) * (np.tile(shape, 2) > 2), value], {}, (1, 2))
            yield Case("Pad", 13, [array(rng, dtype, shape), pads], dict(mode="edge"), (1,))
            inside = np.minimum(pads, np.tile(shape, 2) - 1)
            yield Case("Pad", 13, [array(rng, dtype, shape), inside], dict(mode="reflect"), (1,))
            yield Case("Pad", 19, [array(rng, dtype, shape), np.minimum(pads, np.tile(shape, 2))], dict(mode="wrap"), (1,))


def flatten(rng):
    for dtype in TYPES:
        for shape in SHAPES:
            for axis in range(-len(shape), len(shape) + 1):
                yield Case("Flatten", 13, [array(rng, dtype, shape)], dict(axis=axis))


def shape_(rng):
    for dtype in TYPES:
        for shape in SHAPES:
            yield Case("Shape", 13, [array(rng, dtype, shape)])
            yield Case("Shape", 15, [array(rng, dtype, shape)], dict(start=int(rng.integers(-4, 4)), end=int(rng.integers(-4, 4))))


def size(rng):
    for dtype in TYPES:
        for shape in SHAPES:
            yield Case("Size", 13, [array(rng, dtype, shape)])


def one_hot(rng):
    kinds = [(np.int64, np.int64), (np.int64, np.float32), (np.int64, np.int32), (np.int32, np.float32),
             (np.float32, np.float32), (np.float32, np.int64), (np.int32, np.int32)]
    for index_type, value_type in kinds:
        for shape in ((3,), (2, 3), (0,), (2, 0), (2, 3, 2)):
            for axis in range(-len(shape) - 1, len(shape) + 1):
                depth = np.array([rng.integers(1, 5)]).astype(index_type)
                inputs = [np.round(array(rng, index_type, shape, -5, 5)), depth, array(rng, value_type, (2,), -9, 9)]
                yield Case("OneHot", 11, inputs, dict(axis=axis), (1,))


def trilu(rng):
    for dtype in TYPES:
        for shape in [(3, 4), (4, 3), (2, 3, 3), (0, 3), (2, 3, 0), (1, 1), (33, 17)]:
            for k in (None, -40, -2, 0, 1, 40):
                inputs = [array(rng, dtype, shape)] + ([] if k is None else [np.array(k, np.int64)])
                yield Case("Trilu", 14, inputs, dict(upper=int(rng.integers(2))), (1,))


def range_(rng):
    for dtype in (np.float32, np.float64, np.int64, np.int32, np.int16):
        for start, limit, delta in [(0, 5, 1), (5, 0, -1), (0, 0, 1), (3, 1, 1), (-3, 9, 4), (2, 3, 5), (9, -9, -7)]:
            for constants in ((), (0, 1, 2)):
                inputs = [np.array(v, dtype) for v in (start, limit, delta)]
                yield Case("Range", 11, inputs, {}, constants)


def non_zero(rng):
    def make():
        for dtype in (np.float32, np.int64, np.int32, np.uint8, np.bool_):
            for shape in SHAPES:
                if shape:
                    yield Case("NonZero", 13, [array(rng, dtype, shape, -1, 1)])
    return at_least(50, make)


def eye_like(rng):
    for dtype in (np.float32, np.int64, np.int32, np.float64):
        for shape in ((3, 3), (2, 5), (5, 2), (0, 3), (1, 1), (17, 33)):
            for k in (-2, 0, 3):
                attributes = dict(k=k) | (dict(dtype=int(rng.choice([1, 7, 11]))) if rng.integers(2) else {})
                yield Case("EyeLike", 9, [array(rng, dtype, shape)], attributes)


def compress(rng):
    for dtype in TYPES:
        for shape in SHAPES:
            if 0 in shape or not shape:
                continue
            flat = rng.integers(0, 2, int(np.prod(shape))).astype(np.bool_)
            yield Case("Compress", 11, [array(rng, dtype, shape), flat[:9]])
            for axis in axes_of(len(shape)):
                condition = rng.integers(0, 2, int(rng.integers(1, shape[axis] + 1))).astype(np.bool_)
                yield Case("Compress", 11, [array(rng, dtype, shape), condition], dict(axis=axis))


def unique(rng):
    for dtype in (np.float32, np.float64, np.int64, np.int8):
        for shape in SHAPES:
            if 0 in shape or not shape:
                continue
            for ordered in (0, 1):
                x = array(rng, dtype, shape, 0, 3)
                if x.dtype.kind == "f":
                    x = np.round(x)
                yield Case("Unique", 11, [x], dict(sorted=ordered), (), (True,) * 4)
                for axis in axes_of(len(shape)):
                    yield Case("Unique", 11, [x], dict(sorted=ordered, axis=axis), (), (True,) * 4)


def reverse_sequence(rng):
    for dtype in (np.float32, np.int64, np.uint8, np.bool_):
        for shape in ((4, 3), (3, 4, 2), (5, 2, 2, 2), (1, 1), (33, 17)):
            for time in (0, 1):
                lengths = rng.integers(1, shape[time] + 1, shape[1 - time])
                for _ in range(2):
                    yield Case("ReverseSequence", 10, [array(rng, dtype, shape), lengths],
                               dict(time_axis=time, batch_axis=1 - time))


def tensor_scatter(rng):
    for dtype in (np.float32, np.int64, np.uint8):
        for shape, axis in (((2, 8, 3), 1), ((2, 8, 3), -2), ((3, 2, 5), -1), ((1, 4), 1), ((2, 3, 7, 4), 2)):
            length = shape[axis]
            for size in sorted({0, 1, length // 2, length}):
                update = list(shape)
                update[axis] = size
                inputs = [array(rng, dtype, shape), array(rng, dtype, update)]
                yield Case("TensorScatter", 24, inputs, dict(axis=axis))
                for mode, most in (("linear", length - size), ("circular", length - 1)):
                    indices = rng.integers(0, most + 1, shape[0])
                    yield Case("TensorScatter", 24, [*inputs, indices], dict(axis=axis, mode=mode))


def constant_of_shape(rng):
    for dtype in TYPES:
        for shape in SHAPES:
            value = numpy_helper.from_array(array(rng, dtype, (1,)))
            for constants in ((), (0,)):
                yield Case("ConstantOfShape", 9, [np.array(shape, np.int64)], dict(value=value), constants, fixed=(0,))


GENERATORS = {
    "Concat": concat, "Split": split, "Slice": slice_, "Gather": gather, "GatherElements": gather_elements,
    "GatherND": gather_nd, "ScatterND": scatter_nd, "Reshape": reshape, "Transpose": transpose, "Squeeze": squeeze,
    "Unsqueeze": unsqueeze, "Expand": expand, "Tile": tile, "Pad": pad, "Flatten": flatten, "Shape": shape_,
    "Size": size, "OneHot": one_hot, "Trilu": trilu, "Range": range_, "NonZero": non_zero, "EyeLike": eye_like,
    "Compress": compress, "Unique": unique, "ReverseSequence": reverse_sequence, "TensorScatter": tensor_scatter,
    "ConstantOfShape": constant_of_shape,
    "ScatterElements": lambda rng: scatter_elements("ScatterElements", 13, rng),
    "Scatter": lambda rng: scatter_elements("Scatter", 9, rng),
}
