"""inlay run, inspect and bench over a tiny ONNX model; inputs that are not what they should be."""
import json
import struct
import unittest

import npy_file
import onnx_file
import program

X = npy_file.save([1, 2, 3, 0, 0, 1], [2, 3])
Y = (22.5, 27.5, 5.5, 5.5)  # X · w + b of onnx_file.linear


class RunTest(program.ProgramTest):
    def setUp(self):
        super().setUp()
        self.model = self.write("model.onnx", onnx_file.linear())

    def refused(self, pattern, content, name="x.npy"):
        argument = self.write(name, content)
        if not name.endswith(".npz"):
            argument = "x=" + argument
        self.fails(1, pattern, "run", self.model, "--input", argument, "--output-dir", self.path("out"))


@program.needs_library
class Runs(RunTest):
    def setUp(self):
        super().setUp()
        opened = program.errors(self.inlay("inspect", self.model))
        if "operators that inlay lacks" in opened:
            self.skipTest(opened.strip())

    def assert_runs(self, argument):
        text = self.succeeds("run", self.model, "--input", argument, "--output-dir", self.path("out"))
        self.assertRegex(text, r"out/y +float32 +\[2, 2\]")
        with open(self.path("out", "out_y.npy"), "rb") as file:
            self.assertEqual(npy_file.load(file.read()), ("<f4", (2, 2), Y))

    def test_npy(self):
        self.assert_runs("x=" + self.write("x.npy", X))

    def test_npy_versions(self):
        for version in (2, 3):
            data = npy_file.save([1, 2, 3, 0, 0, 1], [2, 3], version=version)
            self.assert_runs("x=" + self.write("x.npy", data))

    def test_big_endian(self):
        self.assert_runs("x=" + self.write("x.npy", npy_file.save([1, 2, 3, 0, 0, 1], [2, 3], ">f4")))

    def test_npz(self):
        for compressed in (False, True):
            self.assert_runs(self.write("x.npz", npy_file.savez({"x": X}, compressed)))

    def test_profile(self):
        x = self.write("x.npy", X)
        self.succeeds("run", self.model, "--input", "x=" + x, "--profile", self.path("p.json"))
        with open(self.path("p.json"), encoding="utf-8") as file:
            events = json.load(file)["traceEvents"]
        self.assertTrue(events)
        for event in events:
            self.assertEqual((event["ph"], event["tid"]), ("X", 1))
            self.assertGreaterEqual(event["dur"], 0)

    def test_memory_limit(self):
        x = "x=" + self.write("x.npy", X)
        self.succeeds("run", self.model, "--input", x, "--memory-limit", "1M")
        self.fails(1, "the memory limit is 8 bytes", "run", self.model, "--input", x, "--memory-limit", "8")
        self.fails(2, "--memory-limit", "run", self.model, "--input", x, "--memory-limit", "much")

    def test_profile_that_cannot_be_written(self):
        x = self.write("x.npy", X)
        self.fails(1, "no/p.json", "run", self.model, "--input", "x=" + x, "--profile", self.path("no/p.json"))

    def test_types_that_numpy_lacks(self):
        model = self.write("narrow.onnx", onnx_file.narrow())
        x = self.write("x.npy", npy_file.save([1, -2, 7], [3]))
        text = self.succeeds("run", model, "--input", "x=" + x, "--output-dir", self.path("out"))
        self.assertRegex(text, r"y +int4 +\[3\]")
        with open(self.path("out", "y.pb"), "rb") as file:
            packed = onnx_file.data(9, b"\xE1\x07")  # two elements a byte, the first in the low bits
            self.assertTrue(file.read().endswith(packed))

    def test_wrong_inputs(self):
        x = self.write("x.npy", X)
        self.fails(1, ".", "run", self.model)
        self.fails(1, ".", "run", self.model, "--input", "y=" + x)
        self.fails(1, ".", "run", self.model, "--input", "x=" + self.write("y.npy", npy_file.save([1] * 4, [2, 2])))
        self.fails(1, ".", "run", self.model, "--input", "x=" + self.write("y.npy", npy_file.save([1] * 6, [2, 3], "<i8")))

    def test_inspect(self):
        model = json.loads(self.succeeds("inspect", self.model, "--json"))
        self.assertEqual([(value["name"], value["dtype"]) for value in model["inputs"]], [("x", "float32")])
        self.assertEqual(model["inputs"][0]["shape"], ["batch", 3])
        self.assertEqual([value["name"] for value in model["outputs"]], ["out/y"])
        self.assertEqual(model["operators"], {"MatMul": 1, "Add": 1})
        self.assertEqual(model["parameters"], 8)
        self.assertRegex(self.succeeds("inspect", self.model), r"x +float32 +\[batch, 3\]")

    def test_bench(self):
        fields = ["load_ms", "first_ms", "median_ms", "p10_ms", "p90_ms", "runs", "threads", "batch", "length",
                  "precision", "peak_rss_bytes"]
        text = self.succeeds("bench", "-m", self.model, "--batch", 4, "--runs", 3, "--threads", 1, "--json")
        figures = json.loads(text)
        self.assertEqual(list(figures), fields)
        self.assertEqual((figures["runs"], figures["threads"], figures["batch"]), (3, 1, 4))
        self.assertLessEqual(figures["p10_ms"], figures["p90_ms"])
        self.succeeds("bench", "-m", self.model, "--shape", "x=5x3", "--runs", 1)
        self.fails(1, "expected the name of an input, found \"y\"", "bench", "-m", self.model, "--shape", "y=5x3")
        self.fails(2, "expected NAME=1x3x224x224", "bench", "-m", self.model, "--shape", "x=5x")


class HostileFiles(RunTest):
    def test_an_output_folder_that_is_a_file(self):
        self.write("out", b"a file, not a folder")
        self.fails(1, "expected a folder", "run", self.model, "--input", "x=" + self.write("x.npy", X),
                   "--output-dir", self.path("out"))

    def test_headers(self):
        def header(text):
            return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(text)) + text.encode() + bytes(24)

        good = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }"
        for pattern, content in {
            "expected an .npy file, found an empty file": b"",
            "expected an .npy file, found \"hello": b"hello, I am text",
            "version 1 to 3, found 9": b"\x93NUMPY\x09\x00" + bytes(20),
            "header of 65535 bytes": b"\x93NUMPY\x01\x00\xff\xff" + bytes(20),
            "bytes of file": b"\x93NUMPY\x02\x00\xff\xff\xff\xff",
            "expected \"{\"": header("[1]"),
            "found \"<m8\"": header(good.replace("<f4", "<m8")),
            "found \"\\|O\"": header(good.replace("<f4", "|O")),
            "structured type": header("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (2,), }"),
            "numpy.ascontiguousarray": header(good.replace("False", "True")),
            "expected True or False": header(good.replace("False", "Maybe")),
            "expected a size": header(good.replace("(2, 3)", "(-2, 3)")),
            "expected the keys": header(good.replace("shape", "sharp")),
            "expected descr, fortran_order and shape": header("{'descr': '<f4'}"),
            "the end of the header": header(good + "{}"),
            "expected the end of a string": header("{'descr"),
            "found 24 bytes of data": header(good.replace("(2, 3)", "(9223372036854775807, 9223372036854775807)")),
            r"expected \[2, 4\] elements of float32 \(4 bytes each\), found 24": header(good.replace("3)", "4)")),
        }.items():
            with self.subTest(pattern):
                self.refused(pattern, content)
        self.refused("at most 64 dimensions", header(good.replace("(2, 3)", "(" + "1, " * 65 + ")")))

    def test_archives(self):
        good = npy_file.savez({"x": X}, True)
        self.refused("no directory at its end", b"PK", "x.npz")
        self.refused("no directory at its end", good[:-30], "x.npz")
        stored = npy_file.savez({"x": X}, False)
        self.refused("x.npy: expected the content that its checksum says", stored.replace(X[-4:], b"1234"), "x.npz")
        for position in range(0, len(good), 7):
            damaged = bytearray(good)
            damaged[position] ^= 0xFF
            result = self.inlay("run", self.model, "--input", self.write("x.npz", bytes(damaged)))
            self.assertIn(result.returncode, (0, 1), program.errors(result))
            self.assertEqual(len(program.errors(result).splitlines()), result.returncode)

    def test_names(self):
        path = self.write("x.npy", X)
        self.fails(1, '"x" twice', "run", self.model, "--input", "x=" + path, "--input", "x=" + path)
        self.fails(2, "expected NAME=FILE.npy or FILE.npz", "run", self.model, "--input", path)
        self.fails(1, "no_such.npy: expected a file to read", "run", self.model, "--input", "x=no_such.npy")
        self.fails(1, "not built yet", "run", self.model, "--input", "x=" + self.write("x.pb", b""))


class NotBuiltYet(RunTest):
    def test_precision(self):
        for precision in ("bf16", "int8"):
            for command in (["run", self.model], ["bench", "-m", self.model]):
                self.fails(1, f"expected f32, found {precision}, which is not built yet",
                           *command, "--precision", precision)
        self.fails(2, 'found "f64"', "run", self.model, "--precision", "f64")


if __name__ == "__main__":
    program.main()
