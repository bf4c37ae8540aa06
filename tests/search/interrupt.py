#!/usr/bin/env python3
"""A search that is stopped at random moments, in all ways there are, and resumed, counts what an undisturbed one does.

Also: a saved search that is damaged, cut off, foreign, too new, or of another program, other arguments or other
options is refused with exit code 2 and a sentence that says so.
"""

import argparse
import random
import shutil
import signal
import sys
import time

from search import Failed, Search, counts


def interrupted(search, whole, dice, rounds):
    saved = search.folder / "saved"
    for _ in range(rounds):
        saved.unlink(missing_ok=True)
        stops = 0
        while True:
            options = [f"--save={saved}"] + ([f"--resume={saved}"] if saved.exists() else [])
            how = dice.choice(["executions", "signal", "signal"])
            if how == "executions":
                most = dice.randrange(1, max(2, whole["executions"] // 3))
                _, document, _ = search.run(f"--max-executions={most}", *options)
            else:
                running = search.start(*options)
                time.sleep(dice.uniform(0.02, 0.4))
                running.send_signal(dice.choice([signal.SIGINT, signal.SIGTERM]))
                printed, _ = running.communicate(timeout=60)
                document = search.document()
                if document is None:
                    raise Failed(f"no document after a signal:\n{printed}")
            if document["exploration"]["reason"] == "exhausted":
                break
            if document["verdict"] == "error":  # the signal came before the search began
                continue
            stops += 1
        if document["verdict"] != "verified" or counts(document) != whole:
            raise Failed(f"after {stops} stops: {document['verdict']} {counts(document)}, not {whole}")
        print(f"stopped {stops} times: equal")


def refused(search, path, words, *options, program=None):
    if program is not None:
        search = Search(search.heddle, program)
    _, _, printed = search.run(f"--resume={path}", *options, expected=2)
    if words not in " ".join(printed.split()):
        raise Failed(f"'{words}' is not in:\n{printed}")


def wrong_files(search, dice):
    good = search.folder / "good"
    search.run("--max-executions=40", f"--save={good}")
    text = good.read_bytes()
    magic, _, version = text.partition(b"\n")[0].partition(b" ")
    with_version = lambda number: text.replace(magic + b" " + version, magic + b" %d" % number, 1)
    bad = search.folder / "bad"
    for _ in range(6):
        at = dice.randrange(len(magic + b" " + version), len(text) - 1)
        damaged = bytearray(text)
        damaged[at] = ord("0") if damaged[at] != ord("0") else ord("1")
        bad.write_bytes(damaged)
        refused(search, bad, "is ")
    bad.write_bytes(text[:-30])
    refused(search, bad, "is cut off")
    bad.write_bytes(text[:len(text) // 2])
    refused(search, bad, "is cut off")
    bad.write_bytes(b"")
    refused(search, bad, "is empty")
    shutil.copy(search.program[0], bad)
    refused(search, bad, "is not a saved search")
    bad.write_bytes(with_version(int(version) + 1))
    refused(search, bad, "newer version")
    bad.write_bytes(with_version(int(version) - 1))
    refused(search, bad, "older version")
    refused(search, search.folder / "missing", "cannot be read")
    refused(search, good, "other arguments", program=[search.program[0], "2"])
    refused(search, good, "other options", "--model=sc")
    refused(search, good, "another program", program=arguments.other)
    print("what is wrong with a file is said")


parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
parser.add_argument("--heddle", required=True)
parser.add_argument("--rounds", type=int, default=3)
parser.add_argument("--seed", type=int, default=int(time.time()))
parser.add_argument("--other", action="append", help="another program, and its arguments")
parser.add_argument("program", nargs="+")
arguments = parser.parse_args()
print(f"--seed={arguments.seed}")
chance = random.Random(arguments.seed)
try:
    undisturbed = Search(arguments.heddle, arguments.program)
    _, result, _ = undisturbed.run(expected=0)
    if result["verdict"] != "verified":
        raise Failed(f"undisturbed: {result['verdict']}")
    print(f"undisturbed: {counts(result)}")
    interrupted(undisturbed, counts(result), chance, arguments.rounds)
    if arguments.other:
        wrong_files(undisturbed, chance)
except Failed as failure:
    sys.exit(f"seed {arguments.seed}: {failure}")
