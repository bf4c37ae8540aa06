#!/usr/bin/env python3
"""Checks one program of this folder with `heddle check` and compares the verdict with expectations.csv.

A .bug program passes when the check exits with 1, at least one finding has an accepted rule, every finding has an
accepted rule or is a prediction, and each finding's token reproduces its rule and fingerprint in every replay.
A .ok program passes when the check exits with 0 and reports nothing.
"""

import argparse
import csv
import json
import pathlib
import shlex
import subprocess
import sys
import tempfile

EXIT_OK, EXIT_BUG = 0, 1
# Predictions from the order of locks and leaks accompany a verdict; they never stand for the expected one.
PREDICTIONS = {"HED014", "HED017"}


class Failed(Exception):
    """The case failed; the text says why."""


def expectation(table, name):
    with open(table, newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if row["name"] == name:
                return set(row["rules"].split("|")), shlex.split(row["options"])
    raise Failed(f"{name} has no line in {table}")


def run(command, document):
    """Runs a command that writes `document`; returns its exit code, the document and what it printed."""
    document.unlink(missing_ok=True)
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    printed = done.stdout.decode(errors="replace")
    print(f"$ {shlex.join(map(str, command))}\n{printed}[exit {done.returncode}]", flush=True)
    try:
        return done.returncode, json.loads(document.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise Failed(f"no result document: {error}") from error


def rules_of(result):
    return [finding["rule"] for finding in result["findings"]]


def check_bug(arguments, accepted, options, scratch):
    document = scratch / "result.json"
    code, result = run([arguments.heddle, "check", f"--budget={arguments.budget}", f"--json={document}", *options,
                        *arguments.program], document)
    found = rules_of(result)
    if code != EXIT_BUG:
        raise Failed(f"exit code {code}, expected {EXIT_BUG}; rules found: {found}")
    if not accepted.intersection(found):
        raise Failed(f"found {found}, expected one of {sorted(accepted)}")
    if surplus := set(found) - accepted - PREDICTIONS:
        raise Failed(f"found {sorted(surplus)} beside {sorted(accepted)}")
    for finding in result["findings"]:
        check_sources(finding)
        if finding["rule"] in accepted:
            replay(arguments, finding, options, scratch)


def check_sources(finding):
    """A step reads what its source wrote, and no two read-modify-writes of one object read the same store."""
    steps = {step["step"]: step for step in finding.get("steps", [])}
    lasting = {obj["id"] for obj in finding.get("objects", []) if obj["region"] == "global"}
    taken = set()
    for step in steps.values():
        source = step["source"]
        if source is not None and source > 0 and steps[source]["written"] != step["value"]:
            raise Failed(f"step {step['step']} read {step['value']} from step {source}, which wrote "
                         f"{steps[source]['written']}")
        if step["object"] in lasting and step["value"] is not None and step["written"] is not None:
            if (step["object"], source) in taken:
                raise Failed(f"step {step['step']} is the second read-modify-write of the store of step {source}")
            taken.add((step["object"], source))


def replay(arguments, finding, options, scratch):
    document = scratch / "replay.json"
    expected = (finding["rule"], finding["fingerprint"])
    # Each in a process of its own; the command fails unless all of them show the bug.
    code, result = run([arguments.heddle, "replay", f"--times={arguments.replays}", f"--token={finding['token']}",
                        f"--json={document}", *options, *arguments.program], document)
    seen = [(again["rule"], again["fingerprint"], again["occurrences"]) for again in result["findings"]]
    if code != EXIT_BUG or (*expected, arguments.replays) not in seen:
        raise Failed(f"{arguments.replays} replays: exit code {code} and {seen}, expected {EXIT_BUG} and {expected}")


def check_ok(arguments, options, scratch):
    document = scratch / "result.json"
    code, result = run([arguments.heddle, "check", f"--budget={arguments.budget}", f"--json={document}", *options,
                        *arguments.program], document)
    if code != EXIT_OK or result["findings"]:
        raise Failed(f"exit code {code}, expected {EXIT_OK}; rules found: {rules_of(result)}")
    if int(result["exploration"]["executions"]) == 0:
        raise Failed("not one execution was explored")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--heddle", required=True, help="the command")
    parser.add_argument("--budget", default="10s")
    parser.add_argument("--replays", type=int, default=3)
    parser.add_argument("--expectations", default=pathlib.Path(__file__).with_name("expectations.csv"))
    parser.add_argument("variant", choices=["bug", "ok"])
    parser.add_argument("name")
    parser.add_argument("program", nargs="+", help="the program, and its arguments")
    arguments = parser.parse_args()
    try:
        accepted, options = expectation(arguments.expectations, arguments.name)
        with tempfile.TemporaryDirectory(prefix="heddle-case-") as scratch:
            if arguments.variant == "bug":
                check_bug(arguments, accepted, options, pathlib.Path(scratch))
            else:
                check_ok(arguments, options, pathlib.Path(scratch))
    except Failed as failure:
        sys.exit(f"{arguments.name}.{arguments.variant}: {failure}")


if __name__ == "__main__":
    main()
