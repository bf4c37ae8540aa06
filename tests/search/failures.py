#!/usr/bin/env python3
"""A search with executions that fail counts the same whenever it is stopped and resumed.

Also one that is stopped after each execution comes to its end.
"""

import argparse

from search import Failed, Search, counts, run_test


def resumed(search, saved, most):
    """The counts in the end of a search that is stopped whenever it has done `most` executions more."""
    saved.unlink(missing_ok=True)
    for _ in range(1000):
        options = [f"--save={saved}"] + ([f"--resume={saved}"] if saved.exists() else [])
        _, document, _ = search.run("--keep-going", "--no-why", f"--max-executions={most}", *options)
        if document["exploration"]["reason"] == "exhausted":
            return counts(document)
    raise Failed(f"stopped after every {most} executions the search has no end")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--heddle", required=True)
    parser.add_argument("program", nargs="+")
    arguments = parser.parse_args()
    search = Search(arguments.heddle, arguments.program)
    _, document, _ = search.run("--keep-going", "--no-why", expected=1)
    whole = counts(document)
    failed = whole["executions"] - whole["complete"] - whole["blocked"] - whole["cut"]
    if failed == 0 or whole["complete"] == 0:
        raise Failed(f"not a search with executions that fail among others: {whole}")
    for most in sorted({1, 2, 3, 5, whole["executions"] // 2, whole["executions"] - 1}):
        found = resumed(search, search.folder / "saved", most)
        if found != whole:
            raise Failed(f"stopped after every {most} executions: {found}, not {whole}")
    print(f"{whole}: equal")


if __name__ == "__main__":
    run_test(main)
