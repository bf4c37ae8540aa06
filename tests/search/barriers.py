#!/usr/bin/env python3
"""Threads that meet at a barrier are as many executions as the program can tell apart, and without the reduction all
orders; the verdict is the same, and so is the number of executions that workers share."""

import argparse

import search

# Arguments of the program, complete executions, those without the reduction.
CASES = [
    (["3", "1", "ignored"], 1, 6),
    (["3", "2", "ignored"], 1, 132),
    (["3", "2", "compared"], 1, 132),
    (["3", "1", "counted"], 3, 6),
    (["3", "2", "counted"], 9, 132),
    (["2", "1", "ignored", "more"], None, None),  # who meets whom is a choice: all orders either way
]


def complete(searched, *options):
    _, document, _ = searched.run(*options, expected=0)
    if document["verdict"] != "verified":
        raise search.Failed(f"{searched.program} {options}: {document['verdict']}")
    return document["exploration"]["complete"]


def check(heddle, program):
    for arguments, reduced, all_orders in CASES:
        searched = search.Search(heddle, [program, *arguments])
        found = complete(searched), complete(searched, "--no-reduction=barriers"), complete(searched, "--jobs=2")
        if reduced is None:
            reduced = all_orders = found[1]
        if found != (reduced, all_orders, reduced):
            raise search.Failed(f"{arguments}: {found}, expected {(reduced, all_orders, reduced)}")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--heddle", required=True)
    parser.add_argument("program")
    arguments = parser.parse_args()
    search.run_test(check, arguments.heddle, arguments.program)


if __name__ == "__main__":
    main()
