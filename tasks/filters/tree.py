"""What a filter says, as a tree: terms, and what joins them.

Nothing in it depends on the day on which it is read: "tomorrow" stays tomorrow.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

# --- Days -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Offset:
    """A day counted from today: 1 "day" is tomorrow, -2 "week" two weeks ago.

    The unit is "day", "week", "month" or "year".
    """

    number: int
    unit: str


@dataclass(frozen=True)
class Period:
    """This "week", "weekend", "month" or "year" (0), the last one (-1) or the next one (1)."""

    which: int
    unit: str


@dataclass(frozen=True)
class Window:
    """So many days of which today is the first; below zero, of which today is the last."""

    number: int


@dataclass(frozen=True)
class Phrase:
    """A day in words that quick add reads: "friday", "25 dec", "2027-03-01", "end of month"."""

    text: str


Days = Offset | Period | Window | Phrase

# --- Terms ----------------------------------------------------------------------------------------


class Flag(StrEnum):
    """What a task is or is not, as it is written."""

    ALL = "view all"
    OPEN = "open"
    COMPLETED = "completed"
    OVERDUE = "overdue"
    RECURRING = "recurring"
    SUBTASK = "subtask"
    HAS_SUBTASKS = "has subtasks"
    NO_DATE = "no date"
    NO_START = "no start date"
    NO_CATEGORY = "no category"
    NO_TAGS = "no tags"
    NO_ESTIMATE = "no estimate"


class Field(StrEnum):
    """A date of a task, as it is written."""

    DUE = "due"
    START = "start"
    CREATED = "created"
    COMPLETED = "completed"
    UPDATED = "updated"

    @property
    def looks_back(self) -> bool:
        """Whether its dates are never to come, so that "monday" is the last one."""
        return self not in {Field.DUE, Field.START}


class Relation(StrEnum):
    """How a date lies to days: within them, before the first, after the last."""

    ON = "on"
    BEFORE = "before"
    AFTER = "after"


class Mark(StrEnum):
    """What a name is of."""

    CATEGORY = "#"
    TAG = "@"


class Comparison(StrEnum):
    """How a number lies to another."""

    LESS = "<"
    AT_MOST = "<="
    EQUAL = "="
    AT_LEAST = ">="
    MORE = ">"


@dataclass(frozen=True)
class Dated:
    """A date of the task lies on, before or after days."""

    field: Field
    relation: Relation
    days: Days


@dataclass(frozen=True)
class Priority:
    """One of the four levels that are written p1 (the highest) to p4 (none)."""

    level: int


@dataclass(frozen=True)
class Named:
    """The task has the category or the tag of this name, or one whose name begins so."""

    mark: Mark
    name: str
    is_beginning: bool = False


@dataclass(frozen=True)
class Search:
    """The task's words hold this text."""

    text: str


@dataclass(frozen=True)
class Estimate:
    """The task's estimate compares so with a number of minutes."""

    comparison: Comparison
    minutes: int


Term = Flag | Dated | Priority | Named | Search | Estimate

# --- What joins them ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Not:
    """Its operand does not hold."""

    operand: Tree


@dataclass(frozen=True)
class And:
    """All of at least two operands hold."""

    operands: tuple[Tree, ...]


@dataclass(frozen=True)
class Or:
    """One of at least two operands holds."""

    operands: tuple[Tree, ...]


Tree = Term | Not | And | Or


def list_terms(tree: Tree) -> Iterator[Term]:
    """Give the terms of a filter, as they are written."""
    match tree:
        case And(operands) | Or(operands):
            for operand in operands:
                yield from list_terms(operand)
        case Not(operand):
            yield from list_terms(operand)
        case term:
            yield term
