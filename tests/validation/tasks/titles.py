"""The titles of tests/data/titles: as many a class as its README says, none twice, each class described."""
import collections
import json
import pathlib
import unittest

FOLDER = pathlib.Path(__file__).resolve().parent.parent.parent / "data" / "titles"
CLASSES, POOL, TEST = 10, 36, 12


def lines(name):
    return [json.loads(line) for line in (FOLDER / name).read_text("utf-8").splitlines()]


class Titles(unittest.TestCase):
    def test_each_class_has_its_examples(self):
        for name, count in (("pool.jsonl", POOL), ("test.jsonl", TEST)):
            found = collections.Counter(line["label"] for line in lines(name))
            self.assertEqual(set(found.values()), {count}, name)
            self.assertEqual(len(found), CLASSES, name)

    def test_classes_take_turns(self):
        pool = lines("pool.jsonl")
        first = [line["label"] for line in pool[:CLASSES]]
        self.assertEqual(len(set(first)), CLASSES)
        self.assertEqual([line["label"] for line in pool], first * POOL)

    def test_no_text_twice(self):
        texts = [line["text"] for line in lines("pool.jsonl") + lines("test.jsonl")]
        plain = collections.Counter(text.strip().lower() for text in texts)
        self.assertEqual([text for text, count in plain.items() if count > 1], [])
        self.assertTrue(all(texts) and all(text == text.strip() for text in texts))

    def test_each_class_is_described(self):
        described = collections.Counter()
        for line in (FOLDER / "labels.tsv").read_text("utf-8").splitlines():
            label, description = line.split("\t")
            self.assertTrue(description)
            described[label] += 1
        self.assertEqual(set(described), {line["label"] for line in lines("pool.jsonl")})


if __name__ == "__main__":
    unittest.main()
