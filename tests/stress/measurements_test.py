#!/usr/bin/env python3
"""The scripts that measure (stress/bench), on one program each: that they find, count and resume.

usage: measurements_test.py SCRIPTS PREFIX WORK_FOLDER
"""

import csv
import pathlib
import shutil
import subprocess
import sys

scripts, prefix, work = map(pathlib.Path, sys.argv[1:])


def run(script, *options):
    done = subprocess.run([sys.executable, scripts / script, f"--prefix={prefix}", f"--work={work}", "--seeds=1", *options],
                          capture_output=True, text=True, check=False)
    assert done.returncode == 0, (done.returncode, done.stdout, done.stderr)
    return done.stdout


def rows(name):
    with (work / name).open(newline="") as file:
        return list(csv.DictReader(file))


def main():
    shutil.rmtree(work, ignore_errors=True)
    names = ["barrier_miscount", "leaked_node"]  # hangs always; cannot be seen natively
    table = run("first_bug.py", "--programs", *names, "--columns", "loop", "check", "--cap=0.2")
    assert "| found, of 2 | 1 | 2 |" in table and "| leaked_node | > 0.2 |" in table, table
    first = rows("rows.csv")
    assert {r["rule"] for r in first if r["program"] == names[0]} == {"hang", "HED002"}, first
    assert all(float(r["seconds"]) > 1 for r in first if r["rule"] == "hang"), first
    run("first_bug.py", "--programs", *names, "--columns", "loop", "check", "--cap=0.2")
    assert rows("rows.csv") == first, "a second run measured again"
    table = run("feedback.py", "--programs", "deep_count", "--columns", "random", "--executions=30000", "--seconds=60")
    found = rows("feedback.csv")
    assert len(found) == 1 and all(r["rule"] == "HED006" and int(r["executions"]) > 0 for r in found), found
    assert "| deep_count |" in table, table


if __name__ == "__main__":
    main()
