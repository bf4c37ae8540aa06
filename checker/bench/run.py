#!/usr/bin/env python3
"""All measurements of docs/benchmarks.md that need no other tool: the Google Benchmarks of heddle_bench, then programs
run by `heddle check`. CPU time of one core. usage: run.py BUILD_DIRECTORY"""

import json
import pathlib
import resource
import subprocess
import sys
import tempfile

PROGRAMS = pathlib.Path(__file__).parent / "programs"


def cpu_seconds(command):
    """Of the child and its children."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


class Programs:
    def __init__(self, heddle, folder):
        self.heddle = heddle
        self.folder = folder

    def build(self, name):
        source, object_file, program = PROGRAMS / f"{name}.cpp", f"{self.folder}/{name}.o", f"{self.folder}/{name}"
        options = ["-std=c++20", "-O1"]
        subprocess.run([self.heddle, "c++", *options, "-c", source, "-o", object_file], check=True)
        subprocess.run([self.heddle, "c++", object_file, "-o", program], check=True)
        return object_file, program

    def check(self, program, *options):
        document = f"{self.folder}/result.json"
        command = [self.heddle, "check", f"--json={document}", "--isolation=none", *options, program]
        status = subprocess.run(command, stdout=subprocess.DEVNULL).returncode
        if status not in (0, 3):
            sys.exit(f"{command} ended with {status}")
        with open(document) as file:
            return json.load(file)["exploration"]


def rate(exploration):
    return f"{exploration['executions'] / exploration['cpu_seconds']:,.0f} executions a CPU second"


def main():
    build = pathlib.Path(sys.argv[1])
    subprocess.run([build / "checker" / "heddle_bench", "--benchmark_min_time=0.3"], check=True)
    with tempfile.TemporaryDirectory() as folder:
        programs = Programs(str(build / "bin" / "heddle"), folder)

        _, program = programs.build("store_buffering")
        print("store buffering, random:", rate(programs.check(program, "--strategy=random_walk", "--max-executions=1000000")))
        _, program = programs.build("load_store")
        explored = programs.check(program, "--exhaustive", "--no-reductions")
        print("load and store, 6 threads, exhaustive:", rate(explored), "of", explored["executions"])
        per_event = explored["cpu_seconds"] / explored["operations"] * 1e9
        print(f"  {per_event:.0f} ns an operation")
        _, program = programs.build("big_globals")
        explored = programs.check(program, "--strategy=random_walk", "--max-executions=100000")
        print(f"execution with 1 MB of globals: {explored['cpu_seconds'] / explored['executions'] * 1e6:.1f} us")

        object_file, program = programs.build("cpu_bound")
        native = f"{folder}/cpu_bound.tsan"
        subprocess.run(["c++", "-fsanitize=thread", object_file, "-o", native], check=True)
        ours, theirs = [], []
        for _ in range(5):
            theirs.append(cpu_seconds(["setarch", "-R", native]))
            ours.append(programs.check(program, "--strategy=random_walk", "--max-executions=1")["cpu_seconds"])
        print(f"CPU-bound program: {min(ours):.3f} s, ThreadSanitizer {min(theirs):.3f} s, "
              f"ratio {min(ours) / min(theirs):.2f}")


if __name__ == "__main__":
    main()
