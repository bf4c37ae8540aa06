#!/usr/bin/env python3
"""The largest size of each structure that is verified in a minute of processor time (--limit), and what became of each of its
memory orders. Both tables go to standard output, or with --write between their markers in docs/verification.md.

sizes.csv has the sizes that are tried, in turn, until one is not verified in time: it is given ten seconds, and the
whole limit if the estimate made meanwhile fits it. The orders are those of the programs as the tests build them.
"""

import argparse
import csv
import json
import pathlib
import re
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).parent
PAGE = HERE.parent.parent / "docs" / "verification.md"
FIRST_S = 10  # of wall time, for each size at first
WEAKEST = re.compile(r"//.*\bweakest: ([a-z_]+)$")


def build(heddle, name, size, folder):
    program = pathlib.Path(folder) / name
    subprocess.run([heddle, "c++", "-std=c++20", "-O1", "-g", "-UNDEBUG", "-Wno-tsan", *[f"-D{m}" for m in size.split()],
                    str(HERE / f"{name}.cpp"), "-o", str(program)], check=True)
    return program


def search(heddle, program, budget):
    document = pathlib.Path(f"{program}.json")
    subprocess.run([heddle, "check", "--exhaustive", f"--budget={budget}s", f"--json={document}", str(program)],
                   capture_output=True)
    return json.loads(document.read_text())


def verify(heddle, name, size, limit, folder):
    """The document of a search that verified this size within the limit, or None and how many executions there are."""
    program = build(heddle, name, size, folder)
    result = search(heddle, program, FIRST_S)
    done = result["exploration"]
    if result["verdict"] != "verified" and result["verdict"] != "bug":
        needed = done["cpu_seconds"] * (done["estimate"] or 0) / max(done["executions"], 1)
        if limit > FIRST_S and needed <= 1.5 * limit:
            result = search(heddle, program, 4 * limit)  # of wall time: others may want the processor
    if result["verdict"] == "bug":
        raise SystemExit(f"{name} {size}: a bug\n{json.dumps(result['findings'][0]['cause'])}")
    if result["verdict"] == "verified" and result["exploration"]["cpu_seconds"] <= limit:
        return result, None
    return None, result["exploration"]["estimate"]


def largest(heddle, name, sizes, limit, folder):
    """Its row of the table."""
    best, beyond = None, ""
    for size in sizes:
        result, estimate = verify(heddle, name, size, limit, folder)
        if result is None:
            beyond = f"{size}: about {estimate:.0e}" if estimate else f"{size}"
            break
        best = size, result
    if best is None:
        raise SystemExit(f"{name}: not even {sizes[0]} is verified in {limit} s")
    size, result = best
    e = result["exploration"]
    return f"| {name} | {size} | {e['complete']:,} | {e['blocked'] + e['stale']:,} | {e['cpu_seconds']:.1f} | {beyond} |"


def size_rows(heddle, only, limit, folder):
    sizes = {}
    with open(HERE / "sizes.csv", newline="") as file:
        for row in csv.DictReader(file):
            sizes.setdefault(row["structure"], []).append(row["size"])
    rows = ["| structure | largest size | complete | blocked or stale | CPU s | executions of the next size |",
            "| --- | --- | ---: | ---: | ---: | --- |"]
    for name in only or sizes:
        rows.append(largest(heddle, name, sizes[name], limit, folder))
        print(rows[-1], file=sys.stderr, flush=True)
    return rows


def reason(operation):
    """What the comment at the operation says why a weaker order is equivalent."""
    lines = pathlib.Path(operation["file"]).read_text().splitlines()
    above = operation["line"] - 2
    words = []
    while above >= 0 and lines[above].strip().startswith("//"):
        words.insert(0, lines[above].strip().lstrip("/ "))
        above -= 1
    return " ".join(w for w in words if not w.startswith("weakest:"))


def is_equivalent(operation, weakest):
    lines = pathlib.Path(operation["file"]).read_text().splitlines()
    here = operation["line"]
    return any((m := WEAKEST.search(line)) and m[1] in weakest for line in lines[max(here - 2, 0):here])


def order_rows(heddle, programs, folder):
    """Of programs that share operations each order counts once, as needed if one of them needs it."""
    slots = {}
    for name, size in programs:
        program = build(heddle, name, size, folder)
        ran = subprocess.run([heddle, "weaken", "--json=-", "--budget=240s", str(program)], capture_output=True, text=True)
        for operation in json.loads(ran.stdout)["operations"]:
            for slot in operation["orders"]:
                key = (pathlib.Path(operation["file"]).name, operation["line"], operation["column"], slot["on_failure"])
                slots.setdefault(key, []).append((operation, slot))
        print(f"{name} {size}: {ran.stderr.strip().splitlines()[-1]}", file=sys.stderr, flush=True)
    rows = ["| where | operation | order | verdict | why |", "| --- | --- | --- | --- | --- |"]
    for (file, line, _, on_failure), found in sorted(slots.items()):
        operation, slot = next(((o, s) for o, s in found if s["weakest"] == [s["order"]]), found[0])
        order = slot["order"] + (" (on failure)" if on_failure else "")
        if slot["order"] == "relaxed":
            continue
        bugs = [a for a in slot["attempts"] if a["outcome"] == "bug"]
        if slot["weakest"] == [slot["order"]]:
            verdict, why = "needed", f"{bugs[-1]['order']}: {bugs[-1]['rule']}"
        elif is_equivalent(operation, slot["weakest"]):
            verdict, why = f"equivalent to {' or '.join(slot['weakest'])}", reason(operation)
        else:
            verdict, why = f"{' or '.join(slot['weakest'])} verifies", "NOT EXPLAINED"
        source = operation["source"].partition(" //")[0].strip().replace("|", "\\|")
        rows.append(f"| {file}:{line} | `{source}` | {order} | {verdict} | {why} |")
    return rows


def put(page, what, rows):
    begin, end = f"<!-- {what}: begin -->\n", f"<!-- {what}: end -->"
    before, _, rest = page.partition(begin)
    _, marker, after = rest.partition(end)
    if not marker:
        raise SystemExit(f"{PAGE}: no markers for {what}")
    return before + begin + "\n".join(rows) + "\n" + end + after


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("heddle", help="the command")
    parser.add_argument("--write", action="store_true", help="into docs/verification.md")
    parser.add_argument("--limit", type=int, default=60, help="seconds of processor time for one size")
    parser.add_argument("--tables", nargs="+", choices=["sizes", "orders"], default=["sizes", "orders"])
    parser.add_argument("--only", nargs="+", default=[], help="these structures")
    options = parser.parse_args()
    tables = {}
    with tempfile.TemporaryDirectory() as folder:
        if "sizes" in options.tables:
            tables["sizes of structures"] = size_rows(options.heddle, options.only, options.limit, folder)
        if "orders" in options.tables:
            programs = [(p.stem, "") for p in sorted(HERE.glob("*.cpp"))] + [("seqlock", "WRITERS=2 READS=0")]
            programs = [p for p in programs if not options.only or p[0] in options.only]
            tables["orders of structures"] = order_rows(options.heddle, programs, folder)
    if not options.write:
        print(*["\n".join(rows) for rows in tables.values()], sep="\n\n")
        return
    page = PAGE.read_text()
    for what, rows in tables.items():
        page = put(page, what, rows)
    PAGE.write_text(page)


if __name__ == "__main__":
    main()
