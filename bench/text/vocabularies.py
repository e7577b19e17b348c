"""The tokenizers that are measured: a function each, which makes a tokenizer.json or answers None."""
import base64
import dataclasses
import json
import pathlib
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
