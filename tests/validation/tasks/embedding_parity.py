"""Embeddings of 200 texts by the program against onnxruntime on the same weights.

The peers' way: Hugging Face's tokenizers, one padded batch, mean of the tokens, normalised. The program
takes the model's directory, and one with onnx/model.onnx in place of the weights. Needs the model
directory in INLAY_TEST_MODEL.
"""
import argparse
import json
import os
import pathlib
import random
import shutil
import subprocess
import sys
import tempfile

import numpy as np

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent.parent
sys.path.insert(0, str(ROOT / "tools"))
import make_onnx_bert  # noqa: E402

COUNT, BATCH = 200, 25
LEAST_COSINE = 0.999999
WORDS = (
    "the model reads a window title and says what it is about while mail notes code browser music "
    "terminal meeting report budget flight Zürich naïve café 東京 привет 12:45 #7 v2.1 e-mail don't "
    "über straße 3,5% C++ foo_bar http://example.org/x?y=1 👍🏽 antidisestablishmentarianism"
).split()


def make_texts():
    """Texts of 1 to 200 words, most of them short, and some that are odd."""
    source = random.Random(11)
    texts = ["", " ", "a", "\t\n", "…", "[SEP] [MASK]", "x" * 500]
    while len(texts) < COUNT:
        words = int(2 ** source.uniform(0, 7.6))
        texts.append(" ".join(source.choice(WORDS) for _ in range(words)))
    return texts


def peer_embeddings(model, texts, work):
    import onnxruntime
    from tokenizers import Tokenizer

    config = json.loads((model / "config.json").read_text())
    weights = make_onnx_bert.read_weights(model / "model.safetensors")
    path = work / "model.onnx"
    path.write_bytes(make_onnx_bert.Bert(config, weights, "old").model().SerializeToString())
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    tokenizer = Tokenizer.from_file(str(model / "tokenizer.json"))
    longest = json.loads((model / "sentence_bert_config.json").read_text())["max_seq_length"]
    tokenizer.enable_truncation(longest)
    tokenizer.enable_padding()
    out = []
    for begin in range(0, len(texts), BATCH):
        encodings = tokenizer.encode_batch(texts[begin : begin + BATCH])
        feeds = {
            name: np.array([getattr(e, key) for e in encodings], np.int64)
            for name, key in (("input_ids", "ids"), ("attention_mask", "attention_mask"),
                              ("token_type_ids", "type_ids"))
        }
        (hidden,) = session.run(None, feeds)
        mask = feeds["attention_mask"][..., None]
        mean = (hidden * mask).sum(1) / mask.sum(1)
        out.append(mean / np.linalg.norm(mean, axis=1, keepdims=True))
    return np.concatenate(out)


def onnx_directory(model, work):
    """The model's directory with the peers' ONNX file in place of its weights."""
    folder = work / "exported"
    shutil.copytree(model, folder, ignore=shutil.ignore_patterns("*.safetensors"))
    (folder / "onnx").mkdir()
    shutil.copy(work / "model.onnx", folder / "onnx" / "model.onnx")
    return folder


def own_embeddings(program, model, texts, work):
    subprocess.run([program, "embed", "-m", str(model), "--npy", str(work / "own.npy"), "--", *texts],
                   check=True)
    return np.load(work / "own.npy")


def is_near(name, texts, found, expected):
    assert found.shape == expected.shape, f"expected {expected.shape}, found {found.shape}"
    cosines = (found * expected).sum(1) / np.linalg.norm(found, axis=1)
    for text, cosine in zip(texts, cosines):
        if cosine < LEAST_COSINE:
            print(f"{cosine:.8f} for {text[:60]!r}")
    print(f"{name}: {COUNT} texts: least cosine {cosines.min():.8f}, largest difference "
          f"{np.abs(found - expected).max():.1e}")
    return cosines.min() >= LEAST_COSINE


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--program", required=True)
    program = parser.parse_args().program
    if "INLAY_TEST_MODEL" not in os.environ:
        print("skipped: missing model: INLAY_TEST_MODEL names its directory")
        return 77
    model, texts = pathlib.Path(os.environ["INLAY_TEST_MODEL"]), make_texts()
    with tempfile.TemporaryDirectory() as temporary:
        work = pathlib.Path(temporary)
        expected = peer_embeddings(model, texts, work)
        found = own_embeddings(program, model, texts, work)
        exported = own_embeddings(program, onnx_directory(model, work), texts, work)
    near = [is_near(name, texts, array, expected)
            for name, array in (("weights", found), ("onnx/model.onnx", exported))]
    return 0 if all(near) else 1


if __name__ == "__main__":
    sys.exit(main())
