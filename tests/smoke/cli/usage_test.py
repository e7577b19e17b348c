"""What every command has in common: help, versions, wrong usage, output that cannot be written."""
import json
import os
import subprocess
import unittest

import program

COMMANDS = ["run", "inspect", "tokenize", "detokenize", "embed", "similar", "classify", "rerank", "bench", "devices",
            "kernels", "model"]


class UsageTest(program.ProgramTest):
    def test_version(self):
        self.assertRegex(self.succeeds("--version"), r"^inlay \d+\.\d+\.\d+\n$")

    def test_help(self):
        text = self.succeeds("--help")
        for command in COMMANDS:
            self.assertRegex(text, rf"(?m)^  {command} ")
            self.assertIn("Usage: inlay " + command, self.succeeds(command, "--help"))

    def test_wrong_usage(self):
        self.fails(2, "expected a command of: run, .*; see inlay --help")
        self.fails(2, 'expected a command of: run, .*; found "walk"', "walk")
        self.fails(2, "^inlay: embed: .*--model is required.*; see inlay embed --help", "embed", "text")
        self.fails(2, "^inlay: run: MODEL is required", "run")
        self.fails(2, "--fast", "kernels", "--fast")
        self.fails(2, "see inlay model --help", "model")
        self.fails(2, "see inlay model pull --help", "model", "pull")
        self.fails(2, "--threads", "embed", "-m", "x", "--threads", "many")
        self.fails(2, "--threads", "embed", "-m", "x", "--threads", "-1")
        self.fails(2, "--threads", "embed", "-m", "x", "--threads", "4294967296")
        self.fails(2, "found both", "embed", "-m", "x", "--json", "--npy", "y")
        self.fails(2, "found both", "classify", "-m", "x", "--labels", "a", "--labels-file", "b", "text")
        self.fails(2, "without labels and examples", "classify", "-m", "x", "--labels", "a", "--head", "b", "text")
        self.fails(2, "expected --examples", "classify", "-m", "x", "--labels", "a", "--save-head", "b", "text")
        self.fails(2, "found --head", "classify", "-m", "x", "--multi-label", "--head", "b", "text")
        self.fails(1, "b: expected a file", "classify", "-m", "x", "--examples", "b", "text")
        self.fails(2, "logistic, centroid", "classify", "-m", "x", "--examples", "b", "--method", "c", "text")

    def test_a_model_that_is_not_there(self):
        for command in (["inspect"], ["tokenize", "-m"], ["embed", "-m"], ["bench", "-m"], ["detokenize", "-m"]):
            self.fails(1, 'model "no/such.onnx": expected a file, a directory', *command, "no/such.onnx")

    def test_labels(self):
        model = self.write("model", b"")
        for pattern, labels in {":2: expected label<TAB>description": "a\n\tdescribed\n",
                                "expected labels, found none": "# none\n\n"}.items():
            self.fails(1, "labels.tsv" + ".*" * (pattern[0] != ":") + pattern, "classify", "-m", model,
                       "--labels-file", self.write("labels.tsv", labels), "text")
        self.fails(1, '"a" twice', "classify", "-m", model, "--labels", "a,b, a", "text")

    @unittest.skipUnless(os.path.exists("/dev/full"), "no /dev/full")
    def test_a_full_disk(self):
        with open("/dev/full", "wb") as full:
            result = subprocess.run([*program.PROGRAM, "model", "list"], stdout=full, stderr=subprocess.PIPE,
                                    check=False)
        self.assertEqual(result.returncode, 1)
        self.assertIn(b"standard output: expected to write", result.stderr)


@program.needs_library
class MachineTest(program.ProgramTest):
    def test_devices(self):
        devices = [json.loads(line) for line in self.succeeds("devices", "--json").splitlines()]
        cpu = next(device for device in devices if device["kind"] == "cpu")
        self.assertIs(cpu["available"], True)
        self.assertTrue({"name", "provider", "reason"} <= set(cpu))
        self.assertIn("cpu", self.succeeds("devices"))

    def test_kernels(self):
        families = [json.loads(line) for line in self.succeeds("kernels", "--json").splitlines()]
        self.assertTrue(families)
        self.assertNotIn("\x1b", self.succeeds("kernels"))


if __name__ == "__main__":
    program.main()
