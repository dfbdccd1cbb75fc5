"""What stays in the title though it looks like a date, and why."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Problem(StrEnum):
    """Why a part of the text was not read."""

    NO_SUCH_DATE = "no_such_date"
    NO_SUCH_TIME = "no_such_time"
    UNCLEAR_TIME = "unclear_time"
    NEVER_OCCURS = "never_occurs"


SENTENCES: Final = {
    Problem.NO_SUCH_DATE: "“{}” is no date of the calendar, and stays in the title.",
    Problem.NO_SUCH_TIME: "“{}” is no time of a day, and stays in the title.",
    Problem.UNCLEAR_TIME: "“{}” may be morning or evening: write 5am, 5pm or 17:00.",
    Problem.NEVER_OCCURS: "“{}” never occurs, or ends before it starts, and stays in the title.",
}


@dataclass(frozen=True)
class Report:
    """A part of the text, from character `start` up to `end`, that was not read, and why."""

    problem: Problem
    start: int
    end: int
    text: str

    def __str__(self) -> str:
        return SENTENCES[self.problem].format(self.text)
