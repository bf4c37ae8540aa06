"""The build of the viewer with npm missing, failing and changed, and the command without a viewer.

usage: without_node_test.py CMAKE BUILD_VIEWER.cmake VIEWER_SOURCES PLAIN_COMMAND GOLDEN_FINDINGS"""
import pathlib
import subprocess
import sys
import tempfile
import unittest

cmake, build_viewer, sources, plain_command, golden = sys.argv[1:6]

# Stands for npm: notes what it is asked for, installs nothing, builds a page.
fake_npm = """#!/bin/sh
echo "$1" >> {log}
case $1 in
  ci) mkdir -p node_modules; exit {install} ;;
  run) [ {build} = 0 ] || {{ echo "src/App.tsx: wrong"; exit 1; }}
       mkdir -p dist; echo '<html><!--heddle-data--></html>' > dist/index.html ;;
esac
"""


class Build(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.root = pathlib.Path(self.folder.name)

    def build(self, npm=None, install=0, build=0):
        output = self.root / "viewer_file.cpp"
        program = ""
        if npm:
            program = self.root / "npm"
            program.write_text(fake_npm.format(log=self.root / "log", install=install, build=build))
            program.chmod(0o755)
        run = subprocess.run([cmake, "-D", f"SOURCE={sources}", "-D", f"WORK={self.root}", "-D", f"NPM={program}",
                              "-D", f"OUTPUT={output}", "-P", build_viewer], text=True, capture_output=True)
        return run, output.read_text() if output.exists() else ""

    def asked(self):
        return (self.root / "log").read_text().split()

    def test_without_npm_the_page_is_empty(self):
        run, made = self.build()
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertIn("bytes[] = {\n0}", made)

    def test_where_npm_cannot_install_the_build_goes_on_and_says_how_to_get_the_page(self):
        run, made = self.build(npm=True, install=1)
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertIn("bytes[] = {\n0}", made)
        words = " ".join(run.stderr.split())
        self.assertIn("HTML reports will be plain tables", words)
        self.assertIn("build again with network", words)

    def test_packages_are_installed_once(self):
        for _ in range(2):
            run, made = self.build(npm=True)
            self.assertEqual(run.returncode, 0, run.stderr)
            self.assertIn("0x3c,0x68,0x74,0x6d,0x6c", made)
        self.assertEqual(self.asked(), ["ci", "run", "run"])

    def test_sources_that_do_not_build_fail(self):
        run, made = self.build(npm=True, build=1)
        self.assertNotEqual(run.returncode, 0)
        self.assertIn("src/App.tsx: wrong", run.stderr)
        self.assertEqual(made, "")


class Command(unittest.TestCase):
    def test_the_page_is_plain_tables_and_says_so(self):
        for page in sorted(pathlib.Path(golden).glob("*.html")):
            document = page.with_suffix(".json")
            run = subprocess.run([plain_command, "report", document, "--to=html"], text=True, capture_output=True)
            self.assertEqual(run.returncode, 0, run.stderr)
            self.assertEqual(run.stdout, page.read_text(), document)
            self.assertIn("install Node.js and npm", run.stdout)
            self.assertIn("install Node.js and npm and build heddle again", run.stderr)

    def test_other_formats_say_nothing_of_it(self):
        document = next(pathlib.Path(golden).glob("*.html")).with_suffix(".json")
        run = subprocess.run([plain_command, "report", document, "--to=sarif"], text=True, capture_output=True)
        self.assertEqual(run.stderr, "")


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
