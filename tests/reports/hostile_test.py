#!/usr/bin/env python3
"""`heddle report` on input nobody should trust: cut off, huge, of a later version, not UTF-8, hostile. Each gives one
clear error or a safe report, soon, and in bounded memory. Random damage is the business of tests/fuzz.

usage: hostile_test.py HEDDLE RESULT_DOCUMENT
"""

import json
import os
import pathlib
import resource
import subprocess
import sys
import tempfile
import time
import unittest

HEDDLE = sys.argv[1]
DOCUMENT = pathlib.Path(sys.argv[2]).read_text(encoding="utf-8")
FORMATS = ["text", "json", "html", "sarif", "junit", "github", "chrome", "mermaid", "dot", "csv"]
MEMORY = 4 << 30
EVIL = "</script><script>alert(1)</script>\x1b[31m\u202e]]>&<!--\"'`|\\"


def limit():
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


class Hostile(unittest.TestCase):
    def setUp(self):
        self.scratch = tempfile.TemporaryDirectory()
        self.addCleanup(self.scratch.cleanup)
        self.folder = pathlib.Path(self.scratch.name)

    def report(self, content, to="text", seconds=110):
        path = self.folder / "input"
        if content is not None:
            path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8", "surrogatepass"))
        begun = time.monotonic()
        done = subprocess.run([HEDDLE, "report", f"--to={to}", path], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              timeout=seconds, preexec_fn=limit, check=False)
        self.assertIn(done.returncode, (0, 2), done.stderr[-2000:])
        return done.returncode, done.stdout, done.stderr.decode(), time.monotonic() - begun

    def refused(self, content, *words):
        code, out, error, _ = self.report(content)
        self.assertEqual((2, b""), (code, out))
        self.assertEqual(1, len(error.splitlines()), error)
        for word in words:
            self.assertIn(word, error)

    def test_cut_off(self):
        self.refused("", "is empty")
        for part in (1, 7, 20, 33, 39):
            self.refused(DOCUMENT[: len(DOCUMENT.rstrip()) * part // 40], "is not JSON (damaged, or cut off?)")

    def test_later_version(self):
        document = json.loads(DOCUMENT)
        document["schema_version"] = "2.0"
        self.refused(json.dumps(document), "was written by a newer heddle (schema_version 2.0")
        document["schema_version"] = "1.999"
        document["findings"][0]["rule"] = "HED999"
        document["findings"][0]["news"] = {"anything": [1, 2]}
        for to in FORMATS:
            code, out, error, _ = self.report(json.dumps(document), to)
            self.assertEqual((0, ""), (code, error), to)
            self.assertTrue(out, to)

    def test_other_json(self):
        self.refused("[1, 2, 3]", "is no result document")
        self.refused("{}", "is no result document")
        self.refused('{"schema_version": "1.2", "verdict": "perhaps"}', "has no verdict this version knows")

    def test_not_utf8(self):
        content = DOCUMENT.encode().replace(b'"program": "', b'"program": "\xff\xfe\xc0\x80 ', 1)
        self.assertNotEqual(content, DOCUMENT.encode())
        for to in FORMATS:
            code, out, error, _ = self.report(content, to)
            self.assertEqual((0, ""), (code, error), to)
            out.decode("utf-8")

    def test_hostile_text(self):
        def poison(value):
            if isinstance(value, dict):
                keep = ("schema_version", "verdict", "rule", "fingerprint", "kind", "role", "order", "source", "value")
                return {k: v if k in keep else poison(v) for k, v in value.items()}
            if isinstance(value, list):
                return [poison(v) for v in value]
            return EVIL + value if isinstance(value, str) else value

        content = json.dumps(poison(json.loads(DOCUMENT)))
        for to in FORMATS:
            code, out, error, _ = self.report(content, to)
            self.assertEqual((0, ""), (code, error), to)
            self.assertNotIn(b"\x1b", out, to)
            if to in ("html", "junit", "mermaid"):
                self.assertNotIn(b"<script>alert(1)", out, to)
            if to in ("text", "html"):
                self.assertNotIn("\u202e".encode() if to == "text" else b"<!--\"", out, to)

    def test_larger_than_anything_it_writes(self):
        with open(self.folder / "input", "wb") as file:
            file.truncate((256 << 20) + 1)
        code, _, error, took = self.report(None)
        self.assertEqual(2, code)
        self.assertIn("is larger than 256 MiB", error)
        self.assertLess(took, 30)

    def test_deep(self):
        for opening in ("[", '{"findings":['):
            self.refused(opening * 3_000_000, "is not JSON")
        depth = 1_000_000
        document = json.loads(DOCUMENT)
        document["findings"] = ["DEEP"]
        content = json.dumps(document).replace('"DEEP"', "[" * depth + "]" * depth)
        code, _, _, _ = self.report(content, "html")
        self.assertEqual(0, code)

    def test_long_text(self):
        document = json.loads(DOCUMENT)
        document["findings"][0]["message"] = document["findings"][0]["cause"] = "x" * 5_000_000
        for to in FORMATS:
            self.assertEqual(0, self.report(json.dumps(document), to)[0], to)

    def test_many_findings(self):
        document = json.loads(DOCUMENT)
        (finding,) = document["findings"][:1]
        document["findings"] = [{**finding, "fingerprint": f"{i:016x}", "steps": []} for i in range(5001)]
        content = json.dumps(document)
        for to in ("text", "sarif"):
            code, out, _, _ = self.report(content, to)
            self.assertEqual(0, code, to)
            if to == "sarif":
                self.assertEqual(5000, len(json.loads(out)["runs"][0]["results"]))

    def test_many_lines_that_are_no_records(self):
        start = '{"type":"start","protocol":1,"program":"p","arguments":[],"modules":[]}\n'
        code, out, _, _ = self.report(start + "rubbish\n" * 100_000)
        self.assertEqual(0, code)
        self.assertLess(len(out), 10_000)

    def test_modules_that_are_no_files(self):
        """Records name the files their addresses are looked up in."""
        pipe = self.folder / "pipe"
        os.mkfifo(pipe)
        for module in (pipe, "/dev/zero", self.folder, self.folder / "missing"):
            start = {"type": "start", "protocol": 1, "program": "p", "arguments": [], "modules": [{"path": str(module)}]}
            found = {"type": "finding", "rule": "HED006", "message": "m", "token": "t", "execution": 1,
                     "threads": [{"id": 0, "created_at": [[0, 4096]]}],
                     "objects": [{"id": 0, "kind": "atomic", "address": "0x1", "size": 4, "module": [0, 16]}]}
            for symbolizer in ("llvm-symbolizer", "missing"):
                os.environ["HEDDLE_SYMBOLIZER"] = symbolizer
                self.addCleanup(os.environ.pop, "HEDDLE_SYMBOLIZER", None)
                code, out, _, _ = self.report(f"{json.dumps(start)}\n{json.dumps(found)}\n", seconds=20)
                self.assertEqual(0, code)
                self.assertIn(b"HED006", out)


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], *sys.argv[3:]])
