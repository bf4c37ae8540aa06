#!/usr/bin/env python3
"""Runs a program under check and compares the records it writes.

run_program.py [--option=KEY=VALUE ...] [--rule=HED009] [--message=TEXT] [--reason=REASON] [--executions=N]
               [--unsupported=CALL] [--restarts=N] [--lines=N] [--diverges] PROGRAM [ARGUMENT ...]
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile


def run(arguments):
    with tempfile.TemporaryDirectory() as folder:
        result = os.path.join(folder, "result.ndjson")
        options = ["run=check", "result=" + result, *arguments.option]
        escaped = [option.replace("\\", "\\\\").replace(":", "\\:") for option in options]
        environment = {**os.environ, "HEDDLE_OPTIONS": ":".join(escaped)}
        command = [arguments.program, *arguments.arguments]
        output = subprocess.run(command, env=environment, timeout=100, check=False, stdout=subprocess.PIPE).stdout
        with open(result, encoding="utf-8") as file:
            return [json.loads(line) for line in file], output.decode(errors="replace").splitlines()


def problems(arguments, records, lines):
    if arguments.lines is not None and len(lines) != arguments.lines:
        yield f"printed {len(lines)} lines, expected {arguments.lines}"
    findings = [record for record in records if record["type"] == "finding"]
    summary = records[-1]
    if summary["type"] != "summary":
        yield f"the last record is {summary}"
        return
    rules = [finding["rule"] for finding in findings]
    if rules != arguments.rule:
        yield f"rules {rules}, expected {arguments.rule}: {[finding['message'] for finding in findings]}"
    for finding in findings:
        if finding["reproduced"] != finding["replays"] or finding["replays"] < 3:
            yield f"{finding['reproduced']} of {finding['replays']} replays showed it again"
        if arguments.message not in finding["message"]:
            yield f"message {finding['message']!r} without {arguments.message!r}"
        if not finding.get("steps"):
            yield "the finding has no steps"
    if arguments.reason and summary["reason"] != arguments.reason:
        yield f"reason {summary['reason']}, expected {arguments.reason}: {summary['message']}"
    if arguments.executions is not None and summary["executions"] != arguments.executions:
        yield f"{summary['executions']} executions, expected {arguments.executions}"
    unsupported = [record["call"] for record in records if record["type"] == "unsupported"]
    if unsupported != arguments.unsupported:
        yield f"unsupported {unsupported}, expected {arguments.unsupported}"
    stacks = [record["stack"] for record in records if record["type"] == "divergence"]
    if len(stacks) != arguments.diverges or not all(stacks):
        yield f"divergences at {stacks}, expected {int(arguments.diverges)}"
    restarts = sum(record["type"] == "start" for record in records) - 1
    if restarts != arguments.restarts:
        yield f"{restarts} restarts, expected {arguments.restarts}"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--option", action="append", default=[])
    parser.add_argument("--rule", action="append", default=[])
    parser.add_argument("--message", default="")
    parser.add_argument("--reason")
    parser.add_argument("--executions", type=int)
    parser.add_argument("--lines", type=int)
    parser.add_argument("--unsupported", action="append", default=[])
    parser.add_argument("--diverges", action="store_true")
    parser.add_argument("--restarts", type=int, default=0)
    parser.add_argument("program")
    parser.add_argument("arguments", nargs=argparse.REMAINDER)
    arguments = parser.parse_args()
    found = list(problems(arguments, *run(arguments)))
    for problem in found:
        print(problem, file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
