"""The commands over texts, with the real model: tokenize, detokenize, embed, similar, classify."""
import json
import math
import os
import unittest

import npy_file
import program

MODEL = program.MODEL
DEMO = os.path.join(os.path.dirname(__file__), "..", "..", "data", "demo")


def objects(text):
    return [json.loads(line) for line in text.splitlines()]


@program.needs_library
@program.needs_model
class TokenizeTest(program.ProgramTest):
    def test_fields(self):
        encoding, = objects(self.succeeds("tokenize", "-m", MODEL, "--json", "Héllo wörld"))
        self.assertEqual(encoding, {
            "ids": [101, 7592, 2088, 102], "tokens": ["[CLS]", "hello", "world", "[SEP]"], "type_ids": [0, 0, 0, 0],
            "attention_mask": [1, 1, 1, 1], "special_tokens_mask": [1, 0, 0, 1],
            "offsets": [[0, 0], [0, 6], [7, 13], [0, 0]]})

    def test_options(self):
        def ids(*options):
            return objects(self.succeeds("tokenize", "-m", MODEL, "--json", *options))[0]

        self.assertEqual(ids("--no-special", "hello")["ids"], [7592])
        self.assertEqual(ids("--pair", "hello", "world")["type_ids"], [0, 0, 0, 1, 1])
        self.assertEqual(ids("--pad-to", 5, "hello")["attention_mask"], [1, 1, 1, 0, 0])
        cut = ids("--max-length", 3, "hello world")
        self.assertEqual((cut["ids"], cut["truncated"]), ([101, 7592, 102], True))
        self.assertEqual(len(ids("hello " * 300)["ids"]), 256)
        self.assertEqual(len(ids("--max-length", 0, "hello " * 300)["ids"]), 302)

    def test_words_windows_and_units(self):
        def first(*options):
            return objects(self.succeeds("tokenize", "-m", MODEL, "--json", *options))[0]

        words = first("--words", "hello worlds")
        self.assertEqual(words["word_ids"], [-1, 0, 1, -1])
        self.assertEqual(words["offsets"][2], [0, 6])
        self.assertEqual(first("--char-offsets", "é hello")["offsets"][2], [2, 7])
        cut = first("--max-length", 4, "--overflow", "--stride", 1, "hello world hello")
        self.assertEqual([len(w["ids"]) for w in cut["overflowing"]], [4])
        self.assertEqual(first("--pad-to", 4, "--pad-left", "hello")["attention_mask"], [0, 1, 1, 1])

    def test_saving_and_vocabularies(self):
        path = self.path("saved.json")
        self.succeeds("tokenize", "-m", MODEL, "--save", path)
        first = self.succeeds("tokenize", "-m", MODEL, "--json", "Unaffable Héllo")
        self.assertEqual(self.succeeds("tokenize", "--vocab", path, "--json", "Unaffable Héllo"), first)
        vocab = os.path.join(MODEL, "vocab.txt")
        self.assertEqual(self.succeeds("tokenize", "--vocab", vocab, "--like", "all-MiniLM-L6-v2", "--json",
                                       "Unaffable Héllo"), first)

    def test_texts_stay_whole(self):
        texts = ["[a,b]", "-x", "", "a,b"]
        by_argument = self.succeeds("tokenize", "-m", MODEL, "--json", "--", *texts)
        self.assertEqual(by_argument, self.succeeds("tokenize", "-m", MODEL, "--json", text="\r\n".join(texts) + "\n"))
        self.assertEqual(by_argument, self.succeeds("tokenize", "-m", MODEL, "--json", text="\ufeff" + "\n".join(texts)))
        self.assertEqual(objects(by_argument)[0]["tokens"], ["[CLS]", "[", "a", ",", "b", "]", "[SEP]"])

    def test_a_file_alone(self):
        path = os.path.join(MODEL, "tokenizer.json")
        self.assertEqual(objects(self.succeeds("tokenize", "-m", path, "--json", "hello"))[0]["ids"], [101, 7592, 102])

    def test_there_and_back(self):
        self.assertEqual(self.succeeds("detokenize", "-m", MODEL, 101, 7592, 2088, 102), "hello world\n")
        self.assertEqual(self.succeeds("detokenize", "-m", MODEL, "--keep-special", text="[101, 7592]\n2088\n"),
                         "[CLS] hello\nworld\n")
        self.fails(1, 'expected an id from 0 to 4294967295, found "x1"', "detokenize", "-m", MODEL, "x1")


@program.needs_library
@program.needs_model
class EmbedTest(program.ProgramTest):
    def test_json(self):
        rows = objects(self.succeeds("embed", "-m", MODEL, "--json", "a cat", "日本", "hello " * 300))
        self.assertEqual([list(row) for row in rows], [["text", "embedding"]] * 2 + [["text", "embedding", "truncated"]])
        for row in rows:
            self.assertEqual(len(row["embedding"]), 384)
            self.assertAlmostEqual(math.hypot(*row["embedding"]), 1, places=5)

    def test_npy(self):
        texts = [f"text number {i}" for i in range(300)]
        path = self.path("e.npy")
        self.assertEqual(self.succeeds("embed", "-m", MODEL, "--npy", path, text="\n".join(texts)), "")
        with open(path, "rb") as file:
            descr, shape, values = npy_file.load(file.read())
        self.assertEqual((descr, shape), ("<f4", (300, 384)))
        row = objects(self.succeeds("embed", "-m", MODEL, "--json", texts[299]))[0]["embedding"]
        self.assertLess(max(abs(a - b) for a, b in zip(row, values[-384:])), 1e-5)

    def test_nothing_is_left_behind(self):
        self.fails(1, "expected to write this file", "embed", "-m", MODEL, "--npy", self.path("no", "e.npy"), "a")
        self.fails(1, ".", "embed", "-m", MODEL, "--npy", self.path("e.npy"), "--prompt", "no such prompt", "a")
        self.assertEqual(os.listdir(self.folder), [])

    def test_similar(self):
        lines = "a dog barks\na feline sleeps\n\nstock prices fell\n"
        rows = objects(self.succeeds("similar", "-m", MODEL, "--json", "the cat is asleep", text=lines))
        self.assertEqual([row["line"] for row in rows][0], 2)
        self.assertEqual(sorted(row["line"] for row in rows), [1, 2, 4])
        self.assertEqual(len(self.succeeds("similar", "-m", MODEL, "--top-k", 1, "cat", text=lines).splitlines()), 1)


@program.needs_library
@program.needs_model
class ClassifyTest(program.ProgramTest):
    def test_json(self):
        row, = objects(self.succeeds("classify", "-m", MODEL, "--json", "--labels", "cooking,football", "a pasta recipe"))
        self.assertEqual(list(row), ["text", "labels"])
        self.assertEqual([label["label"] for label in row["labels"]], ["cooking", "football"])
        self.assertAlmostEqual(sum(label["score"] for label in row["labels"]), 1, places=4)

    def test_top_k_and_table(self):
        arguments = ["classify", "-m", MODEL, "--labels", "cooking,football,music"]
        row, = objects(self.succeeds(*arguments, "--json", "--top-k", 2, "a guitar"))
        self.assertEqual(len(row["labels"]), 2)
        self.assertRegex(self.succeeds(*arguments, "a guitar"), r"^music +[01]\.\d\d +\S+ +a guitar\n$")
        self.assertEqual(len(self.succeeds(*arguments, "--top-k", 3, "a guitar").splitlines()), 3)

    def test_unknown(self):
        row, = objects(self.succeeds("classify", "-m", MODEL, "--json", "--labels", "cooking,football",
                                     "--threshold", 0.99, "a guitar"))
        self.assertEqual(row["labels"][0], {"label": "unknown", "score": 0})

    def test_the_demonstration(self):
        """Every title of the demonstration gets the label that stands with it in titles.expected.tsv."""
        with open(os.path.join(DEMO, "titles.txt"), encoding="utf-8") as file:
            titles = file.read()
        rows = objects(self.succeeds("classify", "-m", MODEL, "--json", "--labels-file",
                                     os.path.join(DEMO, "labels.tsv"), text=titles))
        with open(os.path.join(DEMO, "titles.expected.tsv"), encoding="utf-8") as file:
            expected = [tuple(line.rstrip("\n").split("\t")) for line in file]
        self.assertEqual([(row["labels"][0]["label"], row["text"]) for row in rows], expected)


if __name__ == "__main__":
    program.main()
