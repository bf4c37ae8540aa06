#!/usr/bin/env python3
"""`heddle stress` from outside: what it finds, that it calls bugs by the names the checker has for them, and that
nothing it found is lost.

usage: stress_test.py HEDDLE FOLDER_OF_PROGRAMS WORK_FOLDER
"""

import json
import os
import pathlib
import random
import shutil
import signal
import subprocess
import sys
import time

heddle, programs, work = sys.argv[1], pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3])
failures = []


def run(*arguments, **settings):
    environment = dict(os.environ, **settings.pop("environment", {}))
    return subprocess.run([heddle, *map(str, arguments)], capture_output=True, text=True, env=environment, timeout=120,
                          **settings)


def stress(*arguments, **settings):
    document = work / "result.json"
    document.unlink(missing_ok=True)
    done = run("stress", f"--json={document}", *arguments, **settings)
    return done, json.loads(document.read_text()) if document.exists() else None


def check(what, good, detail=""):
    if not good:
        failures.append(what)
        print(f"FAILED: {what}: {detail}")


def expect(what, rule, build, argument, *options, code=1):
    done, document = stress("--budget=10s", *options, programs / f"whole_program.{build}", argument)
    rules = [f["rule"] for f in document["findings"]] if document else []
    check(what, done.returncode == code and rule in rules, f"exit {done.returncode}, {rules}\n{done.stdout}{done.stderr}")
    return document


def finding(document, rule):
    return next((f for f in (document or {}).get("findings", []) if f["rule"] == rule), {})


def same_as_the_checker(what, rule, argument, native):
    document = work / "check.json"
    run("check", "--budget=10s", "--keep-going", "--executions=2000", f"--json={document}",
        programs / "whole_program.check", argument)
    checked = json.loads(document.read_text())
    a, b = finding(native, rule), finding(checked, rule)
    check(what, a and a.get("fingerprint") == b.get("fingerprint"),
          f"natively {a.get('fingerprint')} {a.get('cause')}, checked {b.get('fingerprint')} {b.get('cause')}")
    merged = run("report", "--to=json", work / "native.json", document)
    rules = [f["rule"] for f in json.loads(merged.stdout)["findings"]]
    check(what + ": merged", rules.count(rule) == 1, rules)


def findings():
    for rule, build, argument in [("HED001", "tsan", "race"), ("HED002", "plain", "deadlock"),
                                  ("HED006", "plain", "assert"), ("HED011", "asan", "free")]:
        native = expect(f"{argument} in {build}", rule, build, argument)
        (work / "native.json").write_text(json.dumps(native))
        same_as_the_checker(f"{argument}: one bug with the checker's", rule, argument, native)
    expect("a freed block", "HED011", "tsan", "free")
    expect("abort", "HED007", "plain", "abort")
    expect("a crash", "HED009", "plain", "crash")
    expect("a crash under ThreadSanitizer", "HED009", "tsan", "crash")
    expect("an exit status", "HED021", "plain", "status")
    expect("a program that does not end", "HED022", "plain", "hang", "--timeout=1s")
    expect("another exit code", "HED021", "plain", "status", "--exitcode=9", code=9)


def no_findings():
    done, document = stress("--budget=1s", programs / "whole_program.tsan", "c11")
    check("C11 threads under ThreadSanitizer", done.returncode == 0 and document["verdict"] == "no_bug", done.stdout)
    done, _ = stress("--runs=3", "--budget=0", programs / "whole_program.plain")
    check("runs are counted", "no bug found in 3 executions" in done.stdout, done.stdout)
    done, _ = stress(programs / "whole_program.plain", "skip")
    check("77 is skipped", done.returncode == 77, done.returncode)
    done, _ = stress(programs / "missing")
    check("a missing program", done.returncode == 2 and "does not exist" in done.stderr, done.stderr)


def bad_input():
    plain = programs / "whole_program.plain"
    for what, words, said in [("a negative number", ["--runs=-3"], "not a whole number"),
                              ("a missing model", ["--against=/proc/none"], "does not exist"),
                              ("a document that cannot be written", ["--json=/proc/none/x.json"], "cannot write"),
                              ("no duration", ["--budget=soon"], "not a duration")]:
        done = run("stress", *words, plain)
        check(what, done.returncode == 2 and said in done.stderr, f"exit {done.returncode} {done.stderr}")
    done = run("stress", "--runs=1", plain, "unusable")
    check("a sanitizer that cannot work here", done.returncode == 2 and "unexpected memory mapping" in done.stderr and
          "heddle doctor" in done.stderr, f"exit {done.returncode} {done.stderr}")
    done = run("stress", "--runs=1", "--timeout=0", plain)
    check("no time-out", done.returncode == 0, done.stdout)
    done = run("stress", "--runs=1", programs / "whole_program.check")
    check("a program of another build", done.returncode == 0 and "--stress" in done.stderr, done.stderr)


def noise_and_simulation():
    done, document = stress("--budget=60s", programs / "aba")
    rules = [f["rule"] for f in document["findings"]]
    check("delays at atomics", rules == ["HED006"] or rules == ["HED007"], f"{rules} {done.stdout}")
    done, _ = stress("--runs=1", programs / "simulated")
    check("ThreadSanitizer's scheduler simulation is used where it is", done.returncode == 0, done.stdout + done.stderr)


def users_options_win():
    report = work / "mine"
    done, _ = stress("--runs=1", programs / "whole_program.tsan", "race", environment={"TSAN_OPTIONS": f"log_path={report}"})
    check("TSAN_OPTIONS of the user", list(work.glob("mine.*")), done.stdout)


def outcomes():
    plain = programs / "store_buffering.plain"
    done, document = stress("--budget=3s", f"--against={programs / 'store_buffering.check'}", plain)
    seen = {o["text"]: int(o["count"]) for o in document["outcomes"]}
    check("outcomes are counted", sum(seen.values()) > 1000 and {"0 1", "1 0"} & set(seen), seen)
    check("the model allows what is seen", done.returncode == 0 and "Model against hardware" in done.stdout, done.stdout)
    # The same against a check that allows less: sequential consistency with one outcome taken away.
    allowed = work / "allowed.json"
    run("check", "--exhaustive", f"--json={allowed}", programs / "store_buffering.check")
    check_document = json.loads(allowed.read_text())
    most = max(seen, key=seen.get)
    check_document["outcomes"] = [o for o in check_document["outcomes"] if o["text"] != most]
    check_document["outcomes"].append({"text": "5 5", "count": "1"})
    allowed.write_text(json.dumps(check_document))
    done, _ = stress("--budget=1s", f"--against={allowed}", plain)
    check("an outcome the model forbids", done.returncode == 1 and "does not allow it" in done.stdout, done.stdout)
    check("an outcome the hardware does not show", "5 5" in done.stdout and "did not show it" in done.stdout, done.stdout)
    check_document["verdict"] = "no_bug"
    allowed.write_text(json.dumps(check_document))
    done, _ = stress("--budget=1s", f"--against={allowed}", plain)
    check("a check that is not exhaustive", done.returncode == 3 and "did not explore" in done.stderr, done.stderr)


def killed(number):
    """The command is killed while it runs: what was found before, and what is in the logs, is there."""
    document = work / "killed.json"
    for old in [document, pathlib.Path(f"{document}.raw")]:
        shutil.rmtree(old, ignore_errors=True) if old.is_dir() else old.unlink(missing_ok=True)
    command = [heddle, "stress", "--budget=60s", "--keep-going", f"--json={document}", str(programs / "whole_program.tsan"),
               "race"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    until = time.time() + 60
    while time.time() < until and not (document.exists() and "HED001" in document.read_text()):
        time.sleep(0.05)
    process.send_signal(number)
    process.wait()
    check(f"signal {number}: the finding is in the document", "HED001" in document.read_text())
    done = run("stress", "--runs=1", f"--json={document}", programs / "whole_program.tsan")
    kept = [f["rule"] for f in json.loads(document.read_text())["findings"]]
    expected = ["HED001"] if number == signal.SIGKILL else []
    check(f"signal {number}: and taken up by the next run", kept == expected, f"{kept} {done.stderr}")


def killed_at_any_moment():
    """A finding that is in the document, or whole in a sanitizer's log, is in the document of the next run."""
    document = work / "anywhere.json"
    raw = pathlib.Path(f"{document}.raw")
    moments = random.Random(3)
    lost, found = [], 0
    started = time.monotonic()
    stress("--runs=1", programs / "whole_program.tsan", "race")
    usual = time.monotonic() - started  # until the first finding; more on a busy machine
    for turn in range(10):
        shutil.rmtree(raw, ignore_errors=True)
        document.unlink(missing_ok=True)
        process = subprocess.Popen([heddle, "stress", "--budget=60s", "--keep-going", f"--json={document}",
                                    str(programs / "whole_program.tsan"), "race"], stdout=subprocess.DEVNULL,
                                   stderr=subprocess.DEVNULL)
        time.sleep(moments.uniform(0.02, 2 * usual))
        process.send_signal(moments.choice([signal.SIGKILL, signal.SIGKILL, signal.SIGINT]))
        process.wait()
        time.sleep(0.3)  # the program ends after the command
        # SIGINT: the document is complete, and a finished run is not taken up by the next.
        known = document.exists() and "HED001" in document.read_text()
        told = any("SUMMARY" in p.read_text(errors="replace") for p in raw.glob("sanitizer.*")) if raw.exists() else False
        if not raw.exists():
            found += known
            continue
        run("stress", "--runs=1", f"--json={document}", programs / "whole_program.tsan")
        kept = [f["rule"] for f in json.loads(document.read_text())["findings"]]
        found += known or told
        if (known or told) and kept != ["HED001"]:
            lost.append(f"turn {turn}: known {known}, told {told}, kept {kept}")
    check("killed at any moment: nothing is lost", not lost and found > 0, f"{found} found, lost: {lost}")


def log_without_document():
    """Killed between a sanitizer's report and its being read."""
    document = work / "torn.json"
    raw = pathlib.Path(f"{document}.raw")
    raw.mkdir(exist_ok=True)
    done, _ = stress("--runs=1", programs / "whole_program.tsan", environment={"TSAN_OPTIONS": ""})
    document.write_text((work / "result.json").read_text())
    log = work / "log"
    subprocess.run(["setarch", "-R", str(programs / "whole_program.tsan"), "race"], stderr=subprocess.DEVNULL,
                   env=dict(os.environ, TSAN_OPTIONS=f"log_path={log}"), check=False)
    shutil.move(next(work.glob("log.*")), raw / "sanitizer.1")
    run("stress", "--runs=1", f"--json={document}", programs / "whole_program.tsan")
    kept = [f["rule"] for f in json.loads(document.read_text())["findings"]]
    check("a log nobody has read is read by the next run", kept == ["HED001"], kept)


def main():
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    findings()
    no_findings()
    bad_input()
    noise_and_simulation()
    users_options_win()
    outcomes()
    killed(signal.SIGKILL)
    killed(signal.SIGINT)
    killed_at_any_moment()
    log_without_document()
    print(f"{len(failures)} failed")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
