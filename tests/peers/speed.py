#!/usr/bin/env python3
"""Programs that other checkers were given too: what it takes them, read from a file, beside what it takes Heddle.

FIGURES is a CSV file with the columns peer, program, n, model, executions and cpu_s (user and system time of the whole
process): `programs/PROGRAM.c` with -DN=n, explored by the peer under sequential consistency (sc) or a C11 model (rc11).
Prints a Markdown table, or with --report puts it between its markers in that page.
"""

import argparse
import csv
import json
import math
import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).parent
MARKS = "<!-- peers: begin -->\n", "<!-- peers: end -->"
SHORTEST_S = 0.001  # a process that takes less than that cannot be measured


def measure(options, row):
    program = options.work / f"{row['program']}{row['n']}"
    if not program.exists():
        subprocess.run([options.prefix / "bin" / "heddle", "cc", "-O1", "-g", f"-DN={row['n']}",
                        str(HERE / "programs" / f"{row['program']}.c"), "-o", str(program)], check=True)
    best = None
    for _ in range(options.repeat):
        document = program.with_suffix(".json")
        subprocess.run([options.prefix / "bin" / "heddle", "check", "--quiet", "--exhaustive", f"--model={row['model']}",
                        f"--budget={options.budget}", f"--json={document}", str(program)], capture_output=True, check=False)
        result = json.loads(document.read_text())
        if result["verdict"] != "verified":
            raise SystemExit(f"{program}: {result['verdict']}")
        if best is None or result["exploration"]["cpu_seconds"] < best["cpu_seconds"]:
            best = result["exploration"]
    return best


def table(options, rows):
    lines = ["| peer | program | model | its executions | CPU s | Heddle's executions | CPU s | times as fast |",
             "| --- | --- | --- | ---: | ---: | ---: | ---: | ---: |"]
    ratios = {}
    for row in rows:
        ours = measure(options, row)
        seconds = max(ours["cpu_seconds"], SHORTEST_S)
        ratio = float(row["cpu_s"]) / seconds
        ratios.setdefault(row["peer"].split()[0], []).append(ratio)
        lines.append(f"| {row['peer']} | `{row['program']}` N={row['n']} | {row['model']} | {int(row['executions']):,} "
                     f"| {float(row['cpu_s']):.3f} | {ours['executions']:,} | {ours['cpu_seconds']:.3f} | {ratio:,.1f} |")
    means = ", ".join(f"{peer} {math.exp(sum(map(math.log, r)) / len(r)):,.0f} ({len(r)} programs, least {min(r):,.1f})"
                      for peer, r in ratios.items())
    return "\n".join([*lines, "", f"Geometric means of how much faster the program is explored: {means}."])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("figures", type=pathlib.Path, nargs="?", default=HERE / "figures.csv")
    parser.add_argument("--prefix", type=pathlib.Path, default="build", help="build or install tree of Heddle")
    parser.add_argument("--work", type=pathlib.Path, default="build/peers", help="where programs are built")
    parser.add_argument("--budget", default="60s", help="time for one program")
    parser.add_argument("--repeat", type=int, default=2, help="the best of so many runs counts")
    parser.add_argument("--report", type=pathlib.Path, help="the page with the markers")
    options = parser.parse_args()
    options.prefix, options.work = options.prefix.resolve(), options.work.resolve()
    options.work.mkdir(parents=True, exist_ok=True)
    with options.figures.open(newline="", encoding="utf-8") as file:
        text = table(options, list(csv.DictReader(file)))
    if options.report is None:
        print(text)
        return 0
    page = options.report.read_text(encoding="utf-8")
    before, begin, rest = page.partition(MARKS[0])
    _, end, after = rest.partition(MARKS[1])
    if not begin or not end:
        print(f"speed: {options.report} has no markers", file=sys.stderr)
        return 1
    options.report.write_text(before + begin + text + "\n" + end + after, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
