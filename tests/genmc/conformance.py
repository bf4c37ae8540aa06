#!/usr/bin/env python3
"""Runs GenMC's own test programs, unmodified, through Heddle and compares with what GenMC expects of itself.

The programs are not part of this repository: see README.md. `correct` counts complete executions on every row
of expected.csv, `wrong` wants the right kind of error on every row of expected_wrong.csv. Exits with 1 if a row
differs without an explanation. --report FILE replaces the table between the two marks in a Markdown file.
"""

import argparse
import concurrent.futures
import csv
import hashlib
import json
import pathlib
import re
import shlex
import subprocess
import sys
import threading

HERE = pathlib.Path(__file__).resolve().parent
EXIT_OK, EXIT_BUG, EXIT_USAGE = 0, 1, 2
EVENTS_MAX = 20_000  # in one execution: loops that GenMC cuts at a bound may be endless
BUDGET_OF_THE_REST = "10s"  # for rows whose counts are not comparable
MARKS = ("<!-- genmc conformance: begin -->", "<!-- genmc conformance: end -->")

# Rows whose counts are those of a transformation of GenMC's, not of the program under the model. First match.
NOT_COMPARABLE = [
    (lambda row: row["test"] == "wb-maximals+dsa", "written for the Linux kernel's memory model"),
    (lambda row: row["category"] == "lapor", "counts orders of critical sections, not executions"),
    (lambda row: row["category"] == "sr", "threads declared symmetric are counted once"),
    (lambda row: "-unroll" in row["genmc_flags"], "loops are cut at a bound"),
    (lambda row: row["category"] == "saver", "loops are rewritten into assumptions first"),
    (lambda row: row["category"] == "ipr", "reads are revised in place and so counted differently"),
]

# Comparable rows that differ, and why. The key is category/test, with the model and GenMC's flags where only those rows do.
EXPLAINED = {
    "synthetic/barrier3 sc -disable-bam": "36, as under RC11: GenMC's list of expectations has a line too many there",
    "synthetic/barrier5": "64, GenMC 16: the program counts who is told PTHREAD_BARRIER_SERIAL_THREAD, so each thread "
                          "that may be told is explored; GenMC explores one",
    **dict.fromkeys(["data-structures/treiber-stack", "data-structures/treiber-stack-dynamic",
                     "data-structures/fcombiner-async"],
                    "GenMC makes assumptions of loops that try again without a side effect, and counts no execution in "
                    "which one did (with the assumptions written out Heddle counts what GenMC does: 18, 8, 24)"),
    "litmus/W+JW": "joins one thread twice, which POSIX leaves undefined: reported (HED015)",
    "litmus/WWmerge1": "18, GenMC 17: it orders SC events by po;hb;po through steps on one location too, RC11 only "
                       "through others; the oracle and herd's rc11.cat have 18",
    "litmus/Z6.U": "24, GenMC 22: the same; the oracle has 24",
    "infr/atomic-ops": "needs clang (`__sync_fetch_and_umax`)",
    "infr/memset3": "needs clang (an array of int from a string)",
    "infr/lock-inplace": "a thread ends with a lock another waits for: reported (HED003)",
}

# What GenMC calls an error, and the rules by which Heddle may report it.
KINDS = {
    "Attempt to access freed memory": {"HED001", "HED011", "HED012", "HED015", "HED016", "HED018"},
    "Attempt to access non-allocated memory": {"HED001", "HED009", "HED013", "HED015", "HED018"},
    "Attempt to read from uninitialized memory": {"HED001", "HED009", "HED015", "HED016", "HED018", "HED019"},
    "Invalid barrier_init() operation": {"HED015"},
    "Invalid unlock() operation": {"HED015"},
    "Allocation error": {"HED015"},
    "Liveness violation": {"HED002", "HED003", "HED005"},
    "Non-Atomic race": {"HED001"},
    "Safety violation": {"HED006", "HED007", "HED009"},
}
WRONG_EXPLAINED = {
    "barriers/multiple-inits": "nothing is reported: POSIX leaves it undefined, libraries accept it",
    "barriers/uninit-barrier": "reported as the deadlock it leads to (HED002)",
    "helper/final0": "an annotation of GenMC's is wrong",
    "saver/help-annot": "an annotation of GenMC's is wrong",
    "saver/help-annot2": "an annotation of GenMC's is wrong",
    "infr/alloc-invalid-align": "no error in C: the call fails and says so",
    "infr/alloc-invalid-size": "no error in C: the call fails and says so",
    "locking/diff-thread-unlock": "reported as the partial deadlock that comes before the wrong unlock (HED003)",
    "memory/access-freed3": "the access races with the free: reported as a use after free (HED011)",
}


class Trouble(Exception):
    """A row that could not be run; the text says why."""


def first_line(text):
    """The line that says what is wrong, or else the first."""
    lines = [line for line in text.splitlines() if line.strip()]
    return next((line for line in lines if "error:" in line or "undefined" in line), lines[0] if lines else "")


def find_sources(genmc, kind, row):
    path = genmc / "tests" / kind / row["category"] / row["test"] / "variants" / row["variant"]
    if not path.exists():
        raise Trouble(f"{path} does not exist")
    return path


def build(options, source, flags, *more_sources, optimise="-O1"):
    language = "c++" if source.suffix == ".cpp" else "cc"
    command = [options.prefix / "bin" / f"heddle-{language}", "-g", optimise, "-w", f"-I{HERE / 'include'}",
               f"--include={HERE / 'include' / 'genmc.h'}", *flags, source, *more_sources, "-o"]
    name = hashlib.sha256(" ".join(map(str, command)).encode()).hexdigest()[:16]
    output = options.work / name
    if options.rebuild or not output.exists():
        made = output.with_name(f"{name}.{threading.get_ident()}")
        done = subprocess.run([*command, made], cwd=options.genmc, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise Trouble("does not compile: " + first_line(done.stderr))
        made.rename(output)
    return output


def check(options, program, flags, budget, search=("--exhaustive",)):
    document = program.with_suffix("." + hashlib.sha256(" ".join(flags).encode()).hexdigest()[:8] + ".json")
    document.unlink(missing_ok=True)
    command = [options.prefix / "bin" / "heddle", "check", *search, "--no-minimize", f"--budget={budget}", f"--max-events={EVENTS_MAX}",
               f"--json={document}", *flags, program]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    try:
        return json.loads(document.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise Trouble(first_line(done.stderr) or f"exit code {done.returncode}") from error


def races(options, source, compiler_flags, flags):
    program = build(options, source, compiler_flags, optimise="-O0")  # which keeps a read whose value nobody uses
    result = check(options, program, [f for f in flags if f != "--races=ignore"], options.budget)
    return any(finding["rule"] == "HED001" for finding in result["findings"])


def compare(options, row):
    """(result, detail): equal, different, racy (then no count means anything) or failed."""
    try:
        source = find_sources(options.genmc, "correct", row)
        compiler_flags = [f for f in shlex.split(row["compiler_flags"]) if f != "-fno-use-cxa-atexit"]
        program = build(options, source, compiler_flags)
        flags = [f"--model={row['model']}"]
        if "-disable-race-detection" in row["genmc_flags"]:
            flags.append("--races=ignore")
        budget = BUDGET_OF_THE_REST if comparable(row) else options.budget
        # GenMC counts the orders of stores that nobody reads and of unused rmws, and, so told, of arrivals at barriers.
        without_barriers = ",barriers" if "-disable-bam" in row["genmc_flags"] else ""
        flags.append(f"--no-reduction=unread,rmws{without_barriers}")
        result = check(options, program, flags + options.heddle_flags, budget)
    except Trouble as trouble:
        return "failed", str(trouble)
    counts = result["exploration"]
    seen = f"{counts['complete']} complete, {counts['blocked']} blocked"
    if result["verdict"] == "bug":
        return "failed", f"{result['findings'][0]['rule']}: {first_line(result['findings'][0]['message'])}"
    if result["verdict"] != "verified":
        return "failed", f"{result['verdict']}: {seen}; {result['error'] or result['guarantee']}"
    if counts["complete"] != int(row["complete"]):
        if "--races=ignore" in flags and races(options, source, compiler_flags, flags):
            return "racy", seen
        return "different", f"{seen}, expected {row['complete']}"
    return "equal", seen


def find_bug(options, row):
    try:
        source = find_sources(options.genmc, "wrong", row)
        as_thread = row["category"] == "liveness"
        program = (build(options, source, ["-Dmain=genmc_main"], options.work / "main_as_thread.o",
                         optimise="-O0") if as_thread else build(options, source, [], optimise="-O0"))
        # Reading what nobody wrote is an error to GenMC whether the value is used or not.
        flags = ["--uninitialized=plain", *options.heddle_flags]
        result = check(options, program, flags, options.budget, [])
        rules = {finding["rule"] for finding in result["findings"]}
        if rules and not rules & KINDS.get(row["error"], set()):  # it may have another bug as well
            result = check(options, program, flags, BUDGET_OF_THE_REST, ["--keep-going"])
    except Trouble as trouble:
        return "failed", str(trouble)
    rules = {finding["rule"] for finding in result["findings"]}
    detail = f"{row['error']}: " + (", ".join(sorted(rules)) or result["verdict"])
    return ("equal" if rules & KINDS.get(row["error"], set()) else "different"), detail


def explanation(row):
    name = f"{row['category']}/{row['test']}"
    return EXPLAINED.get(name, EXPLAINED.get(f"{name} {row['model']} {row['genmc_flags']}"))


def comparable(row):
    return next((why for matches, why in NOT_COMPARABLE if matches(row)), None)


def rows_of(table, options):
    with (HERE / table).open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return [r for r in rows if re.search(options.only, f"{r['category']}/{r['test']}/{r['variant']}/{r.get('model')}")]


def run_all(work, rows, options):
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        return list(zip(rows, pool.map(lambda row: work(options, row), rows)))


def summarise(options, correct, wrong):
    """The lines of the table, and the unexplained rows."""
    lines = ["| category | rows | comparable | equal | explained | unexplained |", "| --- | --- | --- | --- | --- | --- |"]
    unexplained, reasons = [], {}
    for category in dict.fromkeys(row["category"] for row, _ in correct):
        tally = {"rows": 0, "comparable": 0, "equal": 0, "explained": 0, "unexplained": 0}
        for row, (result, detail) in correct:
            if row["category"] != category:
                continue
            tally["rows"] += 1
            name = f"{row['category']}/{row['test']}"
            if why := comparable(row):
                if options.verbose:
                    print(f"({result}) {name}/{row['variant']} {row['model']} {row['compiler_flags']}: {detail}")
                reasons.setdefault(f"`{category}`: {why}", []).append(result == "equal")
                continue
            tally["comparable"] += 1
            if result == "equal":
                tally["equal"] += 1
            elif explanation(row) or result == "racy":
                tally["explained"] += 1
            else:
                tally["unexplained"] += 1
                unexplained.append(f"{name}/{row['variant']} {row['model']} {row['compiler_flags']}: {detail}")
        lines.append("| " + " | ".join([category, *map(str, tally.values())]) + " |")
    racy = sorted({f"`{row['category']}/{row['test']}`" for row, (result, _) in correct if result == "racy"})
    right = sum(result == "equal" for _, (result, _) in wrong)
    known = sum(result != "equal" and f"{row['category']}/{row['test']}" in WRONG_EXPLAINED for row, (result, _) in wrong)
    if wrong:
        lines.append(f"| wrong | {len(wrong)} | {len(wrong)} | {right} | {known} | {len(wrong) - right - known} |")
    for row, (result, detail) in wrong:
        name = f"{row['category']}/{row['test']}"
        if result != "equal" and name not in WRONG_EXPLAINED:
            unexplained.append(f"wrong/{name}/{row['variant']}: {detail}")
    lines.append("")
    for why, equal in reasons.items():
        lines.append(f"- Not comparable, {why} ({sum(equal)} of {len(equal)} equal all the same).")
    if racy:
        lines.append(f"- {', '.join(racy)}: race in C++20 (Heddle reports HED001); GenMC, told to ignore races, enumerates "
                     "what racing reads see, Heddle does not.")
    explained = {}
    for name, why in [*EXPLAINED.items(), *((f"wrong/{name}", why) for name, why in WRONG_EXPLAINED.items())]:
        explained.setdefault(why, []).append(f"`{name}`")
    for why, names in explained.items():
        lines.append(f"- {', '.join(names)}: {why}.")
    return lines, unexplained


def write_report(path, lines):
    text = path.read_text(encoding="utf-8")
    begin, end = (text.index(mark) for mark in MARKS)
    path.write_text(text[:begin] + MARKS[0] + "\n" + "\n".join(lines) + "\n" + text[end:], encoding="utf-8")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("genmc", type=pathlib.Path, help="a copy of the repository MPI-SWS/genmc")
    parser.add_argument("--prefix", type=pathlib.Path, default="build", help="build or install tree of Heddle")
    parser.add_argument("--work", type=pathlib.Path, default="build/genmc", help="where programs are built")
    parser.add_argument("--only", default="", help="regular expression on category/test/variant/model")
    parser.add_argument("--budget", default="120s", help="time for one program")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--report", type=pathlib.Path, help="Markdown file with the two marks")
    parser.add_argument("--rebuild", action="store_true", help="build programs again")
    parser.add_argument("--verbose", action="store_true", help="list rows that are not comparable too")
    parser.add_argument("heddle_flags", nargs="*", help="more options for heddle check, after --")
    options = parser.parse_args()
    options.genmc, options.prefix, options.work = (
        p.resolve() for p in (options.genmc, options.prefix, options.work))
    if not (options.genmc / "tests" / "correct").is_dir():
        print(f"{options.genmc} is no copy of GenMC's repository: it has no tests/correct", file=sys.stderr)
        return EXIT_USAGE
    options.work.mkdir(parents=True, exist_ok=True)
    subprocess.run([options.prefix / "bin" / "heddle-cc", "-c", HERE / "main_as_thread.c", "-o",
                    options.work / "main_as_thread.o"], check=True)
    correct = run_all(compare, rows_of("expected.csv", options), options)
    wrong = run_all(find_bug, rows_of("expected_wrong.csv", options), options)
    lines, unexplained = summarise(options, correct, wrong)
    print("\n".join(lines))
    for line in unexplained:
        print("DIFFERENT", line)
    if options.report:
        write_report(options.report, lines)
    return EXIT_BUG if unexplained else EXIT_OK


if __name__ == "__main__":
    sys.exit(main())
