#!/usr/bin/env python3
"""Writes docs/cpython-checklist.md from cpython_checklist.csv; with --check, compares.

Every row is a case of CPython's tests (3.11 and 3.13) that says something about a primitive that exists here. It names
the test of ours that asks the same (a scenario of the suites, a GoogleTest of cpython_*_test.cpp, or a program of the
catalogue of bugs as bugs/NAME), or the reason why there is none. A name that no test has is an error.
"""

import collections
import csv
import pathlib
import re
import sys

FOLDER = pathlib.Path(__file__).resolve().parent
ROOT = FOLDER.parents[1]
PAGE = ROOT / "docs" / "cpython-checklist.md"

HEAD = """# CPython's test cases

CPython's own tests are the specification of its toolbox. Every case that makes sense in C++, for the modules that exist
here, has a test of ours or a reason. Scenarios (`MX_S1_…`) are explored, run under ThreadSanitizer and natively; names in
snake case are GoogleTests on real threads (`tests/primitives/cpython_*_test.cpp`); `bugs/…` are programs of the
[catalogue](bug-catalogue.md). The meanings are in our words.

This page is written by `tests/primitives/cpython_table.py` from `cpython_checklist.csv`, and checked by the test
`primitives.cpython_table`.
"""


def known_tests():
    scenarios = set()
    for header in (FOLDER / "suite").glob("*.hpp"):
        scenarios.update(re.findall(r'^ +\{"([A-Za-z0-9_]+)",', header.read_text(encoding="utf-8"), re.MULTILINE))
    googletests = set()
    for source in FOLDER.glob("cpython_*_test.cpp"):
        googletests.update(re.findall(r"^TEST\(CPython, (\w+)\)", source.read_text(encoding="utf-8"), re.MULTILINE))
    with open(FOLDER / "bugs" / "catalogue.csv", newline="", encoding="utf-8") as file:
        bugs = {f"bugs/{row['name']}" for row in csv.DictReader(file)}
    return scenarios, googletests, bugs


def complain(rows):
    scenarios, googletests, bugs = known_tests()
    for row in rows:
        case = f"{row['file']} {row['class']}.{row['test']}"
        if bool(row["ours"]) == bool(row["reason"]):
            yield f"{case}: a test or a reason, and one of them"
        if row["ours"] and row["ours"] not in scenarios | googletests | bugs:
            yield f"{case}: no test is called {row['ours']}"
    yield from (f"{name} belongs to no row" for name in sorted(googletests - {row["ours"] for row in rows}))


def page(rows):
    files = collections.defaultdict(list)
    for row in rows:
        files[row["file"]].append(row)
    tested = sum(bool(row["ours"]) for row in rows)
    out = [HEAD, f"{len(rows)} cases: {tested} with a test, {len(rows) - tested} with a reason.", ""]
    for file, cases in files.items():
        out += [f"## {file}", "", "| case | what it asks for | here |", "| --- | --- | --- |"]
        for row in cases:
            ours = f"`{row['ours']}`" if row["ours"] else row["reason"]
            out.append(f"| {row['class']}.{row['test']} | {row['meaning'].replace('|', '/')} | {ours} |")
        out.append("")
    return "\n".join(out)


def main():
    with open(FOLDER / "cpython_checklist.csv", newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    wrong = list(complain(rows))
    if wrong:
        sys.exit("\n".join(wrong))
    text = page(rows)
    if "--check" not in sys.argv[1:]:
        PAGE.write_text(text, encoding="utf-8")
    elif PAGE.read_text(encoding="utf-8") != text:
        sys.exit(f"{PAGE.relative_to(ROOT)} is out of date: run tests/primitives/cpython_table.py")


if __name__ == "__main__":
    main()
