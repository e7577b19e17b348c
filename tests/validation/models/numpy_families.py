"""Families that Debian's torch cannot run, against NumPy models in float64 written from their papers.

ModernBERT (Warner et al. 2024), NomicBERT (Nussbaum et al. 2024), JinaBERT (Günther et al. 2023): random
weights, saved as directories, one ragged batch with rows around and beyond local windows.
"""
import argparse
import json
import math
import pathlib
import sys
import tempfile

import numpy as np

import ragged

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent.parent
sys.path.insert(0, str(ROOT / "tools"))
import make_onnx_bert  # noqa: E402
import safetensors_files  # noqa: E402

TOLERANCE = 1e-5
LENGTHS = (1, 9, 150, 2, 40, 17)
VOCABULARY, HIDDEN, HEADS, INNER, LAYERS = 60, 96, 3, 80, 4
EPSILON = 1e-5


def activation(name, x):
    if name == "silu":
        return x / (1 + np.exp(-x))
    if name == "relu":
        return np.maximum(x, 0)
    return x / 2 * (1 + make_onnx_bert.erf(x / math.sqrt(2)))


def norm(x, weights, name):
    x = x - x.mean(-1, keepdims=True)
    x = x / np.sqrt((x * x).mean(-1, keepdims=True) + EPSILON) * weights[f"{name}.weight"]
    return x + weights.get(f"{name}.bias", 0)


def linear(x, weights, name):
    return x @ weights[f"{name}.weight"].T + weights.get(f"{name}.bias", 0)


def rotate(x, theta):
    """Each token's pairs (i, i + d/2) of [tokens, heads, d] by its place times theta^(-2i/d)."""
    half = x.shape[-1] // 2
    angles = np.arange(len(x))[:, None] * theta ** (-np.arange(half) / half)
    c, s = np.cos(angles)[:, None], np.sin(angles)[:, None]
    a, b = x[..., :half], x[..., half:]
    return np.concatenate([a * c - b * s, b * c + a * s], -1)


def attend(q, k, v, bias):
    """[tokens, heads, d] each; bias broadcasts to [heads, tokens, tokens]."""
    scores = np.einsum("qhd,khd->hqk", q, k) / math.sqrt(q.shape[-1]) + bias
    scores = np.exp(scores - scores.max(-1, keepdims=True))
    out = np.einsum("hqk,khd->qhd", scores / scores.sum(-1, keepdims=True), v)
    return out.reshape(len(q), -1)


def heads_of(x):
    return x.reshape(len(x), HEADS, -1)


def distances(count):
    return np.abs(np.arange(count)[:, None] - np.arange(count)[None])


class ModernBert:
    config = {
        "model_type": "modernbert", "hidden_size": HIDDEN, "num_hidden_layers": LAYERS,
        "num_attention_heads": HEADS, "intermediate_size": INNER, "vocab_size": VOCABULARY,
        "global_attn_every_n_layers": 3, "local_attention": 32, "global_rope_theta": 160000.0,
        "local_rope_theta": 10000.0, "norm_eps": EPSILON, "hidden_activation": "gelu",
    }
    words = "model.embeddings.tok_embeddings"

    @staticmethod
    def shapes():
        out = {"embeddings.norm": (HIDDEN,), "final_norm": (HIDDEN,)}
        for i in range(LAYERS):
            layer = f"layers.{i}"
            out |= {f"{layer}.attn.Wqkv": (3 * HIDDEN, HIDDEN), f"{layer}.attn.Wo": (HIDDEN, HIDDEN),
                    f"{layer}.mlp.Wi": (2 * INNER, HIDDEN), f"{layer}.mlp.Wo": (HIDDEN, INNER),
                    f"{layer}.mlp_norm": (HIDDEN,)}
            if i:
                out[f"{layer}.attn_norm"] = (HIDDEN,)
        return {f"model.{name}.weight": shape for name, shape in out.items()}

    @staticmethod
    def forward(w, ids, _):
        w = {name.removeprefix("model."): array for name, array in w.items()}
        x = norm(w["embeddings.tok_embeddings.weight"][ids], w, "embeddings.norm")
        local = np.where(distances(len(ids)) <= 16, 0, -np.inf)
        for i in range(LAYERS):
            layer = f"layers.{i}"
            y = norm(x, w, f"{layer}.attn_norm") if i else x
            q, k, v = map(heads_of, np.split(linear(y, w, f"{layer}.attn.Wqkv"), 3, -1))
            theta = 10000.0 if i % 3 else 160000.0
            y = attend(rotate(q, theta), rotate(k, theta), v, local if i % 3 else 0)
            x = x + linear(y, w, f"{layer}.attn.Wo")
            a, gate = np.split(linear(norm(x, w, f"{layer}.mlp_norm"), w, f"{layer}.mlp.Wi"), 2, -1)
            x = x + linear(activation("gelu", a) * gate, w, f"{layer}.mlp.Wo")
        return norm(x, w, "final_norm")


class ModernBertTexts(ModernBert):
    """A head for texts, by the mean of their tokens."""
    config = {
        **ModernBert.config, "architectures": ["ModernBertForSequenceClassification"], "num_labels": 3,
        "classifier_pooling": "mean", "classifier_activation": "gelu",
    }
    output = "logits"

    @staticmethod
    def shapes():
        return {**ModernBert.shapes(), "head.dense.weight": (HIDDEN, HIDDEN), "head.norm.weight": (HIDDEN,),
                "classifier.weight": (3, HIDDEN), "classifier.bias": (3,)}

    @staticmethod
    def pool(x):
        return x.mean(0, keepdims=True)

    @classmethod
    def forward(cls, w, ids, types):
        x = linear(cls.pool(ModernBert.forward(w, ids, types)), w, "head.dense")
        return linear(norm(activation("gelu", x), w, "head.norm"), w, "classifier")


class ModernBertTokens(ModernBertTexts):
    config = {**ModernBertTexts.config, "architectures": ["ModernBertForTokenClassification"]}

    @staticmethod
    def pool(x):
        return x


class NomicBert:
    config = {
        "model_type": "nomic_bert", "n_embd": HIDDEN, "n_layer": LAYERS, "n_head": HEADS, "n_inner": INNER,
        "vocab_size": VOCABULARY, "layer_norm_epsilon": EPSILON, "rotary_emb_base": 1000,
        "rotary_emb_fraction": 1.0, "activation_function": "swiglu", "qkv_proj_bias": False,
    }
    words = "embeddings.word_embeddings"

    @staticmethod
    def shapes():
        out = {"embeddings.token_type_embeddings.weight": (2, HIDDEN), "emb_ln.weight": (HIDDEN,),
               "emb_ln.bias": (HIDDEN,)}
        for i in range(LAYERS):
            layer = f"encoder.layers.{i}"
            out |= {f"{layer}.attn.Wqkv.weight": (3 * HIDDEN, HIDDEN),
                    f"{layer}.attn.out_proj.weight": (HIDDEN, HIDDEN),
                    f"{layer}.mlp.fc11.weight": (INNER, HIDDEN), f"{layer}.mlp.fc12.weight": (INNER, HIDDEN),
                    f"{layer}.mlp.fc2.weight": (HIDDEN, INNER)}
            for name in ("norm1", "norm2"):
                out |= {f"{layer}.{name}.weight": (HIDDEN,), f"{layer}.{name}.bias": (HIDDEN,)}
        return out

    @staticmethod
    def forward(w, ids, types):
        x = w["embeddings.word_embeddings.weight"][ids] + w["embeddings.token_type_embeddings.weight"][types]
        x = norm(x, w, "emb_ln")
        for i in range(LAYERS):
            layer = f"encoder.layers.{i}"
            q, k, v = map(heads_of, np.split(linear(x, w, f"{layer}.attn.Wqkv"), 3, -1))
            y = attend(rotate(q, 1000.0), rotate(k, 1000.0), v, 0)
            x = norm(x + linear(y, w, f"{layer}.attn.out_proj"), w, f"{layer}.norm1")
            gate = activation("silu", linear(x, w, f"{layer}.mlp.fc12"))
            y = linear(linear(x, w, f"{layer}.mlp.fc11") * gate, w, f"{layer}.mlp.fc2")
            x = norm(x + y, w, f"{layer}.norm2")
        return x


class JinaBert:
    config = {
        "model_type": "bert", "position_embedding_type": "alibi", "hidden_size": HIDDEN,
        "num_hidden_layers": LAYERS, "num_attention_heads": HEADS, "intermediate_size": INNER,
        "vocab_size": VOCABULARY, "type_vocab_size": 2, "layer_norm_eps": EPSILON, "hidden_act": "gelu",
        "feed_forward_type": "geglu", "max_position_embeddings": 150,
    }
    words = "embeddings.word_embeddings"
    gate = "gelu"

    @staticmethod
    def shapes():
        out = {"embeddings.token_type_embeddings.weight": (2, HIDDEN)}
        norms, dense = ["embeddings.LayerNorm"], {}
        for i in range(LAYERS):
            layer = f"encoder.layer.{i}"
            norms += [f"{layer}.attention.output.LayerNorm", f"{layer}.mlp.layernorm"]
            for part in ("self.query", "self.key", "self.value", "output.dense"):
                dense[f"{layer}.attention.{part}"] = (HIDDEN, HIDDEN)
            dense[f"{layer}.mlp.wo"] = (HIDDEN, INNER)
            out[f"{layer}.mlp.gated_layers.weight"] = (2 * INNER, HIDDEN)
        for name in norms:
            out |= {f"{name}.weight": (HIDDEN,), f"{name}.bias": (HIDDEN,)}
        for name, shape in dense.items():
            out |= {f"{name}.weight": shape, f"{name}.bias": shape[:1]}
        return out

    @classmethod
    def forward(cls, w, ids, types):
        # Three heads: both slopes of two, and the first one of four.
        slopes = np.array([2.0**-4, 2.0**-8, 2.0**-2])
        bias = -slopes[:, None, None] * distances(len(ids))
        x = w["embeddings.word_embeddings.weight"][ids] + w["embeddings.token_type_embeddings.weight"][types]
        x = norm(x, w, "embeddings.LayerNorm")
        for i in range(LAYERS):
            layer = f"encoder.layer.{i}"
            q, k, v = (heads_of(linear(x, w, f"{layer}.attention.self.{n}")) for n in ("query", "key", "value"))
            y = linear(attend(q, k, v, bias), w, f"{layer}.attention.output.dense")
            x = norm(x + y, w, f"{layer}.attention.output.LayerNorm")
            a, b = np.split(linear(x, w, f"{layer}.mlp.gated_layers"), 2, -1)
            y = linear(activation(cls.gate, a) * b, w, f"{layer}.mlp.wo")
            x = norm(x + y, w, f"{layer}.mlp.layernorm")
        return x


class JinaBertRelu(JinaBert):
    config = {**JinaBert.config, "feed_forward_type": "reglu"}
    gate = "relu"


def random_weights(family):
    random = np.random.default_rng(2)
    out = {}
    for name, shape in {f"{family.words}.weight": (VOCABULARY, HIDDEN), **family.shapes()}.items():
        spread = 0.8 / math.sqrt(shape[1]) if len(shape) == 2 and "embed" not in name else 0.2
        scale = len(shape) == 1 and name.endswith(".weight")
        out[name] = (random.normal(0, spread, shape) + scale).astype(np.float32)
    return out


def check(program, family, folder):
    """The largest difference from the NumPy model, and what the program said."""
    folder.mkdir()
    weights = random_weights(family)
    (folder / "config.json").write_text(json.dumps(family.config))
    safetensors_files.write(folder / "model.safetensors", weights)
    random = np.random.default_rng(4)
    rows = [(random.integers(0, VOCABULARY, n), random.integers(0, 2, n)) for n in LENGTHS]
    wide = {name: array.astype(np.float64) for name, array in weights.items()}
    expected = np.concatenate([family.forward(wide, ids, types) for ids, types in rows])
    output = getattr(family, "output", "last_hidden_state")
    return ragged.difference(program, folder, ragged.batch(rows), folder, expected, output)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--program", required=True)
    program = parser.parse_args().program
    failures = 0
    with tempfile.TemporaryDirectory() as temporary:
        for family in (ModernBert, ModernBertTexts, ModernBertTokens, NomicBert, JinaBert, JinaBertRelu):
            worst, why = check(program, family, pathlib.Path(temporary) / family.__name__)
            print(f"{family.__name__}: largest difference {worst:.1e} {why}")
            failures += not worst <= TOLERANCE
    print(f"{failures} failures")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
