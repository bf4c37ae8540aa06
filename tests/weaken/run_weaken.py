#!/usr/bin/env python3
"""Runs `heddle weaken` and compares what it says with what the program's comments say, or with --tight demands that no
order is stronger than needed. Replays every bug with its weaker order.

usage: run_weaken.py --heddle=PATH [--tight] [--jobs=N] [--replay-all] PROGRAM...
"""

import argparse
import json
import pathlib
import re
import shlex
import subprocess
import sys

NEEDS = re.compile(r"//.*\bneeds: ([a-z_, ]+?)\s*(?:;|$)")
WEAKEST = re.compile(r"//.*\bweakest: ([a-z_]+)$")
TOGETHER = re.compile(r"//.*\btogether: ([a-z_, ]+?)\s*(?:;|$)")


def expected(path):
    """Line number -> (orders that verify alone, order when all are weakened), one entry for each order of the line."""
    found = {}
    for number, line in enumerate(pathlib.Path(path).read_text().splitlines(), 1):
        if alone := NEEDS.search(line):
            together = TOGETHER.search(line)
            found[number] = (alone[1].split(", "), (together or alone)[1].split(", "))
    return found


def jointly(document, operation, slot):
    """The order the slot has when all are weakened."""
    for change in (document["joint"] or {"changes": []})["changes"]:
        if change["operation"] == operation and change["on_failure"] == slot["on_failure"]:
            return change["to"]
    return slot["order"]


def compare(document, errors):
    files = {o["file"] for o in document["operations"]}
    wanted = {(f, line): orders for f in files for line, orders in expected(f).items()}
    seen = set()
    for number, operation in enumerate(document["operations"]):
        place = (operation["file"], operation["line"])
        seen.add(place)
        alone = ["nothing"] if operation["order_varies"] else [" or ".join(s["weakest"]) for s in operation["orders"]]
        together = ["nothing"] if operation["order_varies"] else [
            jointly(document, number, s) for s in operation["orders"]]
        found = (alone, together)
        if found != wanted.get(place):
            errors.append(f"{place[0]}:{place[1]}: found {found}, the comment says {wanted.get(place)}")
    errors.extend(f"{f}:{line}: no operation was found here" for f, line in set(wanted) - seen)


def accepted(operation):
    """The order that the operation's line, or the one before, calls equivalent."""
    lines = pathlib.Path(operation["file"]).read_text().splitlines()
    here = operation["line"]
    return [m[1] for line in lines[max(here - 2, 0):here] if (m := WEAKEST.search(line))]


def demand_tight(documents, errors):
    """An order that several programs execute must be needed by one of them."""
    weakest = {}
    for document in documents:
        for operation in document["operations"]:
            for slot in operation["orders"]:
                key = (operation["file"], operation["line"], operation["column"], slot["order"], slot["on_failure"])
                weakest.setdefault(key, (operation, []))[1].append(slot["weakest"])
    for (file, line, _, order, _), (operation, found) in weakest.items():
        if [order] not in found and accepted(operation) not in found:
            errors.append(f"{file}:{line}: {order} is stronger than needed, {' or '.join(found[0])} verifies: "
                          f"{operation['source']}")


def replay(heddle, document, errors, every):
    """Only the strongest wrong order of each slot is replayed unless `every`: it is the one nearest to being right."""
    for operation in document["operations"]:
        for slot in operation["orders"]:
            bugs = [a for a in slot["attempts"] if a["outcome"] == "bug"]
            for attempt in bugs if every else bugs[-1:]:
                words = shlex.split(attempt["replay"])
                again = subprocess.run([heddle, *words[1:]], capture_output=True, text=True)
                if again.returncode != 1 or not again.stdout.startswith(attempt["rule"]):
                    errors.append(f"{attempt['replay']}: exit {again.returncode}, not {attempt['rule']}:\n{again.stdout}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--heddle", required=True)
    parser.add_argument("--tight", action="store_true")
    parser.add_argument("--replay-all", action="store_true")
    parser.add_argument("--jobs", default="1")
    parser.add_argument("programs", nargs="+")
    options = parser.parse_args()

    errors = []
    documents = []
    for program in options.programs:
        ran = subprocess.run([options.heddle, "weaken", "--json=-", "--budget=60s", f"--jobs={options.jobs}", program],
                             capture_output=True, text=True)
        print(ran.stderr)
        if ran.returncode != 0:
            print(ran.stdout, f"heddle weaken: exit {ran.returncode}", sep="\n")
            return 1
        documents.append(json.loads(ran.stdout))
    for document in documents:
        if not document["operations"]:
            errors.append(f"{document['program']}: no atomic operation was found")
        if not options.tight:
            compare(document, errors)
        replay(options.heddle, document, errors, options.replay_all or not options.tight)
    if options.tight:
        demand_tight(documents, errors)
    print(*errors, sep="\n")
    return 1 if errors else 0


if __name__ == "__main__":
    sys.exit(main())
