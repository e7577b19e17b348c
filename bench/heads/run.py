"""run.py BUILD OUTPUT [--quick]: few-shot heads against scikit-learn: time of training, and quality.

The same objective on the same 500 vectors of 384 dimensions in 10 classes, one thread each; probabilities are
compared first. inlay's time holds the calibration and thresholds too, which scikit-learn does not make.
The quality is that of heads with described labels on titles that they have not seen. Needs the model directory in INLAY_TEST_MODEL.
"""
import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before NumPy is loaded

import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import numpy as np

from common import bench as bench_run
from common import heads, packages
from common.results import Curve, Figure, Result, Row
from common.turns import alternate

COUNT, C = 500, 20
MOST_DIFFERENCE = 1e-4  # of a probability


def examples():
    """The titles, and some of them once more with another counter."""
    texts, labels = heads.all_titles()
    more = [f"({i + 2}) {text}" for i, text in enumerate(texts[:COUNT - len(texts)])]
    return texts + more, labels + labels[:len(more)]


def timed(run):
    def once():
        begin = time.perf_counter()
        run()
        return (time.perf_counter() - begin) * 1e3

    return once


def softmax(logits):
    powers = np.exp(logits - logits.max(1, keepdims=True))
    return powers / powers.sum(1, keepdims=True)


def difference(trainer, x, labels, peer):
    """The largest, of probabilities."""
    with tempfile.TemporaryDirectory() as folder:
        trainer.save(Path(folder) / "head")
        head = heads.read_head(Path(folder) / "head")
    fitted = peer.fit(x.astype(float), labels)
    order = [head.labels.index(name) for name in fitted.classes_]
    return float(np.abs(softmax(x.astype(float) @ head.weights[order].T) -
                        fitted.predict_proba(x.astype(float))).max())


def measure_quality(bench, model):
    """On the titles of tests/data/titles: of each label some are examples, the rest is classified."""
    texts, labels = heads.all_titles()
    x = bench.library.embedder(model, bench.threads[-1]).embed(texts)
    found = heads.quality(bench.build / "bin" / "inlay", model, x, texts, labels)
    shots = list(found)
    bench.results.add_curve(Curve(
        "quality", "Window titles in ten classes",
        f"macro-F1 and calibration error over examples a label, of {len(texts)} titles; means of {len(heads.SEEDS)} draws",
        [str(count) for count in shots],
        {"inlay, F1": [found[count].f1 for count in shots],
         "scikit-learn, F1": [found[count].peer_f1 or None for count in shots],
         "inlay, calibration error": [found[count].calibration_error for count in shots]}))


def measure(bench):
    model = os.environ.get("INLAY_TEST_MODEL")
    if not model:
        return bench.results.add_note("heads: INLAY_TEST_MODEL names no model, left out")
    measure_training(bench, model)
    if packages.load("sklearn"):
        measure_quality(bench, model)


def measure_training(bench, model):
    texts, labels = examples()
    trainer = bench.library.trainer(model, threads=1, without_descriptions=1, c=C)
    trainer.add(texts, labels)
    engines = {("inlay", ""): timed(trainer.train)}
    if packages.load("sklearn"):
        from sklearn.linear_model import LogisticRegression

        x = bench.library.embedder(model, 1).embed(texts)
        exact = LogisticRegression(C=C, fit_intercept=False, tol=1e-9, max_iter=10000)
        found = difference(trainer, x, labels, exact)
        if found > MOST_DIFFERENCE:
            raise AssertionError(f"heads: expected probabilities within {MOST_DIFFERENCE}, found {found}")
        bench.results.add_figure(Figure("heads/difference", "probabilities of a head, against scikit-learn's",
                                        found, "difference"))
        for name, tolerance in (("", 1e-4), ("tolerance 1e-6", 1e-6)):
            peer = LogisticRegression(C=C, fit_intercept=False, tol=tolerance, max_iter=10000)
            engines["scikit-learn", name] = timed(lambda peer=peer: peer.fit(x, labels))
    else:
        bench.results.add_note("scikit-learn is not installed: its figures are left out")
    samples = alternate(engines, bench.rounds(25))
    bench.results.add_row(Row("heads/500x10x384", "heads", "500 examples, 10 labels, 384 dimensions",
                              [Result(*name, sample) for name, sample in samples.items()]))


def main():
    parser = bench_run.parser(__doc__)
    try:
        return bench_run.run("heads", parser.parse_args(), measure, {"scikit-learn": version()})
    except AssertionError as error:
        print(f"heads: {error}", file=sys.stderr)
        return 1


def version():
    sklearn = packages.load("sklearn")
    return sklearn.__version__ if sklearn else None


if __name__ == "__main__":
    sys.exit(main())
