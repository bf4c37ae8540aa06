#!/usr/bin/env python3
"""A search cut into shards: together they have exactly the executions of the whole, also when one is interrupted and
resumed; merged, they verify the program only if none is missing.

shards.py --heddle=HEDDLE [--shards=N] [--interrupt] PROGRAM [ARGUMENT ...]
"""

import argparse
import json
import subprocess

import search


def add(sums, document):
    for name, count in search.counts(document).items():
        sums[name] = sums.get(name, 0) + count


def run_shard(searched, index, shards, interrupt):
    options = [f"--shard={index}/{shards}"]
    if not interrupt:
        return searched.run(*options, expected=0)[1]
    frontier = searched.folder / f"shard-{index}"
    searched.run(*options, "--max-executions=7", f"--save={frontier}")
    return searched.run(*options, f"--resume={frontier}", expected=0)[1]


def merged(searched, documents):
    files = []
    for number, document in enumerate(documents):
        files.append(searched.folder / f"document-{number}.json")
        files[-1].write_text(json.dumps(document), encoding="utf-8")
    done = subprocess.run([searched.heddle, "report", "--to=json", *files], stdout=subprocess.PIPE, text=True,
                          check=False)
    return json.loads(done.stdout)["verdict"]


def check(arguments):
    searched = search.Search(arguments.heddle, arguments.program)
    _, whole, _ = searched.run(expected=0)
    documents = []
    sums = {}
    for index in range(1, arguments.shards + 1):
        documents.append(run_shard(searched, index, arguments.shards, arguments.interrupt))
        add(sums, documents[-1])
    if sums != search.counts(whole):
        raise search.Failed(f"the shards have {sums}, the whole has {search.counts(whole)}")
    if documents[0]["verdict"] != "no_bug":
        raise search.Failed(f"the verdict of a shard is {documents[0]['verdict']}")
    for some, expected in ((documents, "verified"), (documents[1:], "inconclusive"),
                           (documents[:-1] + documents[:1], "inconclusive")):
        if arguments.shards > 2 and merged(searched, some) != expected:
            raise search.Failed(f"{len(some)} shards merged: {merged(searched, some)}, expected {expected}")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--heddle", required=True)
    parser.add_argument("--shards", type=int, default=5)
    parser.add_argument("--interrupt", action="store_true")
    parser.add_argument("program", nargs=argparse.REMAINDER)
    search.run_test(check, parser.parse_args())


if __name__ == "__main__":
    main()
