"""inlay's side: inlay_text_bench, which does one thing a line and says how long it took."""
import json
import subprocess

from common import machine


class TextBench:
    """The program with a tokenizer.json and texts; close() ends it."""

    def __init__(self, build, tokenizer, texts, folder):
        path = folder / "texts.bin"
        path.write_bytes(b"".join(text.encode() + b"\0" for text in texts))
        self.process = subprocess.Popen(
            [machine.program(build, "inlay_text_bench"), tokenizer, path], text=True,
            encoding="utf-8", stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def ask(self, question):
        self.process.stdin.write(question + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"inlay_text_bench ended at {question!r}")
        return json.loads(line)

    def ms(self, question):
        return self.ask(question)["ms"]

    def close(self):
        self.process.stdin.close()
        self.process.wait()
        self.process.stdout.close()
