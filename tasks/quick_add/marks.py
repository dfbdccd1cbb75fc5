"""Marks: `p1`, `!!1`, `#category`, `@tag`, `~45m`, and ` // ` before a description.

A mark is a whole word. What only looks like one is text: `#42`, `C#`, `ann@example.org`, `~/bin`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from tasks.quick_add.words import MARKS, QUOTES, STOPS, Word

DESCRIPTION: Final = "//"
# RFC 5545's PRIORITY: 1 is the highest, 5 the middle, 9 the lowest, 0 none.
PRIORITIES: Final = {"1": 1, "2": 5, "3": 9, "4": 0}
PRIORITY: Final = re.compile(r"(?:p|!!)([1-4])", re.IGNORECASE)
HOURS: Final = re.compile(r"~([0-9]{1,3}(?:\.[0-9])?)h(?:([0-9]{1,2})(?:m|min)?)?", re.IGNORECASE)
MINUTES: Final = re.compile(r"~([0-9]{1,4})(?:m|min)", re.IGNORECASE)


class Kind(StrEnum):
    """What a part of the text was read as."""

    DUE = "due"
    RECURRENCE = "recurrence"
    PRIORITY = "priority"
    CATEGORY = "category"
    TAG = "tag"
    ESTIMATE = "estimate"
    DESCRIPTION = "description"


@dataclass(frozen=True)
class Mark:
    """What a word says: a name; or a number, a priority of RFC 5545 or minutes."""

    kind: Kind
    name: str = ""
    number: int = 0


def read_mark(word: Word) -> Mark | None:
    """Return what a word marks; None where it is text."""
    read = READERS.get(word.text[0].casefold())
    return read(word.text) if read and word.is_readable else None


def read_priority(text: str) -> Mark | None:
    """Read `p1` or `!!1`."""
    match = PRIORITY.fullmatch(text)
    return Mark(Kind.PRIORITY, number=PRIORITIES[match[1]]) if match else None


def read_category(text: str) -> Mark | None:
    """Read `#Work`, or `#"Home improvement"`."""
    name = read_name(text)
    return Mark(Kind.CATEGORY, name) if name else None


def read_tag(text: str) -> Mark | None:
    """Read `@errand`."""
    name = read_name(text)
    return Mark(Kind.TAG, name) if name else None


def read_name(text: str) -> str:
    """Return the name after a mark; "" where what follows is none."""
    name = text[1:].rstrip(STOPS)
    if name[:1] in tuple(QUOTES):
        # A quote that is not closed is text, like what follows one that is.
        return " ".join(name[1:-1].split()) if name[1:].endswith(('"', "”")) else ""
    # Neither "#42" nor "#!/bin/sh"; but letters of any script, and pictures.
    begins = name[:1].isalpha() or not (name[:1].isascii() or name[:1].isdigit())
    return name if begins and not set(name) & {*MARKS, *QUOTES, "”"} else ""


def read_estimate(text: str) -> Mark | None:
    """Read `~45m`, `~2h`, `~1h30m` or `~1.5h`."""
    hours, minutes = HOURS.fullmatch(text), MINUTES.fullmatch(text)
    if hours:
        estimate = round(float(hours[1]) * 60) + int(hours[2] or 0)
    else:
        estimate = int(minutes[1]) if minutes else 0
    return Mark(Kind.ESTIMATE, number=estimate) if estimate else None


READERS: Final[dict[str, Callable[[str], Mark | None]]] = {
    "p": read_priority,
    "!": read_priority,
    "#": read_category,
    "@": read_tag,
    "~": read_estimate,
}
