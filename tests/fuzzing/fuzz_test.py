#!/usr/bin/env python3
"""`heddle fuzz` from outside.

usage: fuzz_test.py HEDDLE FOLDER_OF_PROGRAMS WORK_FOLDER
"""

import json
import os
import pathlib
import random
import re
import shutil
import signal
import subprocess
import sys
import time

heddle, programs, work = sys.argv[1], pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3])
has_libfuzzer = (pathlib.Path(heddle).parent / "heddle-fuzzer").exists()
failures = []


def fuzz(*arguments, timeout=120, **settings):
    return subprocess.run([heddle, "fuzz", *map(str, arguments)], capture_output=True, text=True, timeout=timeout,
                          cwd=work, **settings)


def check(what, good, detail=""):
    if not good:
        failures.append(what)
        print(f"FAILED: {what}: {detail}")


def finds_and_replays(name, rule, corpus=None, replay_input=False):
    """The bug is found; the artifact shows it again, in libFuzzer and without; its token replays."""
    prefix = work / f"{name}."
    if corpus:
        corpus.mkdir(exist_ok=True)
    done = fuzz(programs / name, "-max_total_time=60", "-seed=1", f"-artifact_prefix={prefix}", *([corpus] if corpus else []))
    crashes = [p for p in work.glob(f"{name}.crash-*") if "heddle" not in p.name]
    check(f"{name}: found", done.returncode == 77 and len(crashes) == 1, f"exit {done.returncode}\n{done.stderr[-3000:]}")
    if not crashes:
        return None
    crash = crashes[0]
    document = json.loads(pathlib.Path(f"{crash}.heddle.json").read_text())
    finding = document["findings"][0]
    check(f"{name}: rule", finding["rule"] == rule, finding["rule"])
    check(f"{name}: page", pathlib.Path(f"{crash}.heddle.html").exists())
    again = fuzz(programs / name, crash, f"-artifact_prefix={prefix}again.")
    check(f"{name}: the file shows it again", again.returncode == 77, f"exit {again.returncode}\n{again.stderr[-2000:]}")
    alone = fuzz("--standalone", programs / name, crash)
    check(f"{name}: without libFuzzer", alone.returncode == 77, f"exit {alone.returncode}\n{alone.stdout}{alone.stderr}")
    options = [f"--input={crash}"] if replay_input else []
    replay = subprocess.run([heddle, "replay", f"--token={finding['token']}", *options, programs / name],
                            capture_output=True, text=True, timeout=60)
    check(f"{name}: the token replays", replay.returncode == 1 and rule in replay.stdout, replay.stdout + replay.stderr)
    return crash


def corpus_is_kept():
    corpus = work / "corpus"
    corpus.mkdir()
    done = fuzz(programs / "small_target", "-runs=5000", "-seed=3", corpus)
    check("a clean target", done.returncode == 0, done.stderr[-2000:])
    check("interesting inputs are kept", len(list(corpus.iterdir())) >= 1, len(list(corpus.iterdir())))
    merged = work / "merged"
    merged.mkdir()
    done = fuzz(programs / "small_target", "-merge=1", merged, corpus)
    kept = len(list(merged.iterdir()))
    check("-merge", done.returncode == 0 and 0 < kept <= len(list(corpus.iterdir())), done.stderr[-2000:])
    done = fuzz(programs / "small_target", "-fork=1", "-max_total_time=4", merged)
    check("-fork", done.returncode == 0, done.stderr[-2000:])
    return corpus


def minimizes(crash):
    done = fuzz(programs / crash.name.split(".")[0], "-minimize_crash=1", "-runs=2000", "-max_total_time=8", crash,
                f"-exact_artifact_path={work / 'smaller'}")
    smaller = work / "smaller"
    check("-minimize_crash", smaller.exists() and smaller.stat().st_size <= crash.stat().st_size,
          f"exit {done.returncode}\n{done.stderr[-2000:]}")


def killed(number):
    """Whatever libFuzzer said it kept is there after it was killed, and what was being executed is found again."""
    folder = work / f"killed-{number}"
    corpus = folder / "corpus"
    corpus.mkdir(parents=True)
    process = subprocess.Popen([heddle, "fuzz", str(programs / "deep_count"), "-max_total_time=60", "-seed=5", str(corpus)],
                               stderr=subprocess.PIPE, text=True, cwd=folder)
    said = 0
    until = time.time() + 5
    while said < 3 and time.time() < until:
        line = process.stderr.readline()
        said += " NEW " in line
    process.send_signal(number)
    rest = process.stderr.read()
    process.wait()
    said += len(re.findall(" NEW ", rest))
    kept = len(list(corpus.iterdir()))
    check(f"signal {number}: the corpus is there", kept >= 3, f"{kept} files, {said} said")
    time.sleep(0.2)
    again = subprocess.run([heddle, "fuzz", str(programs / "deep_count"), "-runs=1", str(corpus)], cwd=folder,
                           capture_output=True, text=True, timeout=60)
    left = [p.name for p in folder.iterdir() if p.name.startswith("heddle-fuzz-") and p.suffix in (".page", ".ndjson")]
    check(f"signal {number}: nothing is left lying about", again.returncode == 0 and not left, f"{left} {again.stderr[-800:]}")


def has_finding(folder):
    return any('"type":"finding"' in p.read_text(errors="replace") for p in folder.glob("heddle-fuzz-*.ndjson"))


def killed_at_any_moment():
    """Again and again in one folder: what libFuzzer said is new is in the corpus after the next start, what was found is
    in an artifact or announced."""
    folder = work / "killed-anywhere"
    corpus = folder / "corpus"
    corpus.mkdir(parents=True)
    moments = random.Random(7)
    lost = []
    for turn in range(12):
        number = moments.choice([signal.SIGKILL, signal.SIGINT])
        program = "deep_count" if turn % 2 == 0 else "bounded_stack"
        before = {p.name for p in folder.glob("crash-*")}
        with (folder / "said").open("w") as said:
            process = subprocess.Popen([heddle, "fuzz", str(programs / program), f"-seed={turn + 1}", "-reduce_inputs=0",
                                        str(corpus)], stdout=said, stderr=said, cwd=folder)
            time.sleep(moments.uniform(0.02, 0.6))
            process.send_signal(number)
            process.wait()
        time.sleep(0.2)  # the program under test ends after its fuzzer
        new = len(re.findall(r"\tNEW ", (folder / "said").read_text(errors="replace")))
        found = has_finding(folder)
        artifact = {p.name for p in folder.glob("crash-*")} - before
        again = subprocess.run([heddle, "fuzz", str(programs / "small_target"), "-runs=0", str(corpus)], cwd=folder,
                               capture_output=True, text=True, timeout=60)
        files = [p for p in corpus.iterdir() if p.stat().st_size > 0]
        if len(files) < new:
            lost.append(f"turn {turn}: {new} new, {len(files)} files")
        if found and not artifact and "before it reported a finding" not in again.stderr:
            lost.append(f"turn {turn}: a finding")
        for leftover in [*corpus.iterdir(), *folder.glob("heddle-fuzz-*"), *folder.glob("crash-*")]:
            leftover.unlink()
    check("killed at any moment: nothing is lost", not lost, lost)


def recovers_the_last_input():
    """A fuzzer killed between its verdict on an input and writing it to the corpus, which is short: made by hand."""
    folder = work / "killed-between"
    corpus = folder / "corpus"
    corpus.mkdir(parents=True)
    with (folder / "said").open("w") as said:
        process = subprocess.Popen([heddle, "fuzz", str(programs / "small_target"), "-max_total_time=60", str(corpus)],
                                   stdout=said, stderr=said, cwd=folder)
    until = time.time() + 30
    while time.time() < until and not re.search(r"^#\d{3}", (folder / "said").read_text(errors="replace"), re.MULTILINE):
        time.sleep(0.05)
    process.send_signal(signal.SIGKILL)
    process.wait()
    time.sleep(0.2)
    kept = len(list(corpus.iterdir()))
    for file in corpus.iterdir():
        file.unlink()
    again = subprocess.run([heddle, "fuzz", str(programs / "small_target"), "-runs=0", str(corpus)], cwd=folder,
                           capture_output=True, text=True, timeout=60)
    saved = list(corpus.iterdir()) + list(folder.glob("*.input"))
    check("the last input is saved", again.returncode == 0 and len(saved) == 1, f"{saved}, {kept} before")


def bad_input():
    done = fuzz(work / "missing")
    check("a missing program", done.returncode == 2 and "does not exist" in done.stderr, done.stderr)
    done = fuzz(programs / "small_target", "-runs=1", "-artifact_prefix=/proc/none/")
    check("artifacts that cannot be written", done.returncode == 2 and "cannot write to /proc/none/" in done.stderr, done.stderr)
    done = subprocess.run([heddle, "check", "--strategy=bytes", programs / "small_target"], capture_output=True, text=True,
                          timeout=60)
    check("bytes without a fuzzer", done.returncode == 2 and "heddle fuzz" in done.stdout + done.stderr,
          f"exit {done.returncode} {done.stdout}{done.stderr}")


def main():
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    bad_input()
    if has_libfuzzer:
        crash = finds_and_replays("deep_count", "HED006")
        finds_and_replays("bounded_stack", "HED007", work / "stacks", replay_input=True)
        corpus_is_kept()
        if crash:
            minimizes(crash)
        killed(signal.SIGKILL)
        killed(signal.SIGINT)
        killed_at_any_moment()
        recovers_the_last_input()
    standalone = fuzz("--standalone", programs / "small_target", "-runs=500")
    check("standalone mutations", standalone.returncode == 0 and "500 executions" in standalone.stdout, standalone.stdout)
    print(f"{len(failures)} failed")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
