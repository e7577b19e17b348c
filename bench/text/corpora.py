"""The texts that are tokenized: what is on every machine that can run this."""
import pathlib
import re
import sysconfig

from compare.texts import paragraphs


def prose():
    """Debian's licence texts, a paragraph a text."""
    return paragraphs()


def code():
    """The modules of Python's own library, a file a text, about a megabyte."""
    texts, size = [], 0
    for path in sorted(pathlib.Path(sysconfig.get_path("stdlib")).glob("*.py")):
        text = path.read_text("utf-8", "replace")
        if "\0" not in text and size < 1 << 20:
            texts.append(text)
            size += len(text)
    return texts


def documentation():
    """Paragraphs of the docstrings of Python's library, and the licence texts: about eight megabytes to train on."""
    found = dict.fromkeys(paragraphs())
    for path in sorted(pathlib.Path(sysconfig.get_path("stdlib")).rglob("*.py")):
        for text in re.findall(r'"""(.*?)"""', path.read_text("utf-8", "replace"), re.S):
            found |= dict.fromkeys(" ".join(part.split()) for part in text.split("\n\n"))
    return [text for text in found if len(text) >= 40 and "\0" not in text]


def lines():
    """10,000 lines of prose for a batch."""
    texts = [text for text in prose() if len(text) < 400]
    return [texts[i % len(texts)] for i in range(10000)] if texts else []
