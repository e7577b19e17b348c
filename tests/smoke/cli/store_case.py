"""What the tests of the model store share: a small model and its manifest."""
import hashlib
import json
import os

import program

FILES = {"model.bin": bytes(range(256)) * 1200, "sub/config.json": b'{"a": 1}\n', "empty.txt": b""}


def manifest(*sources, files=None, **changes):
    entries = [{"path": path, "bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
               for path, data in (files or FILES).items()]
    return json.dumps({"name": "tiny", "description": "a test", "licence": "MIT", "files": entries,
                       "sources": list(sources), **changes})


def https(server):
    return {"kind": "https", "url": server.url}


class StoreTest(program.ProgramTest):
    def pull(self, *sources, **changes):
        return self.inlay("model", "pull", self.write("tiny.json", manifest(*sources, **changes)))

    def assert_pulled(self, result, files=None):
        self.assertEqual(result.returncode, 0, program.errors(result))
        for path, data in (files or FILES).items():
            with open(self.path("models", "tiny", path), "rb") as file:
                self.assertEqual(file.read(), data, path)
        self.assertFalse(os.path.exists(self.path("models", "tiny.partial")))
        self.succeeds("model", "verify", "tiny")

    def assert_not_pulled(self, result, pattern):
        self.assertEqual(result.returncode, 1, program.errors(result))
        self.assertRegex(program.errors(result).splitlines()[-1], pattern)
        self.assertFalse(os.path.exists(self.path("models", "tiny")))
