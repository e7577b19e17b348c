"""Random BERTs in Hugging Face directories of every kind of weights, against the model in NumPy (float64).

Kinds: float32, float16, bfloat16; one file or shards; names with and without "bert.". What cannot be
read must say so in one line.
"""
import argparse
import json
import pathlib
import sys
import tempfile

import numpy as np

import ragged

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent.parent
sys.path.insert(0, str(ROOT / "tools"))
import make_onnx_bert  # noqa: E402
import safetensors_files  # noqa: E402

CONFIG = {
    "model_type": "bert", "hidden_size": 48, "num_attention_heads": 4, "num_hidden_layers": 2,
    "intermediate_size": 100, "vocab_size": 50, "type_vocab_size": 2, "max_position_embeddings": 32,
    "layer_norm_eps": 1e-12, "hidden_act": "gelu",
}
LENGTHS = (11, 1, 32, 7)
TOLERANCE = 2e-5  # of values up to 5


def write_directory(folder, config, tensors, dtype, shards, prefix):
    folder.mkdir()
    (folder / "config.json").write_text(json.dumps(config))
    named = {prefix + name: array for name, array in tensors.items()}
    if shards == 1:
        safetensors_files.write(folder / "model.safetensors", named, dtype)
        return
    weight_map = {}
    for i in range(shards):
        part = {n: a for k, (n, a) in enumerate(named.items()) if k % shards == i}
        name = f"model-{i + 1:05}-of-{shards:05}.safetensors"
        safetensors_files.write(folder / name, part, dtype)
        weight_map.update(dict.fromkeys(part, name))
    index = {"metadata": {}, "weight_map": weight_map}
    (folder / "model.safetensors.index.json").write_text(json.dumps(index))


def example(config):
    """Rows of ids and token types."""
    random = np.random.default_rng(5)
    return [(random.integers(0, config["vocab_size"], n), random.integers(0, config["type_vocab_size"], n))
            for n in LENGTHS]


def expected(config, tensors, rows):
    return np.concatenate([
        make_onnx_bert.forward(config, tensors, ids[None], np.ones_like(ids[None]), types[None])[0]
        for ids, types in rows])


def check_kinds(program, work):
    failures = 0
    for activation in ("gelu", "gelu_new", "relu"):
        config = {**CONFIG, "hidden_act": activation}
        tensors = make_onnx_bert.random_weights(config)
        rows = example(config)
        for dtype in ("F32", "F16", "BF16"):
            stored = {n: safetensors_files.rounded(a, dtype) for n, a in tensors.items()}
            oracle = expected(config, stored, rows)
            for shards, prefix in ((1, ""), (1, "bert."), (3, "")):
                model = work / f"{activation}_{dtype}_{shards}_{prefix}"
                write_directory(model, config, tensors, dtype, shards, prefix)
                worst, why = ragged.difference(program, model, ragged.batch(rows), work, oracle)
                if not worst < TOLERANCE:
                    print(f"{model.name}: largest difference {worst:.1e} {why}")
                    failures += 1
    return failures


def check_refusals(program, work):
    """What a directory may lack or get wrong, and what the line must speak of."""
    tensors = make_onnx_bert.random_weights(CONFIG)
    inputs = ragged.batch(example(CONFIG))
    failures = 0

    def case(name, change, words):
        nonlocal failures
        model = work / name
        write_directory(model, CONFIG, tensors, "F32", 2, "")
        change(model)
        found, why = ragged.run(program, model, inputs, work)
        if found is not None or len(why.splitlines()) != 1 or any(w not in why for w in words):
            print(f"{name}: expected one line with {words}, found {why!r}")
            failures += 1

    def index(model, edit):
        path = model / "model.safetensors.index.json"
        document = json.loads(path.read_text())
        edit(document)
        path.write_text(json.dumps(document))

    def only_pytorch(model):
        for path in model.glob("model*"):
            path.unlink()
        (model / "pytorch_model.bin").write_bytes(b"PK")

    shard = "model-00002-of-00002.safetensors"
    name = "embeddings.word_embeddings.weight"
    case("missing_shard", lambda m: (m / shard).unlink(), [shard])
    case("cut_shard", lambda m: (m / shard).write_bytes((m / shard).read_bytes()[:-5]), [shard, "offsets"])
    case("climbing", lambda m: index(m, lambda d: d["weight_map"].update({name: "../x.safetensors"})),
         ["index.json", "../x.safetensors"])
    case("not_there", lambda m: index(m, lambda d: d["weight_map"].update(ghost=shard)), ["ghost"])
    case("no_map", lambda m: index(m, lambda d: d.pop("weight_map")), ["weight_map"])
    case("pytorch", only_pytorch, ["pytorch_model.bin", "safetensors"])
    return failures


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--program", required=True)
    program = parser.parse_args().program
    with tempfile.TemporaryDirectory() as temporary:
        work = pathlib.Path(temporary)
        failures = check_kinds(program, work) + check_refusals(program, work)
    print(f"{failures} failures")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
