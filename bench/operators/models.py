"""The ONNX models that are measured whole."""
import dataclasses
import pathlib
import subprocess
import sys

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from common import machine, packages
from common.encoder import Encoder, padded_feed

LIGHT = ("resnet50", "densenet121", "squeezenet", "shufflenet", "inception_v2", "vgg19")
SILERO = machine.ROOT / "build" / "speech-models" / "silero_vad_v6.onnx"
ALL = ("onnxruntime", "openvino")


@dataclasses.dataclass(frozen=True)
class Model:
    table: str
    name: str
    path: pathlib.Path
    inputs: dict  # name → array
    tolerance: float = 1e-3  # as a share of the largest output
    peers: tuple = ALL

    def feed(self):
        return self.inputs


def random_feed(path):
    """Standard normal numbers for each input of a model whose inputs are floats; sizes without a number are 1."""
    model, random = onnx.load(path), np.random.default_rng(5)
    constants = {one.name for one in model.graph.initializer}
    return {one.name: random.standard_normal(
        [axis.dim_value or 1 for axis in one.type.tensor_type.shape.dim]).astype(np.float32)
            for one in model.graph.input if one.name not in constants}


def light_models():
    folder = pathlib.Path(onnx.__file__).parent / "backend" / "test" / "data" / "light"
    for name in LIGHT:
        path = folder / f"light_{name}.onnx"
        if path.is_file():
            yield Model("light", name, path, random_feed(path))


def silero(bench):
    """One frame of 32 ms at a time: 512 samples, and 64 of the frame before."""
    if not SILERO.is_file():
        return bench.results.add_note("silero_vad_v6.onnx is not there: its row is left out")
    random = np.random.default_rng(5)
    yield Model("recurrent", "Silero VAD v6, a frame", SILERO, {
        "input": random.standard_normal((1, 576)).astype(np.float32) * 0.1,
        "h": np.zeros((1, 1, 128), np.float32), "c": np.zeros((1, 1, 128), np.float32)})


def tagger_model(vocabulary, size, hidden, tags):
    """Words' vectors, two bidirectional LSTMs, a tag a word: what sequence taggers look like."""
    random = np.random.default_rng(5)
    constants, nodes = {}, []

    def weights(name, *shape):
        constants[name] = (random.standard_normal(shape) / np.sqrt(shape[-1])).astype(np.float32)
        return name

    def node(kind, inputs, output, **attributes):
        nodes.append(helper.make_node(kind, inputs, [output], **attributes))
        return output

    constants |= {"forward_first": np.array([0, 0, -1], np.int64)}
    x = node("Gather", [weights("vectors", vocabulary, size), "words"], "x")
    for layer in range(2):
        y = node("LSTM", [x, weights(f"w{layer}", 2, 4 * hidden, size if layer == 0 else 2 * hidden),
                          weights(f"r{layer}", 2, 4 * hidden, hidden), weights(f"b{layer}", 2, 8 * hidden)],
                 f"y{layer}", hidden_size=hidden, direction="bidirectional")
        x = node("Reshape", [node("Transpose", [y], f"t{layer}", perm=[0, 2, 1, 3]), "forward_first"], f"x{layer}")
    node("MatMul", [x, weights("head", 2 * hidden, tags)], "tags")
    graph = helper.make_graph(
        nodes, "tagger", [helper.make_tensor_value_info("words", TensorProto.INT64, ["length", "batch"])],
        [helper.make_tensor_value_info("tags", TensorProto.FLOAT, ["length", "batch", tags])],
        [numpy_helper.from_array(array, name) for name, array in constants.items()])
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)


def taggers(bench):
    vocabulary = 20000
    path = bench.models / "tagger.onnx"
    onnx.save(tagger_model(vocabulary, 100, 256, 20), path)
    random = np.random.default_rng(5)
    for length, batch in ((20, 1), (30, 16)):
        yield Model("recurrent", f"LSTM tagger, {batch}×{length}", path,
                    {"words": random.integers(0, vocabulary, (length, batch))})


def fold_constants(path, folded):
    """What onnxruntime computes when it loads a model, without its operators of other domains."""
    onnxruntime = packages.load("onnxruntime")
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC
    options.optimized_model_filepath = str(folded)
    onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])


def quantised_minilm(bench):
    """MiniLM as onnxruntime's quantize_dynamic leaves it: weights in 8 bits, activations quantised on the way.

    What it finds transposed by a node stays in floats, so that constants are folded first.
    """
    if not bench.options.model:
        return bench.results.add_note("INLAY_TEST_MODEL names no model: the quantised one is left out")
    encoder = Encoder("MiniLM", pathlib.Path(bench.options.model).resolve())
    exported, folded = bench.models / "MiniLM.onnx", bench.models / "MiniLM-folded.onnx"
    path = bench.models / "MiniLM-int8.onnx"
    subprocess.run([sys.executable, machine.ROOT / "tools" / "make_onnx_bert.py", encoder.directory, exported,
                    "--spelling", "new"], check=True)
    fold_constants(exported, folded)
    packages.load("onnxruntime.quantization").quantize_dynamic(folded, path)
    for batch, length in ((1, 16), (1, 128), (8, 128)):
        yield Model("int8", f"{batch}×{length}", path, padded_feed(encoder.ids(batch, length)), 0.1, ("onnxruntime",))


def models(bench):
    yield from silero(bench)
    yield from taggers(bench)
    yield from quantised_minilm(bench)
    yield from light_models()
