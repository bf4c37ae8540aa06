#!/usr/bin/env python3
"""Mean number of executions until the first bug, on the PERIOD port of SCTBench.

The programs are not part of this repository: see README.md. Builds each one unmodified with heddle-cc or
heddle-c++, runs `heddle check` once for every strategy and seed, and prints a table. Rows are kept in a CSV
file as they are measured; a second run measures only what is missing.
"""

import argparse
import concurrent.futures
import csv
import json
import pathlib
import statistics
import subprocess
import sys

STRATEGIES = ["pos", "pct", "surw", "random_walk", "default"]
COLUMNS = ["program", "mode", "strategy", "seed", "executions", "rule", "verdict", "seconds"]

# program: (folder, command, sources, extra flags, arguments)
PROGRAMS = {
    "CB/stringbuffer-jdk1.4": ("c++", ["main.cpp", "stringbuffer.cpp"], [], []),
    "CS/account": ("cc", ["account_bad.c"], [], []),
    "CS/carter01": ("cc", ["carter01_bad.c"], [], []),
    "CS/circular_buffer": ("cc", ["circular_buffer_bad.c"], [], []),
    "CS/lazy01": ("cc", ["lazy01_bad.c"], [], []),
    "CS/reorder_20": ("cc", ["reorder_20_bad.c"], [], []),
    "CS/reorder_3": ("cc", ["reorder_3_bad.c"], [], []),
    "CS/reorder_5": ("cc", ["reorder_5_bad.c"], [], []),
    "CS/twostage": ("cc", ["twostage_bad.c"], [], []),
    "CS/twostage_50": ("cc", ["twostage_50_bad.c"], [], []),
    "CS/wronglock": ("cc", ["wronglock_bad.c"], [], []),
    "Chess/InterlockedWorkStealQueueWithState": (
        "c++", ["InterlockedWorkStealQueueWithState.cpp"], ["-std=c++11"], []),
    "Chess/WorkStealQueue": ("c++", ["WorkStealQueue.cpp"], ["-std=c++11"], []),
    "ConVul-CVE-Benchmarks/CVE-2009-3547": ("c++", ["2009-3547.cpp"], [], []),
    "ConVul-CVE-Benchmarks/CVE-2013-1792": ("c++", ["2013-1792.cpp"], [], []),
    "ConVul-CVE-Benchmarks/CVE-2016-1973": ("c++", ["2016-1973.cpp"], [], []),
    "ConVul-CVE-Benchmarks/CVE-2016-9806": ("c++", ["2016-9806.cpp"], [], []),
    "ConVul-CVE-Benchmarks/CVE-2017-15265": ("c++", ["2017-15265.cpp"], ["-fpermissive"], []),
    "Inspect_benchmarks/boundedBuffer": ("cc", ["boundedBuffer.c"], [], []),
    "Inspect_benchmarks/ctrace-test": ("cc", ["ctrace-test.c"], [], ["2"]),
    "Splash2/fft": ("m4", ["fft.C"], ["-lm"], ["-p2", "-m4"]),
    "Splash2/lu": ("m4", ["lu.C"], ["-lm"], ["-p2", "-n16"]),
}


def build(program, options):
    """The program's executable, built if it is missing. None, with the compiler's words shown, if it fails."""
    language, sources, flags, _ = PROGRAMS[program]
    folder = options.evaluation / program
    output = options.work / program.replace("/", "_")
    if output.exists() and not options.rebuild:
        return output
    if language == "m4":
        expanded = output.with_suffix(".c")
        with expanded.open("w") as out:
            subprocess.run(["m4", "null_macros/c.m4.null", sources[0]], cwd=folder, stdout=out, check=True)
        language, sources = "cc", [str(expanded)]
    command = [str(options.prefix / "bin" / f"heddle-{language}"), "-g", "-O0", "-w", *sources,
               "-o", str(output), "-pthread", *flags]
    built = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    if built.returncode != 0:
        print(f"{program}: does not build\n{' '.join(command)}\n{built.stdout}{built.stderr}", file=sys.stderr)
        return None
    return output


def run(program, executable, mode, strategy, seed, options):
    """One search. `executions` of the row is empty unless it ended with a bug."""
    result = options.work / f"{executable.name}.{mode}.{strategy}.{seed}.json"
    command = [str(options.prefix / "bin" / "heddle"), "check", "--quiet", "--no-minimize",
               f"--strategy={strategy}", f"--seed={seed}", f"--executions={options.executions}",
               f"--budget={options.budget}", f"--json={result}"]
    if mode == "points":
        command += ["--races=ignore", "--uninitialized=ignore", "--plain-points"]
    result.unlink(missing_ok=True)
    folder = options.work / f"{executable.name}.{mode}.{strategy}.{seed}"
    folder.mkdir(exist_ok=True)
    ran = subprocess.run([*command, str(executable), *PROGRAMS[program][3]], cwd=folder, capture_output=True,
                         text=True, stdin=subprocess.DEVNULL)
    row = dict.fromkeys(COLUMNS, "") | {"program": program, "mode": mode, "strategy": strategy, "seed": seed}
    if not result.exists():
        row["verdict"] = f"no result, exit {ran.returncode}"
        return row
    document = json.loads(result.read_text())
    exploration = document["exploration"]
    row["verdict"] = document.get("verdict", "")
    row["seconds"] = exploration["elapsed_seconds"]
    if document["verdict"] == "bug":
        row["executions"] = exploration["executions"]
        row["rule"] = document["findings"][-1]["rule"]
    return row


def mean(values, seeds):
    """As the literature writes it: the mean over the runs that found the bug, and how many did if not all."""
    found = [int(v) for v in values if v != ""]
    if not found:
        return "-"
    average = statistics.mean(found)
    text = f"{average:.1f}" if average < 10 else f"{average:.0f}"
    return text if len(found) == seeds else f"{text} ({len(found)}/{seeds})"


def table(rows, options):
    seeds = options.seeds
    measured = {}
    for row in rows:
        measured.setdefault((row["program"], row["mode"], row["strategy"]), {})[int(row["seed"])] = row
    heads = [(mode, strategy) for mode in options.modes for strategy in options.strategies]
    lines = ["| program | " + " | ".join(s if m == "points" else f"{s}, {m}" for m, s in heads) + " |",
             "|---" * (len(heads) + 1) + "|"]
    for program in PROGRAMS:
        cells = []
        for mode, strategy in heads:
            runs = measured.get((program, mode, strategy), {})
            cells.append(mean([r["executions"] for r in runs.values()], len(runs)) if runs else "")
        if any(cells):
            lines.append(f"| {program} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def read_rows(path):
    if not path.exists():
        return []
    with path.open() as file:
        return list(csv.DictReader(file))


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("evaluation", type=pathlib.Path, help="the folder `evaluation` of a PERIOD checkout")
    parser.add_argument("--prefix", type=pathlib.Path, required=True, help="a build or installed tree of Heddle")
    parser.add_argument("--work", type=pathlib.Path, required=True, help="a folder for what is built and measured")
    parser.add_argument("--strategies", nargs="+", default=STRATEGIES)
    parser.add_argument("--modes", nargs="+", default=["points"], choices=["points", "races"],
                        help="points: plain accesses are scheduling points and races no bugs; races: as usual")
    parser.add_argument("--programs", nargs="+", default=[], help="only those whose name contains one of these")
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--executions", type=int, default=10000, help="at most, for each seed")
    parser.add_argument("--budget", default="60s", help="time at most, for each seed")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--rebuild", action="store_true", help="build the programs again, and forget all rows")
    return parser.parse_args()


def main():
    options = parse_arguments()
    options.evaluation = options.evaluation.resolve()
    options.prefix = options.prefix.resolve()
    options.work.mkdir(parents=True, exist_ok=True)
    options.work = options.work.resolve()
    results = options.work / "rows.csv"
    if options.rebuild:
        results.unlink(missing_ok=True)
    rows = read_rows(results)
    known = {(r["program"], r["mode"], r["strategy"], int(r["seed"])) for r in rows}
    wanted = [p for p in PROGRAMS if not options.programs or any(word in p for word in options.programs)]
    broken = 0
    with results.open("a", newline="") as file, concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        writer = csv.DictWriter(file, COLUMNS)
        if not rows:
            writer.writeheader()
        for program in wanted:
            executable = build(program, options)
            if executable is None:
                broken += 1
                continue
            searches = [(program, executable, mode, strategy, seed, options)
                        for mode in options.modes for strategy in options.strategies
                        for seed in range(1, options.seeds + 1)
                        if (program, mode, strategy, seed) not in known]
            for row in pool.map(lambda s: run(*s), searches):
                writer.writerow(row)
                file.flush()
                rows.append(row)
    print(table(rows, options))
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
