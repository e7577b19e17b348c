"""Manifests that are not what they should be, or that try to leave the store."""
import hashlib
import os

import program
from store_case import StoreTest, manifest


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
        self.refused("bytes", manifest().replace('"bytes": 0', '"bytes": "0"'))
        self.refused("at most .* bytes in all", manifest().replace('"bytes": 0', '"bytes": 9007199254740992'))
        self.refused("twice", manifest().replace("empty.txt", "model.bin"))
        self.refused("byte 0: expected a value", "")
        self.refused("expected a member", "{}")
        self.refused("at most 64 levels", "[" * 100000)


if __name__ == "__main__":
    program.main()
