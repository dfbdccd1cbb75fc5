"""A tree as text, which is read back to the same tree."""

from __future__ import annotations

from types import UnionType
from typing import Final

from tasks.filters.days import write_days
from tasks.filters.quoting import write_name, write_text
from tasks.filters.tree import (
    And,
    Dated,
    Estimate,
    Field,
    Flag,
    Named,
    Not,
    Or,
    Priority,
    Relation,
    Search,
    Term,
    Tree,
)

# Quick add reads no more than 999 hours, and 99 minutes beside them.
HOURS_MAX: Final = 999


def write(tree: Tree) -> str:
    """Return a filter as text, in the one form of each term and with the brackets it needs."""
    match tree:
        case And(operands):
            return " & ".join(write_inside(operand, And | Or) for operand in operands)
        case Or(operands):
            return " | ".join(write_inside(operand, Or) for operand in operands)
        case Not(operand):
            return f"!{write_inside(operand, And | Or)}"
        case term:
            return write_term(term)


def write_inside(tree: Tree, kinds: type | UnionType) -> str:
    """Return a part of a filter, in brackets if it is of these kinds."""
    text = write(tree)
    return f"({text})" if isinstance(tree, kinds) else text


def write_term(term: Term) -> str:
    """Return a term as `read_term` reads it."""
    match term:
        case Flag():
            return term.value
        case Dated():
            return write_dated(term)
        case Priority(level):
            return f"p{level}"
        case Named():
            return write_name(term)
        case Search(text):
            return f"search: {write_text(text)}"
        case Estimate(comparison, minutes):
            return f"estimate {comparison} {write_minutes(minutes)}"


def write_dated(term: Dated) -> str:
    """Return `today`, `due before: friday`, `completed: this week`."""
    days = write_days(term.days)
    if term.relation is not Relation.ON:
        return f"{term.field} {term.relation}: {days}"
    return days if term.field is Field.DUE else f"{term.field}: {days}"


def write_minutes(minutes: int) -> str:
    """Return "30m", "2h", "1h30m"."""
    hours = min(minutes // 60, HOURS_MAX)
    rest = minutes - 60 * hours
    if not hours:
        return f"{rest}m"
    return f"{hours}h{rest}m" if rest else f"{hours}h"
