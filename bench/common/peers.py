"""The engines that inlay is measured against, each in the ways of use that may be its best.

An engine has `engine` and `variant` (its names); bind(ids), a function that runs it once on ids
[batch, length] and drops the output, and bind_feed(feed), the same for inputs by name; hidden(ids), the output
as an array of its own, and run_all(feed), all of them; and close().
A peer whose package is missing is None here, and its rows are left out.
"""
import os

# Read when the package is loaded: without it, a batch of texts goes to a pool of threads.
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")

from common.encoder import padded_feed
from common.packages import load

PACKAGES = ("onnxruntime", "openvino", "tokenizers")


onnxruntime, openvino, tokenizers = map(load, PACKAGES)


class OnnxRuntime:
    engine = "onnxruntime"

    def __init__(self, path, threads, spinning=True):
        self.variant = "" if spinning else "sleeping threads"
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        if not spinning:
            options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        self.session = onnxruntime.InferenceSession(str(path), options,
                                                    providers=["CPUExecutionProvider"])

    def bind(self, ids):
        return self.bind_feed(padded_feed(ids))

    def bind_feed(self, feed):
        return lambda: self.session.run(None, feed)

    def run(self, feed):
        return self.run_all(feed)[0]

    def run_all(self, feed):
        return self.session.run(None, feed)

    def hidden(self, ids):
        return self.run(padded_feed(ids))

    def close(self):
        self.session = None


class OpenVino:
    engine = "openvino"

    def __init__(self, path, threads, fixed_shapes=False):
        """fixed_shapes: compiles the model anew for each shape, as OpenVINO advises where it can be."""
        self.variant = "fixed shapes" if fixed_shapes else ""
        self.fixed = fixed_shapes
        self.settings = {"PERFORMANCE_HINT": "LATENCY", "INFERENCE_PRECISION_HINT": "f32",
                         "INFERENCE_NUM_THREADS": threads}
        self.core = openvino.Core()
        self.model = self.core.read_model(str(path))
        self.request = None if fixed_shapes else self.compiled().create_infer_request()

    def compiled(self):
        return self.core.compile_model(self.model, "CPU", self.settings)

    def request_for(self, feed):
        if not self.fixed:
            return self.request
        self.model.reshape({port: list(feed[port.any_name].shape) for port in self.model.inputs})
        return self.compiled().create_infer_request()

    def bind(self, ids):
        return self.bind_feed(padded_feed(ids))

    def bind_feed(self, feed):
        """Inputs and outputs are shared with OpenVINO, which saves it copies."""
        request = self.request_for(feed)
        return lambda: request.infer(feed, share_inputs=True, share_outputs=True)

    def run(self, feed):
        return self.run_all(feed)[0]

    def run_all(self, feed):
        found = self.bind_feed(feed)()
        return [found[port].copy() for port in found]

    def hidden(self, ids):
        return self.run(padded_feed(ids))

    def close(self):
        self.core = self.model = self.request = None


def all_ways(path, threads, engines=("onnxruntime", "openvino")):
    """Yields a function for each way of running the ONNX file at `path` by a peer that is there and wanted;
    none where there is no file."""
    if path and onnxruntime and "onnxruntime" in engines:
        yield lambda: OnnxRuntime(path, threads)
        if threads > 1:
            yield lambda: OnnxRuntime(path, threads, spinning=False)
    if path and openvino and "openvino" in engines:
        yield lambda: OpenVino(path, threads)
        yield lambda: OpenVino(path, threads, fixed_shapes=True)


def plain_ways(path, threads):
    """The same, each peer once, as it comes: {engine: function}."""
    found = {}
    if path and onnxruntime:
        found["onnxruntime"] = lambda: OnnxRuntime(path, threads)
    if path and openvino:
        found["openvino"] = lambda: OpenVino(path, threads)
    return found


def load_tokenizer(path):
    """The tokenizer of a tokenizer.json without its truncation and padding."""
    tokenizer = tokenizers.Tokenizer.from_file(str(path))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer
