"""A BERT directory of one layer, made without NumPy: {path: bytes}, and safetensors files."""
import json
import os
import random
import struct

import program

HIDDEN, INNER, POSITIONS = 8, 16, 32
TOKENIZER = os.path.join(program.ROOT, "tests", "data", "text", "tiny_wordpiece.json")
CONFIG = {"model_type": "bert", "hidden_size": HIDDEN, "num_hidden_layers": 1, "num_attention_heads": 2,
          "intermediate_size": INNER, "max_position_embeddings": POSITIONS, "hidden_act": "gelu",
          "layer_norm_eps": 1e-12}
MODULES = [{"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"},
           {"idx": 1, "name": "1", "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"}]
POOLING = {"word_embedding_dimension": HIDDEN, "pooling_mode_mean_tokens": True}


def shapes(vocabulary):
    """The tensors of the encoder by name."""
    layer = "encoder.layer.0."
    out = {"embeddings.word_embeddings.weight": [vocabulary, HIDDEN],
           "embeddings.position_embeddings.weight": [POSITIONS, HIDDEN],
           "embeddings.token_type_embeddings.weight": [2, HIDDEN]}
    for name in ("attention.self.query", "attention.self.key", "attention.self.value", "attention.output.dense"):
        out |= {f"{layer}{name}.weight": [HIDDEN, HIDDEN], f"{layer}{name}.bias": [HIDDEN]}
    out |= {layer + "intermediate.dense.weight": [INNER, HIDDEN], layer + "intermediate.dense.bias": [INNER],
            layer + "output.dense.weight": [HIDDEN, INNER], layer + "output.dense.bias": [HIDDEN]}
    for name in ("embeddings.", layer + "attention.output.", layer + "output."):
        out |= {name + "LayerNorm.weight": [HIDDEN], name + "LayerNorm.bias": [HIDDEN]}
    return out


def safetensors(header, data=b""):
    """`header`: a dictionary, or the header's bytes as they are."""
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + data


def weights(vocabulary):
    """(header, data) of a safetensors file with small random weights."""
    source = random.Random(1)
    header, data = {}, bytearray()
    for name, shape in shapes(vocabulary).items():
        count = shape[0] * (shape[1] if len(shape) > 1 else 1)
        begin = len(data)
        data += struct.pack(f"<{count}f", *(source.uniform(-0.5, 0.5) for _ in range(count)))
        header[name] = {"dtype": "F32", "shape": shape, "data_offsets": [begin, len(data)]}
    return header, bytes(data)


def directory():
    with open(TOKENIZER, "rb") as file:
        tokenizer = file.read()
    vocabulary = len(json.loads(tokenizer)["model"]["vocab"])
    return {"config.json": json.dumps(CONFIG).encode(), "tokenizer.json": tokenizer,
            "modules.json": json.dumps(MODULES).encode(), "1_Pooling/config.json": json.dumps(POOLING).encode(),
            "model.safetensors": safetensors(*weights(vocabulary))}
