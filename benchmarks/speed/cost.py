"""What processes cost: time of the processor, and memory. Needs Linux."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from focusflow.tests.process import children_of

TICKS = os.sysconf("SC_CLK_TCK")


def tree_of(pid: int) -> Iterator[int]:
    """Yield a process and all below it."""
    yield pid
    for child in children_of(pid):
        yield from tree_of(child)


def processor_seconds(pid: int) -> float:
    """Return the processor's time of a process, of all below it, and of those that have ended."""
    ticks = 0
    for one in tree_of(pid):
        with suppress(OSError):
            fields = Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()
            # Its own time as user and as system, then that of children it has waited for.
            ticks += sum(map(int, fields[11:15]))
    return ticks / TICKS


def memory(pid: int) -> int:
    """Return the proportional set size of a process in bytes: shared pages by their share."""
    shown = Path(f"/proc/{pid}/smaps_rollup").read_text()
    found = re.search(r"^Pss:\s+(\d+) kB", shown, re.MULTILINE)
    assert found, shown
    return int(found[1]) * 1024
