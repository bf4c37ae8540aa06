#!/usr/bin/env python3
"""Loops that read through one function, built with a compiler and optimisation: livelocks are found, and where another
thread stores what they wait for the program is verified in few executions. Exhaustive and random."""

import argparse
import json
import pathlib
import subprocess
import sys
import tempfile

LOOPS = ["two", "first_set", "sum", "all", "after_others", "list", "methods"]
SEARCHES = {
    "exhaustive": ["--exhaustive", "--require=exhaustive", "--budget=60"],
    "random": ["--strategy=random_walk", "--executions=100", "--budget=0"],
}
EXECUTIONS_MAX = 1000  # of 4 to 1000 times as many without the rounds being noticed


def check(heddle, program, search, arguments):
    with tempfile.TemporaryDirectory() as folder:
        document = pathlib.Path(folder) / "result.json"
        ran = subprocess.run([heddle, "check", *SEARCHES[search], f"--json={document}", program, *arguments],
                             capture_output=True, text=True)
        if not document.exists():
            return f"exit {ran.returncode}\n{ran.stdout}{ran.stderr}"
        result = json.loads(document.read_text())
    rules = [finding["rule"] for finding in result["findings"]]
    executions = result["exploration"]["executions"]
    if "set" not in arguments:
        return "" if rules == ["HED005"] else f"no livelock: {result['verdict']} {rules}"
    expected = "verified" if search == "exhaustive" else "no_bug"
    if result["verdict"] != expected or executions > EXECUTIONS_MAX:
        return f"{result['verdict']} {rules}, {executions} executions"
    return ""


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--heddle", required=True)
    parser.add_argument("--compiler", required=True)
    parser.add_argument("--optimise", required=True)
    options = parser.parse_args()
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        program = str(pathlib.Path(folder) / "accessors")
        source = pathlib.Path(__file__).with_name("accessors.cpp")
        subprocess.run([options.heddle, "c++", f"--with={options.compiler}", options.optimise, "-g", "-std=c++20", source,
                        "-o", program], check=True)
        for loop in LOOPS:
            for arguments in ([loop], [loop, "set"]):
                for search in SEARCHES:
                    wrong = check(options.heddle, program, search, arguments)
                    if wrong:
                        failed += 1
                        print(f"{' '.join(arguments)}, {search}: {wrong}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
