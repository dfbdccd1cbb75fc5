"""A run's tables in docs/benchmarks.md: they take the place of those of the run before."""

from __future__ import annotations

import os
import platform
import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.speed.report import HEADERS, Numbers

HEADING = "## Newest run\n"


def replace_run(path: Path, numbers: Numbers, goals: Sequence[tuple[object, ...]]) -> None:
    """Put a run into the page, between its heading and the next one."""
    text = path.read_text()
    before, heading, rest = text.partition(HEADING)
    if not heading:
        raise ValueError(f"{path} has no line {HEADING.strip()!r}.")
    after = rest[rest.index("\n## ") :] if "\n## " in rest else ""
    path.write_text(f"{before}{heading}{page_of(numbers, goals)}{after}")


def page_of(numbers: Numbers, goals: Sequence[tuple[object, ...]]) -> str:
    """Return what is said of a run."""
    parts = (
        f"{datetime.now(UTC):%Y-%m-%d}, {describe_machine()}; {numbers.describe()}; medians.",
        table(("goal", "asked", "measured", "verdict"), goals),
        table(HEADERS, numbers.rows()),
        table(("measured beside", "value"), numbers.beside()),
    )
    return "\n".join(f"{part}\n" for part in parts)


def describe_machine() -> str:
    """Return what the machine is, without its name."""
    found = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text())
    processor = found[1] if found else platform.machine()
    return f"{os.cpu_count()} cores of {processor}, Python {platform.python_version()}"


def table(headers: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    """Return a table."""
    lines = [[*headers], *([str(cell) for cell in row] for row in rows)]
    lines.insert(1, ["---"] * len(lines[0]))
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
