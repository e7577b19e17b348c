"""The tokenizers that are measured: a function each, which makes a tokenizer.json or answers None."""
import base64
import dataclasses
import json
import os
import pathlib
import struct
import subprocess
import sys
import tarfile

from common import machine

sys.path.insert(0, str(machine.ROOT / "tests" / "validation" / "text"))

WHISPER = "openai-whisper==20250625"  # its assets have GPT-2's vocabulary
GPT2_PATTERN = (r"'(?:[sdmt]|ll|ve|re)| ?\p{L}++| ?\p{N}++| ?[^\s\p{L}\p{N}]++|\s++$|\s+(?!\S)|\s")


@dataclasses.dataclass
class Vocabulary:
    path: pathlib.Path                                      # tokenizer.json
    tiktoken: dict = dataclasses.field(default_factory=dict)  # tiktoken's arguments, where it has it
    sentencepiece: pathlib.Path | None = None                 # its model, where it has it


def whisper_asset(name, folder):
    """The path of a file of the source package; None where it cannot be had."""
    found = folder / name
    if found.is_file():
        return found
    done = subprocess.run([sys.executable, "-m", "pip", "download", "-q", "--no-deps", "-d", folder,
                           WHISPER], capture_output=True)
    archive = next(folder.glob("openai*whisper*.tar.gz"), None)
    if done.returncode != 0 or not archive:
        return None
    with tarfile.open(archive) as files:
        member = next(m for m in files.getmembers() if m.name.endswith(f"/assets/{name}"))
        found.write_bytes(files.extractfile(member).read())
    return found


def gpt2(folder):
    asset = whisper_asset("gpt2.tiktoken", folder)
    try:
        from parity_models import gpt2 as describe
    except ImportError:  # it needs the package tokenizers
        return None
    if not asset:
        return None
    path = folder / "gpt2.json"
    path.write_text(json.dumps(describe(asset)), "utf-8")
    ranks = dict(line.split() for line in asset.read_text("ascii").splitlines())
    return Vocabulary(path, tiktoken={
        "pat_str": GPT2_PATTERN, "special_tokens": {},
        "mergeable_ranks": {base64.b64decode(token): int(rank) for token, rank in ranks.items()}})


def minilm(_):
    """The WordPiece of the model that INLAY_TEST_MODEL names."""
    path = pathlib.Path(os.environ.get("INLAY_TEST_MODEL", "")) / "tokenizer.json"
    return Vocabulary(path) if path.is_file() else None


def fields(message):
    """(number, value) of a protobuf message; fixed-size values as bytes."""
    at = 0

    def varint():
        nonlocal at
        value = shift = 0
        while True:
            byte = message[at]
            at += 1
            value |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return value

    while at < len(message):
        key = varint()
        size = {0: 0, 1: 8, 5: 4}.get(key & 7)
        if key & 7 == 0:
            yield key >> 3, varint()
            continue
        size = varint() if size is None else size
        yield key >> 3, message[at:at + size]
        at += size


def describe_sentencepiece(model):
    """A trained Unigram model as the tokenizer.json that its components mean."""
    vocab, charsmap = [], b""
    for number, value in fields(model):
        if number == 1:
            piece = dict(fields(value))
            vocab.append([piece[1].decode(), struct.unpack("<f", piece[2])[0] if 2 in piece else 0.0])
        elif number == 3:
            charsmap = dict(fields(value)).get(2, b"")
    metaspace = {"type": "Metaspace", "replacement": "\u2581", "prepend_scheme": "always", "split": True}
    return {"version": "1.0", "truncation": None, "padding": None, "added_tokens": [],
            "normalizer": {"type": "Precompiled", "precompiled_charsmap": base64.b64encode(charsmap).decode()},
            "pre_tokenizer": {"type": "Sequence", "pretokenizers": [{"type": "WhitespaceSplit"}, metaspace]},
            "post_processor": None, "decoder": metaspace,
            "model": {"type": "Unigram", "unk_id": 0, "byte_fallback": False, "vocab": vocab}}


def unigram(folder):
    """SentencePiece's Unigram of up to 32,000 pieces with T5's components, trained on this machine's texts."""
    try:
        import sentencepiece
    except ImportError:
        return None
    from text import corpora
    model = folder / "unigram.model"
    if not model.is_file():
        texts = corpora.documentation()
        if len(texts) < 1000:
            return None
        lines = folder / "unigram.txt"
        lines.write_text("\n".join(texts), "utf-8")
        sentencepiece.SentencePieceTrainer.train(
            input=str(lines), model_prefix=str(model.with_suffix("")), vocab_size=32000,
            model_type="unigram", hard_vocab_limit=False, minloglevel=2)
    path = folder / "unigram.json"
    path.write_text(json.dumps(describe_sentencepiece(model.read_bytes())), "utf-8")
    return Vocabulary(path, sentencepiece=model)
