#!/usr/bin/env python3
"""Executions to the first bug: a fuzzer with feedback against uniform random, on programs with deep interleavings.

usage: stress/bench/feedback.py --prefix BUILD_OR_INSTALLED_TREE --work FOLDER --sctbench PERIOD/evaluation

`random` is `heddle check --strategy=random_walk`: at every scheduling point each thread that can move is as likely as any
other. `fuzz` is `heddle fuzz` without a corpus. The last column is what `heddle check` does when it is not told otherwise.
Plain accesses are scheduling points, races are not reported. A seed ends after CAP executions or SECONDS of processor
time; medians of all seeds. Rows are kept in WORK/feedback.csv; a second run measures what is missing.
"""

import concurrent.futures
import csv
import statistics
import sys

import first_bug

COLUMNS = {"random": "uniform random", "fuzz": "`heddle fuzz`", "default": "`heddle check`"}
FIELDS = ["program", "column", "seed", "executions", "seconds", "rule"]
HARD = ["CB/stringbuffer-jdk1.4", "CS/reorder_5", "CS/reorder_20", "CS/twostage", "CS/twostage_50", "Chess/WorkStealQueue",
        "Chess/InterlockedWorkStealQueueWithState", "ConVul-CVE-Benchmarks/CVE-2013-1792",
        "ConVul-CVE-Benchmarks/CVE-2016-9806", "ConVul-CVE-Benchmarks/CVE-2017-15265", "aba_treiber", "deep_count"]
POINTS = ["--plain-points", "--races=ignore", "--uninitialized=ignore"]


def programs(options):
    deep_count = first_bug.Program("deep_count", first_bug.TREE / "tests/fuzzing", "c++", ["deep_count.cpp"],
                                   ["-O1", "-std=c++20", "-UNDEBUG"], [], [])
    known = [*first_bug.own_programs(), deep_count]
    if options.sctbench:
        known += first_bug.sctbench(options.sctbench.resolve(), options.work)
    chosen = [p for p in known if (p.name in HARD and not options.programs) or
              any(word == p.name for word in options.programs)]
    for program in chosen:
        program.options = POINTS
    return sorted(chosen, key=lambda p: HARD.index(p.name) if p.name in HARD else len(HARD))


def measure(program, column, seed, options):
    executable = first_bug.build(program, "check", options)
    folder = options.work / "runs" / f"{executable.name}.feedback.{column}.{seed}"
    folder.mkdir(parents=True, exist_ok=True)
    heddle, own = options.prefix / "bin" / "heddle", program.arguments
    if column == "fuzz":
        command = [heddle, "fuzz", *program.options, executable, f"-seed={seed}", f"-runs={options.executions}",
                   *options.libfuzzer, *(["--", *own] if own else [])]
    else:
        strategy = ["--strategy=random_walk"] if column == "random" else []
        command = [heddle, "check", "--quiet", "--no-minimize", "--budget=0", f"--executions={options.executions}",
                   f"--seed={seed}", *strategy, *program.options, executable, *own]
    code, seconds, output = first_bug.run_capped([str(w) for w in command], options.seconds, folder)
    row = {"program": program.name, "column": column, "seed": seed, "executions": "", "seconds": f"{seconds:.3f}", "rule": ""}
    if code in (None, 0):
        return row
    found = first_bug.judge("fuzz" if column == "fuzz" else "check", code, output)
    if found is None:
        sys.exit(f"{program.name}, {column}, seed {seed}: exit code {code}\n{output[-2000:]}")
    return row | {"executions": found[0], "rule": found[1]}


def median(rows):
    return statistics.median([int(r["executions"]) if r["executions"] else float("inf") for r in rows])


def cell(rows):
    if not rows:
        return ""
    found = sum(1 for r in rows if r["executions"])
    middle = median(rows)
    share = "" if found == len(rows) else f" ({found}/{len(rows)})"
    return (f"{middle:,.0f}" if middle != float("inf") else "not found") + share


def table(chosen, rows):
    lines = ["| program | " + " | ".join(COLUMNS.values()) + " |", "|---" * (len(COLUMNS) + 1) + "|"]
    fewer = 0
    for program in chosen:
        by_column = {c: [r for r in rows if r["program"] == program.name and r["column"] == c] for c in COLUMNS}
        lines.append(f"| {program.name} | " + " | ".join(cell(by_column[c]) for c in COLUMNS) + " |")
        if by_column["fuzz"] and by_column["random"]:
            fewer += median(by_column["fuzz"]) < median(by_column["random"])
    lines.append(f"\nFewer executions with feedback than uniform random: {fewer} of {len(chosen)} programs.")
    return "\n".join(lines)


def parse_arguments():
    parser = first_bug.common_arguments(__doc__, COLUMNS, 20)
    parser.add_argument("--executions", type=int, default=20000, help="at most, for each seed")
    parser.add_argument("--seconds", type=float, default=20.0, help="processor seconds at most, for each seed")
    parser.add_argument("--libfuzzer", nargs="*", default=[], help="further options of libFuzzer, without the dash")
    options = first_bug.parse(parser)
    options.libfuzzer = [f"-{word}" for word in options.libfuzzer]
    return options


def main():
    options = parse_arguments()
    chosen = programs(options)
    results = options.work / "feedback.csv"
    rows = []
    if results.exists():
        with results.open(newline="") as file:
            rows = list(csv.DictReader(file))
    known = {(r["program"], r["column"], int(r["seed"])) for r in rows}
    with results.open("a", newline="") as file, concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        writer = csv.DictWriter(file, FIELDS)
        if not rows:
            writer.writeheader()
        for program in chosen:
            first_bug.build(program, "check", options)
        wanted = [(p, c, s, options) for s in range(1, options.seeds + 1) for p in chosen for c in options.columns
                  if (p.name, c, s) not in known]
        for row in pool.map(lambda w: measure(*w), wanted):
            writer.writerow(row)
            file.flush()
            rows.append(row)
    print(table(chosen, rows))
    return 0


if __name__ == "__main__":
    sys.exit(main())
