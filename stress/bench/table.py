#!/usr/bin/env python3
"""Makes the table of docs/benchmarks.md from CSV of heddle_primitives_bench. usage: table.py FILE...

The last column compares with the best other that is comparable: names in parentheses are shown only.
"""

import collections
import csv
import re
import sys


def main():
    times = collections.defaultdict(dict)  # (kind, threads, statistic) -> {name: ns}
    for path in sys.argv[1:]:
        with open(path, newline="", encoding="utf-8") as file:
            for row in csv.reader(file):
                found = re.match(r"(\w+)/(.+?)/min_time.*threads:(\d+)_(median|p99)$", row[0]) if row else None
                if found:
                    kind, name, threads, statistic = found.groups()
                    times[kind, int(threads), statistic][name] = float(row[3])
    print("| what | threads | ours: median (p99) ns | others: median (p99) ns | ours / best other |")
    print("| --- | ---: | --- | --- | ---: |")
    for kind, threads, statistic in sorted(times):
        if statistic != "median":
            continue
        medians, tails = times[kind, threads, "median"], times[kind, threads, "p99"]
        shown = {name: f"{name} {value:,.3g} ({tails[name]:,.3g})" if value < 1000 else
                 f"{name} {value:,.0f} ({tails[name]:,.0f})" for name, value in medians.items()}
        ours = sorted(name for name in medians if name.startswith("heddle::"))
        others = sorted(set(medians) - set(ours))
        comparable = [name for name in others if not name.startswith("(")]
        ratio = min(medians[name] for name in ours) / min(medians[name] for name in comparable)
        print(f"| {kind} | {threads} | {'; '.join(shown[n] for n in ours)} | {'; '.join(shown[n] for n in others)} "
              f"| {ratio:.2f} |")


if __name__ == "__main__":
    main()
