"""ai.onnx.ml over dense tensors. Strings and maps are ml_cases.py's."""
import numpy as np
from onnx import numpy_helper

from .case import Case, array, choices

ML = "ai.onnx.ml"
TRANSFORMS = ("NONE", "LOGISTIC", "SOFTMAX", "SOFTMAX_ZERO", "PROBIT")
ROWS = (np.float32, np.float64, np.int64, np.int32)


def case(op, version, inputs, attributes, outputs=1, **options):
    present = {key: value for key, value in attributes.items() if value is not None}
    return Case(op, version, inputs, present, outputs=(True,) * outputs, domain=ML,
                **{"relative": 1e-5, "absolute": 1e-5} | options)


def floats(rng, count, low=-1.0, high=1.0):
    return [float(x) for x in rng.uniform(low, high, count).astype(np.float32)]


def rows(rng, dtype, count, features):
    x = array(rng, dtype, (count, features), -2, 2)
    return x[0] if count == 1 and rng.integers(2) else x


def linear_regressor(rng):
    for transform in TRANSFORMS:
        for targets in (1, 2, 5):
            for intercepts in (False, True):
                for count, features in ((1, 3), (7, 1), (33, 40)):
                    yield case("LinearRegressor", 1, [rows(rng, np.float32, count, features)],
                               dict(coefficients=floats(rng, targets * features), targets=targets, post_transform=transform,
                                    intercepts=floats(rng, targets) if intercepts else None))


def linear_classifier(rng):
    for transform in TRANSFORMS:
        for dtype in ROWS:
            for classes, targets in ((0, 1), (2, 1), (2, 2), (5, 5)):
                for count, features in ((1, 3), (9, 4)):
                    if transform == "PROBIT" and classes == 2 and targets == 1:
                        continue  # onnxruntime transforms the first n of the 2n scores
                    labels = [int(x) for x in rng.permutation(20)[:classes] - 5]
                    yield case("LinearClassifier", 1, [rows(rng, dtype, count, features)],
                               dict(coefficients=floats(rng, targets * features), intercepts=floats(rng, targets),
                                    classlabels_ints=labels or None, post_transform=transform,
                                    multi_class=int(rng.integers(2))), outputs=2)


def kernels(rng, features):
    for kind in ("LINEAR", "POLY", "RBF", "SIGMOID"):
        yield dict(kernel_type=kind, kernel_params=[float(rng.uniform(0.05, 0.5)), float(rng.uniform(-1, 1)), 3.0])


def svm_regressor(rng):
    for count, features, vectors in ((1, 2, 3), (5, 1, 1), (20, 19, 30), (7, 3, 0)):
        for kernel in kernels(rng, features):
            for one_class in (0, 1):
                for transform in ("NONE", "LOGISTIC"):
                    yield case("SVMRegressor", 1, [rows(rng, np.float32, count, features)],
                               dict(coefficients=floats(rng, vectors or features), rho=floats(rng, 1), one_class=one_class,
                                    n_supports=vectors, support_vectors=floats(rng, vectors * features) or None,
                                    post_transform=transform, **kernel))


def svm_classifier(rng):
    for classes, count, features in ((2, 1, 3), (2, 9, 4), (3, 6, 2), (6, 5, 18)):
        for kernel in kernels(rng, features):
            for transform in TRANSFORMS:
                for probabilities in (False, True):
                    if transform == "PROBIT" and not probabilities:
                        continue  # of numbers outside of 0 to 1
                    per_class = [int(x) for x in rng.integers(1, 4, classes)]
                    vectors, pairs = sum(per_class), classes * (classes - 1) // 2
                    yield case("SVMClassifier", 1, [rows(rng, ROWS[int(rng.integers(4))], count, features)],
                               dict(coefficients=floats(rng, vectors * (classes - 1)), rho=floats(rng, pairs),
                                    support_vectors=floats(rng, vectors * features), vectors_per_class=per_class,
                                    classlabels_ints=[int(x) for x in rng.permutation(30)[:classes]],
                                    prob_a=floats(rng, pairs, -2, -0.5) if probabilities else None,
                                    prob_b=floats(rng, pairs) if probabilities else None,
                                    post_transform=transform, **kernel), outputs=2, absolute=1e-4)  # onnxruntime couples in float32
    for classes in (1, 2, 4):
        for transform in ("NONE", "LOGISTIC", "SOFTMAX", "SOFTMAX_ZERO"):
            yield case("SVMClassifier", 1, [rows(rng, np.float32, 5, 3)],
                       dict(coefficients=floats(rng, classes * 3), rho=floats(rng, 1), kernel_params=[0.0, 0.0, 0.0],
                            classlabels_ints=list(range(classes)), post_transform=transform), outputs=2)


class Tree:
    """Lists of nodes of random trees, as versions 1 to 3 spell them."""

    def __init__(self, rng, trees, depth, features, modes, missing):
        self.rng, self.features, self.modes, self.missing = rng, features, modes, missing
        self.nodes, self.leaves = [], []
        for tree in range(trees):
            self.next = 0
            self.grow(tree, depth)
        self.nodes.sort(key=lambda node: node[:2])

    def grow(self, tree, depth):
        own, self.next = self.next, self.next + 1
        if depth == 0 or self.rng.integers(6) == 0:
            self.nodes.append((tree, own, 0, "LEAF", 0.0, 0, 0, 0))
            self.leaves.append((tree, own))
            return own
        if_true, if_false = self.grow(tree, depth - 1), self.grow(tree, depth - 1)
        value = float(np.float32(self.rng.integers(-4, 5) / 2))
        self.nodes.append((tree, own, int(self.rng.integers(self.features)), str(self.rng.choice(self.modes)), value,
                           if_true, if_false, int(self.rng.integers(2)) if self.missing else 0))
        return own

    def attributes(self, wide):
        names = ("treeids", "nodeids", "featureids", "modes", "values", "truenodeids", "falsenodeids",
                 "missing_value_tracks_true")
        lists = {f"nodes_{name}": list(values) for name, values in zip(names, zip(*self.nodes))}
        if not self.missing:
            del lists["nodes_missing_value_tracks_true"]
        return as_tensors(lists, ("nodes_values",)) if wide else lists


def as_tensors(lists, keys):
    """The lists of `keys` as tensors of float64."""
    for key in keys:
        if key in lists:
            lists[f"{key}_as_tensor"] = numpy_helper.from_array(np.array(lists.pop(key), np.float64))
    return lists


def votes(rng, tree, kind, targets, each, positive):
    """Leaves vote for one target each, for all of them, or all for target 0."""
    found = []
    for tree_id, node in tree.leaves:
        ids = range(targets) if each == "all" else [0] if each == "first" else [int(rng.integers(targets))]
        found += [(tree_id, node, i, float(np.float32(rng.uniform(0 if positive else -1, 1)))) for i in ids]
    names = ("treeids", "nodeids", "ids", "weights")
    return {f"{kind}_{name}": list(values) for name, values in zip(names, zip(*found))}


def tree_inputs(rng, dtype, count, features, missing):
    x = array(rng, dtype, (count, features), -2.5, 2.5)
    if np.dtype(dtype).kind == "f":
        x = np.round(x * 2).astype(dtype) / np.dtype(dtype).type(2)  # so that thresholds are met
        if missing:
            x[rng.random(x.shape) < 0.2] = np.nan
    return x


MODES = (("BRANCH_LEQ",), ("BRANCH_LT",), ("BRANCH_GTE",), ("BRANCH_GT",), ("BRANCH_EQ",), ("BRANCH_NEQ",),
         ("BRANCH_LEQ", "BRANCH_GT", "BRANCH_NEQ", "BRANCH_EQ", "BRANCH_LT", "BRANCH_GTE"))


def tree_ensemble_regressor(rng):
    for modes in MODES:
        for aggregate in ("SUM", "AVERAGE", "MIN", "MAX"):
            for targets, transform in ((1, "NONE"), (1, "LOGISTIC"), (3, "NONE"), (3, "SOFTMAX"), (3, "LOGISTIC")):
                dtype, missing, base = ROWS[int(rng.integers(2))], bool(rng.integers(2)), bool(rng.integers(2))
                wide = dtype == np.float64 and bool(rng.integers(2))
                tree = Tree(rng, int(rng.integers(1, 12)), int(rng.integers(1, 6)), 5, modes, missing)
                lists = tree.attributes(wide) | votes(rng, tree, "target", targets, "all", False)
                if base:
                    lists["base_values"] = floats(rng, targets)
                if wide:
                    as_tensors(lists, ("target_weights", "base_values"))
                yield case("TreeEnsembleRegressor", 3, [tree_inputs(rng, dtype, int(rng.choice([1, 3, 20, 70])), 5, missing)],
                           lists | dict(n_targets=targets, post_transform=transform, aggregate_function=aggregate))


def tree_ensemble_classifier(rng):
    for modes in MODES:
        for classes, each in ((2, "first"), (2, "second"), (3, "one"), (3, "all"), (12, "one")):
            for transform in TRANSFORMS:
                if transform == "PROBIT" and each != "all":
                    continue  # of 0, which is infinite, or of what onnxruntime does not write
                dtype, missing, positive = ROWS[int(rng.integers(4))], bool(rng.integers(2)), bool(rng.integers(2))
                wide = dtype == np.float64 and bool(rng.integers(2))
                tree = Tree(rng, int(rng.integers(1, 12)), int(rng.integers(1, 6)), 5, modes, missing)
                lists = tree.attributes(wide) | votes(rng, tree, "class", classes, "first" if each == "second" else each, positive)
                if each == "second":
                    lists["class_ids"] = [1] * len(lists["class_ids"])
                if each != "second" and rng.integers(2):
                    lists["base_values"] = floats(rng, 1 if classes == 2 else classes)
                if wide:
                    as_tensors(lists, ("class_weights", "base_values"))
                yield case("TreeEnsembleClassifier", 3, [tree_inputs(rng, dtype, int(rng.choice([1, 3, 20, 70])), 5, missing)],
                           lists | dict(classlabels_int64s=[int(x) for x in rng.permutation(40)[:classes]],
                                        post_transform=transform), outputs=2)


def tree_ensemble(rng):
    for dtype in (np.float32, np.float64):
        for aggregate in (0, 1, 2, 3):
            for transform, targets in ((0, 1), (0, 3), (1, 3), (2, 3), (3, 3)):
                for members in (False, True):
                    yield case("TreeEnsemble", 5, *ensemble(rng, dtype, aggregate, transform, targets, members))


def ensemble(rng, dtype, aggregate, transform, targets, members):
    missing = bool(rng.integers(2))
    nodes, leaves, roots, sets = [], [], [], []

    def grow(depth):
        if depth == 0 or rng.integers(6) == 0 and len(nodes) > roots[-1]:
            leaves.append((int(rng.integers(targets)), float(rng.uniform(-1, 1))))
            return len(leaves) - 1, 1
        own = len(nodes)
        mode = 6 if members and rng.integers(3) == 0 else int(rng.integers(6))
        nodes.append(None)
        if mode == 6:
            sets.extend([*(float(x) for x in rng.permutation(5)[:3]), np.nan])  # onnxruntime takes counting numbers
        (if_true, true_leaf), (if_false, false_leaf) = grow(depth - 1), grow(depth - 1)
        nodes[own] = (int(rng.integers(5)), mode, rng.integers(-4, 5) / 2, if_true, true_leaf, if_false, false_leaf,
                      int(rng.integers(2)))
        return own, 0

    for _ in range(int(rng.integers(1, 8))):
        roots.append(len(nodes))
        grow(int(rng.integers(1, 6)))
    features, modes, splits, if_true, true_leafs, if_false, false_leafs, tracks = (list(x) for x in zip(*nodes))
    tensor = numpy_helper.from_array
    lists = dict(tree_roots=roots, nodes_featureids=features, nodes_modes=tensor(np.array(modes, np.uint8)),
                 nodes_splits=tensor(np.array(splits, dtype)), nodes_truenodeids=if_true, nodes_trueleafs=true_leafs,
                 nodes_falsenodeids=if_false, nodes_falseleafs=false_leafs, leaf_targetids=[t for t, _ in leaves],
                 leaf_weights=tensor(np.array([w for _, w in leaves], dtype)), n_targets=targets,
                 aggregate_function=aggregate, post_transform=transform,
                 membership_values=tensor(np.array(sets, dtype)) if sets else None,
                 nodes_missing_value_tracks_true=tracks if missing else None)
    return [tree_inputs(rng, dtype, int(rng.choice([1, 3, 20, 70])), 5, missing)], lists


def scaler(rng):
    for dtype in ROWS:
        for shape in ((1, 3), (5,), (7, 4), (0, 3), (40, 33)):
            for width in (1, shape[-1]):
                for _ in range(2):
                    yield case("Scaler", 1, [array(rng, dtype, shape)], dict(scale=floats(rng, width), offset=floats(rng, width)))


def imputer(rng):
    for dtype in (np.float32, np.int64, np.int32, np.float64):
        for shape in ((1, 3), (5,), (7, 4), (0, 3), (33, 40)):
            for width in (1, shape[-1]):
                for replaced in (0, 1, float("nan")):
                    x = array(rng, dtype, shape, -1, 1)
                    if np.dtype(dtype).kind == "f":
                        x = np.round(x)
                        if replaced != replaced:
                            x = np.where(rng.random(shape) < 0.4, np.nan, x).astype(dtype)
                        attributes = dict(imputed_value_floats=floats(rng, width), replaced_value_float=float(replaced))
                    elif replaced != replaced:
                        continue
                    else:
                        attributes = dict(imputed_value_int64s=[int(v) for v in rng.integers(-9, 9, width)],
                                          replaced_value_int64=replaced)
                    yield case("Imputer", 1, [x], attributes)


def normalizer(rng):
    for dtype in ROWS:
        for norm in ("MAX", "L1", "L2"):
            for shape in ((1, 3), (5,), (7, 4), (33, 40), (1, 1)):
                x = array(rng, dtype, shape)
                if x.ndim == 2 and len(x) > 1:
                    x[1] = 0
                yield case("Normalizer", 1, [x], dict(norm=norm))


def binarizer(rng):
    for dtype in ROWS:
        for threshold in (0.0, 0.5, -1.0, 2.0):
            for shape in ((), (5,), (7, 4), (0, 3)):
                yield case("Binarizer", 1, [array(rng, dtype, shape)], dict(threshold=threshold))


def feature_vectorizer(rng):
    for dtype in ROWS:
        for count in (1, 3, 17):
            for widths in ((4,), (1, 1), (3, 1, 5), (2, 2, 2, 2)):
                for change in (0, -1, 2):
                    inputs = [array(rng, dtype, (count, width)) for width in widths]
                    yield case("FeatureVectorizer", 1, inputs, dict(inputdimensions=[max(1, w + change) for w in widths]))


def array_feature_extractor(rng):
    for dtype in ROWS:
        for shape in ((5,), (1, 4), (7, 3), (2, 3, 4), (0, 3)):
            for chosen in ((1,), (4,), (1, 3)):
                yield case("ArrayFeatureExtractor", 1, [array(rng, dtype, shape), rng.integers(0, shape[-1], chosen)], {},
                           fixed=(1,))


def one_hot_encoder(rng):
    for dtype in ROWS:
        for shape in ((), (5,), (7, 1), (2, 3), (2, 2, 3), (0, 3)):
            for categories in ([1], [3, -1, 0], [0, 1, 2, 3, 4, -4, -3, -2, -1]):
                yield case("OneHotEncoder", 1, [array(rng, dtype, shape)],
                           dict(cats_int64s=categories, zeros=0 if len(categories) == 9 else 1))


def label_encoder(rng):
    for source in ("float", "int64"):
        for target in ("float", "int64"):
            for version in (2, 4):
                for shape in ((), (9,), (4, 5), (0,), (40, 3)):
                    for default in (False, True):
                        kind = np.float32 if source == "float" else np.int64
                        keys = (rng.permutation(9) - 4).astype(kind).tolist()
                        values = array(rng, np.float32 if target == "float" else np.int64, (9,)).tolist()
                        attributes = {f"keys_{source}s": keys[:6], f"values_{target}s": values[:6]}
                        if default:
                            attributes[f"default_{target}"] = 7 if target == "int64" else 7.5
                        yield case("LabelEncoder", version, [np.round(array(rng, kind, shape))], attributes)
    tensor = numpy_helper.from_array
    for source in (np.float32, np.float64, np.int64, np.int32, np.int16):
        for target in (np.float32, np.float64, np.int64, np.int16):
            keys = np.array([3, 1, 2, -4], source)
            attributes = dict(keys_tensor=tensor(keys), values_tensor=tensor(array(rng, target, (4,))),
                              default_tensor=tensor(np.array([9], target)))
            yield case("LabelEncoder", 4, [np.round(array(rng, source, (3, 7)))], attributes)
    keys = [float("nan"), 0.0, 1.0]
    yield case("LabelEncoder", 4, [np.array([np.nan, -0.0, 1, 2], np.float32)], dict(keys_floats=keys, values_int64s=[7, 8, 9]))


def tf_idf_vectorizer(rng):
    for dtype in (np.int64, np.int32):
        for mode in ("TF", "IDF", "TFIDF"):
            for shape in ((12,), (3, 20), (1, 1), (2, 5)):
                for shortest, longest, skips in ((1, 1, 0), (1, 2, 0), (2, 2, 3), (1, 3, 2), (2, 3, 1), (3, 3, 9)):
                    one = list(range(4))
                    two, three = ([w for gram in grams for w in gram] for grams in
                                  ([(0, 1), (1, 2), (3, 3), (2, 0)], [(0, 1, 2), (1, 1, 1), (3, 2, 1)]))
                    count = 11
                    yield Case("TfIdfVectorizer", 9, [array(rng, dtype, shape, 0, 4)],
                               dict(mode=mode, pool_int64s=one + two + three, ngram_counts=[0, 4, 12],
                                    ngram_indexes=[int(x) for x in rng.permutation(count)], min_gram_length=shortest,
                                    max_gram_length=longest, max_skip_count=skips,
                                    **(dict(weights=floats(rng, count)) if rng.integers(2) else {})))


GENERATORS = {"ArrayFeatureExtractor": array_feature_extractor, "Binarizer": binarizer,
              "FeatureVectorizer": feature_vectorizer, "Imputer": imputer, "LabelEncoder": label_encoder,
              "LinearClassifier": linear_classifier, "LinearRegressor": linear_regressor, "Normalizer": normalizer,
              "OneHotEncoder": one_hot_encoder, "SVMClassifier": svm_classifier, "SVMRegressor": svm_regressor,
              "Scaler": scaler, "TfIdfVectorizer": tf_idf_vectorizer, "TreeEnsemble": tree_ensemble,
              "TreeEnsembleClassifier": tree_ensemble_classifier, "TreeEnsembleRegressor": tree_ensemble_regressor}
