#!/usr/bin/env python3
"""Runs a program under the checker and compares what it reports.

usage: run_frontend.py [--rule=HEDnnn|HEDmmm] [--verified] [--option=key=value]... PROGRAM [ARGUMENT]...

Without --rule nothing may be found and at least one execution must be complete. With it, one of the rules must be found,
and its token alone must show it again in another process.
--verified: the search must have ended by exhausting every execution.
"""

import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile


def records_of(arguments, scratch, *run):
    result = pathlib.Path(scratch) / "result.ndjson"
    result.unlink(missing_ok=True)
    options = ":".join([*run, f"result={result}", *arguments.option])
    done = subprocess.run([arguments.program, *arguments.arguments], check=False,
                          env={**os.environ, "HEDDLE_OPTIONS": options})
    records = [json.loads(line) for line in result.read_text(encoding="utf-8").splitlines()]
    return done.returncode, records


# A token alone shows what its finding says.
def replay(arguments, finding):
    with tempfile.TemporaryDirectory(prefix="heddle-frontend-") as scratch:
        token = finding["token"].replace(":", "\\:")
        _, records = records_of(arguments, scratch, "run=replay", f"token={token}")
    shown = [record["rule"] for record in records if record["type"] == "finding"]
    if finding["rule"] not in shown:
        sys.exit(f"the token of {finding['rule']} ({finding['message']}) shows {shown}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--rule")
    parser.add_argument("--verified", action="store_true")
    parser.add_argument("--option", action="append", default=[])
    parser.add_argument("program")
    parser.add_argument("arguments", nargs=argparse.REMAINDER)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="heddle-frontend-") as scratch:
        status, records = records_of(arguments, scratch, "run=check")
    summaries = [record for record in records if record["type"] == "summary"]
    if not summaries:
        sys.exit(f"no summary: the program ended with {status}")
    found = [(record["rule"], record["message"]) for record in records if record["type"] == "finding"]
    # A search of a program without an end says where it cut an execution, one of a program that excuses races that
    # it did: not what is tested here.
    other = [record for record in records if record["type"] in ("divergence", "unsupported", "warning")
             and record.get("call") not in ("execution", "annotations")]
    if other:
        sys.exit(f"not expected: {other}")
    if arguments.rule:
        if not any(rule in arguments.rule.split("|") for rule, _ in found):
            sys.exit(f"found {found}, expected {arguments.rule}")
        for record in records:
            if record["type"] == "finding":
                replay(arguments, record)
        return
    if found:
        sys.exit(f"found {found}, expected nothing")
    if summaries[0]["complete"] == 0:
        sys.exit("no execution was complete")
    if arguments.verified and not summaries[0]["verified"]:
        sys.exit(f"not verified: {summaries[0]}")


if __name__ == "__main__":
    main()
