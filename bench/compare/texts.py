"""Rows "text": tokenizing English prose, loading a tokenizer; and the figure of equal embeddings."""
import pathlib

import numpy as np

from common import peers
from common.encoder import padded_feed
from common.results import Figure, Result, Row
from common.turns import alternate, take_turns
from compare.starting import creation_ms

# English prose that every Debian and Ubuntu has; versions of a licence share paragraphs, which count once.
PROSE = pathlib.Path("/usr/share/common-licenses")


def paragraphs():
    """Distinct paragraphs, in the order of the files' names."""
    found = {}
    for path in sorted(PROSE.glob("*")):
        if path.is_file() and not path.is_symlink():
            for paragraph in path.read_text("utf-8", "replace").split("\n\n"):
                found[" ".join(paragraph.split())] = None
    return [text for text in found if len(text) >= 40]


def measure_tokenizer(bench, encoder, texts):
    """Ids alone, a text at a time in one thread, without a maximum length."""
    path = encoder.directory / "tokenizer.json"
    ours = bench.library.tokenizer(path)
    engines = {"inlay": ours.bind(texts)}
    if peers.tokenizers:
        theirs = peers.load_tokenizer(path)
        for text, ids in zip(texts, ours.ids(texts)):
            if theirs.encode(text).ids != ids:
                raise AssertionError(f"tokenizer: expected the ids of tokenizers, differs at {text!r}")
        engines["tokenizers"] = lambda: theirs.encode_batch_fast(texts)
    samples = take_turns(engines, bench.effort)
    total = sum(len(text.encode()) for text in texts)
    bench.results.add_row(Row(
        "text/tokenize", "text", "tokenizing English prose, ids only",
        [Result(name, "", sample) for name, sample in samples.items()],
        work=total / 2**20, work_unit="MiB",
        note=f"{len(texts)} paragraphs, {total / 1024:.0f} KiB"))


class Loaded:
    """A tokenizer as creation_ms wants it."""

    def __init__(self, tokenizer):
        self.tokenizer = tokenizer

    def close(self):
        self.tokenizer = None


def measure_loading(bench, encoder):
    path = encoder.directory / "tokenizer.json"
    makers = {"inlay": lambda: Loaded(bench.library.tokenizer(path))}
    if peers.tokenizers:
        makers["tokenizers"] = lambda: Loaded(peers.tokenizers.Tokenizer.from_file(str(path)))
    samples = alternate({name: lambda make=make: creation_ms(make) for name, make in makers.items()},
                        bench.rounds(15))
    bench.results.add_row(Row("text/load", "text", "loading tokenizer.json",
                              [Result(name, "", sample) for name, sample in samples.items()]))


def reference_embeddings(engine, tokenizer, texts, max_length):
    """Mean of the hidden states, length 1; a text at a time, so that nothing is padded."""
    tokenizer.enable_truncation(max_length)
    rows = []
    for text in texts:
        ids = np.array([tokenizer.encode(text).ids], np.int64)
        rows.append(engine.run(padded_feed(ids))[0].astype(np.float64).mean(0))
    matrix = np.array(rows)
    return matrix / np.linalg.norm(matrix, axis=1, keepdims=True)


def measure_embeddings(bench, encoder, onnx_path, texts, max_length):
    """The least cosine between inlay's embeddings, all texts in one call, and onnxruntime's."""
    embedder = bench.library.embedder(encoder.directory, bench.threads[-1])
    ours = embedder.embed(texts).astype(np.float64)
    ours /= np.linalg.norm(ours, axis=1, keepdims=True)
    tokenizer = peers.load_tokenizer(encoder.directory / "tokenizer.json")
    theirs = reference_embeddings(peers.OnnxRuntime(onnx_path, bench.threads[-1]), tokenizer, texts,
                                  max_length)
    bench.results.add_figure(Figure(
        "embeddings/cosine", f"least cosine of {len(texts)} embeddings with onnxruntime's on the same"
        " weights", float((ours * theirs).sum(1).min()), "", note="all texts in one ragged batch"))


def measure(bench, encoder, onnx_path, max_length):
    """max_length: the most tokens that the model's own description allows for a text."""
    measure_loading(bench, encoder)
    texts = paragraphs()
    if not texts:
        return bench.results.add_note(f"no texts in {PROSE}: tokenizing and embeddings are left out")
    measure_tokenizer(bench, encoder, texts)
    if onnx_path and peers.onnxruntime and peers.tokenizers:
        measure_embeddings(bench, encoder, onnx_path, texts[:200], max_length)
