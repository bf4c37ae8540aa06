#!/usr/bin/env python3
"""Validates the stored result documents against the published schemas, and the schemas themselves.

usage: schema_test.py SCHEMA_FOLDER DOCUMENT_FOLDER
"""

import copy
import json
import pathlib
import sys
import unittest

from jsonschema import Draft202012Validator

schemas = pathlib.Path(sys.argv[1])
documents = sorted(pathlib.Path(sys.argv[2]).glob("*.json"))


def load(path):
    return json.loads(path.read_text(encoding="utf-8"))


class Schemas(unittest.TestCase):
    def setUp(self):
        self.result = Draft202012Validator(load(schemas / "result-1.json"))
        self.stream = Draft202012Validator(load(schemas / "stream-1.json"))

    def test_schemas_are_schemas(self):
        for path in sorted(schemas.glob("*.json")):
            Draft202012Validator.check_schema(load(path))

    def test_documents_of_every_version_follow_it(self):
        self.assertGreaterEqual(len(documents), 4)
        for path in documents:
            with self.subTest(path.name):
                self.assertEqual([], [e.message for e in self.result.iter_errors(load(path))])

    def test_a_wrong_document_is_noticed(self):
        good = load(documents[0])
        for change in (lambda d: d.pop("verdict"), lambda d: d.update(verdict="maybe"),
                       lambda d: d["findings"][0]["steps"][0].update(step="one")):
            bad = copy.deepcopy(good)
            change(bad)
            self.assertFalse(self.result.is_valid(bad))

    def test_lines_of_the_stream(self):
        result = {"type": "result", **load(documents[0])}
        self.assertTrue(self.stream.is_valid(result))
        self.assertTrue(self.result.is_valid(result))
        progress = {"type": "progress", "phase": "pos", "executions": 3, "findings": 0, "estimate": None,
                    "elapsed_seconds": 0.5}
        self.assertTrue(self.stream.is_valid(progress))
        del progress["executions"]
        self.assertFalse(self.stream.is_valid(progress))


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
