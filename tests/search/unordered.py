#!/usr/bin/env python3
"""Stores, or rmws, whose order nobody can tell are not ordered; where somebody can, all that there is to see is seen.
Workers and executions with a process each agree."""

import argparse

import search


def explored(searched, *options):
    """What was observed and found, and in how many executions."""
    _, document, text = searched.run("--keep-going", *options)
    if document is None:
        raise search.Failed(f"{searched.program} {options}:\n{text}")
    outcomes = sorted(outcome["text"] for outcome in document["outcomes"])
    rules = sorted({finding["rule"] for finding in document["findings"]})
    return (outcomes, rules), document["exploration"]["complete"]


def check(searched, reduction, saves):
    options = ["--leaks", "--unread-stores"]
    result, complete = explored(searched, *options)
    without, all_orders = explored(searched, *options, f"--no-reduction={reduction}")
    print(f"{searched.program[1:]}: {complete} executions, {all_orders} without the reduction, {result}")
    if result != without:
        raise search.Failed(f"without the reduction {without}")
    if (complete < all_orders) != saves or complete > all_orders:
        raise search.Failed("that is not what should be saved")
    for how in (["--jobs=2"], ["--isolation=fork"]):
        other = explored(searched, *options, *how)
        if other != (result, complete):
            raise search.Failed(f"{how}: {other}")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--heddle", required=True)
    parser.add_argument("--reduction", required=True)
    parser.add_argument("--saves", nargs="*", default=[], help="arguments of the program for which orders do not matter")
    parser.add_argument("--same", nargs="*", default=[], help="those for which they do")
    parser.add_argument("--program", required=True)
    arguments = parser.parse_args()
    for how in [*arguments.saves, *arguments.same]:
        searched = search.Search(arguments.heddle, [arguments.program, how])
        search.run_test(check, searched, arguments.reduction, how in arguments.saves)


if __name__ == "__main__":
    main()
