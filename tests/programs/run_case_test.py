#!/usr/bin/env python3
"""run_case.py must fail for every way a verdict can be wrong: it is run against a stand-in for `heddle`."""

import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

RUN_CASE = pathlib.Path(__file__).with_name("run_case.py")
RACE = {"rule": "HED001", "fingerprint": "f1", "token": "heddle1:x"}
AGAIN = dict(RACE, occurrences=2)
DEADLOCK = {"rule": "HED002", "fingerprint": "f2", "token": "heddle1:y"}
LOCK_ORDER = {"rule": "HED017", "fingerprint": "f3", "token": "heddle1:z"}

# Answers `check` and the replays, in order, from the file beside it; records its arguments there too.
STAND_IN = """#!/usr/bin/env python3
import json, pathlib, sys
folder = pathlib.Path(__file__).parent
answers = json.loads((folder / "answers.json").read_text())
with open(folder / "calls", "a") as calls: calls.write(" ".join(sys.argv[1:]) + "\\n")
code, findings = answers.pop(0)
(folder / "answers.json").write_text(json.dumps(answers))
path = next(a for a in sys.argv if a.startswith("--json=")).removeprefix("--json=")
if findings is not None:
    pathlib.Path(path).write_text(json.dumps({"findings": findings, "exploration": {"executions": code != 9}}))
sys.exit(0 if code == 9 else code)
"""


class RunCase(unittest.TestCase):
    def setUp(self):
        self.folder_guard = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder_guard.cleanup)
        self.folder = pathlib.Path(self.folder_guard.name)
        (self.folder / "table.csv").write_text("name,language,rules,options,notes\n"
                                               "case,C,HED001|HED006,--leaks,text\n")
        heddle = self.folder / "heddle"
        heddle.write_text(STAND_IN)
        heddle.chmod(0o755)

    def run_case(self, variant, *answers, name="case"):
        (self.folder / "answers.json").write_text(json.dumps(answers))
        done = subprocess.run([sys.executable, RUN_CASE, f"--heddle={self.folder / 'heddle'}", "--replays=2",
                               f"--expectations={self.folder / 'table.csv'}", variant, name, "./program"],
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
        return done.returncode == 0

    def test_expected_rule_that_replays_passes(self):
        self.assertTrue(self.run_case("bug", (1, [RACE]), (1, [AGAIN])))
        calls = (self.folder / "calls").read_text().splitlines()
        self.assertEqual([call.split()[0] for call in calls], ["check", "replay"])
        self.assertTrue(all("--leaks ./program" in call for call in calls))
        self.assertIn("--token=heddle1:x", calls[1])
        self.assertIn("--times=2", calls[1])

    def test_replays_that_show_it_only_once_fail(self):
        self.assertFalse(self.run_case("bug", (1, [RACE]), (1, [dict(AGAIN, occurrences=1)])))

    def test_prediction_beside_the_expected_rule_passes(self):
        self.assertTrue(self.run_case("bug", (1, [LOCK_ORDER, RACE]), (1, [AGAIN])))

    def test_no_bug_fails(self):
        self.assertFalse(self.run_case("bug", (0, [])))

    def test_other_rule_fails(self):
        self.assertFalse(self.run_case("bug", (1, [DEADLOCK])))

    def test_prediction_alone_fails(self):
        self.assertFalse(self.run_case("bug", (1, [LOCK_ORDER])))

    def test_other_rule_beside_the_expected_one_fails(self):
        self.assertFalse(self.run_case("bug", (1, [RACE, DEADLOCK]), (1, [AGAIN])))

    def test_internal_error_with_a_finding_fails(self):
        self.assertFalse(self.run_case("bug", (5, [RACE]), (1, [AGAIN])))

    def test_missing_document_fails(self):
        self.assertFalse(self.run_case("bug", (1, None)))

    def test_replay_that_finds_nothing_fails(self):
        self.assertFalse(self.run_case("bug", (1, [RACE]), (0, [])))

    def test_replay_that_finds_another_bug_fails(self):
        self.assertFalse(self.run_case("bug", (1, [RACE]), (1, [dict(AGAIN, fingerprint="f9")])))

    def test_replay_that_diverges_fails(self):
        self.assertFalse(self.run_case("bug", (1, [RACE]), (4, [])))

    def test_correct_program_passes(self):
        self.assertTrue(self.run_case("ok", (0, [])))

    def test_correct_program_with_a_finding_fails(self):
        self.assertFalse(self.run_case("ok", (1, [RACE])))
        self.assertFalse(self.run_case("ok", (0, [LOCK_ORDER])))

    def test_inconclusive_correct_program_fails(self):
        self.assertFalse(self.run_case("ok", (3, [])))

    def test_correct_program_that_never_ran_fails(self):
        self.assertFalse(self.run_case("ok", (9, [])))

    def test_unknown_name_fails(self):
        self.assertFalse(self.run_case("ok", (0, []), name="other"))


if __name__ == "__main__":
    unittest.main()
