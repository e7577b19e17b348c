"""Few-shot heads against scikit-learn on the same embeddings, and on the titles of tests/data/titles.

Without descriptions a head is LogisticRegression(C=c, fit_intercept=False): probabilities must agree. With
descriptions its macro-F1 must not fall behind scikit-learn's, and must rise with the examples. Needs the model
directory in INLAY_TEST_MODEL.
"""
import argparse
import os
import pathlib
import sys
import tempfile

import numpy as np

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent.parent
sys.path.insert(0, str(ROOT / "bench"))
from common import heads  # noqa: E402
from common.heads import C  # noqa: E402
from common.inlay import Inlay  # noqa: E402

MOST_DIFFERENCE = 1e-4  # of a probability: the head's products are f32
MOST_BEHIND = 0.01
MOST_CALIBRATION_ERROR = 0.15


def softmax(logits):
    powers = np.exp(logits - logits.max(1, keepdims=True))
    return powers / powers.sum(1, keepdims=True)


def is_scikit_learns(library, model, x, texts, labels, work):
    """The same minimum, for several strengths and sizes."""
    from sklearn.linear_model import LogisticRegression

    worst = 0
    for c, count in ((0.1, 480), (1, 480), (C, 80), (C, 480), (100, 480)):
        trainer = library.trainer(model, threads=1, without_descriptions=1, c=c)
        trainer.add(texts[:count], labels[:count])
        trainer.save(work / "head")
        head = heads.read_head(work / "head")
        peer = LogisticRegression(C=c, fit_intercept=False, tol=1e-9, max_iter=10000)
        peer.fit(x[:count].astype(float), labels[:count])
        order = [head.labels.index(name) for name in peer.classes_]
        found = softmax(x.astype(float) @ head.weights[order].T)
        difference = np.abs(found - peer.predict_proba(x.astype(float))).max()
        print(f"C {c}, {count} examples: probabilities differ by {difference:.1e} at most, "
              f"temperature {head.temperature:.3f}")
        worst = max(worst, difference)
    return worst <= MOST_DIFFERENCE


def is_good(found):
    before, good = 0, True
    for shots, one in found.items():
        print(f"{shots} examples a label: macro-F1 {one.f1:.3f}, scikit-learn {one.peer_f1:.3f}, "
              f"calibration error {one.calibration_error:.3f}")
        good &= one.f1 >= one.peer_f1 - MOST_BEHIND and one.f1 > before
        good &= one.calibration_error <= MOST_CALIBRATION_ERROR
        before = one.f1
    return good


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--program", required=True)
    parser.add_argument("--build", required=True, type=pathlib.Path)
    options = parser.parse_args()
    if "INLAY_TEST_MODEL" not in os.environ:
        print("skipped: missing model: INLAY_TEST_MODEL names its directory")
        return 77
    try:
        import sklearn  # noqa: F401
    except ImportError:
        print("skipped: missing package: scikit-learn")
        return 77
    library, model = Inlay(options.build), pathlib.Path(os.environ["INLAY_TEST_MODEL"])
    texts, labels = heads.all_titles()
    x = library.embedder(model, 2).embed(texts)
    with tempfile.TemporaryDirectory() as temporary:
        work = pathlib.Path(temporary)
        same = is_scikit_learns(library, model, x, texts, labels, work)
        good = is_good(heads.quality(options.program, model, x, texts, labels))
    return 0 if same and good else 1


if __name__ == "__main__":
    sys.exit(main())
