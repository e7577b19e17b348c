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


def head_shapes(labels):
    return {"pooler.dense.weight": [HIDDEN, HIDDEN], "pooler.dense.bias": [HIDDEN],
            "classifier.weight": [labels, HIDDEN], "classifier.bias": [labels]}


def weights(vocabulary, more=()):
    """(header, data) of a safetensors file with small random weights; `more` are further shapes by name."""
    source = random.Random(1)
    header, data = {}, bytearray()
    for name, shape in {**shapes(vocabulary), **dict(more)}.items():
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


def head_directory(kind, labels):
    """The same with a head: `kind` is "Sequence" or "Token"."""
    files = directory()
    vocabulary = len(json.loads(files["tokenizer.json"])["model"]["vocab"])
    config = {**CONFIG, "architectures": [f"BertFor{kind}Classification"],
              "id2label": {str(i): label for i, label in enumerate(labels)}}
    files |= {"config.json": json.dumps(config).encode(),
              "model.safetensors": safetensors(*weights(vocabulary, head_shapes(len(labels))))}
    return files


def write(folder, files):
    """Writes {path: bytes} into a folder."""
    for name, data in files.items():
        path = os.path.join(folder, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(data)
