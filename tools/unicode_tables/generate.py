#!/usr/bin/env python3
"""Writes src/unicode/gen/*.cc from the crates that Hugging Face's tokenizers 0.23.3 stands on.

    tools/unicode_tables/generate.py                           builds and runs the crate beside this file with cargo
    tools/unicode_tables/generate.py CODES PROPERTIES FOLDS    takes what its programs printed earlier

tokenizers answers from four Unicode versions at once, so each property here names the crate that it
follows, and the versions are pinned in Cargo.toml:
  punctuation, other, nonspacing mark   unicode_categories 0.1.1 (Unicode 8)
  decompositions, classes, composition  unicode-normalization-alignments 0.1.12 (Unicode 9)
  word character                        regex 1.13.1
  white space, lower case, numeric      the standard library of the Rust that runs this (Unicode 17)
  regular expressions                   onig 6.5.3 (Oniguruma 6.9.10, Unicode 16); property_names.txt is its own list
                                        without ages and blocks
  grapheme clusters                     unicode-segmentation 1.13.3
  scripts                               tokenizers' pre-tokenizer UnicodeScripts

A table over code points is a two-level trie: value = blocks[index[c >> shift] << shift | c & mask].
"""
import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
GEN = HERE.parent.parent / "src" / "unicode" / "gen"
CODES = 0x110000
FLAG_BITS = {"P": 1, "O": 2, "N": 4, "S": 8, "W": 16, "M": 32}
PLAIN_STARTER, HAS_LOWER = 64, 128
HANGUL = range(0xAC00, 0xD7A4)
LOWER_IS_TWO = 255


def read(text):
    """The crate's lines as (versions, {code: fields}, compositions)."""
    versions, codes, compositions = [], {}, []
    for line in text.splitlines():
        fields = line.split("\t")
        if line.startswith("#"):
            versions.append(line[2:])
        elif fields[0] == "compose":
            compositions.append(tuple(int(f, 16) for f in fields[1:]))
        else:
            codes[int(fields[0], 16)] = fields[1:]
    return versions, codes, compositions


def chars(field):
    return [int(c, 16) for c in field.split()]


def trie(values, unit):
    """The (shift, index, blocks) that take the fewest bytes; `unit` is the bytes of one value."""
    best = None
    for shift in range(4, 10):
        size = 1 << shift
        seen, index, blocks = {}, [], []
        for start in range(0, CODES, size):
            block = tuple(values[start:start + size])
            if block not in seen:
                seen[block] = len(seen)
                blocks.extend(block)
            index.append(seen[block])
        index_unit = 1 if len(seen) <= 256 else 2
        cost = len(index) * index_unit + len(blocks) * unit
        if best is None or cost < best[0]:
            best = (cost, shift, index, blocks)
    return best[1:]


def array(kind, name, values):
    lines, line = [], " "
    for value in values:
        text = f" {value},"
        if len(line) + len(text) > 100:
            lines.append(line)
            line = " "
        line += text
    lines.append(line)
    body = "\n".join(lines)
    return f"const {kind} {name}[{len(values)}] = {{\n{body}\n}};\n"


def unsigned(values):
    return "uint8_t" if max(values) < 256 else "uint16_t" if max(values) < 65536 else "uint32_t"


def trie_source(name, values):
    kind = unsigned(values)
    shift, index, blocks = trie(values, {"uint8_t": 1, "uint16_t": 2, "uint32_t": 4}[kind])
    declaration = (f"inline constexpr int k{name}Shift = {shift};\n"
                   f"extern const {unsigned(index)} k{name}Index[{len(index)}];\n"
                   f"extern const {kind} k{name}Blocks[{len(blocks)}];\n")
    definition = (array(unsigned(index), f"k{name}Index", index) +
                  array(kind, f"k{name}Blocks", blocks))
    return declaration, definition


def decompositions(codes, field):
    """Values index a pool of [length, characters…]; 0 stands for "itself"."""
    values, pool, seen = [0] * CODES, [0], {}
    for code, fields in codes.items():
        mapped = tuple(chars(fields[field]))
        if not mapped:
            continue
        if mapped not in seen:
            seen[mapped] = len(pool)
            pool.extend((len(mapped),) + mapped)
        values[code] = seen[mapped]
    return values, pool


def lower(codes):
    """Values index a table of differences; one character (U+0130) becomes two."""
    values, deltas, pairs = [0] * CODES, [0], []
    for code, fields in codes.items():
        mapped = chars(fields[4])
        if len(mapped) == 1:
            delta = mapped[0] - code
            if delta not in deltas:
                deltas.append(delta)
            values[code] = deltas.index(delta)
        elif mapped:
            pairs.append((code, *mapped))
            values[code] = LOWER_IS_TWO
    assert len(deltas) < LOWER_IS_TWO and pairs == [(0x130, 0x69, 0x307)], (len(deltas), pairs)
    return values, deltas


def read_ranges(text):
    """Lines of the program properties as {kind: {name: [(first, last), …]}}."""
    kinds = {}
    for line in text.splitlines():
        kind, name, ranges = line.split("\t")
        pairs = [tuple(int(end, 16) for end in r.split("-")) for r in ranges.split()]
        kinds.setdefault(kind, {})[name] = pairs
    return kinds


def fill(values, ranges, bit):
    for first, last in ranges:
        for code in range(first, last + 1):
            values[code] |= bit


# What the scanners of text/scanners.cc ask: Oniguruma's properties, in the order of unicode/category.h.
CATEGORY_BITS = (("L",), ("N",), ("s",), ("M",), ("Lu", "Lt"), ("Ll",), ("P",), ("S",))
GRAPHEMES = ("Other", "CR", "LF", "Control", "Extend", "ConjunctExtend", "Linker", "ZWJ", "RegionalIndicator", "Prepend",
             "SpacingMark", "L", "V", "T", "LV", "LVT", "Pictographic", "Consonant")
NUMERIC = 32


def categories(kinds):
    values = [0] * CODES
    for bit, names in enumerate(CATEGORY_BITS):
        for name in names:
            fill(values, kinds["type" if name == "s" else "property"][name], 1 << bit)
    return values


def graphemes(kinds):
    values = [0] * CODES
    for number, name in enumerate(GRAPHEMES):
        fill(values, kinds["grapheme"][name], number)
    fill(values, kinds["std"]["numeric"], NUMERIC)
    return values


def scripts(kinds):
    values = [0] * CODES
    names = [name for name in kinds["script"] if name != "Any"]
    han, common = int("4E00", 16), ord("!")
    for number, name in enumerate(names):
        fill(values, kinds["script"][name], number + 1)
    assert values[han] == values[ord("\u3042")] != values[common]
    return values


def leb128(number):
    out = []
    while number >= 128:
        out.append(number & 127 | 128)
        number >>= 7
    return out + [number]


def named_properties(kinds):
    """Ranges as differences in LEB128, and names in the form in which they are compared, sorted."""
    pool, seen, rows = [], {}, {}
    named = dict(kinds["property"])
    named |= {name: ranges for name, ranges in kinds["type"].items()}  # only asked for by the engine itself
    for name, ranges in named.items():
        key = tuple(ranges)
        if key not in seen:
            seen[key] = len(pool)
            encoded, at = leb128(len(ranges)), 0
            for first, last in ranges:
                encoded += leb128(first - at) + leb128(last - first)
                at = last
            pool += encoded
        compared = "type:" + name if name in kinds["type"] else name.replace("_", "").lower()
        rows[compared] = seen[key]
    return pool, sorted(rows.items())


def named_source(pool, rows):
    lines = "\n".join(f'    {{"{name}", {offset}}},' for name, offset in rows)
    declaration = (f"extern const uint8_t kPropertyPool[{len(pool)}];\n"
                   f"inline constexpr int kPropertyCount = {len(rows)};\n"
                   "struct NamedProperty {\n  const char* name;\n  uint32_t offset;  // in kPropertyPool\n};\n"
                   f"extern const NamedProperty kProperties[{len(rows)}];\n")
    definition = (array("uint8_t", "kPropertyPool", pool) +
                  f"const NamedProperty kProperties[{len(rows)}] = {{\n{lines}\n}};\n")
    return declaration, definition


def write(name, versions, body):
    head = ("// Generated by tools/unicode_tables/generate.py; do not edit.\n"
            f"// Unicode versions: {', '.join(versions)}.\n")
    (GEN / name).write_text(head + body)


def namespaced(body):
    return "namespace inlay::unicode::gen {\n\n" + body + "\n}  // namespace inlay::unicode::gen\n"


def folds(text):
    """Classes of characters and long folds, each as its count and its characters."""
    rows = {"class": [], "long": []}
    for line in text.splitlines():
        kind, codes = line.split("\t")
        codes = chars(codes)
        rows[kind] += [len(codes)] + codes
    declaration, definition = "", ""
    for name, values in (("FoldClasses", rows["class"]), ("LongFolds", rows["long"])):
        declaration += (f"inline constexpr int k{name}Size = {len(values)};\n"
                        f"extern const char32_t k{name}[{len(values)}];\n")
        definition += array("char32_t", f"k{name}", values)
    return declaration, definition


def run(program, *arguments):
    command = ["cargo", "run", "--quiet", "--release", "--locked", "--bin", program, "--", *arguments]
    return subprocess.run(command, cwd=HERE, check=True, stdout=subprocess.PIPE, text=True).stdout


def main():
    if len(sys.argv) > 3:
        text, ranges, cases = (pathlib.Path(p).read_text() for p in sys.argv[1:4])
    else:
        text, ranges, cases = run("codes"), run("properties", "property_names.txt"), run("folds")
    kinds = read_ranges(ranges)
    versions, codes, compositions = read(text)
    for code, fields in codes.items():
        assert ("S" in fields[0]) == ("R" in fields[0]), hex(code)

    flags = [0] * CODES
    classes = [0] * CODES
    for code, fields in codes.items():
        flags[code] = sum(FLAG_BITS.get(f, 0) for f in fields[0])
        flags[code] |= HAS_LOWER if fields[4] else 0
        classes[code] = int(fields[1], 16)
    canonical, canonical_pool = decompositions(codes, 2)
    for code in range(CODES):
        if classes[code] == 0 and canonical[code] == 0 and code not in HANGUL:
            flags[code] |= PLAIN_STARTER
    compatible, compatible_pool = decompositions(codes, 3)
    lower_values, deltas = lower(codes)
    compositions.sort()

    GEN.mkdir(exist_ok=True)
    parts = {
        "properties.cc": [trie_source("Flags", flags)],
        "normalization.cc": [
            trie_source("Class", classes),
            trie_source("Canonical", canonical),
            trie_source("Compatible", compatible),
            (f"extern const uint32_t kCanonicalPool[{len(canonical_pool)}];\n",
             array("uint32_t", "kCanonicalPool", canonical_pool)),
            (f"extern const uint32_t kCompatiblePool[{len(compatible_pool)}];\n",
             array("uint32_t", "kCompatiblePool", compatible_pool)),
            ("// Sorted by first, then second: {first, second, composed}.\n"
             f"inline constexpr int kCompositionCount = {len(compositions)};\n"
             f"extern const uint32_t kCompositions[{3 * len(compositions)}];\n",
             array("uint32_t", "kCompositions", [v for row in compositions for v in row])),
        ],
        "case.cc": [
            trie_source("Lower", lower_values),
            (f"extern const int32_t kLowerDelta[{len(deltas)}];\n",
             array("int32_t", "kLowerDelta", deltas)),
        ],
        "category.cc": [trie_source("Category", categories(kinds))],
        "grapheme.cc": [trie_source("Grapheme", graphemes(kinds))],
        "script.cc": [trie_source("Script", scripts(kinds))],
        "folds.cc": [folds(cases)],
        "named_properties.cc": [named_source(*named_properties(kinds))],
    }
    declarations = "".join(declaration for sources in parts.values() for declaration, _ in sources)
    write("tables.h", versions,
          "#pragma once\n\n#include <cstdint>\n\n" + namespaced(declarations))
    for name, sources in parts.items():
        body = "\n".join(definition for _, definition in sources)
        write(name, versions, '#include "unicode/gen/tables.h"\n\n' + namespaced(body))


if __name__ == "__main__":
    main()
