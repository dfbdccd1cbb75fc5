"""Copies of the project in which mutants are tried, and what their tests say."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from coverage import CoverageData

# Servers and processes of their own, which no coverage follows, or what no request reaches.
APART = (
    "focusflow/tests/transfer",
    *(
        f"focusflow/tests/test_{name}.py"
        for name in (
            "bulk",
            "command_demo",
            "command_tables",
            "demo",
            "deploy",
            "migrations",
            "serve",
            "sqlite",
            "walk",
            "worker",
        )
    ),
    "accounts/tests/test_first_account.py",
    *(
        f"habits/tests/test_loop_{name}.py"
        for name in ("archive", "backup", "csv", "plan", "properties")
    ),
    *(
        f"tasks/tests/test_{name}.py"
        for name in (
            "description",
            "filters",
            "filters_properties",
            "quick_add",
            "quick_add_properties",
            "recurrence",
            "rrule_expansion",
            "rrule_text",
            "todoist",
        )
    ),
)
# Most mutants are caught by the first tests: the others need not even be collected.
PARTS = (20, 200)
# A mutant for which its tests take longer hangs.
SECONDS = 600
PLAIN = ("-p", "no:randomly", "-p", "no:cacheprovider", "-q", "-m", "not browser", "--reuse-db")
# What pytest prints of each test's set-up, call and end.
TIMED = re.compile(r"^(\d+\.\d+)s (?:setup|call|teardown) +(.+?)\s*$", re.MULTILINE)


@dataclass(frozen=True)
class Tree:
    """A copy of the project with a test database of its own."""

    root: Path
    number: int

    @classmethod
    def copy(cls, project: Path, folder: Path, number: int) -> Tree:
        """Copy what is under version control, or is about to be."""
        root = folder / f"tree{number}"
        listed = subprocess.run(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            cwd=project,
            check=True,
            capture_output=True,
            text=True,
        )
        for name in filter(None, listed.stdout.split("\0")):
            if (project / name).is_file():
                (root / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(project / name, root / name)
        return cls(root, number)

    def pytest(self, *arguments: str, jobs: int = 0) -> subprocess.CompletedProcess[str]:
        """Run tests, in their given order."""
        url = os.environ.get("DATABASE_URL", "")
        return subprocess.run(
            [sys.executable, "-m", "pytest", "-n", str(jobs), *PLAIN, *arguments],
            cwd=self.root,
            env=os.environ
            | {
                # On a server, the tests' database is named after the one of the address.
                "DATABASE_URL": f"{url}_{self.number}" if url else "",
                # Of modules as they are there is compiled code; none is kept of a mutant.
                "PYTHONDONTWRITEBYTECODE": "1" if "-x" in arguments else "",
            },
            timeout=SECONDS if "-x" in arguments else None,
            check=False,
            capture_output=True,
            text=True,
        )

    def run(self, path: str, text: bytes, tests: list[str]) -> tuple[str, str]:
        """Say what becomes of a mutant, and which test caught it.

        It is caught, has survived, hung, or is broken where no test can run.
        """
        file = self.root / path
        original, times = file.read_bytes(), file.stat()
        file.write_bytes(text)
        try:
            for first, last in pairwise((0, *PARTS, len(tests))):
                outcome, by = self.ask(tests[first:last])
                if outcome != "survived":
                    break
        finally:
            file.write_bytes(original)
            # Compiled code is known to be of this file by its time.
            os.utime(file, ns=(times.st_atime_ns, times.st_mtime_ns))
        return outcome, by

    def ask(self, tests: list[str]) -> tuple[str, str]:
        """Run some tests until one fails; without any, nothing was noticed."""
        if not tests:
            return "survived", ""
        order = self.root / "tests.txt"
        order.write_text("\n".join(tests))
        try:
            done = self.pytest("-x", "--tb=no", f"@{order}")
        except subprocess.TimeoutExpired:
            return "hung", ""
        # pytest: 0 all passed, 1 some failed, 2 to 5 none could be run or found.
        outcome = {0: "survived", 1: "caught"}.get(done.returncode, "broken")
        failed = re.search(r"^(?:FAILED|ERROR) (\S+)", done.stdout, re.MULTILINE)
        return outcome, failed[1] if failed else ""

    def trace(self, jobs: int, kept: Path) -> Trace:
        """Run all tests and watch them; keep what was seen in a folder, or read what is there."""
        lines, seconds = kept / "coverage", kept / "seconds.json"
        if lines.exists():
            return Trace(read_lines(lines), json.loads(seconds.read_text()))
        chosen = [f"--ignore={path}" for path in APART]
        watching = ("--cov", "--cov-context=test", "--cov-report=", "--cov-fail-under=0")
        done = self.pytest(*chosen, *watching, "--durations=0", "--durations-min=0", jobs=jobs)
        if done.returncode:
            raise SystemExit(f"The tests fail without any mutant:\n{done.stdout[-3000:]}")
        times: defaultdict[str, float] = defaultdict(float)
        for took, test in TIMED.findall(done.stdout):
            times[test] += float(took)
        kept.mkdir(parents=True, exist_ok=True)
        shutil.copy(self.root / ".coverage", lines)
        seconds.write_text(json.dumps(times))
        return Trace(read_lines(lines), times)


@dataclass(frozen=True)
class Trace:
    """Which tests run each line, by module and line, and how many seconds each test takes."""

    lines: dict[str, dict[int, set[str]]]
    times: Mapping[str, float]

    def tests_of(self, path: str, lines: range) -> set[str]:
        """Return the tests that run these lines; all of them where none does."""
        by_line = self.lines.get(path, {})
        return set().union(*(by_line.get(line, set()) for line in lines)) or self.all()

    def all(self) -> set[str]:
        """Return all tests that run a line of FocusFlow."""
        return set().union(*(tests for by in self.lines.values() for tests in by.values()))


def read_lines(file: Path) -> dict[str, dict[int, set[str]]]:
    """Read coverage's data: which tests ran which lines, by module."""
    data = CoverageData(str(file))
    data.read()
    return {
        # The copy's folder is called tree0.
        measured.partition("/tree0/")[2]: {
            line: {context.rpartition("|")[0] for context in contexts if context}
            for line, contexts in data.contexts_by_lineno(measured).items()
        }
        for measured in data.measured_files()
    }
