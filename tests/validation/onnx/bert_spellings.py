"""A small BERT in every spelling of tools/make_onnx_bert.py: inlay against onnxruntime, rewritten and not.

Also proves that the rewrites fire: each spelling must become the same few operators.
"""
import argparse
import pathlib
import subprocess
import sys
import tempfile

import numpy as np
import onnx
from onnx import numpy_helper

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent.parent
sys.path.insert(0, str(ROOT / "tools"))
import make_onnx_bert  # noqa: E402

CONFIG = {
    "hidden_size": 48, "num_attention_heads": 4, "num_hidden_layers": 2, "intermediate_size": 96,
    "vocab_size": 50, "type_vocab_size": 2, "max_position_embeddings": 32, "layer_norm_eps": 1e-12,
}
SPELLINGS = ("old", "new", "sdpa")
# Two layers: each a product for q, k and v, one behind attention, two more; three normalizations, one
# before the layers.
NOTES = {
    "attention": 2, "projections": 2, "layer_norm": 5, "activation": 2, "residual": 4,
}


def write_case(folder, config, tensors, spelling, external):
    """A directory as the probe reads it; expectations are onnxruntime's."""
    import onnxruntime

    folder.mkdir()
    path = folder / "model.onnx"
    onnx.save_model(make_onnx_bert.Bert(config, tensors, spelling).model(), str(path),
                    save_as_external_data=external, location="model.data", size_threshold=0)
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    for number, (batch, length) in enumerate([(3, 11), (1, 1), (2, 32)]):
        inputs = make_onnx_bert.example(config, batch, length, seed=number)
        data = folder / f"test_data_set_{number}"
        data.mkdir()
        for i, array in enumerate(inputs):
            (data / f"input_{i}.pb").write_bytes(numpy_helper.from_array(array).SerializeToString())
        feeds = dict(zip(("input_ids", "attention_mask", "token_type_ids"), inputs))
        (output,) = session.run(None, feeds)
        (data / "output_0.pb").write_bytes(numpy_helper.from_array(output).SerializeToString())


def counted(lines):
    """{pass: how many times} from lines such as "# layer_norm: 9 nodes into 1, 5 times"."""
    out = {}
    for line in lines:
        name, _, rest = line.removeprefix("# ").partition(":")
        times = int(rest.rsplit(", ", 1)[1].split()[0]) if rest.endswith(" times") else 1
        out[name] = out.get(name, 0) + times
    return out


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--probe", required=True)
    probe = parser.parse_args().probe
    failures = 0
    with tempfile.TemporaryDirectory() as temporary:
        for activation in ("gelu", "gelu_new"):
            config = {**CONFIG, "hidden_act": activation}
            tensors = make_onnx_bert.random_weights(config)
            for spelling in SPELLINGS:
                for external in (False, True):
                    folder = pathlib.Path(temporary) / f"{activation}_{spelling}_{external}"
                    write_case(folder, config, tensors, spelling, external)
                    for options in (["--rewrites"], ["--no-rewrite"]):
                        done = subprocess.run([probe, *options, str(folder)], capture_output=True, text=True)
                        lines = done.stdout.splitlines()
                        result = lines[-1].split("\t") if lines else ["", "fail", done.stderr]
                        notes = counted([line for line in lines if line.startswith("#")])
                        missing = {n: c for n, c in NOTES.items() if notes.get(n, 0) < c}
                        ok = result[1] == "pass" and (options != ["--rewrites"] or not missing)
                        failures += not ok
                        if not ok:
                            print(folder.name, options, result, "missing", missing, "of", notes)
    print(f"{failures} failures")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
