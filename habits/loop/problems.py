"""What stops an import, and what it cannot keep, each with its place in the file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

# What to do about most of what is wrong in a file.
AGAIN: Final = "Export it from Loop again."


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands: a file, a file or table inside it, a line of that from 1 on."""

    file: str
    part: str = ""
    line: int | None = None

    def at(self, line: int) -> Place:
        """Return a line of this file."""
        return Place(self.file, self.part, line)

    def __str__(self) -> str:
        line = "" if self.line is None else f"line {self.line}"
        return ", ".join(filter(None, (self.file, self.part, line)))


class LoopError(Exception):
    """The file cannot be imported; the message says where and what to do."""

    def __init__(self, place: Place, sentence: str) -> None:
        super().__init__(f"{place}: {sentence}")
        self.place = place


@dataclass(frozen=True, slots=True)
class Loss:
    """Something that is not kept as it stands in the file: which field, its text, and why.

    `count` is how many there are of it, where they are not told one by one.
    """

    place: Place
    field: str
    text: str
    reason: str
    count: int = 1
