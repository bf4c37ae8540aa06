#!/usr/bin/env python3
"""An estimate meets a loop before the search does, which then begins anew: outcomes are counted once."""

import argparse

import search

EXECUTIONS = 16800  # the orders of nine additions by three threads, and what is read


def check(heddle, program):
    for options in [], ["--jobs=2"]:
        _, document, _ = search.Search(heddle, [program]).run("--no-recall", *options)
        executions = document["exploration"]["executions"]
        outcomes = {outcome["text"]: int(outcome["count"]) for outcome in document["outcomes"]}
        if executions != EXECUTIONS or outcomes != {"none": EXECUTIONS // 10, "some": EXECUTIONS * 9 // 10}:
            raise search.Failed(f"{options}: {executions} executions, {outcomes}")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--heddle", required=True)
    parser.add_argument("program")
    arguments = parser.parse_args()
    search.run_test(check, arguments.heddle, arguments.program)


if __name__ == "__main__":
    main()
