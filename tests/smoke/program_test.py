"""program_test.py PROGRAM Program|Model: each command of the inlay program once, shortly.

Program: on a tiny ONNX model made here by the onnx package. Model: on the model that INLAY_TEST_MODEL
names, against the tokenizers package.
"""
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

import numpy
import onnx
import onnx.helper

PROGRAM = ""


def run(*arguments, text=""):
    """Runs the program; returns exit status, stdout, stderr."""
    done = subprocess.run([PROGRAM, *map(str, arguments)], input=text, capture_output=True, encoding="utf-8")
    return done.returncode, done.stdout, done.stderr


def tiny_model(path, operator="Identity"):
    """y = operator(x), x of [rows, 3]."""
    helper = onnx.helper
    graph = helper.make_graph(
        [helper.make_node(operator, ["x"], ["y"])], "tiny",
        [helper.make_tensor_value_info("x", onnx.TensorProto.FLOAT, ["rows", 3])],
        [helper.make_tensor_value_info("y", onnx.TensorProto.FLOAT, ["rows", 3])])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)])
    model.ir_version = 8
    onnx.save(model, str(path))


class Case(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="inlay smoke ")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def lines(self, *arguments, text=""):
        """The JSON objects that a command prints, a line each."""
        status, output, errors = run(*arguments, text=text)
        self.assertEqual(status, 0, errors)
        return [json.loads(line) for line in output.splitlines()]


class Program(Case):
    def test_version_and_help(self):
        status, output, _ = run("--version")
        self.assertEqual(status, 0)
        self.assertRegex(output, r"\d+\.\d+\.\d+")
        status, output, _ = run("--help")
        self.assertEqual(status, 0)
        for command in ("run", "inspect", "tokenize", "detokenize", "embed", "classify", "rerank", "bench", "devices", "kernels", "model"):
            self.assertIn(command, output)

    def test_wrong_usage_is_2(self):
        for arguments in (["no-such-command"], ["embed", "--no-such-option"], ["run"]):
            with self.subTest(arguments):
                status, output, errors = run(*arguments)
                self.assertEqual((status, output), (2, ""))
                self.assertTrue(errors)

    def test_failure_is_1_and_one_line_that_names_the_file(self):
        status, output, errors = run("inspect", self.folder / "none.onnx")
        self.assertEqual((status, output), (1, ""))
        self.assertEqual(len(errors.splitlines()), 1, errors)
        self.assertIn("none.onnx", errors)

    def test_kernels_and_devices(self):
        kernels = self.lines("kernels", "--json")
        self.assertTrue(kernels)
        self.assertIn("cpu", [device["kind"] for device in self.lines("devices", "--json")])

    def test_unknown_instruction_set_is_an_error(self):
        done = subprocess.run([PROGRAM, "kernels"], capture_output=True, encoding="utf-8",
                              env={**os.environ, "INLAY_ISA": "no_such_set"})
        self.assertEqual(done.returncode, 1, done.stdout)
        self.assertIn("no_such_set", done.stderr)

    def test_run_and_inspect(self):
        model, outputs = self.folder / "tiny.onnx", self.folder / "out"
        tiny_model(model)
        described = self.lines("inspect", model, "--json")[0]
        self.assertEqual([value["name"] for value in described["inputs"]], ["x"])
        self.assertEqual([value["name"] for value in described["outputs"]], ["y"])

        random = numpy.random.default_rng(1)
        for rows in (1, 5):
            x = random.standard_normal((rows, 3), dtype=numpy.float32)
            numpy.save(self.folder / "x.npy", x)
            status, _, errors = run("run", model, "--input", f"x={self.folder / 'x.npy'}", "--output-dir", outputs)
            self.assertEqual(status, 0, errors)
            numpy.testing.assert_array_equal(numpy.load(outputs / "y.npy"), x)

    def test_unknown_operator_is_named(self):
        model = self.folder / "tiny.onnx"
        tiny_model(model, "NoSuchOperator")
        status, _, errors = run("inspect", model)
        self.assertEqual(status, 1)
        self.assertIn("NoSuchOperator", errors)

    def test_corrupt_model(self):
        model = self.folder / "tiny.onnx"
        tiny_model(model)
        model.write_bytes(model.read_bytes()[:-9])
        status, _, errors = run("inspect", model)
        self.assertEqual(status, 1, errors)
        self.assertIn("tiny.onnx", errors)


class Model(Case):
    TEXTS = ["The linker fails with LNK2038.", "Ein Satz auf Deutsch, mit Umlauten: äöü.", "猫 and 🙂"]

    def setUp(self):
        super().setUp()
        self.model = os.environ["INLAY_TEST_MODEL"]

    def test_tokenize_and_detokenize(self):
        import tokenizers
        peer = tokenizers.Tokenizer.from_file(str(pathlib.Path(self.model, "tokenizer.json")))
        peer.no_padding()
        for text, line in zip(self.TEXTS, self.lines("tokenize", "-m", self.model, "--json", text="\n".join(self.TEXTS))):
            expected = peer.encode(text)
            self.assertEqual(line["ids"], expected.ids)
            self.assertEqual(line["tokens"], expected.tokens)
            status, output, errors = run("detokenize", "-m", self.model, *line["ids"])
            self.assertEqual((status, output), (0, peer.decode(expected.ids) + "\n"), errors)

    def test_embed(self):
        lines = self.lines("embed", "-m", self.model, "--json", *self.TEXTS)
        self.assertEqual([line["text"] for line in lines], self.TEXTS)
        vectors = numpy.array([line["embedding"] for line in lines])
        numpy.testing.assert_allclose(numpy.linalg.norm(vectors, axis=1), 1, atol=1e-4)
        status, _, errors = run("embed", "-m", self.model, "--npy", self.folder / "e.npy", *self.TEXTS)
        self.assertEqual(status, 0, errors)
        numpy.testing.assert_allclose(numpy.load(self.folder / "e.npy"), vectors, atol=1e-5)

    def test_classify(self):
        line = self.lines("classify", "-m", self.model, "--labels", "cooking,programming,football", "--json",
                          "The compiler reports an undefined reference.")[0]
        self.assertEqual(line["labels"][0]["label"], "programming")
        self.assertEqual(len(line["labels"]), 3)


def main():
    global PROGRAM
    PROGRAM, case = sys.argv[1:3]
    if not pathlib.Path(PROGRAM).exists():
        sys.exit(f"expected the program {PROGRAM}, found none")
    if case == "Model" and not os.environ.get("INLAY_TEST_MODEL"):
        print("skipped: missing model: INLAY_TEST_MODEL names none")
        sys.exit(77)
    unittest.main(argv=[sys.argv[0], case])


if __name__ == "__main__":
    main()
