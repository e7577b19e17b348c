"""BERT directories with random weights, of the sizes that people use.

    encoder = make("BERT-base", folder)     # folder/BERT-base/{config.json,model.safetensors}
"""
import json
import sys

from common.encoder import Encoder
from common.machine import ROOT

sys.path.insert(0, str(ROOT / "tools"))

import safetensors_files

# layers, width, heads; the inner width is four times the width.
SIZES = {
    "MiniLM-size": (6, 384, 12),
    "DistilBERT-size": (6, 768, 12),
    "BERT-base-size": (12, 768, 12),
    "BERT-large-size": (24, 1024, 16),
}
QUICK_SIZES = [name for name in SIZES if name != "BERT-large-size"]
SEED = 20240229


def config(size):
    layers, width, heads = SIZES[size]
    return {
        "architectures": ["BertModel"], "model_type": "bert", "num_hidden_layers": layers,
        "hidden_size": width, "num_attention_heads": heads, "intermediate_size": 4 * width,
        "hidden_act": "gelu", "layer_norm_eps": 1e-12, "max_position_embeddings": 512,
        "position_embedding_type": "absolute", "type_vocab_size": 2, "vocab_size": 30522,
    }


def weights(settings):
    """As training begins: matrices small enough that attention looks at many tokens, norms about 1."""
    from make_onnx_bert import random_weights  # needs onnx, which a comparison can do without

    tensors = random_weights(settings, SEED)
    for name, tensor in tensors.items():
        tensor *= 0.1
        if name.endswith("LayerNorm.weight"):
            tensor += 1
    return tensors


def make(size, folder):
    """The encoder in folder/size; config.json is written last and says that the rest is there."""
    directory = folder / size
    described = directory / "config.json"
    text = json.dumps(config(size), indent=1) + "\n"
    if not described.is_file() or described.read_text("utf-8") != text:
        directory.mkdir(parents=True, exist_ok=True)
        described.unlink(missing_ok=True)
        safetensors_files.write(directory / "model.safetensors", weights(config(size)))
        described.write_text(text, "utf-8")
    return Encoder(size, directory)
