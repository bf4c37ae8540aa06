#!/usr/bin/env python3
"""Records the result documents of tests/golden/findings: checks programs of tests/programs and keeps what `heddle
check --json` wrote, with the folder of the sources, the time and the machine made neutral. Run it by hand when the
program's side of a report has changed; then HEDDLE_UPDATE_GOLDEN=1 on the tests rewrites the reports beside them.

usage: record_findings.py HEDDLE [NAME]...
"""

import json
import os
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
NEUTRAL = "/home/demo/heddle"
# Name of the program: the rule its finding must have, and options of the check.
PROGRAMS = {
    "publication_relaxed": ("HED001", []),
    "abba_deadlock": ("HED002", []),
    "hidden_deadlock": ("HED003", []),
    "signal_before_wait": ("HED004", []),
    "flag_never_set": ("HED005", []),
    "store_buffering": ("HED006", []),
    "thread_destroyed_joinable": ("HED007", []),
    "exception_in_thread": ("HED008", []),
    "null_after_check": ("HED009", []),
    "tree_cycle": ("HED010", []),
    "hazard_pointer_early": ("HED011", ["--races=ignore"]),
    "refcount_double_free": ("HED012", []),
    "bounded_buffer_off_by_one": ("HED013", []),
    "leaked_node": ("HED014", ["--leaks"]),
    "unlock_twice": ("HED015", []),
    "destroy_mutex_in_use": ("HED016", []),
    "account_transfer": ("HED017", ["--keep-going"]),
    "dead_stack_frame": ("HED018", []),
    "uninitialised_atomic": ("HED019", []),
    "exit_status": ("HED021", []),
    "list_cycle": ("HED022", []),
}
# Programs of this folder that check an object themselves (heddle::verify).
OBJECTS = {"taken_twice": "HED020", "pop_spins": "HED023"}


def check(heddle, name, options, folder):
    source = next((ROOT / "tests/programs").glob(f"{name}.bug.c*"))
    language = ["cc"] if source.suffix == ".c" else ["c++", "-std=c++20"]
    program = folder / name
    subprocess.run([heddle, *language, "-g", source, "-o", program], check=True)
    document = folder / "result.json"
    subprocess.run([heddle, "check", "--budget=5", f"--json={document}", *options, f"./{name}"], cwd=folder, check=False,
                   stdout=subprocess.DEVNULL)
    return neutral(heddle, document, folder)


def verify(heddle, name, folder):
    """The command that makes the report is taken from the environment: here one that keeps the document too."""
    source = ROOT / f"tests/reports/{name}.cpp"
    subprocess.run([heddle, "c++", "-std=c++20", "-g", source, "-o", folder / name], check=True)
    document = folder / "result.json"
    reporter = folder / "reporter"
    reporter.write_text(f'#!/bin/sh\nshift\nexec {heddle} show --json={document} "$@"\n', encoding="utf-8")
    reporter.chmod(0o755)
    subprocess.run([f"./{name}"], cwd=folder, check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                   env={**os.environ, "HEDDLE": str(reporter)})
    return neutral(heddle, document, folder)


def neutral(heddle, document, folder):
    prefix = heddle.parents[1]
    text = document.read_text(encoding="utf-8").replace(str(prefix), "/usr/local")
    text = text.replace(str(ROOT), NEUTRAL).replace(str(folder), NEUTRAL)
    return json.loads(text.replace(str(heddle), "heddle"))


def main():
    heddle = pathlib.Path(sys.argv[1]).resolve()
    target = ROOT / "tests/golden/findings"
    target.mkdir(exist_ok=True)
    for name in sys.argv[2:] or [*PROGRAMS, *OBJECTS]:
        with tempfile.TemporaryDirectory() as folder:
            if name in OBJECTS:
                rule = OBJECTS[name]
                result = verify(heddle, name, pathlib.Path(folder))
            else:
                rule, options = PROGRAMS[name]
                result = check(heddle, name, options, pathlib.Path(folder))
        result["findings"] = [f for f in result["findings"] if f["rule"] == rule]
        if not result["findings"]:
            print(f"{name}: no finding {rule}", file=sys.stderr)
            continue
        result["environment"].update(system="Linux", started="2026-01-31T12:00:00Z",
                                     command=["heddle", "check", f"./{name}"])
        result["exploration"].update(cpu_seconds=0.01, elapsed_seconds=0.02)
        text = json.dumps(result, indent=1, ensure_ascii=False)
        (target / f"{name}.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
