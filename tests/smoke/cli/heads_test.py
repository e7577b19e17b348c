"""Models' own heads through the program: labels, pairs, language inference, entities, ranking."""
import json

import program
import tiny_bert


def objects(text):
    return [json.loads(line) for line in text.splitlines()]


class HeadsTest(program.ProgramTest):
    def model(self, kind, *labels):
        folder = self.path(f"{kind}{len(labels)}")
        tiny_bert.write(folder, tiny_bert.head_directory(kind, labels))
        return folder

    def test_labels_of_the_model(self):
        model = self.model("Sequence", "bad", "good", "mixed")
        rows = objects(self.succeeds("classify", "-m", model, "--json", "hello", "a b " * 40))
        self.assertEqual([sorted(label["label"] for label in row["labels"]) for row in rows],
                         [["bad", "good", "mixed"]] * 2)
        self.assertAlmostEqual(sum(label["score"] for label in rows[0]["labels"]), 1, places=5)
        self.assertEqual([row.get("truncated") for row in rows], [None, True])
        best = rows[0]["labels"][0]["label"]
        self.assertRegex(self.succeeds("classify", "-m", model, "hello"), rf"^{best} +0\.\d\d +\S+ +hello\n$")
        row, = objects(self.succeeds("classify", "-m", model, "--json", "--top-k", 2, "--raw", "hello"))
        self.assertEqual([label["label"] for label in row["labels"]],
                         [label["label"] for label in rows[0]["labels"]][:2])
        sigmoid, = objects(self.succeeds("classify", "-m", model, "--json", "--activation", "sigmoid", "hello"))
        self.assertNotAlmostEqual(sum(label["score"] for label in sigmoid["labels"]), 1, places=3)

    def test_pairs(self):
        model = self.model("Sequence", "no", "yes")
        given = objects(self.succeeds("classify", "-m", model, "--json", "--pair", "hello", "world", "a", "b"))
        self.assertEqual([(row["text"], row["pair"]) for row in given], [("hello", "world"), ("a", "b")])
        lines = objects(self.succeeds("classify", "-m", model, "--json", "--pair", text="hello\tworld\na\tb\n"))
        self.assertEqual(given, lines)
        self.assertIn("hello | world", self.succeeds("classify", "-m", model, "--pair", "hello", "world"))
        self.fails(2, "--pair: expected an even number of texts, found 1", "classify", "-m", model, "--pair", "a")
        self.fails(1, "expected text<TAB>pair", "classify", "-m", model, "--pair", text="a\n")

    def test_language_inference(self):
        model = self.model("Sequence", "contradiction", "neutral", "entailment")
        arguments = ["classify", "-m", model, "--json", "--labels", "cat,dog", "--hypothesis", "a {}"]
        row, = objects(self.succeeds(*arguments, "hello"))
        self.assertEqual(sorted(label["label"] for label in row["labels"]), ["cat", "dog"])
        self.assertAlmostEqual(sum(label["score"] for label in row["labels"]), 1, places=5)
        many, = objects(self.succeeds(*arguments, "--multi-label", "hello"))
        self.assertNotEqual(many["labels"], row["labels"])
        self.fails(1, 'template "a": expected', *arguments[:-1], "a", "hello")
        self.fails(1, "expected single texts", *arguments, "--pair", "a", "b")
        described = self.write("labels.tsv", "cat\tan animal that purrs\n")
        self.fails(1, 'label "cat": expected a name alone', "classify", "-m", model, "--labels-file", described, "a")

    def test_entities(self):
        model = self.model("Token", "O", "B-X", "I-X")
        texts = ["hello world", "a b c d " * 30]
        rows = objects(self.succeeds("classify", "-m", model, "--json", "--aggregation", "none", "--", *texts))
        self.assertEqual([row["text"] for row in rows], texts)
        for text, row in zip(texts, rows):
            self.assertTrue(all(entity["label"] in ("B-X", "I-X") for entity in row["entities"]))
            for entity in row["entities"]:
                self.assertEqual(sorted(entity), ["begin", "end", "label", "score", "word"])
                self.assertEqual(text[entity["begin"]:entity["end"]].lower(), entity["word"].removeprefix("##"))
        for strategy in ("simple", "first", "average", "max"):
            row = objects(self.succeeds("classify", "-m", model, "--json", "--aggregation", strategy, *texts))[0]
            self.assertTrue(all(entity["label"] == "X" for entity in row["entities"]))
        self.assertRegex(self.succeeds("classify", "-m", model, texts[0]), r'^"hello world"  \d+ entities\n')
        row = objects(self.succeeds("classify", "-m", model, "--json", "--truncate", *texts))[1]
        self.assertTrue(row["truncated"])
        self.fails(2, '--aggregation: expected one of none, simple, first, average, max, found "all"',
                   "classify", "-m", model, "--aggregation", "all", "a")
        self.fails(1, "stride", "classify", "-m", model, "--stride", 99, "a")

    def test_ranking(self):
        model = self.model("Sequence", "relevance")
        texts = ["hello", "", "world", "a b c"]
        rows = objects(self.succeeds("rerank", "-m", model, "--json", "query", *texts))
        self.assertEqual(sorted(row["line"] for row in rows), [1, 3, 4])
        self.assertEqual([row["text"] for row in rows], [texts[row["line"] - 1] for row in rows])
        scores = [row["score"] for row in rows]
        self.assertEqual(scores, sorted(scores, reverse=True))
        self.assertEqual(rows, objects(self.succeeds("rerank", "-m", model, "--json", "query",
                                                     text="".join(text + "\n" for text in texts))))
        best = self.succeeds("rerank", "-m", model, "--top-k", 1, "query", *texts)
        self.assertEqual(len(best.splitlines()), 1)
        self.assertIn(rows[0]["text"], best)
        self.fails(2, "found both", "rerank", "-m", model, "--raw", "--activation", "none", "q", "a")

    def test_what_does_not_fit(self):
        plain = self.path("plain")
        tiny_bert.write(plain, tiny_bert.directory())
        self.fails(2, "expected --labels, --labels-file, --examples or --head for a model without a head of its own, found none",
                   "classify", "-m", plain, "text")
        self.fails(1, "expected a classification head for texts .*, found a model without one",
                   "rerank", "-m", plain, "q", "a")
        self.fails(1, "expected a head of one label for ranking, found 2",
                   "rerank", "-m", self.model("Sequence", "no", "yes"), "q", "a")
        self.fails(1, r"config.json.*\$\.id2label: expected|classifier.weight", "classify", "-m",
                   self.broken(), "a")

    def broken(self):
        """A head of two labels, and a configuration that names three."""
        files = tiny_bert.head_directory("Sequence", ["no", "yes"])
        files["config.json"] = tiny_bert.head_directory("Sequence", ["no", "yes", "maybe"])["config.json"]
        tiny_bert.write(self.path("broken"), files)
        return self.path("broken")


if __name__ == "__main__":
    program.main()
