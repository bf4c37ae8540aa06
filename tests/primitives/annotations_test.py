#!/usr/bin/env python3
"""clang's thread-safety analysis accepts correct use of the locks, and names each misuse of annotations.cpp.

usage: annotations_test.py CLANG++
"""

import pathlib
import re
import subprocess
import sys

FOLDER = pathlib.Path(__file__).resolve().parent
ROOT = FOLDER.parents[1]


def warnings(clang, *flags):
    done = subprocess.run([clang, "-std=c++20", "-fsyntax-only", "-Wthread-safety", f"-I{ROOT}",
                           f"-I{ROOT}/primitives/include", *flags, FOLDER / "annotations.cpp"],
                          stderr=subprocess.PIPE, text=True, check=False)
    if "error:" in done.stderr:
        sys.exit(done.stderr)
    return {int(line) for line in re.findall(r"annotations\.cpp:(\d+):\d+: warning:", done.stderr)}, done.stderr


def main():
    clang = sys.argv[1]
    found, text = warnings(clang)
    if found:
        sys.exit(f"correct use is complained about:\n{text}")
    found, text = warnings(clang, "-DMISUSE")
    lines = (FOLDER / "annotations.cpp").read_text(encoding="utf-8").splitlines()
    starts = [number for number, line in enumerate(lines, 1) if "void misuse" in line]
    for start in starts:
        if not any(start <= line <= start + 4 for line in found):
            sys.exit(f"no warning for {lines[start - 1].strip()}\n{text}")


if __name__ == "__main__":
    main()
