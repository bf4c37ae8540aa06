#!/usr/bin/env python3
"""Writes docs/bug-catalogue.md from catalogue.csv; with --check, compares, and checks the catalogue itself."""

import csv
import pathlib
import re
import sys

FOLDER = pathlib.Path(__file__).resolve().parent
ROOT = FOLDER.parents[2]
PAGE = ROOT / "docs" / "bug-catalogue.md"
OTHER = ROOT / "tests" / "programs"

# Ids that belong to processes, shared memory, coroutines on an event loop and green threads.
LATER = [*range(31, 42), *range(44, 51)]

HEAD = """# Catalogue of bugs

Mistakes that users of synchronisation objects make, and that the objects themselves had, each as a program that Heddle
must find, under the rule named, and as its mended twin that must pass. Those of `tests/programs` are unmodified programs
on pthreads, C11 threads and the standard library; the others, in `tests/primitives/bugs`, also use the
[primitives](primitives.md). `ctest -L 'bugs|programs'` runs them all. Misuse of a primitive is an exception, which nobody
catches here: HED008.

This page is written by `tests/primitives/bugs/table.py` from `catalogue.csv`. The ids are those of the plan; B31 to B41
(processes) and B44 to B50 (event loops, green threads) belong to parts that do not exist yet.

| id | the bug | program | found as |
| --- | --- | --- | --- |
"""


def read(path):
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def page(rows, others):
    out = [HEAD.rstrip("\n")]
    for row in rows:
        rules = row["rules"] or others[row["name"]]
        where = row["program"] if "/" in row["program"] else f"bugs/{row['program']}"
        shown = " ".join(f"[{rule}](rules/{rule}.md)" for rule in rules.split("|"))
        out.append(f"| {row['id']} | {row['what']} | {where}: `{row['name']}` | {shown} |")
    return "\n".join(out) + "\n"


def complain(rows, others):
    """What is wrong with the catalogue."""
    numbers = {int(row["id"][1:]) for row in rows}
    yield from (f"B{n:02} has no program" for n in range(1, 56) if n not in numbers and n not in LATER)
    names = [row["name"] for row in rows]
    yield from (f"{name} is listed twice" for name in names if names.count(name) > 1)
    ids = [row["id"] for row in rows]
    if ids != sorted(ids):
        yield "the ids are not in order"
    for row in rows:
        if row["program"] == "tests/programs" and row["name"] not in others:
            yield f"{row['name']} is not in tests/programs"
    for source in FOLDER.glob("*.cpp"):
        listed = {row["name"] for row in rows if row["program"] == source.stem}
        defined = set(re.findall(r'^ +\{"([a-z_]+)", ', source.read_text(encoding="utf-8"), re.MULTILINE))
        yield from (f"{source.name}: {name} is in one of the program and the catalogue only"
                    for name in sorted(listed ^ defined))


def main():
    rows = read(FOLDER / "catalogue.csv")
    others = {row["name"]: row["rules"] for row in read(OTHER / "expectations.csv")}
    wrong = list(complain(rows, others))
    if wrong:
        sys.exit("\n".join(wrong))
    text = page(rows, others)
    if "--check" not in sys.argv[1:]:
        PAGE.write_text(text, encoding="utf-8")
    elif PAGE.read_text(encoding="utf-8") != text:
        sys.exit(f"{PAGE.relative_to(ROOT)} is out of date: run tests/primitives/bugs/table.py")


if __name__ == "__main__":
    main()
