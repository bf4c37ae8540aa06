#!/usr/bin/env python3
"""A program with checks of its own, seen from outside: its report, its replays, and where there is no command.

run_api.py CASE PROGRAM HEDDLE
"""

import os
import re
import shlex
import subprocess
import sys

PROGRAM, HEDDLE = sys.argv[2], sys.argv[3]


def run(command, **variables):
    environment = {k: v for k, v in os.environ.items() if k not in ("HEDDLE_OPTIONS", "HEDDLE")}
    done = subprocess.run(command, env={**environment, **variables}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          timeout=100, check=False)
    return done.returncode, done.stdout.decode()


def expect(condition, what, text):
    if not condition:
        sys.exit(f"{what}:\n{text}")


def report():
    code, text = run([PROGRAM, "--gtest_filter=Findings.Race"])
    expect(code == 1 and "HED001 Data race" in text and "The interleaving that leads to it" in text, "no report", text)
    expect("findings.cpp:" in text, "no sources", text)


def replay():
    for test, rule in (("Findings.Race", "HED001"), ("Findings.SecondOfTwo", "HED006")):
        _, text = run([PROGRAM, "--gtest_filter=" + test])
        command = re.search(r"^Replay: (.*)$", text, re.M)
        expect(command, "no replay command", text)
        code, again = run(shlex.split(command[1]))
        expect(code == 1 and rule in again, "the replay shows nothing: " + command[1], again)
        steps = [line for line in text.splitlines() if re.match(r"[ ▶]*[0-9][-0-9]* │", line)]
        expect(steps, "no steps", text)
        expect(all(line in again for line in steps), "the replay shows something else", again)
    code, text = run([PROGRAM, "--gtest_filter=Findings.Race", "--heddle_replay=heddle1:garbage!"])
    expect(code == 1 and "token" in text, "a damaged token is accepted", text)


# A replayed token is another check's business.
def skip():
    code, text = run([PROGRAM, "--heddle_check=Findings.Nothing#1", "--heddle_replay=heddle1:AQ"])
    expect(code == 0, "checks that are not replayed fail", text)


def nested():
    code, text = run([PROGRAM, "--gtest_filter=Findings.Nested"])
    expect(code == 1 and "HED001" in text, "the inner body's race is not found", text)


# The whole program under `heddle check`: bodies run in place.
def under_check():
    code, text = run([HEDDLE, "check", "--budget=5s", PROGRAM, "--gtest_filter=Findings.Race"])
    expect(code == 1 and "HED001" in text, "not found under heddle check", text)


def fallback():
    code, text = run([PROGRAM, "--gtest_filter=Findings.Race"], HEDDLE="/nowhere/heddle")
    expect(code == 1 and "HED001" in text and "--heddle_replay=heddle1:" in text, "no plain report", text)
    expect("set HEDDLE" in text, "it does not say how to get the full one", text)


# Options of the environment count, and wrong ones are refused.
def environment():
    code, text = run([PROGRAM, "--gtest_filter=Findings.Race"], HEDDLE_OPTIONS="races=ignore")
    expect(code == 0, "HEDDLE_OPTIONS is not honoured", text)
    code, text = run([PROGRAM, "--gtest_filter=Findings.Race"], HEDDLE_OPTIONS="strategy=psychic")
    expect(code != 0 and "psychic" in text, "a wrong HEDDLE_OPTIONS is accepted", text)


def numbers():
    code, text = run([PROGRAM, "--gtest_filter=Findings.SecondOfTwo", "--gtest_repeat=2"])
    expect(code == 1 and "Findings.SecondOfTwo#4" in text, "checks are not numbered", text)


globals()[sys.argv[1]]()
