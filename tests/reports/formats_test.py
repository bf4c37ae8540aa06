#!/usr/bin/env python3
"""Validates the recorded reports of tests/golden/findings: SARIF against the schema of OASIS, JUnit against
junit.xsd, traces and tables by what their readers rely on.

usage: formats_test.py FINDINGS_FOLDER SARIF_SCHEMA JUNIT_XSD
"""

import csv
import json
import pathlib
import re
import subprocess
import sys
import unittest
import xml.etree.ElementTree

import jsonschema

findings = pathlib.Path(sys.argv[1])
sarif_schema = json.loads(pathlib.Path(sys.argv[2]).read_text(encoding="utf-8"))
junit_xsd = sys.argv[3]
names = sorted(path.stem for path in findings.glob("*.sarif"))


def read(name, extension):
    return (findings / f"{name}.{extension}").read_text(encoding="utf-8")


class Formats(unittest.TestCase):
    def each(self):
        self.assertGreaterEqual(len(names), 10)
        return names

    def sarif_errors(self, log):
        validator = jsonschema.validators.validator_for(sarif_schema)(sarif_schema)
        return [f"{list(e.absolute_path)}: {e.message}" for e in validator.iter_errors(log)]

    def test_sarif_follows_the_schema(self):
        for name in self.each():
            self.assertEqual([], self.sarif_errors(json.loads(read(name, "sarif"))))

    def test_wrong_sarif_is_noticed(self):
        log = json.loads(read(names[0], "sarif"))
        del log["runs"][0]["results"][0]["message"]
        self.assertNotEqual([], self.sarif_errors(log))

    def test_sarif_refers_to_what_is_there(self):
        for name in self.each():
            for run in json.loads(read(name, "sarif"))["runs"]:
                rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
                for result in run["results"]:
                    self.assertEqual(rules[result["ruleIndex"]], result["ruleId"])
                    self.assertGreaterEqual(len(result["locations"]), 1)
                    self.assertRegex(result["partialFingerprints"]["heddleBug/v1"], "^[0-9a-f]{16}$")
                    uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
                    self.assertTrue(uri.startswith(("tests/programs/", "tests/reports/")), uri)

    def test_junit_follows_the_schema(self):
        for name in self.each():
            path = findings / f"{name}.xml"
            done = subprocess.run(["xmllint", "--noout", "--schema", junit_xsd, path], stderr=subprocess.PIPE,
                                  check=False)
            self.assertEqual(0, done.returncode, done.stderr.decode())

    def test_wrong_junit_is_noticed(self):
        wrong = read(names[0], "xml").replace("<failure ", "<failed ").replace("</failure>", "</failed>")
        done = subprocess.run(["xmllint", "--noout", "--schema", junit_xsd, "-"], input=wrong.encode(),
                              stderr=subprocess.DEVNULL, check=False)
        self.assertNotEqual(0, done.returncode)

    def test_junit_counts_are_right(self):
        for name in self.each():
            root = xml.etree.ElementTree.fromstring(read(name, "xml"))
            for suite in root:
                self.assertEqual(int(suite.get("tests")), len(suite.findall("testcase")))
                failed = [case for case in suite if case.find("failure") is not None]
                self.assertEqual(int(suite.get("failures")), len(failed))

    def test_traces_nest_and_their_arrows_have_two_ends(self):
        for name in self.each():
            events = json.loads(read(name, "trace.json"))["traceEvents"]
            ends = {}
            for event in events:
                self.assertTrue({"ph", "pid", "tid", "ts", "name"} <= event.keys())
                if event["ph"] in "sf":
                    ends.setdefault(event["id"], []).append(event)
            for start, end in ends.values():
                self.assertEqual(("s", "f"), (start["ph"], end["ph"]))
                self.assertLessEqual(start["ts"], end["ts"])
            tracks = {}
            for event in events:
                if event["ph"] == "X":
                    tracks.setdefault((event["pid"], event["tid"]), []).append((event["ts"], event["dur"]))
            for track in tracks.values():
                track.sort()
                for (at, duration), (following, _) in zip(track, track[1:]):
                    self.assertLessEqual(at + duration, following)

    def test_annotations_are_workflow_commands(self):
        command = re.compile(r"^::(error|warning) (file=[^:,]+,line=\d+,(col=\d+,)?)?title=[^:,]+::.+$")
        for name in self.each():
            for line in read(name, "github.txt").splitlines():
                self.assertRegex(line, command)

    def test_tables_have_a_line_for_each_run(self):
        for name in self.each():
            rows = list(csv.DictReader(read(name, "csv").splitlines()))
            self.assertEqual(1, len(rows))
            self.assertEqual("bug", rows[0]["verdict"])
            self.assertNotIn(None, rows[0])


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
