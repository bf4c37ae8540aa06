#!/usr/bin/env python3
"""Stores that nobody reads are not ordered; whoever reads them, in whatever way, sees all that there is to see. Workers,
shards and a saved search agree."""

import argparse
import sys

import search

# How the program reads what was stored, and the options that takes.
NEVER = ["never"]
WAYS = [["load"], ["exchange"], ["plain"], ["part"], ["copy"], ["wide"], ["narrow"], ["realloc"], ["overwrite"]]
LEAK = ["leak"]


def explored(searched, *options):
    """What was observed and found, and in how many executions."""
    _, document, text = searched.run("--keep-going", *options)
    if document is None:
        raise search.Failed(f"{searched.program} {options}:\n{text}")
    outcomes = sorted(outcome["text"] for outcome in document["outcomes"])
    rules = sorted({finding["rule"] for finding in document["findings"]})
    return (outcomes, rules), document["exploration"]["complete"]


def check(heddle, program):
    for arguments in [NEVER, *WAYS, LEAK]:
        searched = search.Search(heddle, [program, *arguments])
        options = ["--leaks"] if arguments == LEAK else []
        result, complete = explored(searched, *options)
        without, all_orders = explored(searched, *options, "--no-reduction=unread")
        if result != without:
            raise search.Failed(f"{arguments}: {result}, without the reduction {without}")
        if (complete < all_orders) != (arguments == NEVER) or complete > all_orders:
            raise search.Failed(f"{arguments}: {complete} executions, without the reduction {all_orders}")
        for how in (["--jobs=2"], ["--isolation=fork"]):
            if explored(searched, *options, *how) != (result, complete):
                raise search.Failed(f"{arguments} {how}: not {complete} executions with {result}")
        print(f"{arguments[0]}: {complete} executions, {all_orders} without the reduction")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--heddle", required=True)
    parser.add_argument("program")
    arguments = parser.parse_args()
    try:
        check(arguments.heddle, arguments.program)
    except search.Failed as failure:
        print(failure, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
