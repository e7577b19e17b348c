"""The texts that are tokenized: what is on every machine that can run this."""
import pathlib
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
