"""Heads that the program learned, and vectors of long texts, held against their own parts."""
import json
import math

import program
import tiny_bert

EXAMPLES = [("a b c", "letters"), ("c d e", "letters"), ("1 2 3", "digits"), ("4 5 1", "digits")]


def objects(text):
    return [json.loads(line) for line in text.splitlines()]


class LearnedTest(program.ProgramTest):
    def model(self, name="model", **pooling):
        files = tiny_bert.directory()
        if pooling:
            files["1_Pooling/config.json"] = json.dumps({"word_embedding_dimension": tiny_bert.HIDDEN, **pooling}).encode()
        tiny_bert.write(self.path(name), files)
        return self.path(name)

    def examples(self, rows=EXAMPLES):
        return self.write("examples.jsonl", "".join(json.dumps({"text": t, "label": l}) + "\n" for t, l in rows))

    def test_json_of_a_learned_head(self):
        model, head = self.model(), self.path("titles.inlayhead")
        texts = ["b c d", "2 3 4"]
        learned = self.succeeds("classify", "-m", model, "--examples", self.examples(), "--save-head", head, "--json", *texts)
        rows = objects(learned)
        self.assertEqual([row["text"] for row in rows], texts)
        for row in rows:
            self.assertEqual(sorted(label["label"] for label in row["labels"]), ["digits", "letters"])
            scores = [label["score"] for label in row["labels"]]
            self.assertEqual(scores, sorted(scores, reverse=True))
            self.assertAlmostEqual(sum(scores), 1, places=5)
        self.assertEqual([row["labels"][0]["label"] for row in rows], ["letters", "digits"])
        self.assertEqual(self.succeeds("classify", "-m", model, "--head", head, "--json", *texts), learned)
        self.assertEqual(self.succeeds("classify", "-m", model, "--head", head, "--json", "--top-k", 1, texts[0]).count("score"), 1)

    def test_a_head_knows_its_model(self):
        head = self.path("head")
        self.succeeds("classify", "-m", self.model(), "--examples", self.examples(), "--save-head", head, "a")
        other = self.model("other", pooling_mode_cls_token=True)
        self.fails(1, "head: expected the model that it was trained with", "classify", "-m", other, "--head", head, "a")

    def test_windows_of_a_long_text(self):
        model, words = self.model(), "a b c d e f g h i j k l m n o p q r s t u v w x y z".split() * 3
        room, overlap = tiny_bert.POSITIONS - 2, 5
        windows, begin = [], 0
        while True:
            windows.append(words[begin:begin + room])
            if begin + room >= len(words):
                break
            begin += room - overlap
        parts = [row["embedding"] for row in objects(self.succeeds("embed", "-m", model, "--raw", "--json", *map(" ".join, windows)))]
        total = sum(map(len, windows))
        expected = [sum(len(w) * part[i] for w, part in zip(windows, parts)) / total for i in range(tiny_bert.HIDDEN)]
        row, = objects(self.succeeds("embed", "-m", model, "--raw", "--chunk", "--chunk-overlap", overlap, "--json", " ".join(words)))
        self.assertNotIn("truncated", row)
        for found, wanted in zip(row["embedding"], expected):
            self.assertTrue(math.isclose(found, wanted, abs_tol=1e-5), (row["embedding"], expected))
        row, = objects(self.succeeds("embed", "-m", model, "--json", " ".join(words)))
        self.assertTrue(row["truncated"])


if __name__ == "__main__":
    program.main()
