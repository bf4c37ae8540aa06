"""Runs `heddle check`, and fails if a process of it ever held more memory than --limit-mb, if it found a bug, if it ran
fewer executions or operations than wanted, or if a warning that is wanted does not name its file."""

import argparse
import json
import resource
import subprocess
import sys
import tempfile


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--limit-mb", type=int, required=True)
    parser.add_argument("--executions", type=int, default=0)
    parser.add_argument("--operations", type=int, default=0)
    parser.add_argument("--warns-of", help="a source file")
    parser.add_argument("command", nargs="+")
    arguments = parser.parse_args()

    with tempfile.TemporaryDirectory() as folder:
        document = f"{folder}/result.json"
        command = arguments.command[:2] + [f"--json={document}"] + arguments.command[2:]
        status = subprocess.run(command).returncode
        if status not in (0, 3):
            sys.exit(f"heddle check ended with {status}")
        with open(document) as file:
            result = json.load(file)
        exploration = result["exploration"]
    peak_mb = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"{exploration['executions']} executions, {exploration['operations']} operations, peak {peak_mb:.0f} MB")
    if peak_mb > arguments.limit_mb:
        sys.exit(f"more than {arguments.limit_mb} MB")
    if arguments.warns_of and not any(arguments.warns_of in json.dumps(w["stack"]) for w in result["warnings"]):
        sys.exit(f"no warning names {arguments.warns_of}: {result['warnings']}")
    if exploration["executions"] < arguments.executions or exploration["operations"] < arguments.operations:
        sys.exit("too few")


if __name__ == "__main__":
    main()
