"""Rows of an encoder: a forward pass at four shapes, inlay and every way of using a peer in turns."""
import numpy as np

from common.encoder import InlayEngine
from common.results import Figure, Result, Row
from common.turns import take_turns

SHAPES = ((1, 16), (1, 128), (8, 128), (32, 32))
TOLERANCE = 1e-4  # absolute; hidden states are of order 1


class Different(Exception):
    """Engines that do not compute the same are not compared."""


def compare_outputs(engines, ids, what):
    """The largest difference of any engine from the first; more than TOLERANCE raises Different."""
    first = engines[0].hidden(ids)
    worst = 0.0
    for engine in engines[1:]:
        difference = float(np.abs(engine.hidden(ids) - first).max())
        if not difference <= TOLERANCE:
            raise Different(f"{what}: expected outputs within {TOLERANCE:g} of {engines[0].engine}'s,"
                            f" {engine.engine} {engine.variant} is off by {difference:.3g}")
        worst = max(worst, difference)
    return worst


def measure_shape(bench, encoder, engines, threads, shape):
    ids = encoder.ids(*shape)
    name = "x".join(map(str, shape))
    row_id = f"encoder/{encoder.name}/{name}/{threads}"
    difference = compare_outputs(engines, ids, row_id)
    samples = take_turns({index: engine.bind(ids) for index, engine in enumerate(engines)},
                         bench.effort)
    bench.results.add_row(Row(
        row_id, f"encoder/{encoder.name}", name.replace("x", "×"),
        [Result(engine.engine, engine.variant, samples[i]) for i, engine in enumerate(engines)],
        threads, encoder.flops(*shape) / 1e9, "GFLOP", encoder.weights_per_token * 4.0))
    return difference


def measure(bench, encoder, onnx_path=None, make_peers=lambda path, threads: (), shapes=SHAPES):
    """make_peers(path, threads): functions that make the peers' engines (common/peers.py). Without an
    ONNX file inlay runs alone, on the directory."""
    worst = 0.0
    for threads in bench.threads:
        engines = [InlayEngine(bench.library, encoder.directory, threads)]
        if onnx_path:
            engines.append(InlayEngine(bench.library, onnx_path, threads, "ONNX file"))
            engines += [make() for make in make_peers(onnx_path, threads)]
        for shape in shapes:
            worst = max(worst, measure_shape(bench, encoder, engines, threads, shape))
        for engine in engines:
            engine.close()
    if onnx_path:
        bench.results.add_figure(Figure(
            f"difference/{encoder.name}", f"{encoder.name}: largest difference of an engine's output"
            " from inlay's", worst, "difference", note="at all shapes and thread counts above"))
