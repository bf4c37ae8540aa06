#!/usr/bin/env python3
"""ci/bench with suites that only print: medians, what they are compared with, exit codes.

usage: bench_command_test.py CI_BENCH WORK_FOLDER
"""

import json
import pathlib
import shutil
import subprocess
import sys

command, work = sys.argv[1], pathlib.Path(sys.argv[2])


def suite(name, rows):
    path = work / "folder" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("#!/bin/sh\ncat <<'END'\n" + json.dumps({"benchmarks": rows}) + "\nEND\n")
    path.chmod(0o755)


def row(name, cpu, real=9.0, **more):
    return {"run_name": name, "run_type": "iteration", "cpu_time": cpu, "real_time": real, "time_unit": "ns", **more}


def bench(*options, code=0):
    done = subprocess.run([command, work, *options], capture_output=True, text=True, check=False)
    assert done.returncode == code, (done.returncode, done.stdout, done.stderr)
    return done.stdout + done.stderr


def main():
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    assert "no *_bench" in bench(code=1)
    suite("one_bench", [row("a", 1.0), row("a", 7.0), row("a", 2.0)])
    suite("two_bench", [row("b/real_time", 5.0, 40.0, run_type="aggregate", aggregate_name="median"),
                        row("b/real_time", 5.0, 90.0, run_type="aggregate", aggregate_name="p99")])
    first = bench()
    assert "2.0 ns" in first and "40.0 ns" in first and first.count("new") == 2, first
    kept = next((work / "bench").glob("*.json"))
    kept.rename(work / "first.json")
    suite("one_bench", [row("a", 3.0)])
    second = bench("--against", work / "first.json")
    assert "x 1.50" in second and "x 1.00" in second and "2 compared" in second, second
    bench("--against", work / "first.json", "--fail-above", "1.4", code=1)
    assert "not a result" in bench("--against", command, code=1)
    suite("one_bench", [])
    suite("two_bench", [])
    before = len(list((work / "bench").glob("*.json")))
    assert "no benchmark matches" in bench(code=1)
    assert len(list((work / "bench").glob("*.json"))) == before


if __name__ == "__main__":
    main()
