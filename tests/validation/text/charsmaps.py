"""SentencePiece's precompiled_charsmap from a table of replacements: a double-array trie in Darts' form, then the texts.

Run alone it writes tests/data/text/tiny_charsmap.txt, in base64.
"""
import base64
import pathlib
import struct

# Each kind of entry: to a space, to nothing, one to many, many to one, to itself with more, to text with spaces.
ENTRIES = {"\t": " ", "\n": " ", "\r": " ", "\u00a0": " ", "\u3000": " ", "\x01": "", "\u200b": "", "\ufeff": "",
           "\ufb01": "fi", "e\u0301": "\u00e9", "\uff21": "A", "\uff41": "a", "\u00bd": "1\u20442", "\u00a8": " \u0308",
           "\u337f": "\u682a\u5f0f\u4f1a\u793e", "\u1112\u1161\u11ab": "\ud55c", "\u2026": "...", "\u0130": "i\u0307",
           "\ufdfa": "\u0635\u0644\u0649 \u0627\u0644\u0644\u0647", "\u30ab\u3099": "\u30ac", "\uff5e": "~", "\u2047": "??"}


def charsmap(entries):
    """The bytes of the charsmap."""
    texts, begins = bytearray(), {}
    for key, to in entries.items():
        begins[key.encode()] = len(texts)
        texts += to.encode() + b"\0"
    trie = {}
    for key, value in begins.items():
        node = trie
        for byte in key:
            node = node.setdefault(byte, {})
        node["value"] = value
    units, used = {}, {0}

    def place(node, at):
        labels = [label for label in node if label != "value"] + ([0] if "value" in node else [])
        base = next(b for b in range(1 << 20) if all(b ^ label not in used for label in labels))
        used.update(base ^ label for label in labels)
        offset = base ^ at
        assert offset < 1 << 21
        units[at] = units.get(at, 0) | offset << 10 | ("value" in node) << 8
        if "value" in node:
            units[base] = 1 << 31 | node["value"]
        for label in labels:
            if label:
                units[base ^ label] = label
                place(node[label], base ^ label)

    place(trie, 0)
    count = max(units) // 256 * 256 + 256
    packed = struct.pack(f"<{count}I", *(units.get(i, 0) for i in range(count)))
    return struct.pack("<I", len(packed)) + packed + bytes(texts)


def precompiled(entries=None):
    """The normalizer."""
    encoded = base64.b64encode(charsmap(entries or ENTRIES)).decode()
    return {"type": "Precompiled", "precompiled_charsmap": encoded}


if __name__ == "__main__":
    data = pathlib.Path(__file__).resolve().parents[2] / "data" / "text" / "tiny_charsmap.txt"
    data.write_text(precompiled()["precompiled_charsmap"])
