"""Differences that stay: which cases, and their cause. A case that is here and does not differ is an error."""
import dataclasses
from collections.abc import Callable

import numpy as np


@dataclasses.dataclass
class Explained:
    operators: tuple
    differs: Callable  # of a case of these operators
    cause: str


REDUCTIONS_OF_NONE = ("ReduceL1", "ReduceL2", "ReduceLogSum", "ReduceLogSumExp", "ReduceProd", "ReduceSum", "ReduceSumSquare")


def reduces_none_from_the_end(case):
    """No elements, and axes that count from the end."""
    return 0 in case.inputs[0].shape and len(case.inputs) == 2 and (case.inputs[1] < 0).any()


def one_query_among_new_keys(case):
    """A causal query with a past, and new keys behind its own place."""
    if not case.attributes.get("is_causal") or len(case.inputs) < 6:
        return False
    query, key = case.inputs[0], case.inputs[1]
    return query.shape[-2] == 1 and key.shape[-2] > 1


def scaled_sum_of_no_products(case):
    """beta of a product whose inner size is 0."""
    inner = case.inputs[0].shape[0 if case.attributes.get("transA") else 1]
    return inner == 0 and len(case.inputs) > 2 and case.attributes.get("beta", 1.0) != 1.0


def first_of_two_lines(case):
    """A support vector machine without vectors, of two classes, and a row whose higher score is the first and above 0."""
    if len(case.attributes.get("classlabels_ints", ())) != 2 or "vectors_per_class" in case.attributes:
        return False
    coefficients = np.array(case.attributes["coefficients"]).reshape(2, -1)
    scores = np.atleast_2d(case.inputs[0]) @ coefficients.T + case.attributes["rho"][0]
    return bool(((scores[:, 0] > scores[:, 1]) & (scores[:, 0] > 0)).any())


def softmax_or_logistic(case):
    return case.attributes["post_transform"] in (1, 2) and case.attributes["n_targets"] > 1


EXPLAINED = [
    Explained(("TreeEnsemble",), softmax_or_logistic,
              "onnxruntime takes 1 for LOGISTIC and 2 for SOFTMAX; by the specification it is the other way round"),
    Explained(REDUCTIONS_OF_NONE, reduces_none_from_the_end,
              "onnxruntime keeps axes that are named from the end where a tensor has no elements"),
    Explained(("SVMClassifier",), first_of_two_lines,
              "onnxruntime says the second of two classes wherever a score is above 0; by the specification the top class"),
    Explained(("Gemm",), scaled_sum_of_no_products, "onnxruntime leaves beta out where the inner size is 0"),
    Explained(("Attention",), one_query_among_new_keys,
              "onnxruntime lets the only query see all keys; by the specification those up to past + 0"),
]
