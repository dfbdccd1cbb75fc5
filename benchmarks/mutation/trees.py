"""Copies of the project in which mutants are tried, and what their tests say."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

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
            "migrations",
            "serve",
            "sqlite",
            "walk",
            "worker",
        )
    ),
    "accounts/tests/test_first_account.py",
    "tasks/tests/test_todoist.py",
)
# A mutant for which its tests take longer hangs.
SECONDS = 600
PLAIN = ("-p", "no:randomly", "-p", "no:cacheprovider", "-q", "-m", "not browser", "--reuse-db")


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
        file, order = self.root / path, self.root / "tests.txt"
        original, times = file.read_bytes(), file.stat()
        order.write_text("\n".join(tests))
        file.write_bytes(text)
        try:
            done = self.pytest("-x", "--tb=no", f"@{order}")
        except subprocess.TimeoutExpired:
            return "hung", ""
        finally:
            file.write_bytes(original)
            # Compiled code is known to be of this file by its time.
            os.utime(file, ns=(times.st_atime_ns, times.st_mtime_ns))
        # pytest: 0 all passed, 1 some failed, 2 to 5 none could be run or found.
        outcome = {0: "survived", 1: "caught"}.get(done.returncode, "broken")
        failed = re.search(r"^(?:FAILED|ERROR) (\S+)", done.stdout, re.MULTILINE)
        return outcome, failed[1] if failed else ""

    def trace(self, jobs: int) -> dict[str, dict[int, set[str]]]:
        """Run all tests; return which of them run each line, by module and line.

        Under the line 0 of the module "" are all of them.
        """
        chosen = [f"--ignore={path}" for path in APART]
        tracing = ("--cov", "--cov-context=test", "--cov-report=", "--cov-fail-under=0")
        done = self.pytest(*chosen, *tracing, jobs=jobs)
        if done.returncode:
            raise SystemExit(f"The tests fail without any mutant:\n{done.stdout[-3000:]}")
        return read_trace(self.root / ".coverage", self.root)


def read_trace(file: Path, root: Path) -> dict[str, dict[int, set[str]]]:
    """Read coverage's data: which tests ran which lines."""
    from coverage import CoverageData

    data = CoverageData(str(file))
    data.read()
    found: dict[str, dict[int, set[str]]] = {"": {0: set()}}
    for measured in data.measured_files():
        path = Path(measured).relative_to(root).as_posix()
        lines = found.setdefault(path, {})
        for line, contexts in data.contexts_by_lineno(measured).items():
            lines[line] = {context.rpartition("|")[0] for context in contexts if context}
            found[""][0] |= lines[line]
    return found
