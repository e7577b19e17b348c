"""Pulling a model from a server that truncates, redirects, refuses ranges or asks for patience."""
import os
import shutil
import unittest

import program
from file_server import FileServer, make_certificate
from store_case import FILES, StoreTest, https


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


if __name__ == "__main__":
    program.main()
