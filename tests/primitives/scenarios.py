#!/usr/bin/env python3
"""Explores every scenario of every implementation completely, and prints the second table of docs/verification.md.

Scenarios that do not end in the budget are named. --write puts the table there.

usage: scenarios.py --heddle=COMMAND --programs=DIRECTORY [--write]
"""

import argparse
import collections
import json
import pathlib
import re
import subprocess
import sys
import tempfile

from invariants import FOLDER, ROOT, suites

PAGE = ROOT / "docs" / "verification.md"
BEGIN, END = "<!-- scenarios of primitives: begin -->", "<!-- scenarios of primitives: end -->"
PROGRAMS = ["locks", "waiting", "queues", "futures", "threads", "flow"]


def explore(arguments, program, scenario):
    with tempfile.TemporaryDirectory(prefix="heddle-scenarios-") as scratch:
        document = pathlib.Path(scratch) / "result.json"
        done = subprocess.run(
            [arguments.heddle, "check", "--quiet", "--exhaustive", f"--budget={arguments.budget}s", f"--json={document}",
             arguments.programs / f"primitives.{program}.check", scenario], capture_output=True, check=False, text=True)
        if done.returncode not in (0, 3):
            sys.exit(f"{scenario}: {done.stdout}{done.stderr}")
        result = json.loads(document.read_text(encoding="utf-8"))
    return result["verdict"] == "verified", result["exploration"]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--heddle", required=True)
    parser.add_argument("--programs", required=True, type=pathlib.Path)
    parser.add_argument("--budget", type=int, default=60, help="seconds for one scenario")
    parser.add_argument("--write", action="store_true")
    arguments = parser.parse_args()
    of_suite = suites()
    rows = ["| implementation | scenarios verified | executions | the largest | its executions | CPU s |",
            "| --- | ---: | ---: | --- | ---: | ---: |"]
    unfinished = []
    for program in PROGRAMS:
        groups = re.findall(r'^ +\{"(\w+)", (\w+)<', (FOLDER / f"{program}.cpp").read_text(encoding="utf-8"), re.MULTILINE)
        of_implementation = collections.defaultdict(list)
        for implementation, suite in groups:
            if suite != "scoped_lock_suite":  # has no last execution
                of_implementation[implementation] += of_suite[suite]
        for implementation, names in of_implementation.items():
            found = {}
            for name in names:
                verified, exploration = explore(arguments, program, f"{implementation}.{name}")
                if verified:
                    found[name] = exploration
                else:
                    unfinished.append(f"`{implementation}.{name}`")
            largest = max(found, key=lambda name: found[name]["executions"])
            row = f"| `{implementation}` | {len(found)} | {sum(e['executions'] for e in found.values()):,} | " \
                  f"`{largest}` | {found[largest]['executions']:,} | {found[largest]['cpu_seconds']:.1f} |"
            print(row, flush=True)
            rows.append(row)
    text = "\n".join(rows)
    if unfinished:
        text += f"\n\nNot ended in {arguments.budget} s: " + ", ".join(unfinished) + "."
    print(text.splitlines()[-1])
    if arguments.write:
        page = PAGE.read_text(encoding="utf-8")
        PAGE.write_text(page.split(BEGIN)[0] + BEGIN + "\n" + text + "\n" + END + page.split(END)[1], encoding="utf-8")


if __name__ == "__main__":
    main()
