"""run.py BUILD OUTPUT [--quick] [--model DIR] [--sizes …]: inlay and its peers, taking turns.

The peers are onnxruntime, openvino and tokenizers, on the model that INLAY_TEST_MODEL names; outputs are
compared before times are. One process, one thread count at a time. About eight minutes with nothing
else running, which is what figures need to mean something.
"""
import json
import os
import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

from common import bench as bench_run
from common import encoder_rows, machine, packages, peers, random_bert
from common.encoder import Encoder
from common.inlay import InlayError
from compare import callers, ragged, starting, texts


def export(bench, encoder):
    """The encoder as an ONNX file, the way exporters spell it; None where the package onnx is missing."""
    if not packages.load("onnx"):
        bench.results.add_note("onnx is not installed: the peers of the encoders are left out")
        return None
    path = bench.models / f"{encoder.name}.onnx"
    subprocess.run([sys.executable, machine.ROOT / "tools" / "make_onnx_bert.py", encoder.directory,
                    path, "--spelling", "new"], check=True)
    return path


def max_length(directory):
    """sentence-transformers' limit of a text's tokens."""
    path = directory / "sentence_bert_config.json"
    return json.loads(path.read_text("utf-8"))["max_seq_length"] if path.is_file() else 512


def measure_model(bench):
    model = bench.options.model
    if not model:
        return bench.results.add_note("INLAY_TEST_MODEL names no model: its rows are left out")
    encoder = Encoder("MiniLM", pathlib.Path(model).resolve())
    onnx_path = export(bench, encoder)
    encoder_rows.measure(bench, encoder, onnx_path, peers.all_ways)
    ragged.measure(bench, encoder, onnx_path)
    callers.measure(bench, encoder)
    starting.measure(bench, encoder, onnx_path)
    texts.measure(bench, encoder, onnx_path, max_length(encoder.directory))


def measure(bench):
    bench.models = bench.output / "models"
    bench.models.mkdir(exist_ok=True)
    for name, version in packages.versions(peers.PACKAGES).items():
        if not version:
            bench.results.add_note(f"{name} is not installed: its figures are left out")
    measure_model(bench)
    for size in bench.options.sizes:
        encoder = random_bert.make(size, bench.models)
        encoder_rows.measure(bench, encoder, export(bench, encoder), peers.all_ways)


def main():
    parser = bench_run.parser(__doc__)
    parser.add_argument("--model", default=os.environ.get("INLAY_TEST_MODEL", ""),
                        help="a BERT's directory; default: INLAY_TEST_MODEL")
    parser.add_argument("--sizes", nargs="*", default=[], choices=list(random_bert.SIZES),
                        help="encoders with random weights to be measured too")
    try:
        return bench_run.run("compare", parser.parse_args(), measure, packages.versions(peers.PACKAGES))
    except (encoder_rows.Different, InlayError) as error:
        print(f"compare: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
