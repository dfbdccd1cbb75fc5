"""What the commands show: rows, as a table on a terminal or in a pipe's columns, and progress."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, cast

from rich import box
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

if TYPE_CHECKING:
    from typing import IO

    from django.core.management.base import OutputWrapper

# Wider than any row: a pipe has no edge at which to fold lines.
PIPE_WIDTH = 10_000


def print_table(
    out: OutputWrapper,
    headers: Sequence[str],
    rows: Iterable[Sequence[object]],
    title: str = "",
    unfolded: Collection[str] = (),
) -> None:
    """Print rows under their headers, with colour and lines on a terminal alone.

    Cells fold where the terminal is narrow, but not those under the headers `unfolded`.
    """
    is_terminal = out.isatty()
    console = Console(
        file=cast("IO[str]", out),
        width=None if is_terminal else PIPE_WIDTH,
        # Cells are somebody's words: square brackets in them are no markup.
        markup=False,
        emoji=False,
        highlight=False,
    )
    table = Table(box=box.SIMPLE_HEAD if is_terminal else None, show_edge=False, pad_edge=False)
    for header in headers:
        table.add_column(header, overflow="fold", no_wrap=header in unfolded)
    for row in rows:
        table.add_row(*map(cell, row))
    if title:
        console.print(title, style="bold")
    console.print(table)
    if title:
        console.print()


@contextmanager
def shown_progress(total: int, *, quiet: bool) -> Iterator[Callable[[str, int], None]]:
    """Show how many of `total` rows are done, on a terminal alone and unless `quiet`.

    Gives a function to call with what is being done and how many rows were done since.
    """
    console = Console(stderr=True)
    progress = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=console,
        disable=quiet or not console.is_terminal,
    )
    bar = progress.add_task("rows", total=total)

    def advance(what: str, rows: int) -> None:
        progress.update(bar, advance=rows, description=what)

    with progress:
        yield advance


def cell(value: object) -> str:
    """Return a value as a table shows it; None is empty."""
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case datetime():
            return as_utc(value.replace(microsecond=0))
        case _:
            return printable(str(value))


def as_utc(at: datetime) -> str:
    """Return an aware instant in UTC by ISO 8601, such as 2026-11-22T08:00:00Z."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def printable(text: str) -> str:
    """Return the text with each control character shown as its code.

    A name that people choose for themselves must not move the operator's cursor or colour their
    screen by an escape sequence.
    """
    if text.isprintable():
        return text
    return "".join(
        letter if letter.isprintable() else letter.encode("unicode_escape").decode()
        for letter in text
    )
