"""Operators that compute each element from those at its place."""
import numpy as np
from onnx import helper

from .case import FLOATS, INTEGERS, PAIRS, SHAPES, SIGNED, Case, array, at_least, choices

NUMBERS = FLOATS + INTEGERS
TRANSCENDENTAL = (np.float32, np.float64, np.float16)

# operator: (versions, types, lowest element, highest element)
UNARY = {
    "Abs": ((6, 13), NUMBERS, -4, 4), "Acos": ((7, 22), FLOATS, -1, 1), "Acosh": ((9, 22), FLOATS, 1, 9),
    "Asin": ((7, 22), FLOATS, -1, 1), "Asinh": ((9, 22), FLOATS, -9, 9), "Atan": ((7, 22), FLOATS, -9, 9),
    "Atanh": ((9, 22), FLOATS, -0.9, 0.9), "Ceil": ((6, 13), FLOATS, -9, 9), "Cos": ((7, 22), FLOATS, -9, 9),
    "Cosh": ((9, 22), FLOATS, -4, 4), "Erf": ((9, 13), FLOATS, -4, 4), "Exp": ((6, 13), FLOATS, -8, 8),
    "Floor": ((6, 13), FLOATS, -9, 9), "HardSwish": ((14, 22), FLOATS, -6, 6), "Identity": ((1, 13, 21), NUMBERS, -9, 9),
    "IsNaN": ((9, 13, 20), FLOATS, -1, 1), "Log": ((6, 13), FLOATS, 0.1, 9), "Mish": ((18, 22), FLOATS, -8, 8),
    "Neg": ((6, 13), FLOATS + SIGNED, -9, 9), "Not": ((1,), (np.bool_,), 0, 1),
    "Reciprocal": ((6, 13), FLOATS, 0.5, 9), "Relu": ((6, 13, 14), FLOATS + SIGNED, -9, 9),
    "Round": ((11, 22), FLOATS, -9, 9), "Sigmoid": ((6, 13), FLOATS, -9, 9), "Sign": ((9, 13), NUMBERS, -3, 3),
    "Sin": ((7, 22), FLOATS, -9, 9), "Sinh": ((9, 22), FLOATS, -4, 4), "Softplus": ((1, 22), FLOATS, -9, 9),
    "Softsign": ((1, 22), FLOATS, -9, 9), "Sqrt": ((6, 13), FLOATS, 0, 9), "Tan": ((7, 22), FLOATS, -1.4, 1.4),
    "Tanh": ((6, 13), FLOATS, -9, 9), "BitwiseNot": ((18,), INTEGERS, -9, 9),
}

# operator: (versions, types, attributes)
PARAMETERIZED = {
    "Celu": ((12,), (np.float32,), dict(alpha=[1.0, 0.5, -2.0])),
    "Elu": ((6, 22), FLOATS, dict(alpha=[1.0, 0.25, 3.0])),
    "Gelu": ((20,), FLOATS, dict(approximate=["none", "tanh"])),
    "HardSigmoid": ((6, 22), FLOATS, dict(alpha=[0.2, 0.5], beta=[0.5, 0.1])),
    "IsInf": ((10, 20), (np.float32, np.float64), dict(detect_negative=[0, 1], detect_positive=[0, 1])),
    "LeakyRelu": ((6, 16), FLOATS, dict(alpha=[0.01, 0.3, -1.0])),
    "Selu": ((6, 22), FLOATS, dict(alpha=[1.67, 0.5], gamma=[1.05, 2.0])),
    "Shrink": ((9,), FLOATS + INTEGERS, dict(lambd=[0.5, 1.5], bias=[0.0, 0.5, 1.0])),
    "Swish": ((24,), FLOATS, dict(alpha=[1.0, 0.5, -1.0])),
    "ThresholdedRelu": ((10, 22), FLOATS, dict(alpha=[1.0, 0.0, -2.0])),
}

# operator: (versions, types, lowest, highest)
BINARY = {
    "Add": ((7, 13, 14), NUMBERS, -9, 9), "Sub": ((7, 13, 14), NUMBERS, -9, 9), "Mul": ((7, 13, 14), NUMBERS, -9, 9),
    "Div": ((7, 13, 14), NUMBERS, 1, 9), "And": ((7,), (np.bool_,), 0, 1), "Or": ((7,), (np.bool_,), 0, 1),
    "Xor": ((7,), (np.bool_,), 0, 1), "Equal": ((7, 11, 13, 19), (np.int64, np.int32, np.bool_), -2, 2),
    "Greater": ((9, 13), NUMBERS, -3, 3), "GreaterOrEqual": ((12, 16), NUMBERS, -3, 3),
    "Less": ((9, 13), NUMBERS, -3, 3), "LessOrEqual": ((12, 16), NUMBERS, -3, 3),
    "PRelu": ((7, 9, 16), (np.float32, np.float64), -3, 3),
    "BitwiseAnd": ((18,), INTEGERS, -9, 99), "BitwiseOr": ((18,), INTEGERS, -9, 99),
    "BitwiseXor": ((18,), INTEGERS, -9, 99),
}

VARIADIC = {"Max": ((8, 12, 13), NUMBERS), "Min": ((8, 12, 13), NUMBERS), "Sum": ((8, 13), FLOATS),
            "Mean": ((8, 13), FLOATS)}


def unary(op, rng):
    versions, types, low, high = UNARY[op]

    def make():
        for version in versions:
            for dtype in types:
                for shape in SHAPES:
                    # onnx.reference rounds each part of a function to float16.
                    absolute = 1e-3 if dtype is np.float16 else 1e-6
                    yield Case(op, version, [array(rng, dtype, shape, low, high)], absolute=absolute)
    return at_least(50, make)


def parameterized(op, rng):
    versions, types, lists = PARAMETERIZED[op]

    def make():
        for attributes in choices(**lists):
            for dtype in types:
                for shape in SHAPES[:9]:
                    x = array(rng, dtype, shape)
                    if op == "IsInf" and x.size:
                        x.flat[0], x.flat[-1] = np.inf, -np.inf
                    yield Case(op, versions[-1], [x], attributes)
        for version in versions:
            yield Case(op, version, [array(rng, types[0], (3, 5))])
    return at_least(50, make)


def binary(op, rng):
    versions, types, low, high = BINARY[op]

    def make():
        for version in versions:
            for dtype in types:
                for a, b in PAIRS:
                    if op == "PRelu" and len(b) > len(a) or op == "PRelu" and np.broadcast_shapes(a, b) != a:
                        continue
                    yield Case(op, version, [array(rng, dtype, a, low, high), array(rng, dtype, b, low, high)])
    return at_least(50, make)


def variadic(op, rng):
    versions, types = VARIADIC[op]

    def make():
        for version in versions:
            for dtype in types:
                for a, b in PAIRS:
                    inputs = [array(rng, dtype, a), array(rng, dtype, b)]
                    near_zero = 1e-2 if dtype is np.float16 else 1e-6  # sums that cancel, rounded at each step
                    yield Case(op, version, inputs, absolute=near_zero)
                    yield Case(op, version, inputs + [array(rng, dtype, b), array(rng, dtype, a)], absolute=near_zero)
                yield Case(op, version, [array(rng, dtype, (2, 3))])
    return at_least(50, make)


def clip(rng):
    for version in (6, 11, 12, 13):
        for dtype in (np.float32,) if version < 12 else (np.float32, np.float64, np.int64, np.int32, np.int8, np.uint8):
            for shape in SHAPES[:8]:
                x = array(rng, dtype, shape, -5, 5)
                if version < 11:
                    yield Case("Clip", version, [x], dict(min=-1.5, max=2.0))
                    continue
                ends = [np.array(1, dtype), np.array(3, dtype)]
                yield Case("Clip", version, [x, *ends], constants=(1, 2))
                yield Case("Clip", version, [x, None, ends[1]])
                yield Case("Clip", version, [x, ends[0]])
                yield Case("Clip", version, [x, ends[1], ends[0]])  # ends that cross


def mod(rng):
    for dtype in NUMBERS:
        for a, b in PAIRS[:10]:
            divisor = array(rng, dtype, b, 1, 5)
            if np.dtype(dtype).kind != "u":
                divisor = np.asarray(divisor * rng.choice(np.array([-1, 1], dtype), b)).astype(dtype)
            x = array(rng, dtype, a, -9, 9)
            yield Case("Mod", 13, [x, divisor], dict(fmod=1))
            if np.dtype(dtype).kind != "f":
                yield Case("Mod", 10, [x, divisor])


def pow_(rng):
    for a, b in PAIRS:
        for base in (np.float32, np.float64, np.int64, np.int32):
            for exponent in (np.float32, np.int64, np.int32, np.float64):
                low = 0.5 if np.dtype(base).kind == "f" else 1
                yield Case("Pow", 15, [array(rng, base, a, low, 4), array(rng, exponent, b, 0, 3)])


def where(rng):
    for dtype in (np.float32, np.float64, np.int64, np.int32, np.uint8):
        for a, b in PAIRS:
            yield Case("Where", 16, [array(rng, np.bool_, a), array(rng, dtype, b), array(rng, dtype, a)])


def bit_shift(rng):
    for dtype in (np.uint8, np.uint16, np.uint32, np.uint64):
        for direction in ("LEFT", "RIGHT"):
            for a, b in PAIRS:
                yield Case("BitShift", 11, [array(rng, dtype, a, 0, 200), array(rng, dtype, b, 0, 7)],
                           dict(direction=direction))


def cast(rng):
    numbers = dict(FLOAT=1, UINT8=2, INT8=3, UINT16=4, INT16=5, INT32=6, INT64=7, BOOL=9, FLOAT16=10, DOUBLE=11,
                   UINT32=12, UINT64=13)
    for version in (9, 13, 19):
        for source in NUMBERS + (np.bool_,):
            for number in numbers.values():
                yield Case("Cast", version, [array(rng, source, (3, 5), 0, 9)], dict(to=number))


def bit_cast(rng):
    for pair in ((np.float32, np.int32), (np.float64, np.uint64), (np.float16, np.int16), (np.int8, np.uint8), (np.int64, np.float64)):
        for shape in SHAPES:
            yield Case("BitCast", 26, [array(rng, pair[0], shape)], dict(to=helper.np_dtype_to_tensor_dtype(np.dtype(pair[1]))))


def cast_like(rng):
    for source in (np.float32, np.float64, np.int64, np.int32, np.uint8, np.bool_):
        for target in (np.float32, np.float64, np.int64, np.int32, np.uint8, np.bool_):
            for shape in ((), (3, 5), (0,)):
                yield Case("CastLike", 15, [array(rng, source, shape, 0, 9), array(rng, target, (2,))])


GENERATORS = {
    **{op: lambda rng, op=op: unary(op, rng) for op in UNARY},
    **{op: lambda rng, op=op: parameterized(op, rng) for op in PARAMETERIZED},
    **{op: lambda rng, op=op: binary(op, rng) for op in BINARY},
    **{op: lambda rng, op=op: variadic(op, rng) for op in VARIADIC},
    "Clip": clip, "Mod": mod, "Pow": pow_, "Where": where, "BitShift": bit_shift, "BitCast": bit_cast, "Cast": cast, "CastLike": cast_like,
}
