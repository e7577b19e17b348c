"""Embeddings through every module of sentence-transformers, against NumPy in float64.

A tiny random BERT, or a StaticEmbedding, with pooling of each kind, dense layers, norms and prompts, in
directories as sentence-transformers writes them, of old and new forms. What cannot be run must say so.
"""
import argparse
import json
import math
import pathlib
import subprocess
import sys
import tempfile

import numpy as np

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent.parent
sys.path.insert(0, str(ROOT / "tools"))
import make_onnx_bert  # noqa: E402
import safetensors_files  # noqa: E402

TOLERANCE = 2e-5  # of values up to 5
WORDS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "a", "man", "eats", "query", ":", "the", "pasta", "."]
CONFIG = {
    "model_type": "bert", "hidden_size": 48, "num_attention_heads": 4, "num_hidden_layers": 2,
    "intermediate_size": 100, "vocab_size": len(WORDS), "type_vocab_size": 2, "max_position_embeddings": 32,
    "layer_norm_eps": 1e-12, "hidden_act": "gelu",
}
HIDDEN = CONFIG["hidden_size"]
TEXTS = ["a man eats the pasta .", "the", "", "man man man eats eats eats a a a . . ."]
PROMPTS = {"prompts": {"query": "query : "}, "default_prompt_name": None}
OLD_MODES = ["cls_token", "max_tokens", "mean_tokens", "mean_sqrt_len_tokens", "weightedmean_tokens", "lasttoken"]
NEW_MODES = ["cls", "max", "mean", "mean_sqrt_len_tokens", "weightedmean", "lasttoken"]
ACTIVATIONS = {
    "torch.nn.modules.linear.Identity": lambda x: x,
    "torch.nn.modules.activation.Tanh": np.tanh,
    "torch.nn.modules.activation.ReLU": lambda x: np.maximum(x, 0),
    "torch.nn.modules.activation.GELU": lambda x: x / 2 * (1 + make_onnx_bert.erf(x / math.sqrt(2))),
    "torch.nn.modules.activation.Sigmoid": lambda x: 1 / (1 + np.exp(-x)),
    "torch.nn.modules.activation.SiLU": lambda x: x / (1 + np.exp(-x)),
}
RANDOM = np.random.default_rng(8)


def ids_of(text, special=True):
    ids = [WORDS.index(word) for word in text.split()]
    return [2, *ids, 3] if special else ids


def pool(mode, x, skipped):
    """One text's vectors by a mode of NEW_MODES; the first `skipped` do not count."""
    weights = np.where(np.arange(len(x)) < skipped, 0.0, 1.0)
    if mode == "cls":
        return x[0]
    if mode == "lasttoken":
        return x[-1]
    if mode == "max":
        return x[weights > 0].max(0)
    if mode == "weightedmean":
        weights = weights * np.arange(1, len(x) + 1)
    total = (x * weights[:, None]).sum(0)
    return total / (math.sqrt(weights.sum()) if mode.startswith("mean_sqrt") else weights.sum())


class Pooling:
    kind = "Pooling"

    def __init__(self, config, modes, skipped=0):
        self.config, self.modes, self.skipped = config, modes, skipped

    def write(self, folder):
        (folder / "config.json").write_text(json.dumps({"word_embedding_dimension": HIDDEN, **self.config}))

    def run(self, rows):
        return np.stack([np.concatenate([pool(mode, x, self.skipped) for mode in self.modes]) for x in rows])


def old_pooling(*modes):
    """Keys that are true or false, a mode each."""
    config = {f"pooling_mode_{name}": NEW_MODES[i] in modes for i, name in enumerate(OLD_MODES)}
    return Pooling(config, modes)


class Dense:
    kind = "Dense"

    def __init__(self, inside, outside, activation, bias=True, dtype="F32"):
        self.dtype = dtype
        self.config = {"in_features": inside, "out_features": outside, "bias": bias}
        if activation:
            self.config["activation_function"] = activation
        self.activation = ACTIVATIONS[activation or "torch.nn.modules.activation.Tanh"]
        self.tensors = {"linear.weight": RANDOM.normal(0, 0.2, (outside, inside)).astype(np.float32)}
        if bias:
            self.tensors["linear.bias"] = RANDOM.normal(0, 0.5, outside).astype(np.float32)

    def write(self, folder):
        (folder / "config.json").write_text(json.dumps(self.config))
        safetensors_files.write(folder / "model.safetensors", self.tensors, self.dtype)

    def run(self, x):
        stored = {n: safetensors_files.rounded(a, self.dtype) for n, a in self.tensors.items()}
        return self.activation(x @ stored["linear.weight"].astype(np.float64).T + stored.get("linear.bias", 0))


class LayerNorm:
    kind = "LayerNorm"

    def __init__(self, size):
        self.tensors = {"norm.weight": RANDOM.normal(1, 0.2, size).astype(np.float32),
                        "norm.bias": RANDOM.normal(0, 0.2, size).astype(np.float32)}

    def write(self, folder):
        (folder / "config.json").write_text(json.dumps({"dimension": len(self.tensors["norm.bias"])}))
        safetensors_files.write(folder / "model.safetensors", self.tensors, "F32")

    def run(self, x):
        x = x - x.mean(-1, keepdims=True)
        return x / np.sqrt((x * x).mean(-1, keepdims=True) + 1e-5) * self.tensors["norm.weight"] + self.tensors["norm.bias"]


class Normalize:
    kind = "Normalize"

    def write(self, folder):
        pass

    def run(self, x):
        return x / np.maximum(np.linalg.norm(x, axis=-1, keepdims=True), 1e-12)


class Bert:
    """Token vectors of texts."""
    kind, special = "Transformer", True

    def __init__(self):
        self.tensors = make_onnx_bert.random_weights(CONFIG)

    def write(self, folder):
        (folder / "config.json").write_text(json.dumps(CONFIG))
        (folder / "vocab.txt").write_text("".join(word + "\n" for word in WORDS))
        safetensors_files.write(folder / "model.safetensors", self.tensors, "F32")

    def run(self, texts):
        rows = [np.array([ids_of(text)]) for text in texts]
        return [make_onnx_bert.forward(CONFIG, self.tensors, row, np.ones_like(row), np.zeros_like(row))[0]
                for row in rows]


class Static:
    """Means of token vectors; `name` is that of the table, which Model2Vec calls otherwise."""
    kind = "StaticEmbedding"

    def __init__(self, name="embedding.weight"):
        self.table = RANDOM.normal(0, 1, (len(WORDS), HIDDEN)).astype(np.float32)
        self.name = name

    def write(self, folder):
        (folder / "vocab.txt").write_text("".join(word + "\n" for word in WORDS))
        safetensors_files.write(folder / "model.safetensors", {self.name: self.table}, "F32")

    def run(self, texts):
        return np.stack([self.table[ids_of(text, False)].astype(np.float64).mean(0) if text else np.zeros(HIDDEN)
                         for text in texts])


def write(model, encoder, modules, folder=""):
    """The directory; `folder` is the encoder's."""
    entries = []
    for i, module in enumerate([encoder, *modules]):
        path = f"{i}_{module.kind}" if i else folder
        (model / path).mkdir(parents=True, exist_ok=True)
        module.write(model / path)
        entries.append({"idx": i, "name": str(i), "path": path,
                        "type": f"sentence_transformers.models.{module.kind}"})
    (model / "modules.json").write_text(json.dumps(entries))
    (model / "config_sentence_transformers.json").write_text(json.dumps(PROMPTS))


def embed(program, model, work, prompt=None):
    """(vectors, "") or (None, what the program said)."""
    arguments = [program, "embed", "-m", str(model), "--npy", str(work / "out.npy")]
    arguments += ["--prompt", prompt] if prompt else []
    done = subprocess.run([*arguments, "--", *TEXTS], capture_output=True, text=True)
    return (np.load(work / "out.npy"), "") if done.returncode == 0 else (None, done.stderr)


def cases():
    """[(name, encoder, its folder, modules, prompt)]"""
    bert, mean = Bert(), old_pooling("mean")
    out = [(f"old {mode}", bert, "", [old_pooling(mode)], None) for mode in NEW_MODES]
    out += [(f"new {mode}", bert, "", [Pooling({"pooling_mode": mode}, [mode])], None) for mode in NEW_MODES]
    out += [(f"{name.split('.')[-1]}", bert, "", [mean, Dense(HIDDEN, 33, name)], None) for name in ACTIVATIONS]
    without = {"include_prompt": False}
    out += [(f"{mode} without its prompt", bert, "",
             [Pooling({"pooling_mode": mode, **without}, [mode], skipped=3)], "query") for mode in NEW_MODES]
    out += [
        ("all modes", bert, "", [old_pooling(*NEW_MODES)], None),
        ("some modes", bert, "", [old_pooling("cls", "mean"), Normalize()], None),
        ("with its prompt", bert, "", [mean], "query"),
        ("default activation", bert, "", [mean, Dense(HIDDEN, 7, None, bias=False)], None),
        ("float16", bert, "", [mean, Dense(HIDDEN, 70, "torch.nn.modules.linear.Identity", dtype="F16")], None),
        ("norms and two layers", bert, "",
         [old_pooling("cls", "max"), LayerNorm(2 * HIDDEN), Dense(2 * HIDDEN, 130, None), Normalize(),
          Dense(130, 16, "torch.nn.modules.linear.Identity"), Normalize()], None),
        ("folder", bert, "0_Transformer", [mean, Normalize()], None),
        ("static", Static(), "0_StaticEmbedding", [], None),
        ("static, normalized", Static(), "0_StaticEmbedding", [Normalize()], "query"),
        ("model2vec", Static("embeddings"), ".", [Dense(HIDDEN, 9, None)], None),
    ]
    return out


def check_cases(program, work):
    failures = 0
    for name, encoder, folder, modules, prompt in cases():
        model = work / name
        write(model, encoder, modules, folder)
        texts = [(PROMPTS["prompts"][prompt] if prompt else "") + text for text in TEXTS]
        expected = encoder.run(texts)
        for module in modules:
            expected = module.run(expected)
        found, why = embed(program, model, work, prompt)
        worst = np.inf
        if found is not None and found.shape == expected.shape:
            worst = float(np.abs(found - expected).max())
        if not worst < TOLERANCE:
            print(f"{name}: largest difference {worst:.1e} {why}")
            failures += 1
    return failures


def check_refusals(program, work):
    """What a directory may get wrong, and what the line must speak of."""
    failures = 0

    def case(name, change, words):
        nonlocal failures
        model = work / name
        write(model, Bert(), [old_pooling("mean"), Dense(HIDDEN, 9, None), Normalize()])
        change(model)
        found, why = embed(program, model, work)
        if found is not None or len(why.splitlines()) != 1 or any(word not in why for word in words):
            print(f"{name}: expected one line with {words}, found {why!r}")
            failures += 1

    def modules(model, edit):
        document = json.loads((model / "modules.json").read_text())
        edit(document)
        (model / "modules.json").write_text(json.dumps(document))

    def dense(model, tensors):
        safetensors_files.write(model / "2_Dense" / "model.safetensors", tensors, "F32")

    one = np.ones((9, HIDDEN), np.float32)
    case("unknown", lambda m: modules(m, lambda d: d[2].update(type="x.LSTM")), ["modules.json", "LSTM"])
    case("climbing", lambda m: modules(m, lambda d: d[2].update(path="../x")), ["modules.json", "../x"])
    case("no folder", lambda m: modules(m, lambda d: d[1].update(path="9_Pooling")), ["9_Pooling/config.json"])
    case("pooling twice", lambda m: modules(m, lambda d: d.append(d[1])), ["modules.json", "Pooling"])
    case("narrow", lambda m: dense(m, {"linear.weight": one[:, :7]}), ["linear.weight", "48", "7"])
    case("no weight", lambda m: dense(m, {"weight": one}), ["linear.weight"])
    case("bias", lambda m: dense(m, {"linear.weight": one, "linear.bias": one[0]}), ["linear.bias", "9", "48"])
    case("activation", lambda m: (m / "2_Dense/config.json").write_text('{"activation_function": "x.Mish"}'), ["Mish"])
    case("tokens", lambda m: (m / "2_Dense/config.json").write_text('{"module_input_name": "token_embeddings"}'),
         ["token_embeddings"])
    return failures


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--program", required=True)
    program = parser.parse_args().program
    with tempfile.TemporaryDirectory() as temporary:
        work = pathlib.Path(temporary)
        failures = check_cases(program, work) + check_refusals(program, work)
    print(f"{failures} failures")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
