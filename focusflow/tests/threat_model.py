"""Holds docs/threat-model.md and its tables against the tests.

    python -m focusflow.tests.threat_model REPORT...

reads what pytest wrote with --junitxml, of each database, and fails when a test that a table names
did not run in any of them. What needs no run, `find_faults`, is a test itself.
"""

from __future__ import annotations

import ast
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from xml.etree import ElementTree  # Of reports that pytest wrote.

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
# The requirements of these levels have a row each.
LEVELS = {1, 2}

ROW = re.compile(r"^\| (V\d+\.\d+\.\d+) \| (.+) \| (.+) \|$")
TEST = re.compile(r"`([\w/]+\.py::test_\w+)`")
LINK = re.compile(r"\]\(([^)#\s]*)(?:#([^)\s]+))?\)")
# A reason follows, or there is none.
NOT_DEFENDED = re.compile(r"\*\*not defended\*\*: \w")
# What somebody builds just now.
TO_DO = re.compile(r"\bTODO-[a-z-]+")
# "- **V17 WebRTC**: ..." in docs/threat-model.md.
LEFT_OUT = re.compile(r"^- \*\*V(\d+) [^*]+\*\*: \w", re.MULTILINE)


@dataclass(frozen=True)
class Row:
    """A requirement: its number, what FocusFlow does, and what shows it."""

    number: str
    what: str
    proof: str
    page: Path

    @property
    def tests(self) -> list[str]:
        """The tests that fail when the defence is removed."""
        return TEST.findall(self.proof)

    @property
    def is_answered(self) -> bool:
        """Whether anything is said: a test, a reason, a place in the documentation, a plan."""
        answers = (TEST, NOT_DEFENDED, LINK, TO_DO)
        return any(pattern.search(self.proof) for pattern in answers)


def read_levels(text: str) -> dict[str, int]:
    """Return the level of each requirement, by its number."""
    sections = [line.split() for line in text.splitlines() if not line.startswith("#")]
    return {
        f"{section}.{index}": int(level)
        for section, *levels in sections
        for index, level in enumerate(levels, 1)
    }


def read_rows(pages: Iterable[Path]) -> list[Row]:
    """Return the rows of the tables."""
    return [
        Row(found[1], found[2], found[3], page)
        for page in sorted(pages)
        for line in page.read_text().splitlines()
        if (found := ROW.match(line))
    ]


def chapter_of(number: str) -> str:
    """Return the chapter of a requirement: 6 of V6.2.1."""
    return number[1:].partition(".")[0]


def find_faults(rows: list[Row], levels: dict[str, int], left_out: set[str]) -> Iterator[str]:
    """Yield what is wrong with the tables, in sentences; no test need have run."""
    wanted = {
        number
        for number, level in levels.items()
        if level in LEVELS and chapter_of(number) not in left_out
    }
    counts = Counter(row.number for row in rows)
    for number in sorted(wanted - counts.keys()):
        yield f"{number} has no row."
    for number in sorted(counts.keys() - wanted):
        yield f"{number} has a row and is no requirement of these levels."
    yield from (f"{number} has {count} rows." for number, count in counts.items() if count > 1)
    for row in rows:
        yield from find_faults_of_row(row)


def find_faults_of_row(row: Row) -> Iterator[str]:
    """Yield what is wrong with one row."""
    if not row.is_answered:
        yield f"{row.number} has neither a test nor a reason."
    for test in row.tests:
        path, _, name = test.partition("::")
        if name not in tests_in(ROOT / path):
            yield f"{row.number} names {test}, which is not there."
    for path, anchor in LINK.findall(row.proof):
        page = (row.page.parent / path).resolve() if path else row.page
        if not page.is_file() or (anchor and anchor not in anchors_in(page)):
            yield f"{row.number} leads to {path}#{anchor}, which is not there."


@cache
def tests_in(path: Path) -> frozenset[str]:
    """Return the names of the tests of a module; none where there is no such module."""
    if not path.is_file():
        return frozenset()
    body = ast.parse(path.read_text()).body
    return frozenset(node.name for node in body if isinstance(node, ast.FunctionDef))


@cache
def anchors_in(page: Path) -> frozenset[str]:
    """Return what a page's headings are called in addresses."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(), re.MULTILINE)
    return frozenset(
        re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings
    )


def read_report(path: Path) -> set[str]:
    """Return the tests that a run ended without a skip or a failure, without their parameters."""
    cases = ElementTree.parse(path).iter("testcase")  # noqa: S314  # our own
    return {
        f"{case.attrib['classname'].replace('.', '/')}.py::{case.attrib['name'].partition('[')[0]}"
        for case in cases
        if not any(case.find(outcome) is not None for outcome in ("skipped", "failure", "error"))
    }


def find_not_run(rows: list[Row], ran: set[str]) -> Iterator[str]:
    """Yield the tests that the tables name and that no run has run."""
    for row in rows:
        for test in row.tests:
            if test not in ran:
                yield f"{row.number} names {test}, which did not run."


def read_all() -> tuple[list[Row], dict[str, int], set[str]]:
    """Return FocusFlow's rows, the levels, and the chapters that are left out."""
    rows = read_rows((DOCS / "threat-model").glob("v*.md"))
    levels = read_levels((DOCS / "threat-model/asvs-5.0.0.txt").read_text())
    return rows, levels, set(LEFT_OUT.findall((DOCS / "threat-model.md").read_text()))


def main(reports: list[str]) -> int:
    """Print what is wrong; return 1 if anything is."""
    if not reports:
        sys.stdout.write("Name the reports that pytest wrote with --junitxml.\n")
        return 1
    rows, levels, left_out = read_all()
    ran = set().union(*(read_report(Path(report)) for report in reports))
    faults = [*find_faults(rows, levels, left_out), *find_not_run(rows, ran)]
    named = len({test for row in rows for test in row.tests})
    sums = f"{len(rows)} requirements, {named} tests named, {len(ran)} run, {len(faults)} faults."
    sys.stdout.write("\n".join([*faults, sums, ""]))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
