#!/usr/bin/env python3
"""The analysis of findings (`analysis` in the result document), on programs of tests/programs.

usage: why_test.py HEDDLE FOLDER_OF_PROGRAMS PROGRAM_THAT_DIES [TEST ...]
"""

import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

HEDDLE = pathlib.Path(sys.argv[1])
PROGRAMS = pathlib.Path(sys.argv[2])
DIES = pathlib.Path(sys.argv[3])


def check(program, *options, budget="10s"):
    """The exit code, the document and the terminal report."""
    with tempfile.TemporaryDirectory() as folder:
        document = pathlib.Path(folder) / "result.json"
        done = subprocess.run([HEDDLE, "check", f"--budget={budget}", f"--json={document}", *options, program],
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False, timeout=110)
        return done.returncode, json.loads(document.read_text(encoding="utf-8")), done.stdout.decode()


def bug(name):
    return PROGRAMS / f"{name}.bug"


def place(changed):
    """An order change as --order-at takes it: return addresses, in the program itself."""
    offsets = []
    for frame in changed["stack"]:
        if not offsets or frame["offset"] != offsets[-1]:
            offsets.append(frame["offset"])
    at = "@".join(f"0+{offset + 1:x}" for offset in offsets[:2])
    return f"{at}={changed['to']}" + (f"/{changed['failure_to']}" if changed.get("failure_to") else "")


class Why(unittest.TestCase):
    def finding(self, name, rule, *options):
        code, document, text = check(bug(name), *options)
        self.assertEqual(1, code, text)
        return next(f for f in document["findings"] if f["rule"] == rule), text

    def test_fixes_hold_and_no_change_of_them_can_be_left_out(self):
        """Against the exhaustive search of the whole program, in another process."""
        for name, rule, count in [("publication_relaxed", "HED001", 2), ("store_buffering", "HED006", 4),
                                  ("spsc_ring_relaxed", "HED001", 4), ("ticket_lock_relaxed", "HED001", 1),
                                  ("publication_pointer", "HED001", 1)]:
            with self.subTest(name):
                finding, text = self.finding(name, rule)
                (fix,) = finding["analysis"]["fixes"]
                self.assertTrue(fix["verified"])
                self.assertIn("nothing goes wrong in any", " ".join(text.split()))
                changes = [place(c) for c in fix["orders"]]
                self.assertEqual(count, len(changes))
                code, document, text = check(bug(name), "--exhaustive", "--order-at=" + ",".join(changes))
                self.assertEqual((0, "verified"), (code, document["verdict"]), text)
                self.assertEqual(fix["executions"], document["exploration"]["executions"])
                for left_out in range(len(changes)):
                    some = changes[:left_out] + changes[left_out + 1:]
                    more = ["--order-at=" + ",".join(some)] if some else []
                    code, _, text = check(bug(name), "--exhaustive", "--no-why", *more)
                    self.assertEqual(1, code, text)

    def test_no_order_is_offered_where_none_helps(self):
        for name, rule in [("counter_race", "HED001"), ("abba_deadlock", "HED002"), ("lost_update", "HED006")]:
            with self.subTest(name):
                finding, _ = self.finding(name, rule)
                self.assertEqual([], finding["analysis"]["fixes"])

    def test_the_point_of_no_return_of_a_deadlock_is_when_both_locks_are_taken(self):
        finding, text = self.finding("abba_deadlock", "HED002")
        analysis = finding["analysis"]
        locks = [s for s in finding["steps"] if s["call"] == "pthread_mutex_lock"]
        self.assertEqual(2, len(locks))
        self.assertEqual(locks[1]["step"], analysis["no_return"])
        self.assertIn("the point of no return", text)
        for chance in analysis["chances"]:
            self.assertEqual(40, chance["failed"] + chance["passed"])
            self.assertEqual(chance["passed"] == 0, chance["after"] >= analysis["no_return"])
        # The nearest execution that passes differs in that step, and not before.
        passing = analysis["passing"]["steps"]
        moves = [[(s["thread"], s["call"]) for s in steps] for steps in (finding["steps"], passing)]
        decisive = finding["steps"].index(locks[1])
        self.assertEqual(moves[0][:decisive], moves[1][:decisive])
        self.assertNotEqual(moves[0][decisive], moves[1][decisive])
        self.assertIn(f"the same up to step {locks[1]['step'] - 1}", finding["turning"])

    def test_what_always_fails_is_said_to(self):
        finding, text = self.finding("unlock_twice", "HED015")
        self.assertEqual(0, finding["analysis"]["no_return"])
        self.assertIsNone(finding["analysis"]["passing"])
        self.assertIn("40 of 40 random continuations fail, whatever the order", text)

    def test_it_can_be_switched_off(self):
        finding, text = self.finding("publication_relaxed", "HED001", "--no-why")
        self.assertIsNone(finding["analysis"])
        self.assertNotIn("What else could have happened", text)

    def test_executions_in_processes_of_their_own(self):
        finding, _ = self.finding("publication_relaxed", "HED001", "--isolation=fork")
        self.assertEqual(1, len(finding["analysis"]["fixes"]))
        self.assertLess(finding["analysis"]["executions"], 1000)

    def test_several_processes(self):
        finding, _ = self.finding("publication_relaxed", "HED001", "--exhaustive", "--jobs=2")
        self.assertEqual(1, len(finding["analysis"]["fixes"]))

    def test_objects_have_the_type_they_are_declared_with(self):
        code, document, text = check(DIES.with_name("reports.object_types"), "--no-minimize")
        self.assertEqual(1, code, text)
        types = {o["name"]: (o["kind"], o["type"]) for f in document["findings"] for o in f["objects"] if o["type"]}
        self.assertEqual(("memory", "int"), types["visits"])
        self.assertEqual(("mutex", "std::mutex"), types["shop::accounts+56"])
        self.assertEqual(("atomic", "std::atomic<int>"), types["main::turns"])
        self.assertEqual(("atomic", "std::atomic<bool>"), types["shop::closed"])
        self.assertIn("int, 4 bytes, a global variable declared at object_types.cpp:19", text)

    def test_a_finding_survives_being_shortened(self):
        for isolation in "auto", "fork":
            code, document, text = check(DIES, "--strategy=bounded", f"--isolation={isolation}")
            self.assertEqual(1, code, text)
            self.assertEqual("bug", document["verdict"])
            (finding,) = document["findings"]
            self.assertEqual("HED007", finding["rule"])
            self.assertIsNone(finding["minimized"])
            self.assertNotEqual([], finding["steps"])
            self.assertIn("the program ended while the schedule of HED007 was being shortened", text)
            replayed = subprocess.run([HEDDLE, "replay", f"--token={finding['token']}", DIES], capture_output=True,
                                      check=False, timeout=60)
            self.assertEqual(1, replayed.returncode, replayed.stdout + replayed.stderr)

    def test_a_finding_survives_its_analysis(self):
        code, document, text = check(DIES, "--strategy=bounded", "--no-minimize")
        self.assertEqual(1, code, text)
        self.assertEqual("bug", document["verdict"])
        self.assertEqual(["HED007"], [f["rule"] for f in document["findings"]])
        self.assertIsNone(document["findings"][0]["analysis"])


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], *sys.argv[4:]])
