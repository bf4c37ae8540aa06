#!/usr/bin/env python3
"""Executions per CPU second on GenMC's test programs, beside figures of GenMC measured elsewhere.

PEER is a CSV file with the columns test, variant, cflags, flags, complete, user_s (CPU seconds); one row a program.
Each is built unmodified and explored exhaustively by Heddle. Prints a Markdown table and the geometric mean of the
ratios. A row whose figures are missing or whose search does not end is listed with the reason and left out of the mean.
"""

import argparse
import csv
import math
import pathlib
import shlex
import sys

import conformance

SHORTEST_S = 0.01  # below this CPU time a rate is noise


def measure(options, row):
    category, _, test = row["test"].partition("/")
    source = conformance.find_sources(options.genmc, "correct", {**row, "category": category, "test": test})
    folder = source.parent.parent
    flags = [f"-I{folder}/" if "…" in flag else flag for flag in shlex.split(row["cflags"])]
    program = conformance.build(options, source, flags)
    heddle_flags = ["--no-reduction=unread,rmws"]  # GenMC has nothing of the sort: the executions are to be the same
    if "-disable-race-detection" in row["flags"]:
        heddle_flags.append("--races=ignore")
    best = None
    for _ in range(options.repeat):
        result = conformance.check(options, program, heddle_flags + options.heddle_flags, options.budget)
        if result["verdict"] != "verified":
            raise conformance.Trouble(f"{result['verdict']}: {result['guarantee']}")
        if best is None or result["exploration"]["cpu_seconds"] < best["cpu_seconds"]:
            best = result["exploration"]
    return best


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("genmc", type=pathlib.Path, help="a copy of the repository MPI-SWS/genmc")
    parser.add_argument("peer", type=pathlib.Path, help="the peer's figures")
    parser.add_argument("--prefix", type=pathlib.Path, default="build", help="build or install tree of Heddle")
    parser.add_argument("--work", type=pathlib.Path, default="build/genmc", help="where programs are built")
    parser.add_argument("--budget", default="60s", help="time for one program")
    parser.add_argument("--repeat", type=int, default=2, help="the best of so many runs counts")
    parser.add_argument("--rebuild", action="store_true", help="build programs again")
    parser.add_argument("heddle_flags", nargs="*", help="more options for heddle check, after --")
    options = parser.parse_args()
    options.genmc, options.prefix, options.work = (
        p.resolve() for p in (options.genmc, options.prefix, options.work))
    options.work.mkdir(parents=True, exist_ok=True)
    with options.peer.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    print("| program | GenMC: executions | CPU s | per s | Heddle: executions (blocked or stale) | CPU s | per s | ratio |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- |")
    ratios, left_out = [], []
    for row in rows:
        name = f"`{row['test'].partition('/')[2]}` {row['cflags']} {row['flags']}".strip()
        try:
            ours = measure(options, row)
            their_rate = int(row["complete"]) / float(row["user_s"])
        except (conformance.Trouble, ValueError, ZeroDivisionError) as trouble:
            left_out.append(f"- {name}: {trouble}")
            continue
        seconds = max(ours["cpu_seconds"], SHORTEST_S)
        rate = ours["complete"] / seconds
        ratios.append(rate / their_rate)
        print(f"| {name} | {row['complete']} | {row['user_s']} | {their_rate:,.0f} | {ours['complete']} ({ours['blocked'] + ours['stale']}) "
              f"| {ours['cpu_seconds']:.2f} | {rate:,.0f} | {ratios[-1]:.1f} |", flush=True)
    if not ratios:
        print("speed: no program could be compared", file=sys.stderr)
        return 1
    mean = math.exp(sum(map(math.log, ratios)) / len(ratios))
    print(f"\n{len(ratios)} programs, geometric mean of the ratios {mean:.1f}, least {min(ratios):.1f}.")
    if left_out:
        print("\nLeft out:\n\n" + "\n".join(left_out))
    return 0


if __name__ == "__main__":
    sys.exit(main())
