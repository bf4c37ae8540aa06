#!/usr/bin/env python3
"""Writes docs/invariants.md from invariants.csv; with --check, compares.

Every row is an invariant of the primitives (S: safety, L: liveness). The scenarios whose names begin with it are read from
the suites, and which programs run them from the programs' tables. An invariant that neither a scenario has nor a reason
explains is an error, and so is a scenario that names an unknown one, unless it is an extension of our own.
"""

import collections
import csv
import pathlib
import re
import sys

FOLDER = pathlib.Path(__file__).resolve().parent
ROOT = FOLDER.parents[1]
PAGE = ROOT / "docs" / "invariants.md"

HEAD = """# Invariants of the primitives

What every primitive promises (S: nothing bad happens, L: something good does), and the scenarios that are about it. Each
scenario is explored by the checker in the test `primitives.PROGRAM/IMPLEMENTATION.SCENARIO`, and run natively and under
ThreadSanitizer: [primitives.md](primitives.md#verification). A scenario of a suite is run for every implementation of
the suite: that of the mutex for five.

Written by `tests/primitives/invariants.py` from `invariants.csv`, checked by the test `primitives.invariants`.

"""
# Of waits that a stop can end, where the specification has no number for it.
EXTENSIONS = {"SM-L2", "EV-L2", "AE-L2", "LT-L2", "CQ-L3", "FU-L3"}


def suites():
    """Suite -> names of its scenarios."""
    found = collections.defaultdict(list)
    for header in sorted((FOLDER / "suite").glob("*_suite.hpp")):
        suite = None
        for line in header.read_text(encoding="utf-8").splitlines():
            if match := re.match(r"struct (\w+) {", line):
                suite = match.group(1)
            elif match := re.match(r' +\{"(\w+)",', line):
                found[suite].append(match.group(1))
    return found


def explored():
    """Invariant -> {scenario: implementations}."""
    found = collections.defaultdict(lambda: collections.defaultdict(list))
    scenarios = suites()
    for program in sorted(FOLDER.glob("*.cpp")):
        for implementation, suite in re.findall(r'^ +\{"(\w+)", (\w+)<', program.read_text(encoding="utf-8"), re.MULTILINE):
            for scenario in scenarios[suite]:
                if match := re.match(r"([A-Z]{2})_([SL]\d+)_", scenario):
                    found["-".join(match.groups())][scenario].append(implementation)
    return found


def main():
    with open(FOLDER / "invariants.csv", newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    tests = explored()
    wrong = [f"{row['invariant']}: a scenario or a reason, and one of them" for row in rows
             if bool(tests.get(row["invariant"])) == bool(row["reason"])]
    known = {row["invariant"] for row in rows} | EXTENSIONS
    wrong += [f"{name}: {', '.join(tests[name])}: no such invariant" for name in sorted(set(tests) - known)]
    if wrong:
        sys.exit("\n".join(wrong))
    with_scenario = sum(not row["reason"] for row in rows)
    lines = [f"{len(rows)} invariants: {with_scenario} with scenarios, {len(rows) - with_scenario} with a reason.", "",
             "| of | invariant | | scenarios |", "| --- | --- | --- | --- |"]
    for row in rows:
        shown = row["reason"] or ", ".join(f"`{name}`" for name in sorted(tests[row["invariant"]]))
        lines.append(f"| {row['of']} | {row['invariant']} | {row['meaning']} | {shown} |")
    text = HEAD + "\n".join(lines) + "\n"
    if "--check" not in sys.argv:
        PAGE.write_text(text, encoding="utf-8")
    elif not PAGE.exists() or PAGE.read_text(encoding="utf-8") != text:
        sys.exit(f"{PAGE.relative_to(ROOT)} is out of date: run tests/primitives/invariants.py")
    print(lines[0])


if __name__ == "__main__":
    main()
