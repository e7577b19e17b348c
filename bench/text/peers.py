"""The peers' side: a class an engine, made of a Vocabulary; ids(texts) in one thread, a list each text.

A peer whose package is missing, or that does not have this kind of tokenizer, is left out.
"""
import ctypes
import os

# Read when the package is loaded: without it, a batch of texts goes to a pool of threads.
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")

from common.packages import load

PACKAGES = ("tokenizers", "tiktoken", "sentencepiece")


class Tokenizers:
    """Hugging Face's; it alone reads the same file, so that loading is compared with it."""

    name = "tokenizers"

    def __init__(self, vocabulary):
        self.tokenizer = load("tokenizers").Tokenizer.from_file(str(vocabulary.path))
        self.tokenizer.no_truncation()
        self.tokenizer.no_padding()

    @staticmethod
    def takes(vocabulary):
        return True

    def ids(self, texts):
        return [encoding.ids for encoding in self.tokenizer.encode_batch_fast(texts)]

    def run(self, texts):
        self.tokenizer.encode_batch_fast(texts)


class Tiktoken:
    name = "tiktoken"

    def __init__(self, vocabulary):
        self.encoding = load("tiktoken").Encoding("bench", **vocabulary.tiktoken)

    @staticmethod
    def takes(vocabulary):
        return bool(vocabulary.tiktoken)

    def ids(self, texts):
        return [self.encoding.encode_ordinary(text) for text in texts]

    run = ids


class SentencePiece:
    """Sums scores as floats, so that near-equal ways may be decided otherwise."""

    name = "sentencepiece"
    is_exact = False

    def __init__(self, vocabulary):
        self.processor = load("sentencepiece").SentencePieceProcessor(
            model_file=str(vocabulary.sentencepiece))

    @staticmethod
    def takes(vocabulary):
        return vocabulary.sentencepiece is not None

    def run(self, texts):
        self.processor.encode(texts, num_threads=1)


PEERS = (Tokenizers, Tiktoken, SentencePiece)


def of(vocabulary):
    """The peers that are there for this vocabulary."""
    return [peer(vocabulary) for peer in PEERS if load(peer.name) and peer.takes(vocabulary)]


def allocated_bytes():
    """What this process has allocated through glibc's malloc, or None elsewhere."""
    class Info(ctypes.Structure):
        _fields_ = [(name, ctypes.c_size_t) for name in (
            "arena", "ordblks", "smblks", "hblks", "hblkhd", "usmblks", "fsmblks", "uordblks",
            "fordblks", "keepcost")]
    try:
        ask = ctypes.CDLL(None).mallinfo2
    except (OSError, TypeError, AttributeError):
        return None
    ask.restype = Info
    info = ask()
    return info.uordblks + info.hblkhd
