#!/usr/bin/env python3
"""Verifies each structure at the size sizes.csv gives it, and prints the table of docs/verification.md.

usage: measure.py HEDDLE
"""

import csv
import json
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).parent


def measure(heddle, name, size, folder):
    program = f"{folder}/{name}"
    subprocess.run([heddle, "c++", "-std=c++20", "-O1", "-g", "-UNDEBUG", "-Wno-tsan", *[f"-D{m}" for m in size.split()],
                    str(HERE / f"{name}.cpp"), "-o", program], check=True)
    subprocess.run([heddle, "check", "--exhaustive", "--budget=60s", f"--json={program}.json", program],
                   capture_output=True)
    result = json.loads(pathlib.Path(f"{program}.json").read_text())
    e = result["exploration"]
    return f"| {name} | {size} | {result['verdict']} | {e['complete']:,} | {e['blocked']:,} | {e['cpu_seconds']:.2f} |"


def main():
    print("| structure | size | verdict | complete | blocked | CPU s |\n| --- | --- | --- | ---: | ---: | ---: |")
    with tempfile.TemporaryDirectory() as folder, open(HERE / "sizes.csv", newline="") as sizes:
        for row in csv.DictReader(sizes):
            print(measure(sys.argv[1], row["structure"], row["size"], folder), flush=True)


if __name__ == "__main__":
    main()
