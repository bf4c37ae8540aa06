#!/usr/bin/env python3
"""expectations.csv, the files of this folder and the rules must agree."""

import csv
import pathlib
import re
import unittest

FOLDER = pathlib.Path(__file__).parent
PAGES = FOLDER.parents[1] / "docs" / "rules"
RULES = FOLDER.parents[1] / "reports" / "format" / "rule.cpp"
LANGUAGES = {"C": ".c", "C11": ".c", "C++20": ".cpp"}


class Table(unittest.TestCase):
    def setUp(self):
        with open(FOLDER / "expectations.csv", newline="", encoding="utf-8") as file:
            self.rows = list(csv.DictReader(file))

    def test_names_are_sorted_and_unique(self):
        names = [row["name"] for row in self.rows]
        self.assertEqual(names, sorted(set(names)))

    def test_every_row_has_both_programs_and_every_program_a_row(self):
        listed = {f"{row['name']}.{variant}{LANGUAGES[row['language']]}"
                  for row in self.rows for variant in ("bug", "ok")}
        present = {path.name for pattern in ("*.c", "*.cpp") for path in FOLDER.glob(pattern)}
        self.assertEqual(listed, present)

    def test_rules_exist(self):
        known = set(re.findall(r'"(HED\d{3})"', RULES.read_text(encoding="utf-8")))
        for row in self.rows:
            self.assertLessEqual(set(row["rules"].split("|")), known, row["name"])

    def test_every_rule_has_a_page_and_a_line_in_the_index(self):
        index = (PAGES / "README.md").read_text(encoding="utf-8")
        rules = re.findall(r'"(HED\d{3})", "([a-z-]+)", "([^"]+)"', RULES.read_text(encoding="utf-8"))
        self.assertEqual({rule for rule, _, _ in rules}, {page.stem for page in PAGES.glob("HED*.md")})
        for rule, name, title in rules:
            page = (PAGES / f"{rule}.md").read_text(encoding="utf-8")
            self.assertEqual(page.splitlines()[0], f"# {rule} {title}")
            self.assertIn(f"| [{rule}]({rule}.md) | {name} |", index)

    def test_links_of_the_pages_lead_somewhere(self):
        for page in PAGES.glob("*.md"):
            prose = re.sub(r"^```.*?^```", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
            for target in re.findall(r"\]\(([^)#]+)\)", prose):
                self.assertTrue((PAGES / target).exists(), f"{page.name}: {target}")

    def test_programs_open_with_two_lines_of_comment(self):
        for row in self.rows:
            for variant in ("bug", "ok"):
                path = FOLDER / f"{row['name']}.{variant}{LANGUAGES[row['language']]}"
                lines = path.read_text(encoding="utf-8").splitlines()
                self.assertTrue(all(line.startswith("// ") for line in lines[:2]), path.name)
                self.assertTrue(lines[2].startswith("#"), path.name)
                self.assertEqual(lines[1].startswith("// Bug: "), variant == "bug", path.name)

    def test_programs_know_nothing_of_the_checker(self):
        for path in [*FOLDER.glob("*.c"), *FOLDER.glob("*.cpp")]:
            self.assertNotIn("heddle", path.read_text(encoding="utf-8").lower(), path.name)


if __name__ == "__main__":
    unittest.main()
