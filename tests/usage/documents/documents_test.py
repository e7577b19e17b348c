"""documents_test.py BUILD SOURCE: every example of README.md, CONTRIBUTING.md and docs/*.md is run.

  sh          its commands, one after the other, in a folder with build/release, model.onnx and x.npy; those
              of ./x, which would build and test anew, are compared with what ./x help names
  c, cpp      written under the name that the line before gives, and must be used by a command
  indented    taken as sh when it begins with a command, as a drawing otherwise
  text, json, cmake   not run
Examples that name all-MiniLM-L6-v2 take it from INLAY_TEST_MODEL and are skipped without. With --twins,
documents that are wrong are given to the same test, which must say so.
"""
import os
import collections
import pathlib
import re
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "smoke" / "cli"))
import examples
import npy_file
import onnx_file
import tiny_bert

MODEL = "all-MiniLM-L6-v2"
# Directories that examples may name, with small random models: name, kind of head, labels.
HEADS = (("reviews", "Sequence", ["negative", "positive"]), ("names", "Token", ["O", "B-PER", "I-PER"]),
         ("inference", "Sequence", ["contradiction", "neutral", "entailment"]), ("ranker", "Sequence", ["relevance"]))
RUN = ("inlay", "cc", "c++", "./app")
PLAIN = ("text", "json", "cmake")


def tiny_model():
    x = [onnx_file.value("x", onnx_file.FLOAT, ["rows", 3])]
    y = [onnx_file.value("y", onnx_file.FLOAT, ["rows", 3])]
    return onnx_file.model([onnx_file.node("Relu", ["x"], ["y"])], x, y)


def x_commands(source):
    """{command: its lines of help} of ./x help."""
    done = subprocess.run(["sh", str(source / "x"), "help"], capture_output=True, text=True, check=True)
    found = collections.defaultdict(str)
    for match in re.finditer(r"^\./x (\w+).*(?:\n {8,}.*)*", done.stdout, re.MULTILINE):
        found[match.group(1)] += match.group(0) + "\n"
    return dict(found)


class Document:
    """A document in a folder of its own."""

    def __init__(self, path, build, source, folder):
        self.path, self.folder, self.known = path, pathlib.Path(folder), x_commands(source)
        self.findings, self.skipped = [], False
        (self.folder / "build").mkdir()
        (self.folder / "build/release").symlink_to(build)
        (self.folder / "model.onnx").write_bytes(tiny_model())
        (self.folder / "x.npy").write_bytes(npy_file.save([1, -2, 3], [1, 3]))
        for name, kind, labels in HEADS:
            tiny_bert.write(self.folder / name, tiny_bert.head_directory(kind, labels))
        self.model = os.environ.get("INLAY_TEST_MODEL", "")
        self.environment = {**os.environ, "PATH": f"{build}/bin:{os.environ['PATH']}", "CCACHE_DISABLE": "1",
                            "INLAY_MODELS": str(self.folder / "models"), "INLAY_MODEL_SOURCE": self.model}

    def find(self, line, message):
        self.findings.append(f"{self.path.name}:{line}: {message}")

    def check(self):
        blocks, commands = examples.read(self.path.read_text("utf-8"))
        used = " ".join(block.text for block in blocks if block.language in ("sh", "indented"))
        for line, command in commands:
            self.check_x(line, command)
        if MODEL in used and self.model:
            self.run(0, f"inlay model pull {MODEL}")
        for block in blocks:
            self.check_block(block, used)
        return self.findings

    def check_block(self, block, used):
        if block.language in ("c", "cpp"):
            if not block.name or block.name not in used:
                self.find(block.line, "expected a file name before the block and a command that uses it")
            else:
                (self.folder / block.name).write_text(block.text, "utf-8")
        elif block.language == "sh" or (block.language == "indented" and self.is_command(block.text)):
            for offset, command in examples.shell_lines(block.text):
                self.run(block.line + offset, command)
        elif block.name and block.language in PLAIN:
            (self.folder / block.name).write_text(block.text, "utf-8")
        elif block.language not in PLAIN + ("indented",):
            self.find(block.line, f"expected a block of sh, c, cpp, {', '.join(PLAIN)}; found {block.language!r}")

    def is_command(self, text):
        return text.split(maxsplit=1)[:1] and text.split()[0] in RUN + ("./x", "$")

    def run(self, line, command):
        first = command.split()[0]
        if first == "./x":
            self.check_x(line, command)
        elif first not in RUN:
            self.find(line, f"expected a command of {', '.join(RUN)}, ./x; found {command}")
        elif MODEL in command and not self.model:
            self.skipped = True
        else:
            done = subprocess.run(["sh", "-ec", command], cwd=self.folder, env=self.environment, capture_output=True,
                                  text=True, timeout=300)
            if done.returncode:
                self.find(line, f"{command}: exit status {done.returncode}: {done.stderr.strip()[-2000:]}")

    def check_x(self, line, command):
        words = command.split("#")[0].split()[1:]
        if not words or words[0] not in self.known:
            self.find(line, f"expected a command of ./x help, found {command}")
            return
        for word in words[1:]:
            if re.fullmatch(r"[a-z]+", word) and not re.search(rf"\b{word}\b", self.known[words[0]]):
                self.find(line, f"expected what ./x help says of {words[0]}, found {word}")


def check(path, build, source):
    """(findings, whether something was skipped)"""
    with tempfile.TemporaryDirectory(prefix="inlay documents ") as folder:
        document = Document(path, build, source, folder)
        return document.check(), document.skipped


TWINS = {
    "```c\nint main(void) { return 0; }\n```\n": "expected a file name",
    "As `app.c`:\n\n```c\nint main(void) { return wrong; }\n```\n\n```sh\ncc app.c -o app\n```\n": "wrong",
    "As `app.c`:\n\n```c\nint main(void) { return 3; }\n```\n\n```sh\ncc app.c -o app\n./app  # runs\n```\n":
        "exit status 3",
    "```sh\ninlay inspect none.onnx\n```\n": "none.onnx",
    "    $ inlay inspect none.onnx\n": "none.onnx",
    "```sh\nrm model.onnx\n```\n": "found rm model.onnx",
    "```sh\n./x nothing\n```\n": "found ./x nothing",
    "See `./x test nothing`.\n": "found nothing",
    "```rust\n```\n": "found 'rust'",
}
GOOD = "See `./x bench kernels`.\n\n    a drawing ─▶ of something\n\n```sh\n./x test usage\ninlay inspect \\\n  model.onnx\n```\n"


def check_twins(build, source):
    findings = []
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder, "twin.md")
        for text, expected in [(GOOD, None), *TWINS.items()]:
            path.write_text(text, "utf-8")
            found = check(path, build, source)[0]
            if bool(found) != bool(expected) or (expected and expected not in found[0]):
                findings.append(f"expected {expected!r} of {text!r}, found {found}")
    return findings


def main():
    build, source = (pathlib.Path(argument).resolve() for argument in sys.argv[1:3])
    if "--twins" in sys.argv:
        findings, skipped = check_twins(build, source), False
    else:
        paths = [source / "README.md", source / "CONTRIBUTING.md", *sorted((source / "docs").glob("*.md"))]
        results = [check(path, build, source) for path in paths]
        findings = [finding for found, _ in results for finding in found]
        skipped = any(skip for _, skip in results)
    print("\n".join(findings) or "documents: nothing found")
    if skipped and not findings:
        print("skipped: missing model: INLAY_TEST_MODEL names none")
    sys.exit(1 if findings else 77 if skipped else 0)


if __name__ == "__main__":
    main()
