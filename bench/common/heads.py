"""A saved head, read as docs/HEADS.md describes it, and the titles that heads are measured with."""
import dataclasses
import json
import pathlib
import struct
import subprocess
import tempfile
import zlib

import numpy as np

C = 20  # the strength that heads are fitted with by default
SHOTS, SEEDS = (0, 1, 8, 32), (0, 1, 2)
TITLES = pathlib.Path(__file__).resolve().parent.parent.parent / "tests" / "data" / "titles"


@dataclasses.dataclass(frozen=True)
class Head:
    method: int
    labels: list
    temperature: float
    thresholds: np.ndarray  # [labels]
    probe: np.ndarray       # [dimensions]
    weights: np.ndarray     # [labels, dimensions]
    centroids: np.ndarray   # [labels, dimensions]


def read_head(path):
    data = pathlib.Path(path).read_bytes()
    assert data[:8] == b"INLAYHD\n", data[:8]
    assert struct.unpack("<I", data[-4:])[0] == zlib.crc32(data[:-4])
    version, method, count, dimensions = struct.unpack_from("<4I", data, 8)
    assert version == 1, version
    numbers = 1 + count + dimensions + 2 * count * dimensions
    values = np.frombuffer(data, "<f4", numbers, 24)
    at, labels = 24 + 4 * numbers, []
    for _ in range(count):
        size, = struct.unpack_from("<I", data, at)
        labels.append(data[at + 4:at + 4 + size].decode())
        at += 4 + size
    assert at == len(data) - 4, (at, len(data))
    split = np.cumsum([1, count, dimensions, count * dimensions])
    temperature, thresholds, probe, weights, centroids = np.split(values, split)
    shape = (count, dimensions)
    return Head(method, labels, float(temperature[0]), thresholds, probe, weights.reshape(shape),
                centroids.reshape(shape))


def titles(name):
    """(texts, labels) of pool or test."""
    lines = [json.loads(line) for line in (TITLES / f"{name}.jsonl").read_text("utf-8").splitlines()]
    return [line["text"] for line in lines], [line["label"] for line in lines]


def all_titles():
    (pool, pool_labels), (test, test_labels) = titles("pool"), titles("test")
    return pool + test, pool_labels + test_labels


def draw(labels, count, seed):
    """(places of `count` examples a label, labels taking turns; the places of the rest)."""
    random = np.random.default_rng(seed)
    of_label = [random.permutation([i for i, label in enumerate(labels) if label == name])[:count]
                for name in dict.fromkeys(labels)]
    taken = [int(places[i]) for i in range(count) for places in of_label]
    return taken, [i for i in range(len(labels)) if i not in set(taken)]


def macro_f1(expected, found):
    scores = []
    for label in set(expected):
        both = sum(e == f == label for e, f in zip(expected, found))
        scores.append(2 * both / (expected.count(label) + found.count(label)))
    return sum(scores) / len(scores)


def calibration_error(right, scores, bins=10):
    """The expected calibration error: scores against the share that is right, by bins of the score."""
    right, scores = np.asarray(right, float), np.asarray(scores)
    places = np.minimum((scores * bins).astype(int), bins - 1)
    return float(sum(abs((right - scores)[places == i].sum()) for i in range(bins)) / len(scores))


@dataclasses.dataclass(frozen=True)
class Quality:
    """Of a classifier on texts that it has not seen; means over draws of the examples."""

    f1: float
    peer_f1: float  # scikit-learn's on the same embeddings; 0 without examples
    calibration_error: float


def classify(program, model, texts, labels, taken, rest):
    """(labels, scores) of the rest by a head of what was taken; zero-shot where nothing was."""
    with tempfile.TemporaryDirectory() as folder:
        learned = []
        if taken:
            path = pathlib.Path(folder) / "examples.jsonl"
            lines = [json.dumps({"text": texts[i], "label": labels[i]}) for i in taken]
            path.write_text("\n".join(lines), "utf-8")
            learned = ["--examples", str(path)]
        output = subprocess.run(
            [program, "classify", "-m", str(model), "--json", "--top-k", "1", "--labels-file",
             str(TITLES / "labels.tsv"), *learned, "--", *[texts[i] for i in rest]],
            check=True, capture_output=True).stdout
    best = [json.loads(line)["labels"][0] for line in output.decode().splitlines()]
    return [one["label"] for one in best], [one["score"] for one in best]


def peer_macro_f1(x, labels, taken, rest):
    """scikit-learn's at the same strength."""
    from sklearn.linear_model import LogisticRegression

    peer = LogisticRegression(C=C, max_iter=1000).fit(x[taken], [labels[i] for i in taken])
    return macro_f1([labels[i] for i in rest], list(peer.predict(x[rest])))


def draw_quality(program, model, x, texts, labels, shots, seed):
    taken, rest = draw(labels, shots, seed)
    names, scores = classify(program, model, texts, labels, taken, rest)
    expected = [labels[i] for i in rest]
    right = [a == b for a, b in zip(expected, names)]
    return (macro_f1(expected, names), peer_macro_f1(x, labels, taken, rest) if shots else 0.0,
            calibration_error(right, scores))


def quality(program, model, x, texts, labels):
    """{examples a label: Quality}; x are the texts' embeddings."""
    found = {}
    for shots in SHOTS:
        draws = [draw_quality(program, model, x, texts, labels, shots, seed)
                 for seed in (SEEDS if shots else SEEDS[:1])]
        found[shots] = Quality(*(float(value) for value in np.mean(draws, axis=0)))
    return found
