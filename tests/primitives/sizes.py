#!/usr/bin/env python3
"""The largest size of each primitive that a minute of one core explores completely.

Runs `heddle check --exhaustive` on the program of sizes.cpp, with more and more threads and rounds, and prints the table
of docs/verification.md (--write: puts the rows found there). With --smallest, only the smallest size of each, which must be verified.

usage: sizes.py --heddle=COMMAND --program=FILE [--smallest | --write] [PRIMITIVE...]
"""

import argparse
import json
import pathlib
import re
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
PAGE = HERE.parents[1] / "docs" / "verification.md"
BEGIN, END = "<!-- sizes of primitives: begin -->", "<!-- sizes of primitives: end -->"
BUDGET_S = 60  # of CPU time
LOOK_S = 5
MANY = 1
THREADS_MAX = 12
ROUNDS_ONLY = {"spsc_ring": 2}  # has so many threads
THREADS_ONLY = {"latch", "future", "thread", "timer"}
SMALLEST = {"thread_pool_executor": (2, 1), "event_scheduler": (2, 1)}


def check(arguments, name, threads, rounds, budget_s):
    with tempfile.TemporaryDirectory(prefix="heddle-sizes-") as scratch:
        document = pathlib.Path(scratch) / "result.json"
        done = subprocess.run(
            [arguments.heddle, "check", "--quiet", "--exhaustive", f"--budget={budget_s}s", f"--json={document}",
             arguments.program, name, str(threads), str(rounds)], capture_output=True, check=False, text=True)
        if done.returncode not in (0, 3):
            sys.exit(f"{name} {threads} {rounds}: {done.stdout}{done.stderr}")
        result = json.loads(document.read_text(encoding="utf-8"))
    found = result["exploration"] | {"threads": threads, "rounds": rounds}
    found["fits"] = result["verdict"] == "verified" and found["cpu_seconds"] <= BUDGET_S
    return found


def wasted(found):
    return found["blocked"] + found["stale"]


def explore(arguments, name, threads, rounds):
    found = check(arguments, name, threads, rounds, LOOK_S)
    if found["fits"]:
        return found
    # What is estimated not to end in the budget is not tried.
    rate = found["executions"] / found["cpu_seconds"]
    if (found["estimate"] or 0) > MANY * BUDGET_S * rate:
        return found
    return check(arguments, name, threads, rounds, arguments.wall)


def largest(arguments, name):
    """One step up at a time: more rounds while they fit, and more threads from the smallest number of rounds."""
    if name in ROUNDS_ONLY:
        starts = [(ROUNDS_ONLY[name], 1)]
    else:
        starts = [(threads, 1) for threads in range(SMALLEST.get(name, (3, 1))[0], THREADS_MAX + 1)]
    best = None
    for threads, rounds in starts:
        fitted = False
        while True:
            found = explore(arguments, name, threads, rounds)
            if not found["fits"]:
                break
            fitted = True
            if best is None or found["complete"] + wasted(found) >= best["complete"] + wasted(best):
                best = found
            if name in THREADS_ONLY or rounds == 8:
                break
            rounds += 1
        if not fitted:
            break
    return best


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--heddle", required=True)
    parser.add_argument("--program", required=True)
    parser.add_argument("--smallest", action="store_true")
    parser.add_argument("--wall", type=int, default=2 * BUDGET_S, help="seconds that a minute of CPU time may take")
    parser.add_argument("--write", action="store_true")
    parser.add_argument("primitives", nargs="*")
    arguments = parser.parse_args()
    source = (HERE / "sizes.cpp").read_text(encoding="utf-8")
    names = arguments.primitives or re.findall(r'^    \{"(\w+)", ', source, re.MULTILINE)
    rows = ["| primitive | threads | rounds | complete | blocked or stale | CPU s |", "| --- | ---: | ---: | ---: | ---: | ---: |"]
    for name in names:
        if arguments.smallest:
            found = check(arguments, name, *SMALLEST.get(name, (ROUNDS_ONLY.get(name, 3), 1)), arguments.wall)
            if not found["fits"]:
                sys.exit(f"{name}: not verified")
        else:
            found = largest(arguments, name)
        row = f"| `{name}` | {found['threads']} | {found['rounds']} | {found['complete']:,} | {wasted(found):,} | " \
              f"{found['cpu_seconds']:.1f} |"
        print(row, flush=True)
        rows.append(row)
    if arguments.write:
        text = PAGE.read_text(encoding="utf-8")
        before, old, after = re.split(f"{BEGIN}\n|{END}", text)
        found = {row.split("|")[1]: row for row in rows}
        lines = [found.pop(row.split("|")[1], row) for row in old.splitlines()]
        PAGE.write_text(before + "\n".join([BEGIN, *lines, *found.values(), END]) + after, encoding="utf-8")


if __name__ == "__main__":
    main()
