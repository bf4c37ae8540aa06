#!/usr/bin/env python3
"""Explores a program with and without reductions: the same verdict, the same number of complete executions, not more
blocked or stale ones.

usage: rounds.py HEDDLE [--fewer | --complete=N] PROGRAM [ARGUMENT...]
  --fewer: the reductions must have saved something    --complete: there are so many
"""

import json
import pathlib
import subprocess
import sys
import tempfile


def explore(heddle, program, options):
    with tempfile.TemporaryDirectory() as folder:
        result = pathlib.Path(folder) / "result.json"
        ran = subprocess.run([heddle, "check", "--exhaustive", "--budget=0", "--keep-going", f"--json={result}", *options,
                              *program], capture_output=True, text=True)
        if ran.returncode not in (0, 1):
            sys.exit(f"{' '.join(ran.args)}: exit {ran.returncode}\n{ran.stdout}{ran.stderr}")
        document = json.loads(result.read_text())
    rules = sorted({finding["rule"] for finding in document["findings"]})
    return rules, document["exploration"]


def main():
    heddle, *words = sys.argv[1:]
    demand = words.pop(0) if words[0].startswith("--") else ""
    program = words
    with_rules, reduced = explore(heddle, program, [])
    without_rules, full = explore(heddle, program, ["--no-reductions"])
    for name, rules, counts in (("reduced", with_rules, reduced), ("full", without_rules, full)):
        print(f"{name}: {counts['complete']} complete, {counts['blocked']} blocked, {counts['stale']} stale, {' '.join(rules) or 'no finding'}")
    same = with_rules == without_rules and (with_rules or reduced["complete"] == full["complete"])
    saved = full["blocked"] + full["stale"] - reduced["blocked"] - reduced["stale"]
    right = reduced["complete"] == int(demand.removeprefix("--complete=")) if demand.startswith("--complete=") else True
    return 0 if same and right and (saved > 0 if demand == "--fewer" else saved >= 0) else 1


if __name__ == "__main__":
    sys.exit(main())
