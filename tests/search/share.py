#!/usr/bin/env python3
"""A search shared by any number of processes counts what one process does, also when workers are killed.

--kill: workers are killed with SIGKILL at random moments. With a `wrong` argument of the program a bug is there:
all find the same ones, each reported once with --keep-going, and without it the first one stops everybody.
"""

import argparse
import os
import pathlib
import random
import signal
import sys
import time

from search import Failed, Search, counts


def children(process):
    try:
        return [int(p) for p in pathlib.Path(f"/proc/{process}/task/{process}/children").read_text().split()]
    except OSError:
        return []


def killed(search, whole, jobs, dice):
    """Runs the search, killing a worker every now and then; returns how many."""
    running = search.start(f"--jobs={jobs}")
    kills = 0
    while running.poll() is None:
        time.sleep(dice.uniform(0.005, 0.05))
        workers = [worker for coordinator in children(running.pid) for worker in children(coordinator)]
        if not workers:
            continue
        try:
            os.kill(dice.choice(workers), signal.SIGKILL)
            kills += 1
        except ProcessLookupError:
            pass
        time.sleep(dice.uniform(0, 0.3))
    printed, _ = running.communicate(timeout=60)
    document = search.document()
    if document is None or document["verdict"] != "verified" or counts(document) != whole:
        raise Failed(f"{jobs} workers, {kills} killed: {document and counts(document)}, not {whole}\n{printed}")
    return kills


def equal(search, jobs):
    _, document, _ = search.run(expected=0)
    whole = counts(document)
    print(f"alone: {whole}")
    for number in jobs:
        _, document, printed = search.run(f"--jobs={number}", expected=0)
        if document["verdict"] != "verified" or counts(document) != whole:
            raise Failed(f"{number} workers: {counts(document)}, not {whole}\n{printed}")
    return whole


def estimated(search, whole, jobs, attempts=5):
    """Stopped half way, all workers' parts are in the estimate, not only those of one."""
    half = whole["executions"] // 2
    for number in jobs:
        for _ in range(attempts):  # it may be over before there is an estimate
            _, document, printed = search.run(f"--jobs={number}", f"--max-executions={half}", expected=0)
            exploration = document["exploration"]
            done, estimate, spread = (exploration[name] for name in ("executions", "estimate", "estimate_spread"))
            if estimate is not None:
                break
        else:
            raise Failed(f"{number} workers: no estimate in {attempts} attempts\n{printed}")
        if estimate < done or abs(estimate - whole["executions"]) > max(1.5 * spread, 0.01 * whole["executions"]):
            raise Failed(f"{number} workers: {done} of an estimated {estimate} +- {spread}, not {whole}\n{printed}")
        print(f"{number} workers: {done} of an estimated {estimate} +- {spread}")


def same_bugs(search, jobs):
    def found(*options):
        _, document, _ = search.run(*options, expected=1)
        return sorted(finding["fingerprint"] for finding in document["findings"]), document

    alone, document = found("--keep-going")
    whole = counts(document)
    for number in jobs:
        shared, document = found("--keep-going", f"--jobs={number}")
        if shared != alone or len(set(shared)) != len(shared):
            raise Failed(f"{number} workers: found {shared}, alone {alone}")
        if counts(document) != whole:
            raise Failed(f"{number} workers: {counts(document)}, not {whole}")
        first, document = found(f"--jobs={number}")
        if len(first) != 1 or first[0] not in alone:
            raise Failed(f"{number} workers, without --keep-going: found {first}")
        if document["exploration"]["executions"] >= whole["executions"]:
            raise Failed(f"{number} workers went on after the first bug")


parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
parser.add_argument("--heddle", required=True)
parser.add_argument("--jobs", type=int, nargs="+", default=[2, 3, 5])
parser.add_argument("--kill", type=int, default=0, help="searches with killed workers")
parser.add_argument("--bugs", action="store_true", help="the program has bugs")
parser.add_argument("--estimate", action="store_true", help="the program is long and regular enough to be estimated")
parser.add_argument("--seed", type=int, default=int(time.time()))
parser.add_argument("--program", nargs="+", required=True)
arguments = parser.parse_args()
print(f"--seed={arguments.seed}")
chance = random.Random(arguments.seed)
shared_search = Search(arguments.heddle, arguments.program)
try:
    if arguments.bugs:
        same_bugs(shared_search, arguments.jobs)
    else:
        expected = equal(shared_search, arguments.jobs)
        if arguments.estimate:
            estimated(shared_search, expected, arguments.jobs)
        total = sum(killed(shared_search, expected, chance.choice(arguments.jobs), chance)
                    for _ in range(arguments.kill))
        print(f"{total} workers killed: equal")
        if arguments.kill and total == 0:
            raise Failed("no worker lived long enough to be killed")
except Failed as failure:
    sys.exit(f"seed {arguments.seed}: {failure}")
