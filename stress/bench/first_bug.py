#!/usr/bin/env python3
"""Time to the first bug: five ways to run a program, on tests/programs and on SCTBench. Prints a table.

usage: stress/bench/first_bug.py --prefix BUILD_OR_INSTALLED_TREE --work FOLDER [--sctbench PERIOD/evaluation]

The columns:
  loop     the program as any compiler makes it, started again and again
  noise    `heddle stress` on a build with delays at its atomics
  tsan     `heddle stress` on a ThreadSanitizer build
  check    `heddle check`
  fuzz     `heddle fuzz`, without a corpus

Time is that of the processors, of the command and all it starts, so that what else runs on the machine matters little;
a program that hangs is given HANG_SECONDS, which count. A seed ends at the cap; a cell after CAPPED_MAX seeds that found
nothing, since the median is then beyond the cap. Rows are kept in WORK/rows.csv; a second run measures what is missing.

SCTBench is not part of this repository (tests/sctbench/README.md). Its programs have races beside the bug in question:
they are not reported there, except under ThreadSanitizer, which cannot look for anything else.
"""

import argparse
import concurrent.futures
import csv
import importlib.util
import os
import pathlib
import re
import shlex
import signal
import statistics
import subprocess
import sys
import threading
import time

COLUMNS = {"loop": "native loop", "noise": "native, noise", "tsan": "ThreadSanitizer", "check": "`heddle check`",
           "fuzz": "`heddle fuzz`"}
FIELDS = ["program", "column", "seed", "seconds", "executions", "rule"]
HANG_SECONDS = 1.0
HANG_WAIT = 10.0 # of a clock on the wall: the machine may be busy
HANGS = ("HED002", "HED004", "HED022")
CAPPED_MAX = 6
WALL_FACTOR = 60  # beyond so many times the cap, a seed is ended whatever it used
TREE = pathlib.Path(__file__).resolve().parents[2]
TICKS = os.sysconf("SC_CLK_TCK")

lock = threading.Lock()


class Program:
    def __init__(self, name, folder, language, sources, flags, options, arguments):
        self.name, self.folder, self.language, self.sources = name, folder, language, sources
        self.flags, self.options, self.arguments = flags, options, arguments


def own_programs():
    with (TREE / "tests/programs/expectations.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        extension = "cpp" if row["language"] == "C++20" else "c"
        standard = "-std=c++20" if extension == "cpp" else "-std=c17"
        yield Program(row["name"], TREE / "tests/programs", "c++" if extension == "cpp" else "cc",
                      [f"{row['name']}.bug.{extension}"], ["-O1", "-UNDEBUG", standard], shlex.split(row["options"]), [])


def sctbench(evaluation, work):
    spec = importlib.util.spec_from_file_location("measure", TREE / "tests/sctbench/measure.py")
    measure = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(measure)
    for name, (language, sources, flags, arguments) in measure.PROGRAMS.items():
        folder = evaluation / name
        if language == "m4":
            expanded = work / (name.replace("/", "_") + ".c")
            with expanded.open("w") as out:
                subprocess.run(["m4", "null_macros/c.m4.null", sources[0]], cwd=folder, stdout=out, check=True)
            language, sources = "cc", [str(expanded)]
        yield Program(name, folder, language, sources, ["-O0", "-w", *flags],
                      ["--plain-points", "--races=ignore", "--uninitialized=ignore"], arguments)


def build(program, column, options):
    kind = {"loop": "plain", "fuzz": "check"}.get(column, column)
    output = options.work / f"{program.name.replace('/', '_')}.{kind}"
    if output.exists():
        return output
    heddle = options.prefix / "bin" / "heddle"
    compiler = {"plain": ["g++" if program.language == "c++" else "gcc"], "check": [heddle, program.language]}
    command = compiler.get(kind, [heddle, program.language, f"--stress={kind}"])
    libraries = [f for f in program.flags if f.startswith("-l")]
    command = [*command, "-g", f"-I{TREE / 'checker/api/include'}", *[f for f in program.flags if f not in libraries], *program.sources, "-o", output, "-pthread",
               *libraries]
    built = subprocess.run(command, cwd=program.folder, capture_output=True, text=True)
    if built.returncode != 0:
        sys.exit(f"{program.name} does not build for {column}:\n{built.stdout}{built.stderr}")
    return output


def used_by(pid):
    """Processor seconds of a process, of its children that have ended, and of those that run."""
    try:
        fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
        children = pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return 0.0
    return sum(map(int, fields[11:15])) / TICKS + sum(used_by(child) for child in children)


def run_capped(command, cap, folder):
    """Runs a command for at most `cap` processor seconds. Returns its exit code (None: capped), seconds, output."""
    output = folder / "output"
    with output.open("wb") as out:
        process = subprocess.Popen(command, cwd=folder, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT,
                                   start_new_session=True)
        wall_end = time.monotonic() + cap * WALL_FACTOR
        capped = False
        while True:
            pid, status, usage = os.wait4(process.pid, os.WNOHANG)
            if pid != 0:
                break
            if used_by(process.pid) > cap or time.monotonic() > wall_end:
                capped = True
                os.killpg(process.pid, signal.SIGKILL)
                _, status, usage = os.wait4(process.pid, 0)
                break
            time.sleep(0.01)
        process.returncode = os.waitstatus_to_exitcode(status)
    text = output.read_text(errors="replace")
    return None if capped else process.returncode, usage.ru_utime + usage.ru_stime, text


def loop(program, executable, cap, folder):
    """The program on its own. Processor time of this thread counts: it starts the program, as any loop must."""
    used, started, executions = 0.0, time.thread_time(), 0
    wall_end = time.monotonic() + cap * WALL_FACTOR
    nothing = [(os.POSIX_SPAWN_OPEN, fd, "/dev/null", os.O_RDWR, 0) for fd in (0, 1, 2)]
    while used + time.thread_time() - started < cap and time.monotonic() < wall_end:
        pid = os.posix_spawn(executable, [str(executable), *program.arguments], os.environ, file_actions=nothing, setpgroup=0)
        executions += 1
        timer = threading.Timer(HANG_WAIT, os.killpg, (pid, signal.SIGKILL))
        timer.start()
        _, status, usage = os.wait4(pid, 0)
        timer.cancel()
        used += usage.ru_utime + usage.ru_stime
        if status != 0:
            hangs = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
            seconds = used + time.thread_time() - started + (HANG_SECONDS if hangs else 0)
            return {"seconds": f"{seconds:.4f}", "executions": executions, "rule": "hang" if hangs else f"status {status}"}
    return {}


def command_of(program, column, executable, seed, options):
    heddle = options.prefix / "bin" / "heddle"
    own = program.arguments
    if column == "check":
        return [heddle, "check", "--quiet", "--no-minimize", "--budget=0", f"--seed={seed}", *program.options, executable, *own]
    if column == "fuzz":
        return [heddle, "fuzz", *program.options, executable, f"-seed={seed}", "-print_final_stats=1", "-verbosity=1",
                *(["--", *own] if own else [])]
    return [heddle, "stress", "--budget=0", f"--timeout={HANG_WAIT}s", f"--seed={1000 * seed}", executable, *own]


def judge(column, code, output):
    """The number of executions and the rule of a bug, or None."""
    if code != {"fuzz": 77}.get(column, 1):
        return None
    rules = re.findall(r"\bHED\d{3}\b", output)
    counts = re.findall(r"in (\d[\d,]*) executions?", output)
    executions = counts[-1].replace(",", "") if counts else ""
    return executions, rules[0] if rules else ""


def measure(program, column, seed, options):
    executable = build(program, column, options)
    folder = options.work / "runs" / f"{executable.name}.{column}.{seed}"
    folder.mkdir(parents=True, exist_ok=True)
    row = {"program": program.name, "column": column, "seed": seed, "seconds": "", "executions": "", "rule": ""}
    if column == "loop":
        return row | loop(program, executable, options.cap, folder)
    code, seconds, output = run_capped([str(w) for w in command_of(program, column, executable, seed, options)], options.cap,
                                       folder)
    if code is None or code == 0:
        return row
    found = judge(column, code, output)
    if found is None:
        print(f"{program.name}, {column}, seed {seed}: exit code {code}\n{output[-2000:]}", file=sys.stderr)
        return row | {"rule": f"exit {code}"}
    executions, rule = found
    hangs = column in ("noise", "tsan") and rule in HANGS
    return row | {"seconds": f"{seconds + (HANG_SECONDS if hangs else 0):.4f}", "executions": executions, "rule": rule}


def seconds_of(row, options):
    """Infinite: nothing found within the cap. What a hang is given does not count there."""
    if not row["seconds"]:
        return float("inf")
    seconds = float(row["seconds"])
    hangs = row["rule"] == "hang" or (row["column"] in ("noise", "tsan") and row["rule"] in HANGS)
    return seconds if seconds - (HANG_SECONDS if hangs else 0) <= options.cap else float("inf")


def median(rows, options):
    """None: more than half found nothing."""
    values = [seconds_of(r, options) for r in rows]
    values += [float("inf")] * (options.seeds - len(values))
    middle = statistics.median(values)
    return middle if middle != float("inf") else None


def cell(rows, options):
    if not rows:
        return ""
    middle = median(rows, options)
    if middle is None:
        return f"> {options.cap:g}"
    executions = [int(r["executions"]) for r in rows if r["executions"] and r["seconds"]]
    return f"{middle:.2f} ({statistics.median(executions):,.0f})" if executions else f"{middle:.2f}"


def table(programs, rows, options):
    lines = ["| program | " + " | ".join(COLUMNS[c] for c in options.columns) + " |", "|---" * (len(options.columns) + 1) + "|"]
    found = dict.fromkeys(options.columns, 0)
    for program in programs:
        cells = []
        for column in options.columns:
            own = [r for r in rows if r["program"] == program.name and r["column"] == column]
            found[column] += bool(own) and median(own, options) is not None
            cells.append(cell(own, options))
        lines.append(f"| {program.name} | " + " | ".join(cells) + " |")
    lines.append(f"| found, of {len(programs)} | " + " | ".join(str(found[c]) for c in options.columns) + " |")
    return "\n".join(lines)


def measure_cell(program, column, rows, keep, options):
    own = [r for r in rows if r["program"] == program.name and r["column"] == column]
    done = {int(r["seed"]) for r in own}
    for seed in range(1, options.seeds + 1):
        if sum(1 for r in own if not r["seconds"]) >= CAPPED_MAX:
            return
        if seed not in done:
            own.append(measure(program, column, seed, options))
            keep(own[-1])


def common_arguments(description, columns, seeds):
    """What every measurement of executions or time to a bug takes."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--prefix", type=pathlib.Path, required=True, help="a build or installed tree of Heddle")
    parser.add_argument("--work", type=pathlib.Path, required=True, help="a folder for what is built and measured")
    parser.add_argument("--sctbench", type=pathlib.Path, help="the folder `evaluation` of a PERIOD checkout")
    parser.add_argument("--columns", nargs="+", choices=list(columns), default=list(columns))
    parser.add_argument("--programs", nargs="+", default=[], help="only those whose name contains one of these")
    parser.add_argument("--seeds", type=int, default=seeds)
    parser.add_argument("--jobs", type=int, default=1)
    return parser


def parse(parser):
    options = parser.parse_args()
    options.prefix = options.prefix.resolve()
    options.work.mkdir(parents=True, exist_ok=True)
    options.work = options.work.resolve()
    return options


def parse_arguments():
    parser = common_arguments(__doc__, COLUMNS, 10)
    parser.add_argument("--cap", type=float, default=0.5, help="processor seconds a seed may use")
    return parse(parser)


def main():
    options = parse_arguments()
    groups = [list(own_programs())]
    if options.sctbench:
        groups.append(list(sctbench(options.sctbench.resolve(), options.work)))
    if options.programs:
        groups = [[p for p in group if any(word in p.name for word in options.programs)] for group in groups]
    results = options.work / "rows.csv"
    rows = []
    if results.exists():
        with results.open(newline="") as file:
            rows = list(csv.DictReader(file))
    with results.open("a", newline="") as file, concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        writer = csv.DictWriter(file, FIELDS)
        if not rows:
            writer.writeheader()

        def keep(row):
            with lock:
                writer.writerow(row)
                file.flush()
                rows.append(row)

        before = list(rows)
        tasks = [pool.submit(measure_cell, program, column, before, keep, options)
                 for column in options.columns for group in groups for program in group]
        for task in tasks:
            task.result()
    print("\n\n".join(table(group, rows, options) for group in groups if group))
    return 0


if __name__ == "__main__":
    sys.exit(main())
