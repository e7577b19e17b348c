"""Models of scikit-learn, as skl2onnx writes them, through inlay_node_probe against onnxruntime.

Labels are equal and scores agree to 1e-5. Models with strings among their inputs or outputs run with --objects
alone, which needs a probe whose session takes strings, and nearest neighbours with --scan, which needs Scan.
Single nodes are generated/ml.py's.

    python ml_cases.py --probe build/release/bin/inlay_node_probe
"""
import argparse
import pathlib
import subprocess
import sys
import tempfile
import warnings

import numpy as np
import onnx
import onnxruntime
from onnx import numpy_helper
from skl2onnx import __version__ as skl2onnx_version
from skl2onnx import to_onnx
from skl2onnx.common.data_types import FloatTensorType, Int64TensorType, StringTensorType
from sklearn import __version__ as sklearn_version
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import (AdaBoostClassifier, BaggingClassifier, ExtraTreesClassifier, ExtraTreesRegressor,
                              GradientBoostingClassifier, GradientBoostingRegressor, HistGradientBoostingClassifier,
                              HistGradientBoostingRegressor, IsolationForest, RandomForestClassifier,
                              RandomForestRegressor, StackingClassifier, VotingClassifier)
from sklearn.impute import SimpleImputer
from sklearn.linear_model import (ElasticNet, Lasso, LinearRegression, LogisticRegression, Perceptron, PoissonRegressor,
                                  Ridge, SGDClassifier)
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier, KNeighborsRegressor
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import (Binarizer, KBinsDiscretizer, MaxAbsScaler, MinMaxScaler, Normalizer, OneHotEncoder,
                                   OrdinalEncoder, PolynomialFeatures, RobustScaler, StandardScaler)
from sklearn.svm import SVC, SVR, LinearSVC, LinearSVR, NuSVC, OneClassSVM
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

FEWEST = 60  # a run that makes fewer cases tests nothing
FEATURES, ROWS = 6, 300
OPSETS = {"": 21, "ai.onnx.ml": 3}
KERNELS = ("linear", "poly", "rbf", "sigmoid")


def classifiers():
    yield "logistic", LogisticRegression()
    yield "logistic_ovr", LogisticRegression(solver="liblinear")
    yield "linear_svc", LinearSVC()
    yield "perceptron", Perceptron()
    yield "sgd", SGDClassifier(loss="log_loss")
    for kernel in KERNELS:
        yield f"svc_{kernel}", SVC(kernel=kernel)
        yield f"svc_{kernel}_probability", SVC(kernel=kernel, probability=True)
        yield f"svc_{kernel}_ovo", SVC(kernel=kernel, decision_function_shape="ovo")
    yield "nu_svc", NuSVC(nu=0.2, probability=True)
    yield "tree", DecisionTreeClassifier(max_depth=6)
    yield "tree_deep", DecisionTreeClassifier()
    yield "forest", RandomForestClassifier(30, max_depth=7)
    yield "extra_trees", ExtraTreesClassifier(20, max_depth=6)
    yield "gradient_boosting", GradientBoostingClassifier(n_estimators=15)
    yield "hist_gradient_boosting", HistGradientBoostingClassifier(max_iter=15)
    yield "ada_boost", AdaBoostClassifier(n_estimators=8)
    yield "bagging", BaggingClassifier(n_estimators=5)
    yield "naive_bayes", GaussianNB()
    yield "neighbours", KNeighborsClassifier(5)
    yield "perceptrons", MLPClassifier(hidden_layer_sizes=(8,), max_iter=60)
    yield "voting", VotingClassifier([("a", LogisticRegression()), ("b", DecisionTreeClassifier(max_depth=4))], voting="soft", flatten_transform=False)
    yield "stacking", StackingClassifier([("a", LogisticRegression()), ("b", DecisionTreeClassifier(max_depth=4))], cv=3)
    for name, step in scalers():
        yield f"{name}_logistic", make_pipeline(step, LogisticRegression())


def scalers():
    yield "standard", StandardScaler()
    yield "min_max", MinMaxScaler()
    yield "max_abs", MaxAbsScaler()
    yield "robust", RobustScaler()
    for norm in ("l1", "l2", "max"):
        yield f"normalizer_{norm}", Normalizer(norm)
    yield "binarizer", Binarizer(threshold=0.25)
    yield "polynomial", PolynomialFeatures(2)
    yield "bins", KBinsDiscretizer(4, encode="onehot-dense", quantile_method="averaged_inverted_cdf")


def regressors():
    yield "linear", LinearRegression()
    yield "ridge", Ridge()
    yield "lasso", Lasso(0.01)
    yield "elastic_net", ElasticNet(0.01)
    yield "linear_svr", LinearSVR()
    for kernel in KERNELS:
        yield f"svr_{kernel}", SVR(kernel=kernel)
    yield "tree", DecisionTreeRegressor(max_depth=7)
    yield "forest", RandomForestRegressor(30, max_depth=7)
    yield "extra_trees", ExtraTreesRegressor(20, max_depth=6)
    yield "gradient_boosting", GradientBoostingRegressor(n_estimators=20)
    yield "hist_gradient_boosting", HistGradientBoostingRegressor(max_iter=20)
    yield "neighbours", KNeighborsRegressor(5)
    yield "perceptrons", MLPRegressor(hidden_layer_sizes=(8,), max_iter=60)
    yield "robust_ridge", make_pipeline(RobustScaler(), Ridge())


def data(rng):
    x = rng.standard_normal((ROWS, FEATURES)).astype(np.float32)
    target = x[:, 0] * x[:, 1] + np.sin(2 * x[:, 2]) + 0.5 * x[:, 3]
    return x, target.astype(np.float32)


def float_type(width):
    return [("x", FloatTensorType([None, width]))]


def with_holes(rng, x):
    return np.where(rng.random(x.shape) < 0.15, np.nan, x).astype(np.float32)


def numeric_models(rng):
    """(name, model, types, inputs, options)"""
    x, target = data(rng)
    plain = dict(zipmap=False)
    for classes, cuts in ((2, [0.0]), (4, [-1.0, 0.0, 1.0])):
        labels = np.digitize(target, cuts) * 3 - 2
        for name, model in classifiers():
            yield f"classifier_{classes}_{name}", model.fit(x, labels), float_type(FEATURES), {"x": x}, plain
        tree = make_pipeline(SimpleImputer(), RandomForestClassifier(10, max_depth=5))
        holes = with_holes(rng, x)
        yield f"classifier_{classes}_imputed", tree.fit(holes, labels), float_type(FEATURES), {"x": holes}, plain
        boosted = HistGradientBoostingClassifier(max_iter=10)
        yield f"classifier_{classes}_missing", boosted.fit(holes, labels), float_type(FEATURES), {"x": holes}, plain
    for name, model in regressors():
        yield f"regressor_{name}", model.fit(x, target), float_type(FEATURES), {"x": x}, None
    both = np.stack([target, target * x[:, 4]], axis=1)
    for name, model in (("linear", LinearRegression()), ("tree", DecisionTreeRegressor(max_depth=6)),
                        ("forest", RandomForestRegressor(15, max_depth=6))):
        yield f"regressors_{name}", model.fit(x, both), float_type(FEATURES), {"x": x}, None
    counts = np.round(np.exp(target / 3)).astype(np.float32)
    yield "regressor_poisson", PoissonRegressor().fit(x, counts), float_type(FEATURES), {"x": x}, None
    holes = with_holes(rng, x)
    for strategy in ("mean", "median", "constant"):
        yield f"imputer_{strategy}", SimpleImputer(strategy=strategy).fit(holes), float_type(FEATURES), {"x": holes}, None
    yield "missing", HistGradientBoostingRegressor(max_iter=15).fit(holes, target), float_type(FEATURES), {"x": holes}, None
    yield "one_class", OneClassSVM(nu=0.2).fit(x), float_type(FEATURES), {"x": x}, None
    yield "isolation_forest", IsolationForest(n_estimators=20).fit(x), float_type(FEATURES), {"x": x}, None
    for name, step in scalers():
        yield f"scaler_{name}", step.fit(x), float_type(FEATURES), {"x": x}, None
    whole = rng.integers(0, 5, (ROWS, 3))
    types = [("x", Int64TensorType([None, 3]))]
    for name, step in (("one_hot", OneHotEncoder(sparse_output=False, handle_unknown="ignore")), ("ordinal", OrdinalEncoder())):
        yield f"integers_{name}", step.fit(whole), types, {"x": whole}, None


def object_models(rng):
    """The same with strings among inputs or outputs."""
    x, target = data(rng)
    plain = dict(zipmap=False)
    for classes, cuts in ((2, [0.0]), (3, [-0.5, 0.5])):
        labels = np.array(["red", "green", "blue"])[np.digitize(target, cuts)]
        for name, model in classifiers():
            yield f"strings_{classes}_{name}", model.fit(x, labels), float_type(FEATURES), {"x": x}, plain
    words = np.array(["a", "bb", "\u00e9"])[rng.integers(0, 3, (ROWS, 2))].astype(object)
    types = [("x", StringTensorType([None, 2]))]
    for name, step in (("one_hot", OneHotEncoder(sparse_output=False, handle_unknown="ignore")), ("ordinal", OrdinalEncoder())):
        yield f"words_{name}", step.fit(words), types, {"x": words}, None
    columns = ColumnTransformer([("w", OneHotEncoder(), [0, 1])])
    piped = make_pipeline(columns, LogisticRegression())
    yield "words_logistic", piped.fit(words, target > 0), types, {"x": words}, plain


def object_nodes(rng):
    """(operator, version, inputs, attributes) of single nodes on strings that onnxruntime takes without a locale.

    Text vectorizers of scikit-learn become com.microsoft's Tokenizer, which inlay lacks, and TfIdfVectorizer."""
    words = np.array(["a", "bb", "", "\u00e9 x", "Zz", "10"], object)
    for shape in ((7,), (2, 3), (), (0,), (1, 5)):
        x = np.array(words[rng.integers(0, 6, shape)], object)
        other = np.array(words[rng.integers(0, 6, shape[-1:])], object)
        yield "StringConcat", 20, [x, other], {}
        for delimiter in (None, " ", "b", "bb"):
            for most in (None, 1):
                attributes = dict(delimiter=delimiter, maxsplit=most)
                if delimiter and "" in x.ravel().tolist():
                    continue  # no part for onnxruntime, one empty part by the specification
                yield "StringSplit", 20, [x], {key: value for key, value in attributes.items() if value is not None}
        for pattern in ("a|b+", ".*", "[[:alpha:]]*", "(?i)z+", "\\d+", "\\p{L}.x"):
            yield "RegexFullMatch", 20, [x], dict(pattern=pattern)
        if len(shape) == 1 and shape[0]:
            yield "StringNormalizer", 10, [x], dict(is_case_sensitive=1, stopwords=["a", "10"])
        for version in (2, 4):
            yield "LabelEncoder", version, [x], dict(keys_strings=["a", "bb"], values_int64s=[3, 4], default_int64=9)
            yield "LabelEncoder", version, [x], dict(keys_strings=["a", "bb"], values_strings=["A", "B"])
        yield "CategoryMapper", 1, [x], dict(cats_strings=["a", "bb"], cats_int64s=[3, 4])
        yield "OneHotEncoder", 1, [x], dict(cats_strings=["a", "Zz", "bb"])
        numbers = rng.normal(0, 100, shape)
        for dtype in (np.float32, np.float64, np.int32, np.int64, np.uint8):
            yield "Cast", 21, [np.asarray(numbers).astype(dtype)], dict(to=onnx.TensorProto.STRING)
            texts = np.asarray(numbers).astype(dtype if np.dtype(dtype).kind != "u" else np.int64).astype(str).astype(object)
            yield "Cast", 21, [texts], dict(to=onnx.helper.np_dtype_to_tensor_dtype(np.dtype(dtype)))
        yield "CategoryMapper", 1, [rng.integers(2, 6, shape)], dict(cats_strings=["a", "bb"], cats_int64s=[3, 4])
    for mode in ("TF", "IDF", "TFIDF"):
        for shortest, longest, skips in ((1, 1, 0), (1, 2, 1), (2, 2, 3)):
            x = np.array(words[rng.integers(0, 6, (3, 9))], object)
            yield "TfIdfVectorizer", 9, [x], dict(
                mode=mode, pool_strings=["a", "bb", "a", "bb", "bb", "Zz"], ngram_counts=[0, 2], ngram_indexes=[3, 1, 0, 2],
                min_gram_length=shortest, max_gram_length=longest, max_skip_count=skips, weights=[0.5, 2.0, 3.0, 0.25])


def node_model(op, version, inputs, attributes):
    domain = "ai.onnx.ml" if op in ("LabelEncoder", "CategoryMapper", "OneHotEncoder") else ""
    names = [f"x{i}" for i in range(len(inputs))]
    outputs = ["y", "z"] if op == "StringSplit" else ["y"]
    node = onnx.helper.make_node(op, names, outputs, name="n", domain=domain, **attributes)
    types = [onnx.TensorProto.STRING if x.dtype == object else onnx.helper.np_dtype_to_tensor_dtype(x.dtype) for x in inputs]
    infos = [onnx.helper.make_tensor_value_info(*entry, x.shape) for *entry, x in zip(names, types, inputs)]
    graph = onnx.helper.make_graph([node], "g", infos, [onnx.ValueInfoProto(name=name) for name in outputs])
    imports = [onnx.helper.make_opsetid(domain, version)]
    if domain:
        imports.append(onnx.helper.make_opsetid("", 21))
    return onnx.helper.make_model(graph, opset_imports=imports, ir_version=10)


def write_nodes(root, nodes, refused):
    lines = []
    for i, (op, version, inputs, attributes) in enumerate(nodes):
        model = node_model(op, version, inputs, attributes)
        given = {f"x{at}": x for at, x in enumerate(inputs)}
        try:
            outputs = session_of(model).run(None, given)
        except Exception as error:  # noqa: BLE001: onnxruntime raises whatever it likes
            refused.append(f"{op} {attributes}: {str(error).splitlines()[0][:150]}")
            continue
        write_case(root / f"node_{op}_{i}", model, given, outputs)
        lines.append(f"{root / f'node_{op}_{i}'}\t1e-5\t1e-5")
    return lines


def converted(model, types, options):
    if options and isinstance(model, LinearSVC):
        options = None  # it makes no maps
    return to_onnx(model, initial_types=types, options={id(model): options} if options else None, target_opset=OPSETS)


def take_arrays_as_attributes():
    """skl2onnx 1.20 gives arrays and lists of bool, which onnx 1.22 does not take as attributes."""
    make = onnx.helper.make_attribute

    def make_plain(key, value, *rest, **options):
        if isinstance(value, np.ndarray):
            value = value.tolist()
        if isinstance(value, list):
            value = [int(x) if isinstance(x, (bool, np.bool_)) else x for x in value]
        return make(key, value, *rest, **options)

    onnx.helper.make_attribute = make_plain


def session_of(model):
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4
    options.intra_op_num_threads = 1
    return onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])


def write_case(folder, model, inputs, outputs):
    data_set = folder / "test_data_set_0"
    data_set.mkdir(parents=True)
    (folder / "model.onnx").write_bytes(model.SerializeToString())
    for kind, tensors in (("input", inputs.values()), ("output", outputs)):
        for i, tensor in enumerate(tensors):
            (data_set / f"{kind}_{i}.pb").write_bytes(numpy_helper.from_array(np.asarray(tensor)).SerializeToString())


def write_cases(root, models, refused):
    """Lines for the probe: each model over one row, some and all."""
    lines = []
    for name, model, types, inputs, options in models:
        try:
            made = converted(model, types, options)
            session = session_of(made)
        except Exception as error:  # noqa: BLE001: converters and onnxruntime raise whatever they like
            refused.append(f"{name}: {str(error).splitlines()[0][:150]}")
            continue
        for count in (1, 37, ROWS):
            some = {key: value[:count] for key, value in inputs.items()}
            folder = root / f"{name}_{count}"
            write_case(folder, made, some, session.run(None, some))
            # Sums over hundreds of support vectors that nearly cancel, in float32 on both sides.
            lines.append(f"{folder}\t1e-5\t{5e-5 if '_sv' in name else 1e-5}")
    return lines


def differences(probe, lines):
    done = subprocess.run([probe, "-"], input="".join(f"{line}\n" for line in lines), capture_output=True, text=True)
    answers = [line.split("\t", 2) for line in done.stdout.splitlines() if line.count("\t") >= 2]
    if len(answers) != len(lines):
        return [f"the probe ended with {done.returncode} behind {len(answers)} of {len(lines)} cases: {done.stderr[-300:]}"]
    return [f"{name}: {why}" for name, result, why in answers if result != "pass"]


def twin(probe):
    """A label and a score that are wrong are both noticed."""
    x, target = data(np.random.default_rng(0))
    model = RandomForestClassifier(5, max_depth=3, random_state=0).fit(x, target > 0)
    made = to_onnx(model, initial_types=float_type(FEATURES), options={"zipmap": False}, target_opset=OPSETS)
    labels, scores = session_of(made).run(None, {"x": x})
    with tempfile.TemporaryDirectory() as root:
        root = pathlib.Path(root)
        write_case(root / "right", made, {"x": x}, [labels, scores])
        write_case(root / "label", made, {"x": x}, [np.roll(labels, 1), scores])
        write_case(root / "score", made, {"x": x}, [labels, scores + np.float32(1e-3)])
        found = differences(probe, [f"{root / name}\t1e-5\t1e-5" for name in ("right", "label", "score")])
    assert [line.split(":")[0] for line in found] == ["label", "score"], found
    return 0


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--probe", required=True)
    parser.add_argument("--objects", action="store_true", help="models with strings, too")
    parser.add_argument("--scan", action="store_true", help="nearest neighbours, too")
    parser.add_argument("--twin", action="store_true")
    args = parser.parse_args()
    warnings.simplefilter("ignore")  # models that did not converge are models
    np.random.seed(0)  # what models draw from
    take_arrays_as_attributes()
    if args.twin:
        return twin(args.probe)
    rng, refused = np.random.default_rng(7), []
    with tempfile.TemporaryDirectory() as root:
        lines = write_cases(pathlib.Path(root), numeric_models(rng), refused)
        if args.objects:
            lines += write_cases(pathlib.Path(root), object_models(rng), refused)
            lines += write_nodes(pathlib.Path(root), object_nodes(rng), refused)
        if not args.scan:
            lines = [line for line in lines if "neighbours" not in line]
        found = differences(args.probe, lines)
    for line in refused:
        print(f"not made: {line}")
    print("\n".join(found))
    print(f"onnxruntime {onnxruntime.__version__}, scikit-learn {sklearn_version}, skl2onnx {skl2onnx_version}: "
          f"{len(lines)} cases, {len(found)} differ, {len(refused)} models that peers refuse")
    assert len(lines) >= FEWEST, f"expected at least {FEWEST} cases"
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
