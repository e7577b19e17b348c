"""A BERT-like encoder to be measured: its files, its work, its inputs, and inlay running it."""
import dataclasses
import json
import pathlib

import numpy as np


@dataclasses.dataclass(frozen=True)
class Encoder:
    """A Hugging Face directory; `name` is what tables call it."""

    name: str
    directory: pathlib.Path

    @property
    def config(self):
        return json.loads((self.directory / "config.json").read_text("utf-8"))

    @property
    def file_bytes(self):
        return (self.directory / "model.safetensors").stat().st_size

    @property
    def weights_per_token(self):
        """Entries of the matrices that every token is multiplied with."""
        config = self.config
        hidden, inner = config["hidden_size"], config["intermediate_size"]
        return config["num_hidden_layers"] * (4 * hidden * hidden + 2 * hidden * inner)

    def flops(self, batch, length):
        """Of the matrix products and the attention, two a multiply-add."""
        config = self.config
        attention = 2 * length * config["hidden_size"] * config["num_hidden_layers"]
        return 2.0 * batch * length * (self.weights_per_token + attention)

    def ids(self, batch, length, seed=7):
        """int64 [batch, length], the same for everyone."""
        random = np.random.default_rng([seed, batch, length])
        return random.integers(0, self.config["vocab_size"], (batch, length))


def padded_feed(ids):
    """What exported models take; texts of one length need no padding."""
    return {"input_ids": ids, "attention_mask": np.ones_like(ids),
            "token_type_ids": np.zeros_like(ids)}


def ragged_feed(texts):
    """What inlay makes of a model directory takes: tokens end to end, and where each text begins."""
    flat = np.concatenate(list(texts)).astype(np.int32)
    return {"input_ids": flat, "token_type_ids": np.zeros_like(flat),
            "row_offsets": np.cumsum([0, *map(len, texts)], dtype=np.int64)}


class InlayEngine:
    """inlay on a directory or on an ONNX file, by the interface that common/peers.py describes."""

    engine = "inlay"

    def __init__(self, library, path, threads, variant=""):
        self.variant = variant
        self.session = library.session(path, threads)
        self.make_feed = ragged_feed if "row_offsets" in self.session.input_names else padded_feed

    def bind(self, ids):
        return self.session.bind(self.make_feed(ids))

    def hidden(self, ids):
        return self.session.run(self.make_feed(ids))[0].reshape(*ids.shape, -1)

    def close(self):
        self.session.close()
