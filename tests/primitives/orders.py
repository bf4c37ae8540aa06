#!/usr/bin/env python3
"""Which memory order of a primitive is shown to be necessary, and by which scenario.

Runs `heddle weaken` on the scenarios below, each of which is about what a primitive orders, and joins the results: an
order stronger than relaxed is necessary when for every weaker one some scenario has a bug. Writes the table of
docs/memory-orders.md (--write), or compares with it.

usage: orders.py --heddle=COMMAND --programs=DIRECTORY [--write]
"""

import argparse
import concurrent.futures
import json
import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "memory-orders.md"
SCENARIOS = {
    "locks": """mutex.MX_S3_UnlockHappensBeforeTheNextLock mutex.MX_S2_TimedLockTakesTheLockOrChangesNothing
        mutex.MX_L1_EveryWaiterGetsTheFreeLock unowned_mutex.MX_S3_UnlockHappensBeforeTheNextLock
        unowned_mutex.MX_L1_EveryWaiterGetsTheFreeLock shared_mutex.MX_S3_UnlockHappensBeforeTheNextLock
        shared_mutex.SX_L1_AWriterThatGivesUpLetsReadersIn shared_mutex.SX_S3_OneReaderAndOneWriterSeeEachOther""",
    "waiting": """semaphore.SM_S5_ReleaseHappensBeforeItsAcquire bounded_semaphore.SM_S3_NeverAboveTheBound
        bounded_semaphore.SM_S5_ReleaseHappensBeforeItsAcquire event.EV_S3_ASetThatIsSeenHappenedBefore
        semaphore.SM_L1_TwoReleasesWakeTwoWaiters event.EV_S3_SetHappensBeforeTheWaitsItEnds
        event.EV_S3_EverySetIsPublished event.EV_S3_ResetSeesWhatTheSetItTakesBackAnnounced
        event.EV_S5_MayBeDestroyedByAReleasedWaiter auto_reset_event.AE_S3_SetHappensBeforeTheWaitItEnds
        latch.LT_S3_AZeroThatIsSeenHappenedBefore latch.LT_S3_EveryCountDownHappensBeforeTheWait
        latch.LT_S5_MayBeDestroyedByAReleasedWaiter
        condition_variable.CV_S4_StoppedWaiterConsumesNoNotify condition_variable.CV_S6_MayBeDestroyedOnceAllWereNotified
        wait_queue.CV_L1_TakersServeThoseThatWaitLongest wait_queue.CV_S6_MayBeDestroyedWhileManyLeave
        cyclic_barrier.CB_S3_TheActionRunsOnceAfterAllArrivedBeforeAnyReturns
        semaphore.SM_S6_MayBeDestroyedByAnAcquirerThatCouldBeStopped semaphore.SM_L2_AStopEndsTheWait
        bounded_semaphore.SM_L1_AReleaseWakesWhoeverCouldBeStopped event.EV_L1_SetReleasesWhoeverCouldBeStopped
        event.EV_L2_AStopEndsTheWait auto_reset_event.AE_L1_SetReleasesWhoeverCouldBeStopped
        latch.LT_L1_ZeroReleasesWhoeverCouldBeStopped""",
    "queues": """concurrent_queue.CQ_S3_PushHappensBeforeItsPop concurrent_queue.CQ_L2_AConsumerFallingAsleepSeesThePush
        concurrent_queue.CQ_ATimedPopReturnsAtItsDeadline
        spsc_ring.RG_S2_OnlyWholeElementsAreRead spsc_ring.RG_S3_SlotsAreUsedAgain
        mpmc_ring.RG_S2_OnlyWholeElementsAreRead mpmc_ring.RG_S3_SlotsAreUsedAgain""",
    "futures": """future.FU_S2_SetHappensBeforeTheEndOfAWait future.FU_S2_ACompletionThatIsSeenHappenedBefore
        future.FU_S2_SetHappensBeforeGet future.FU_S3_CancelledMeansNeverRun
        future.FU_S5_TheLastHolderMayFreeTheState future.FU_L1_CompletionWakesWhoeverCouldBeStopped""",
    "threads": """thread.TH_S2_StartHappensBeforeTheBodyAndItsEndBeforeEveryJoin thread.TH_AnExceptionEndsTheThreadOnly
        thread.TH_S2_AnEndThatIsSeenHappenedBefore thread.TH_L1_AJoinWhileTheThreadIsStartedReturns
        thread.TH_TheHandlerSeesWhatCameBeforeItWasSet thread.TH_WhoReplacesAHandlerSeesWhatCameBeforeItWasSet
        raw_thread.RT_S3_AnInterruptIsTakenOnce""",
    "flow": """context.CX_S4_EnteredByOneThreadAtATime generator.GN_S2_OneResumerAtATime
        generator.GN_S2_AnEndThatIsSeenHappenedBefore""",
}
HEAD = """# Memory orders of the primitives

Every order stronger than relaxed in `primitives/`, with a scenario in which each weaker order is a bug: found by
`heddle weaken` ([weaken.md](weaken.md)), which makes one order weaker at a time and explores again. Written by
`tests/primitives/orders.py --write`, checked by the test `primitives.orders`.

| file | operation | order | needed by |
| --- | --- | --- | --- |
"""
REST = """
Orders that the scenarios reach and do not prove necessary, which is no reason to weaken them: the scenario that needs
them is missing or too large to explore.

| file | operation | order |
| --- | --- | --- |
"""


def weaken(arguments, program, scenario):
    with tempfile.TemporaryDirectory(prefix="heddle-orders-") as scratch:
        document = pathlib.Path(scratch) / "weaken.json"
        done = subprocess.run(
            [arguments.heddle, "weaken", "--budget=20s", "--total-budget=90s", f"--json={document}",
             arguments.programs / f"primitives.{program}.check", scenario],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False, text=True)
        if done.returncode not in (0, 3):
            sys.exit(f"{scenario}: {done.stdout}")
        return scenario, json.loads(document.read_text(encoding="utf-8"))["operations"]


def collect(arguments):
    """(file, line, source, role) -> {order, weaker: {order: the scenario it breaks, or None}}."""
    found = {}
    jobs = [(program, scenario) for program, names in SCENARIOS.items() for scenario in names.split()]
    with concurrent.futures.ThreadPoolExecutor(arguments.jobs) as pool:
        results = list(pool.map(lambda job: weaken(arguments, *job), jobs))
    for scenario, operations in results:
        for operation in operations:
            file = operation.get("file") or ""
            at = file.rfind("primitives/")
            if at < 0 or "tests/" in file:
                continue
            for order in operation["orders"]:
                if order["order"] == "relaxed":
                    continue
                key = (file[at:], operation["line"], operation["source"].strip(), order["on_failure"])
                entry = found.setdefault(key, {"order": order["order"], "weaker": {}})
                for attempt in order["attempts"]:
                    shown = scenario if attempt["outcome"] == "bug" else None
                    entry["weaker"][attempt["order"]] = entry["weaker"].get(attempt["order"]) or shown
    return found


STATEMENT_LINES_MAX = 5


def unreached(found):
    """Orders in the sources that no scenario executes. One that is an argument counts as the operation it reaches."""
    missing = []
    for path in sorted((ROOT / "primitives").glob("**/*.hpp")):
        file = path.relative_to(ROOT).as_posix()
        reached = {line for at, line, _, _ in found if at == file}
        lines = [line.split("//")[0] for line in path.read_text(encoding="utf-8").splitlines()]
        for number, line in enumerate(lines, 1):
            if not re.search(r"memory_order_(acquire|release|acq_rel|seq_cst)", line):
                continue
            first = number  # of the statement
            while first > 1 and number - first < STATEMENT_LINES_MAX and not re.search(r"[;{}]\s*$", lines[first - 2]):
                first -= 1
            passed_on = re.search(r"\b(change|stop_running)\(", " ".join(lines[first - 1:number]))
            if not passed_on and reached.isdisjoint(range(first, number + 1)):
                missing.append(f"{file}:{number}")
    return missing


def page(found):
    proved, rest = [], []
    for (file, _, source, on_failure), entry in sorted(found.items()):
        code = re.sub(r"\s+", " ", source).replace("|", "\\|")
        order = entry["order"].replace("memory_order_", "") + (" on failure" if on_failure else "")
        tests = [t for t in entry["weaker"].values() if t]
        if tests and all(entry["weaker"].values()):
            proved.append(f"| {file} | `{code}` | {order} | `{sorted(set(tests))[0]}` |")
        else:
            rest.append(f"| {file} | `{code}` | {order} |")
    lines = list(dict.fromkeys(proved))
    text = HEAD + "\n".join(lines) + "\n"
    if rest:
        text += REST + "\n".join(dict.fromkeys(rest)) + "\n"
    return text, len(lines), len(dict.fromkeys(rest))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--heddle", required=True)
    parser.add_argument("--programs", required=True, type=pathlib.Path)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--write", action="store_true")
    arguments = parser.parse_args()
    found = collect(arguments)
    text, proved, rest = page(found)
    print(f"{proved} orders shown to be necessary, {rest} not")
    if missing := unreached(found):
        sys.exit("no scenario of this script reaches the orders of " + ", ".join(missing))
    if arguments.write:
        PAGE.write_text(text, encoding="utf-8")
    elif PAGE.read_text(encoding="utf-8") != text:
        sys.exit(f"{PAGE.relative_to(ROOT)} is out of date:\n{text}")


if __name__ == "__main__":
    main()
