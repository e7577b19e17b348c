"""Rows "ragged": texts of many lengths at once, each engine as it is used best and as it is used plainly.

inlay takes all of them in one call. A peer pads: its best way is texts sorted by length in batches of the size
that is quickest for it, its plain way is batches of 32 in the order in which texts come.
"""
import numpy as np

from common import peers
from common.encoder import ragged_feed
from common.encoder_rows import TOLERANCE, Different
from common.results import Result, Row
from common.turns import take_turns

TEXTS, LEAST, MOST, SEED = 64, 4, 200, 11
SIZES = (1, 2, 4, 8, 16, 32)
PLAIN_SIZE = 32


def draw(vocab_size):
    """Texts as ids, of lengths whose logarithms are uniform."""
    random = np.random.default_rng(SEED)
    lengths = np.exp(random.uniform(np.log(LEAST), np.log(MOST), TEXTS)).round().astype(int)
    return [random.integers(0, vocab_size, length) for length in lengths]


def padded(texts):
    """What exported models take of a batch."""
    ids = np.zeros((len(texts), max(map(len, texts))), np.int64)
    mask = np.zeros_like(ids)
    for i, text in enumerate(texts):
        ids[i, :len(text)] = text
        mask[i, :len(text)] = 1
    return {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}


def batches(texts, size, is_sorted):
    """Places of the texts of each batch."""
    order = sorted(range(len(texts)), key=lambda i: len(texts[i])) if is_sorted else range(len(texts))
    order = list(order)
    return [order[i:i + size] for i in range(0, len(order), size)]


def bind(engine, texts, places):
    """A function that runs every batch."""
    runs = [engine.bind_feed(padded([texts[i] for i in batch])) for batch in places]

    def run():
        for one in runs:
            one()

    return run


def hidden(engine, texts, places):
    """Token vectors of all texts, end to end in the order of the texts."""
    found = {}
    for batch in places:
        values = engine.run(padded([texts[i] for i in batch]))
        found |= {i: values[row, :len(texts[i])].copy() for row, i in enumerate(batch)}
    return np.concatenate([found[i] for i in range(len(texts))])


def best_size(engine, texts, bench):
    """The batch size that is quickest for an engine, texts sorted by length."""
    runs = {size: bind(engine, texts, batches(texts, size, True)) for size in SIZES}
    samples = take_turns(runs, bench.trial)
    return min(SIZES, key=lambda size: samples[size].median)


def measure_threads(bench, encoder, onnx_path, threads):
    texts = draw(encoder.config["vocab_size"])
    session = bench.library.session(encoder.directory, threads)
    feed = ragged_feed(texts)
    ours = session.run(feed)[0]
    best, plain = {("inlay", ""): session.bind(feed)}, {("inlay", ""): session.bind(feed)}
    for name, make in peers.plain_ways(onnx_path, threads).items():
        engine = make()
        size = best_size(engine, texts, bench)
        for runs, variant, places in (
                (best, f"sorted, {size} at once", batches(texts, size, True)),
                (plain, f"{PLAIN_SIZE} at once", batches(texts, PLAIN_SIZE, False))):
            difference = float(np.abs(hidden(engine, texts, places) - ours).max())
            if not difference <= TOLERANCE:
                raise Different(f"ragged: expected {name}'s outputs within {TOLERANCE:g} of inlay's, found "
                                f"{difference:.3g}")
            runs[name, variant] = bind(engine, texts, places)
    tokens = sum(map(len, texts))
    flops = sum(encoder.flops(1, len(text)) for text in texts)
    for what, title, runs in (("best", "sorted by length, best batch size", best),
                              ("plain", f"as they come, {PLAIN_SIZE} at once", plain)):
        samples = take_turns(runs, bench.effort)
        bench.results.add_row(Row(
            f"ragged/{what}/{threads}", "ragged", title,
            [Result(*name, sample) for name, sample in samples.items()], threads, flops / 1e9, "GFLOP",
            encoder.weights_per_token * 4.0,
            note=f"{len(texts)} texts of {min(map(len, texts))} to {max(map(len, texts))} tokens, {tokens} in all"))
    session.close()


def measure(bench, encoder, onnx_path):
    for threads in bench.threads:
        measure_threads(bench, encoder, onnx_path, threads)
