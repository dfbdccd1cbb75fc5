"""Printing rows, and how far a command has come."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from io import StringIO

import pytest
from django.core.management.base import OutputWrapper

from focusflow.printing import as_utc, cell, print_table, printable, shown_progress

AT = datetime(2026, 11, 22, 9, 0, 0, 120, tzinfo=timezone(timedelta(hours=1)))


class Terminal(StringIO):
    """A stream that says that somebody reads it on a screen."""

    def isatty(self) -> bool:
        return True


def printed(stream: StringIO, *rows: tuple[object, ...], title: str = "") -> list[str]:
    """Return the lines that printing the rows writes."""
    print_table(OutputWrapper(stream), ["id", "name"], rows, title=title)
    return [line.rstrip() for line in stream.getvalue().splitlines()]


def test_table_for_a_pipe_is_plain() -> None:
    lines = printed(StringIO(), (1, "Ann"), (20, "Ben"))

    assert lines == ["id  name", "1   Ann", "20  Ben"]


def test_table_for_a_pipe_has_its_title_above() -> None:
    lines = printed(StringIO(), (1, "Ann"), title="users (1 row)")

    assert lines == ["users (1 row)", "id  name", "1   Ann", ""]


def test_table_for_a_pipe_folds_no_line() -> None:
    lines = printed(StringIO(), (1, "x" * 500))

    assert lines[1] == f"1   {'x' * 500}"


def test_table_for_a_terminal_is_ruled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "40")

    lines = printed(Terminal(), (1, "Ann"))

    assert any("─" in line for line in lines)


def test_table_for_a_terminal_folds_long_cells(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "40")

    lines = printed(Terminal(), (1, "x" * 60))

    lengths = [line.count("x") for line in lines]
    assert sum(lengths) == 60
    assert max(lengths) < 40


def test_table_leaves_brackets_as_they_are() -> None:
    lines = printed(StringIO(), (1, "[red]Ann[/red] :smile:"))

    assert lines[1] == "1   [red]Ann[/red] :smile:"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (True, "yes"),
        (False, "no"),
        (0, "0"),
        (AT, "2026-11-22T08:00:00Z"),
        ("Zoë 🚀", "Zoë 🚀"),
    ],
)
def test_cell_shows_a_value(value: object, text: str) -> None:
    assert cell(value) == text


def test_instant_in_utc_keeps_its_microseconds() -> None:
    assert as_utc(AT) == "2026-11-22T08:00:00.000120Z"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[31mred", "\\x1b[31mred"),
        ("two\nlines", "two\\nlines"),
        ("\x9b2J", "\\x9b2J"),
        ("right\u202eleft", "right\\u202eleft"),
        ("Anna Lena", "Anna Lena"),
    ],
)
def test_printable_shows_control_characters_as_codes(text: str, shown: str) -> None:
    assert printable(text) == shown


@pytest.mark.parametrize(
    ("stream", "quiet", "is_shown"),
    [(Terminal, False, True), (Terminal, True, False), (StringIO, False, False)],
)
def test_progress_is_for_terminals_and_those_who_want_it(
    stream: type[StringIO], quiet: bool, is_shown: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr("sys.stderr", err := stream())

    with shown_progress(4, quiet=quiet) as advance:
        advance("habits", 1)
        advance("tasks", 2)

    shown = err.getvalue()
    assert [word in shown for word in ("tasks", "3/4")] == [is_shown, is_shown]
    assert bool(shown) == is_shown
