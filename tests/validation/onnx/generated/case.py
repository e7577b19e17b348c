"""A case: one node over inputs. What generators share to make them."""
import dataclasses
import itertools

import numpy as np

FLOATS = (np.float32, np.float64, np.float16)
SIGNED = (np.int64, np.int32, np.int16, np.int8)
UNSIGNED = (np.uint64, np.uint32, np.uint16, np.uint8)
INTEGERS = SIGNED + UNSIGNED

# Ranks 0 to 4, sizes 0 and 1, and sizes around what vectors and tasks hold.
SHAPES = [(), (1,), (7,), (0,), (3, 4), (2, 1, 5), (2, 0, 3), (1, 1), (2, 3, 4), (2, 2, 3, 2), (33, 17), (1, 129)]

# Shapes of two operands that broadcast.
PAIRS = [((), ()), ((3, 4), (3, 4)), ((3, 4), ()), ((), (2, 3)), ((3, 4), (4,)), ((3, 1), (1, 4)),
         ((2, 3, 4), (3, 1)), ((1,), (5,)), ((0, 3), (1, 3)), ((0, 3), ()), ((2, 1, 3, 1), (4, 1, 5)),
         ((2, 3, 4, 5), (2, 3, 4, 5)), ((40, 33), (40, 1)), ((1, 1), (1,))]


@dataclasses.dataclass
class Case:
    op: str
    version: int            # of the operator set
    inputs: list            # arrays; None where one is left out
    attributes: dict = dataclasses.field(default_factory=dict)
    constants: tuple = ()   # indices of inputs that are initializers
    outputs: tuple = (True,)  # False where one is left out
    domain: str = ""
    relative: float = 1e-3  # for float32 and float64; others have those of inlay_node_probe
    absolute: float = 1e-6
    fixed: tuple = ()       # indices of inputs whose sizes are never symbols

    def has_fixed_sizes(self, i):
        """Integers in a row say shapes and axes; how many they are is known at load."""
        return i in self.fixed or (i > 0 and self.inputs[i].ndim == 1 and self.inputs[i].dtype == np.int64)

    def text(self):
        inputs = ", ".join("-" if x is None else f"{x.dtype}{list(x.shape)}" + ("!" if i in self.constants else "")
                           for i, x in enumerate(self.inputs))
        attributes = ", ".join(f"{key}={value}" for key, value in self.attributes.items())
        return f"{self.op}-{self.version}({inputs}) {attributes}".rstrip()


def array(rng, dtype, shape, low=-4.0, high=4.0):
    """Elements between low and high, each type as it can hold them."""
    dtype = np.dtype(dtype)
    if dtype == np.bool_:
        return rng.integers(0, 2, shape).astype(np.bool_)
    if dtype.kind in "iu":
        least = 0 if dtype.kind == "u" else int(np.floor(low))
        return np.asarray(rng.integers(max(least, int(np.floor(low))), int(np.ceil(high)) + 1, shape)).astype(dtype)
    return np.asarray(rng.uniform(low, high, shape)).astype(dtype)


def integers(*values):
    return np.array(values, np.int64)


def axes_of(rank):
    """Every axis as ONNX counts it, from the front and from the end."""
    return range(-rank, rank)


def choices(**lists):
    """Dictionaries of one value a key, over all combinations."""
    return (dict(zip(lists, values)) for values in itertools.product(*lists.values()))


def at_least(count, make):
    """Cases of make(), again and again until there are `count`; each call draws other elements."""
    done = 0
    while done < count:
        cases = list(make())
        assert cases, "a generator that makes nothing"
        yield from cases
        done += len(cases)
