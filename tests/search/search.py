"""What the tests of this folder share: running `heddle check`, and the counts of its result document."""

import json
import pathlib
import subprocess
import sys
import tempfile

COUNTS = ["executions", "complete", "blocked", "cut", "operations"]


class Failed(Exception):
    """The test failed; the text says why."""


class Search:
    """One program with its arguments, searched again and again with different options."""

    def __init__(self, heddle, program):
        self.heddle = heddle
        self.program = program
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="heddle-search-"))

    def command(self, *options):
        document = self.folder / "result.json"
        return [self.heddle, "check", "--exhaustive", "--quiet", f"--json={document}", *options, *self.program]

    def start(self, *options):
        return subprocess.Popen(self.command("--budget=0", *options), stdout=subprocess.PIPE,
                                stderr=subprocess.STDOUT, text=True)

    def run(self, *options, expected=None):
        """Exit code, document (None if there is none) and what was printed."""
        document = self.folder / "result.json"
        document.unlink(missing_ok=True)
        done = subprocess.run(self.command("--budget=0", *options), stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, check=False)
        if expected is not None and done.returncode != expected:
            raise Failed(f"exit code {done.returncode}, expected {expected}, with {options}:\n{done.stdout}")
        return done.returncode, self.document(), done.stdout

    def document(self):
        document = self.folder / "result.json"
        return json.loads(document.read_text(encoding="utf-8")) if document.exists() else None


def run_test(test, *arguments):
    """Runs the test; a failure is printed and ends the script with exit code 1."""
    try:
        test(*arguments)
    except Failed as failure:
        sys.exit(str(failure))


def counts(document):
    return {name: document["exploration"][name] for name in COUNTS}
