#!/usr/bin/env python3
"""What `heddle` says to wrong usage and to programs that misbehave: one clear message, and the documented exit code.

bad_input.py HEDDLE PROGRAM FOLDER [TEST ...]    PROGRAM is misbehaving.c, checked; FOLDER may be written to
"""

import json
import os
import pathlib
import resource
import shutil
import signal
import subprocess
import sys
import time
import unittest

HEDDLE, PROGRAM = sys.argv[1], sys.argv[2]
FOLDER = pathlib.Path(sys.argv[3])
ENVIRONMENT = {k: v for k, v in os.environ.items() if k != "HEDDLE_OPTIONS"}


class BadInput(unittest.TestCase):
    def heddle(self, *arguments, expected, words=(), limit=None, output=subprocess.PIPE):
        done = subprocess.run([HEDDLE, *map(str, arguments)], stdout=output, stderr=subprocess.PIPE, cwd=FOLDER,
                              env=ENVIRONMENT, timeout=110, check=False, preexec_fn=limit)
        text = (done.stdout or b"").decode() + done.stderr.decode()
        self.assertEqual(done.returncode, expected, text)
        for word in words:
            self.assertIn(word, text)
        self.assertNotIn("Traceback", text)
        return text

    def check(self, *arguments, expected, words=(), **more):
        return self.heddle("check", *arguments, expected=expected, words=words, **more)

    def test_unknown_option(self):
        self.check("--colour=blue", PROGRAM, expected=2, words=["unknown option --colour=blue", "--help"])
        self.check("--strategy=psychic", PROGRAM, expected=2, words=["psychic", "must be one of"])

    def test_missing_program(self):
        self.check(expected=2, words=["which program?"])
        self.check("./nowhere", expected=2, words=["./nowhere does not exist"])

    def test_program_not_built_with_heddle(self):
        native = FOLDER / "native"
        shutil.copy("/bin/true", native)
        self.check(native, expected=2, words=["was not built with Heddle", "heddle c++"])

    def test_another_build_of_the_runtime(self):
        warning = "is linked with another build of Heddle's runtime"
        self.assertNotIn(warning, self.check("--executions=1", PROGRAM, "race", expected=1))
        image = bytearray(pathlib.Path(PROGRAM).read_bytes())
        note = image.index((7).to_bytes(4, "little") + (64).to_bytes(4, "little") + (1).to_bytes(4, "little") + b"Heddle")
        image[note + 20] ^= 1  # the first character of its hash
        other = FOLDER / "other_runtime"
        other.write_bytes(image)
        other.chmod(0o755)
        self.check("--executions=1", other, "race", expected=1, words=[warning, "link it again"])

    def test_corrupt_token(self):
        for token in ("", "garbage", "heddle1:", "heddle2:AQ", "heddle1:a b"):
            self.heddle("replay", f"--token={token}", PROGRAM, expected=2, words=["token"])
        self.heddle("replay", "--token=heddle1:////////", PROGRAM, "race", expected=2, words=["token is damaged"])

    def test_token_of_another_program(self):
        text = self.check(PROGRAM, "race", expected=1)
        token = text.split("--token=")[1].split()[0]
        # It may fit by chance; it must never be shown as the race.
        done = subprocess.run([HEDDLE, "replay", f"--token={token}", PROGRAM, "threads", "1"], stdout=subprocess.PIPE,
                              env=ENVIRONMENT, check=False)
        self.assertIn(done.returncode, (0, 4))

    def test_unreadable_file(self):
        self.heddle("replay", "--token-file=/nowhere/token", PROGRAM, expected=2, words=["cannot read", "/nowhere/token"])
        self.heddle("replay", f"--token-file={FOLDER}", PROGRAM, expected=2, words=["cannot read"])
        self.heddle("litmus", "/nowhere/vectors.jsonl", expected=2, words=["/nowhere/vectors.jsonl"])
        self.heddle("show", "--records=/nowhere/records", PROGRAM, expected=2, words=["/nowhere/records"])
        self.check(FOLDER, expected=2, words=["is a directory"])

    def test_thousand_threads(self):
        self.check(PROGRAM, "threads", 1000, expected=5, words=["more than 256 threads", "--max-threads"])
        self.check("--max-threads=1024", "--executions=2", "--budget=90s", PROGRAM, "threads", 1000,
                   expected=0, words=["no bug"])

    def test_recursion_without_end(self):
        self.check(PROGRAM, "recursion", expected=1, words=["HED010", "recurse"])

    def test_program_that_never_terminates(self):
        self.check("--budget=60s", PROGRAM, "endless", expected=1, words=["HED022"])

    def test_too_many_events(self):
        self.check("--max-events=1000", "--executions=20", PROGRAM, "endless_work", expected=3, words=["20 cut"])

    def test_program_that_kills_itself(self):
        self.check(PROGRAM, "suicide", expected=5, words=["was killed by SIGKILL"])
        self.check(PROGRAM, "terminate", expected=1, words=["HED009"])

    def test_full_disk(self):
        with open("/dev/full", "w", encoding="utf-8") as full:
            for option, output in (("--json=/dev/full", subprocess.PIPE), ("--color=never", full)):
                self.check(option, PROGRAM, "race", expected=1, output=output,
                           words=["No space left on device", "raw records are kept in"])
        # The program's own records do not fit.
        def small_files():
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (1500, 1500))
        self.check(PROGRAM, "race", expected=5, limit=small_files, words=["cannot write the records", "TMPDIR"])

    def test_interrupt(self):
        document = FOLDER / "interrupted.json"
        process = subprocess.Popen([HEDDLE, "check", "--budget=60s", "--strategy=random_walk", f"--json={document}",
                                    PROGRAM], stdout=subprocess.PIPE, env=ENVIRONMENT)
        time.sleep(2)
        process.send_signal(signal.SIGINT)
        text = process.communicate(timeout=30)[0].decode()
        self.assertEqual(process.returncode, 128 + signal.SIGINT, text)
        result = json.loads(document.read_text())
        self.assertEqual(result["exploration"]["reason"], "interrupted")
        self.assertGreater(int(result["exploration"]["complete"]), 0)

    def test_damaged_plugin(self):
        built = pathlib.Path(HEDDLE).resolve().parent.parent
        if not (built / "lib/heddle/heddle_gcc_plugin.so").exists():
            self.skipTest("built without the plugin of gcc")
        prefix = FOLDER / "prefix"
        shutil.rmtree(prefix, ignore_errors=True)
        (prefix / "bin").mkdir(parents=True)
        shutil.copy(HEDDLE, prefix / "bin/heddle")
        shutil.copytree(built / "lib/heddle", prefix / "lib/heddle")
        for bytes_left, verdict, code in ((None, "complete with gcc", 0), (1000, "gcc cannot load", 2)):
            if bytes_left is not None:
                os.truncate(prefix / "lib/heddle/heddle_gcc_plugin.so", bytes_left)
            done = subprocess.run([prefix / "bin/heddle", "doctor"], capture_output=True, text=True, env=ENVIRONMENT,
                                  check=False)
            self.assertEqual(done.returncode, code, done.stdout)
            self.assertIn(verdict, done.stdout)
        shutil.rmtree(prefix)

    def test_interrupted_replays(self):
        token = self.check(PROGRAM, "race", expected=1).split("--token=")[1].split()[0]
        process = subprocess.Popen([HEDDLE, "replay", "--times=100000", f"--token={token}", PROGRAM, "race"],
                                   stdout=subprocess.PIPE, env=ENVIRONMENT)
        time.sleep(1.5)
        process.send_signal(signal.SIGINT)
        text = process.communicate(timeout=30)[0].decode()
        self.assertEqual(process.returncode, 128 + signal.SIGINT, text)
        self.assertRegex(text, r"interrupted after \d+ of 100000 replays, all of which showed the bug")
        self.assertNotIn("nondeterminism", text)


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    unittest.main(argv=sys.argv[:1] + sys.argv[4:])
