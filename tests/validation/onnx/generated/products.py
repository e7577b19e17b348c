"""Matrix products."""
import numpy as np

from .case import Case, array

MATRICES = [((3, 4), (4, 5)), ((4,), (4,)), ((4,), (4, 5)), ((3, 4), (4,)), ((2, 3, 4), (4, 5)), ((2, 3, 4), (2, 4, 5)),
            ((2, 1, 3, 4), (5, 4, 2)), ((0, 4), (4, 3)), ((3, 0), (0, 2)), ((1, 1), (1, 1)), ((33, 70), (70, 129)),
            ((4,), (2, 4, 3)), ((2, 3, 4), (4,))]


def mat_mul(rng):
    for version in (9, 13):
        for dtype in (np.float32, np.float64, np.int32, np.int64):
            for a, b in MATRICES:
                inputs = [array(rng, dtype, a), array(rng, dtype, b)]
                yield Case("MatMul", version, inputs, absolute=1e-4)
                yield Case("MatMul", version, inputs, constants=(1,), absolute=1e-4)


def gemm(rng):
    for dtype in (np.float32, np.float64):
        for m, n, k in ((3, 5, 4), (1, 1, 1), (0, 3, 2), (3, 2, 0), (33, 129, 70)):
            for flags in range(4):
                shapes = [(k, m) if flags & 1 else (m, k), (n, k) if flags & 2 else (k, n)]
                for c in (None, (), (n,), (m, 1), (m, n), (1, n)):
                    inputs = [array(rng, dtype, shape) for shape in shapes + ([] if c is None else [c])]
                    attributes = dict(transA=flags & 1, transB=flags >> 1, alpha=0.5, beta=2.0)
                    yield Case("Gemm", 13, inputs, attributes, (1,) if flags % 3 else (), absolute=1e-4)


def det(rng):
    for dtype in (np.float32, np.float64):
        for _ in range(5):
            for shape in ((1, 1), (2, 2), (3, 3), (5, 5), (2, 3, 3), (2, 2, 4, 4)):
                yield Case("Det", 11, [array(rng, dtype, shape)], absolute=1e-3)


def einsum(rng):
    sizes = dict(zip("abcdeij", (2, 3, 4, 5, 2, 3, 4)))
    equations = ["ab,bc->ac", "ab,bc", "ii->i", "ii", "abc->cab", "ab->", "a,b->ab", "abc,acd->abd", "ab,ab->", "abc,cd,bde->ae",
                 "...ab,...bc->...ac", "...a->...", "a...,a->...", "abij,ab->ij", "aab->ab", "ij,jj->i", "abcd,abed->ace",
                 " ab , bc -> ac "]
    for dtype in (np.float32, np.float64, np.int32):
        for equation in equations:
            terms = equation.replace(" ", "").split("->")[0].split(",")
            ellipsis = [(), (2,), (2, 3)] if "..." in equation else [()]
            for extra in ellipsis:
                shapes = []
                for term in terms:
                    shape = []
                    for part in term.replace("...", "."):
                        shape += list(extra) if part == "." else [sizes[part]]
                    shapes.append(shape)
                yield Case("Einsum", 12, [array(rng, dtype, shape) for shape in shapes], dict(equation=equation), absolute=1e-4)


GENERATORS = {"MatMul": mat_mul, "Gemm": gemm, "Det": det, "Einsum": einsum}
