#!/usr/bin/env python3
"""Runs `heddle check --uninitialized=used` and `=plain` on programs that read what nobody wrote, and on correct ones.

All programs are built with one compiler at one level. What is reported must be reproduced by its replay, in processes
of their own, and in searches that recall.
"""

import argparse
import pathlib
import re
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
EXIT_OK, EXIT_BUG = 0, 1
HEAP = r"which nobody has written\s+since\s+T\d\s+allocated\s+the\s+block"
STACK = r"on the stack of\s+T\d,\s+which nobody has\s+written"

# Program and argument, what the report says, and whether the value read makes a difference.
WRONG = [
    ("wrong", "heap", HEAP, True),
    ("wrong", "pointer", HEAP, True),
    ("wrong", "stack", STACK, True),
    ("wrong", "in_vain", STACK, False),
    ("wrong", "stale", STACK, True),
    ("wrong", "own_block", HEAP, True),
    ("wrong", "grown_block", HEAP, True),
]
RIGHT = [
    *(("right", mode) for mode in ("returned", "partly_written", "bit_fields", "library")),
    *(("right++", mode) for mode in ("optionals", "variants", "functions", "strings", "futures")),
]
# Right too, but not when every read counts.
COPIES = [
    *(("right", mode) for mode in ("copy_wrapped", "copy_union", "copy_token", "copy_slots")),
    *(("right++", mode) for mode in ("copy_messages", "copy_rings", "copy_exceptions")),
]


class Tests:
    def __init__(self, options, folder):
        self.heddle = pathlib.Path(options.heddle).resolve()
        self.folder = folder
        self.failures = 0
        for name, source in ("wrong", "wrong.c"), ("right", "right.c"), ("right++", "right.cpp"):
            self.build(options, name, HERE / source)

    def build(self, options, name, source):
        cxx = source.suffix == ".cpp"
        compiler = {"gcc": "g++", "clang": "clang++"}[options.compiler] if cxx else options.compiler
        language = ["c++", "-std=c++20"] if cxx else ["cc", "-std=gnu17"]
        subprocess.run([self.heddle, language[0], f"--with={compiler}", language[1], "-g", options.optimise, "-w", source,
                        "-o", self.folder / name], check=True)

    def run(self, command, *words):
        done = subprocess.run([self.heddle, command, "--color=never", *words], cwd=self.folder, capture_output=True,
                              text=True, check=False)
        return done.returncode, done.stdout + done.stderr

    def expect(self, condition, what, text):
        if condition:
            return
        self.failures += 1
        print(f"FAILED: {what}\n{text}")

    def check(self, level, program, mode, options=()):
        return self.run("check", "--no-why", "--budget=20s", f"--uninitialized={level}", *options, f"./{program}", mode)

    def passes(self, level, program, mode, options=()):
        code, text = self.check(level, program, mode, options)
        self.expect(code == EXIT_OK and "HED" not in text, f"{program} {mode} {level} passes {options}", text)

    def fails(self, level, program, mode, says, options=()):
        what = f"{program} {mode} {level} is reported {options}"
        code, text = self.check(level, program, mode, options)
        found = re.search(r"^HED019 .*\n(?:.*\n){0,2}?.*" + says, text, re.MULTILINE)
        reproduced = re.search(r"reproduced\s+in\s+3\s+of\s+3\s+replays", text)
        self.expect(code == EXIT_BUG and found and reproduced, what, text)
        return text

    def replays(self, text, what):
        part = text[text.find("HED019 "):]
        command = re.search(r"^Replay: heddle replay (.*)$", part, re.MULTILINE)
        self.expect(command, f"{what} has a replay", text)
        if command is None:
            return
        code, replay = self.run("replay", *command.group(1).split())
        self.expect(code == EXIT_BUG and "HED019 " in replay, f"{what} replays", replay)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--heddle", required=True)
    parser.add_argument("--compiler", required=True, choices=("gcc", "clang"))
    parser.add_argument("--optimise", required=True, help="-O0, -O2")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        tests = Tests(options, pathlib.Path(folder))
        for program, mode, says, used in WRONG:
            for level in ("used", "plain"):
                if level == "used" and not used:
                    tests.passes(level, program, mode)
                    continue
                tests.replays(tests.fails(level, program, mode, says), f"{program} {mode} {level}")
        for level in ("used", "plain"):
            tests.fails(level, "wrong", "stale", STACK, ["--exhaustive"])
            tests.fails(level, "wrong", "stale", STACK, ["--isolation=fork"])
            tests.fails(level, "wrong", "heap", HEAP, ["--exhaustive", "--recall", "--recall-after=0"])
            tests.fails(level, "wrong", "heap", HEAP, ["--exhaustive", "--jobs=2"])
        for program, mode in RIGHT:
            tests.passes("plain", program, mode)
        for program, mode in RIGHT + COPIES:
            tests.passes("used", program, mode)
    return 1 if tests.failures else 0


if __name__ == "__main__":
    sys.exit(main())
