#!/usr/bin/env python3
"""Writes a BERT of a Hugging Face directory as an ONNX file, spelled as exporters spell it.

    tools/make_onnx_bert.py all-MiniLM-L6-v2 model.onnx --spelling old --check

Inputs input_ids, attention_mask, token_type_ids: int64 [batch, sequence]; output last_hidden_state.
Spellings (what torch.onnx makes of transformers' BertModel at different times):
    old    opset 14: LayerNorm in nine nodes, scores divided by a constant, mask added by broadcasting
    new    opset 20: LayerNormalization, weights transposed by nodes, shapes as constants with 0 and -1
    sdpa   opset 17: scaled_dot_product_attention: both q and k scaled by a root that is computed from their
           shape, mask expanded to [batch, 1, sequence, sequence] by Where, NaN guarded after Softmax
--check compares onnxruntime with a NumPy forward pass and runs onnx.checker.
Needs numpy and onnx; --check needs onnxruntime.
"""
import argparse
import json
import math
import pathlib
import sys

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

import safetensors_files

LOWEST = float(np.finfo(np.float32).min)


def read_weights(path):
    """All tensors of a file, without the prefix "bert.", floats as float32."""
    out = {}
    for name, array in safetensors_files.read(path).items():
        name = name.removeprefix("bert.")
        out[name] = array.astype(np.float32) if array.dtype.kind == "f" else array
    return out


def random_weights(config, seed=1):
    """Weights for a model that no file has, for tests."""
    random = np.random.default_rng(seed)
    hidden, inner = config["hidden_size"], config["intermediate_size"]
    shapes = {
        "embeddings.word_embeddings.weight": (config["vocab_size"], hidden),
        "embeddings.position_embeddings.weight": (config["max_position_embeddings"], hidden),
        "embeddings.token_type_embeddings.weight": (config["type_vocab_size"], hidden),
    }

    def dense(name, inputs, outputs):
        shapes[f"{name}.weight"] = (outputs, inputs)
        shapes[f"{name}.bias"] = (outputs,)

    def norm(name):
        shapes[f"{name}.weight"] = shapes[f"{name}.bias"] = (hidden,)

    norm("embeddings.LayerNorm")
    for i in range(config["num_hidden_layers"]):
        layer = f"encoder.layer.{i}"
        for part in ("query", "key", "value"):
            dense(f"{layer}.attention.self.{part}", hidden, hidden)
        dense(f"{layer}.attention.output.dense", hidden, hidden)
        norm(f"{layer}.attention.output.LayerNorm")
        dense(f"{layer}.intermediate.dense", hidden, inner)
        dense(f"{layer}.output.dense", inner, hidden)
        norm(f"{layer}.output.LayerNorm")
    return {n: random.normal(0, 0.3, s).astype(np.float32) for n, s in shapes.items()}


class Writer:
    """Nodes and initializers under construction."""

    def __init__(self):
        self.nodes, self.initializers, self.constants = [], [], {}

    def op(self, kind, *inputs, out=None, outputs=1, **attributes):
        names = [out or f"{kind}_{len(self.nodes)}_{i}" for i in range(outputs)]
        self.nodes.append(
            helper.make_node(kind, inputs, names, name=f"/{kind}_{len(self.nodes)}", **attributes)
        )
        return names[0] if outputs == 1 else names

    def weight(self, name, array):
        self.initializers.append(numpy_helper.from_array(np.ascontiguousarray(array), name))
        return name

    def const(self, value, dtype=np.int64):
        """A Constant node, as exporters write small constants."""
        array = np.array(value, dtype)
        key = (array.tobytes(), array.shape, array.dtype.str)
        if key not in self.constants:
            self.constants[key] = self.op("Constant", value=numpy_helper.from_array(array))
        return self.constants[key]

    def real(self, value):
        return self.const(value, np.float32)


class Bert:
    def __init__(self, config, tensors, spelling):
        self.config, self.tensors, self.spelling = config, tensors, spelling
        self.opset = {"old": 14, "new": 20, "sdpa": 17}[spelling]
        self.w = Writer()
        self.heads = config["num_attention_heads"]
        self.head_dim = config["hidden_size"] // self.heads

    # Axes are an attribute of these operators up to some opset, an input later.
    def unsqueeze(self, x, axis):
        return self.w.op("Unsqueeze", x, self.w.const([axis]))

    def mean(self, x):
        if self.opset >= 18:
            return self.w.op("ReduceMean", x, self.w.const([-1]))
        return self.w.op("ReduceMean", x, axes=[-1])

    def size(self, x, axis):
        return self.w.op("Gather", self.w.op("Shape", x), self.w.const(axis), axis=0)

    def layer_norm(self, x, prefix):
        w = self.w
        gamma = w.weight(f"{prefix}.weight", self.tensors[f"{prefix}.weight"])
        beta = w.weight(f"{prefix}.bias", self.tensors[f"{prefix}.bias"])
        epsilon = self.config["layer_norm_eps"]
        if self.spelling != "old":
            return w.op("LayerNormalization", x, gamma, beta, axis=-1, epsilon=epsilon)
        centered = w.op("Sub", x, self.mean(x))
        variance = self.mean(w.op("Pow", centered, w.real(2)))
        deviation = w.op("Sqrt", w.op("Add", variance, w.real(epsilon)))
        return w.op("Add", w.op("Mul", w.op("Div", centered, deviation), gamma), beta)

    def linear(self, x, prefix):
        w = self.w
        matrix = self.tensors[f"{prefix}.weight"]
        bias = w.weight(f"{prefix}.bias", self.tensors[f"{prefix}.bias"])
        if self.spelling == "new":
            right = w.op("Transpose", w.weight(f"{prefix}.weight", matrix), perm=[1, 0])
        else:
            right = w.weight(f"onnx::MatMul_{prefix}", matrix.T)
        return w.op("Add", bias, w.op("MatMul", x, right))

    def gelu(self, x):
        w = self.w
        if self.config["hidden_act"] in ("gelu_new", "gelu_pytorch_tanh"):
            cube = w.op("Pow", x, w.real(3))
            inner = w.op("Add", x, w.op("Mul", cube, w.real(0.044715)))
            tanh = w.op("Tanh", w.op("Mul", inner, w.real(math.sqrt(2 / math.pi))))
            return w.op("Mul", w.op("Mul", x, w.real(0.5)), w.op("Add", tanh, w.real(1)))
        erf = w.op("Erf", w.op("Div", x, w.real(math.sqrt(2))))
        return w.op("Mul", w.op("Mul", x, w.op("Add", erf, w.real(1))), w.real(0.5))

    def embeddings(self):
        w = self.w
        tables = {
            kind: w.weight(f"embeddings.{kind}_embeddings.weight",
                           self.tensors[f"embeddings.{kind}_embeddings.weight"])
            for kind in ("word", "position", "token_type")
        }
        positions = w.weight(
            "embeddings.position_ids", np.arange(self.config["max_position_embeddings"])[None]
        )
        length = self.unsqueeze(self.size("input_ids", 1), 0)
        ids = w.op("Slice", positions, w.const([0]), length, w.const([1]), w.const([1]))
        words = w.op("Gather", tables["word"], "input_ids")
        types = w.op("Gather", tables["token_type"], "token_type_ids")
        summed = w.op("Add", words, types)
        summed = w.op("Add", summed, w.op("Gather", tables["position"], ids))
        return self.layer_norm(summed, "embeddings.LayerNorm")

    def mask(self):
        w = self.w
        rows = self.unsqueeze(self.unsqueeze("attention_mask", 1), 2)
        if self.spelling != "sdpa":
            inverted = w.op("Sub", w.real(1), w.op("Cast", rows, to=TensorProto.FLOAT))
            return w.op("Mul", inverted, w.real(LOWEST))
        batch, length = self.size("input_ids", 0), self.size("input_ids", 1)
        parts = [self.unsqueeze(x, 0) for x in (batch, w.const(1), length, length)]
        wanted = w.op("Concat", *parts, axis=0)
        ones = w.op("ConstantOfShape", w.op("Shape", wanted), value=helper.make_tensor("", TensorProto.INT64, [1], [1]))
        wild = w.op("Equal", wanted, w.op("Mul", ones, w.const(-1)))
        expanded = w.op("Expand", rows, w.op("Where", wild, ones, wanted))
        inverted = w.op("Sub", w.real(1), w.op("Cast", expanded, to=TensorProto.FLOAT))
        return w.op("Where", w.op("Cast", inverted, to=TensorProto.BOOL), w.real(LOWEST), inverted)

    def split_heads(self, x, order):
        w = self.w
        if self.spelling == "new":
            shape = w.const([0, -1, self.heads, self.head_dim])
        else:
            sizes = [self.size(x, 0), self.size(x, 1), w.const(self.heads), w.const(self.head_dim)]
            shape = w.op("Concat", *[self.unsqueeze(s, 0) for s in sizes], axis=0)
        return w.op("Transpose", w.op("Reshape", x, shape), perm=order)

    def attention_weights(self, q, k, mask):
        w = self.w
        if self.spelling != "sdpa":
            scores = w.op("Div", w.op("MatMul", q, k), w.real(math.sqrt(self.head_dim)))
            return w.op("Softmax", w.op("Add", scores, mask), axis=-1)
        last = w.op("Slice", w.op("Shape", q), w.const([-1]), w.const([2**63 - 1]))
        scale = w.op("Div", w.real([1]), w.op("Sqrt", w.op("Cast", last, to=TensorProto.FLOAT)))
        left = w.op("Mul", q, w.op("Sqrt", scale))
        right = w.op("Mul", k, w.op("Sqrt", scale))
        weights = w.op("Softmax", w.op("Add", w.op("MatMul", left, right), mask), axis=-1)
        return w.op("Where", w.op("IsNaN", weights), w.real(0), weights)

    def attention(self, x, prefix, mask):
        w = self.w
        q = self.split_heads(self.linear(x, f"{prefix}.self.query"), [0, 2, 1, 3])
        k = self.split_heads(self.linear(x, f"{prefix}.self.key"), [0, 2, 3, 1])
        v = self.split_heads(self.linear(x, f"{prefix}.self.value"), [0, 2, 1, 3])
        context = w.op("MatMul", self.attention_weights(q, k, mask), v)
        context = w.op("Transpose", context, perm=[0, 2, 1, 3])
        if self.spelling == "new":
            shape = w.const([0, 0, self.config["hidden_size"]])
        else:
            sizes = [self.size(context, 0), self.size(context, 1), w.const(self.config["hidden_size"])]
            shape = w.op("Concat", *[self.unsqueeze(s, 0) for s in sizes], axis=0)
        projected = self.linear(w.op("Reshape", context, shape), f"{prefix}.output.dense")
        return self.layer_norm(w.op("Add", projected, x), f"{prefix}.output.LayerNorm")

    def model(self):
        x, mask = self.embeddings(), self.mask()
        for layer in range(self.config["num_hidden_layers"]):
            prefix = f"encoder.layer.{layer}"
            x = self.attention(x, f"{prefix}.attention", mask)
            hidden = self.gelu(self.linear(x, f"{prefix}.intermediate.dense"))
            x = self.w.op("Add", self.linear(hidden, f"{prefix}.output.dense"), x)
            x = self.layer_norm(x, f"{prefix}.output.LayerNorm")
        self.w.op("Identity", x, out="last_hidden_state")
        inputs = [
            helper.make_tensor_value_info(name, TensorProto.INT64, ["batch", "sequence"])
            for name in ("input_ids", "attention_mask", "token_type_ids")
        ]
        output = helper.make_tensor_value_info(
            "last_hidden_state", TensorProto.FLOAT, ["batch", "sequence", self.config["hidden_size"]]
        )
        graph = helper.make_graph(self.w.nodes, "bert", inputs, [output], self.w.initializers)
        return helper.make_model(
            graph, opset_imports=[helper.make_opsetid("", self.opset)], ir_version=9,
            producer_name="make_onnx_bert", producer_version=self.spelling,
        )


def erf(x):
    return np.vectorize(math.erf, otypes=[np.float64])(x)


def forward(config, t, ids, mask, types):
    """The model in NumPy, in float64."""
    def norm(x, prefix):
        x = x - x.mean(-1, keepdims=True)
        x = x / np.sqrt((x * x).mean(-1, keepdims=True) + config["layer_norm_eps"])
        return x * t[f"{prefix}.weight"] + t[f"{prefix}.bias"]

    def linear(x, prefix):
        return x @ t[f"{prefix}.weight"].T.astype(np.float64) + t[f"{prefix}.bias"]

    def activation(x):
        if config["hidden_act"] == "relu":
            return np.maximum(x, 0)
        if config["hidden_act"] in ("gelu_new", "gelu_pytorch_tanh"):
            return x / 2 * (1 + np.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3)))
        return x / 2 * (1 + erf(x / math.sqrt(2)))

    heads = config["num_attention_heads"]
    dim = config["hidden_size"] // heads
    batch, length = ids.shape
    x = t["embeddings.word_embeddings.weight"][ids].astype(np.float64)
    x = x + t["embeddings.token_type_embeddings.weight"][types]
    x = norm(x + t["embeddings.position_embeddings.weight"][None, :length], "embeddings.LayerNorm")
    bias = (1.0 - mask[:, None, None, :]) * LOWEST
    for layer in range(config["num_hidden_layers"]):
        p = f"encoder.layer.{layer}"
        q, k, v = (
            linear(x, f"{p}.attention.self.{n}").reshape(batch, length, heads, dim).transpose(0, 2, 1, 3)
            for n in ("query", "key", "value")
        )
        scores = q @ k.transpose(0, 1, 3, 2) / math.sqrt(dim) + bias
        weights = np.exp(scores - scores.max(-1, keepdims=True))
        weights /= weights.sum(-1, keepdims=True)
        context = (weights @ v).transpose(0, 2, 1, 3).reshape(batch, length, -1)
        x = norm(linear(context, f"{p}.attention.output.dense") + x, f"{p}.attention.output.LayerNorm")
        hidden = activation(linear(x, f"{p}.intermediate.dense"))
        x = norm(linear(hidden, f"{p}.output.dense") + x, f"{p}.output.LayerNorm")
    return x


def example(config, batch=3, length=11, seed=0):
    """Random ids with the last tokens of each row masked, the first row in full."""
    random = np.random.default_rng(seed)
    ids = random.integers(0, config["vocab_size"], (batch, length))
    types = random.integers(0, config["type_vocab_size"], (batch, length))
    lengths = np.array([length] + [int(random.integers(1, length + 1)) for _ in range(batch - 1)])
    mask = (np.arange(length)[None] < lengths[:, None]).astype(np.int64)
    return ids, mask, types


def check(path, config, tensors):
    import onnxruntime

    onnx.checker.check_model(str(path))
    ids, mask, types = example(config)
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    (found,) = session.run(
        None, {"input_ids": ids, "attention_mask": mask, "token_type_ids": types}
    )
    expected = forward(config, tensors, ids, mask, types)
    worst = float(np.abs(found - expected).max())
    print(f"{path}: largest difference of onnxruntime and NumPy {worst:.2e}")
    return worst < 1e-4


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("model", type=pathlib.Path, help="directory with config.json, model.safetensors")
    parser.add_argument("output", type=pathlib.Path)
    parser.add_argument("--spelling", choices=["old", "new", "sdpa"], default="old")
    parser.add_argument("--external", action="store_true", help="weights in OUTPUT.data beside it")
    parser.add_argument("--check", action="store_true")
    args = parser.parse_args()
    config = json.loads((args.model / "config.json").read_text())
    tensors = read_weights(args.model / "model.safetensors")
    model = Bert(config, tensors, args.spelling).model()
    data = args.output.name + ".data"
    (args.output.parent / data).unlink(missing_ok=True)
    onnx.save_model(
        model, str(args.output), save_as_external_data=args.external, location=data,
        all_tensors_to_one_file=True,
    )
    return 0 if not args.check or check(args.output, config, tensors) else 1


if __name__ == "__main__":
    sys.exit(main())
