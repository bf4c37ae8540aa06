#!/usr/bin/env python3
"""heddle replay --gdb, with a debugger that reads its commands from a file instead of a terminal.

usage: gdb_test.py HEDDLE FOLDER_OF_PROGRAMS
"""

import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

HEDDLE = pathlib.Path(sys.argv[1]).resolve()
PROGRAMS = pathlib.Path(sys.argv[2]).resolve()


def finding_of(program, rule):
    with tempfile.TemporaryDirectory() as folder:
        document = pathlib.Path(folder) / "result.json"
        subprocess.run([HEDDLE, "check", f"--json={document}", program], stdout=subprocess.DEVNULL, check=False)
        result = json.loads(document.read_text(encoding="utf-8"))
    return next(f for f in result["findings"] if f["rule"] == rule)


def replay(program, token, commands, environment=None):
    return subprocess.run([HEDDLE, "replay", "--gdb", f"--token={token}", program], input=commands.encode(),
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False, timeout=100,
                          env=environment)


class Gdb(unittest.TestCase):
    def stops(self, name, rule):
        program = PROGRAMS / f"{name}.bug"
        finding = finding_of(program, rule)
        turns = len(finding["schedule"])
        done = replay(program, finding["token"], "continue\n" * (turns + 1))
        return finding, done.stdout.decode()

    @unittest.skipUnless(shutil.which("gdb"), "gdb is not installed")
    def test_stops_at_each_switch_and_at_the_failing_step(self):
        finding, text = self.stops("lost_update", "HED006")
        for turn in finding["schedule"][1:]:
            name = f"T{turn['thread']}" if turn["thread"] else "main"
            self.assertRegex(text, rf"heddle: switch: {name} goes on after step [0-9]+\n(it has not run yet|#)")
        self.assertEqual(len(finding["schedule"]) - 1, text.count("heddle: switch:"), text)
        self.assertIn("heddle: Assertion failed after step", text)
        self.assertIn("lost_update.bug.c:", text)

    @unittest.skipUnless(shutil.which("gdb"), "gdb is not installed")
    def test_stops_where_a_race_is_found_and_where_nobody_can_move(self):
        _, text = self.stops("publication_relaxed", "HED001")
        self.assertIn("heddle: Data race after step", text)
        self.assertIn("publication_relaxed.bug.cpp:17", text)
        _, text = self.stops("abba_deadlock", "HED002")
        self.assertIn("heddle: Deadlock after step", text)

    def test_without_gdb_it_says_so(self):
        program = PROGRAMS / "lost_update.bug"
        finding = finding_of(program, "HED006")
        with tempfile.TemporaryDirectory() as empty:
            done = replay(program, finding["token"], "", {**os.environ, "PATH": empty})
        self.assertEqual(2, done.returncode)
        self.assertIn("gdb could not be started: install it", done.stdout.decode())


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
