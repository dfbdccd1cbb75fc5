"""The report on a file: which cells are not kept as they stand, and why."""

from __future__ import annotations

from typing import Final

from tasks.todoist.drafts import Loss
from tasks.todoist.export import Row

# How another cell is to be read: told with that one, and without meaning where it is empty.
COMPANIONS: Final = {
    "DATE": ("DATE_LANG", "TIMEZONE"),
    "DURATION": ("DURATION_UNIT",),
    "DEADLINE": ("DEADLINE_LANG",),
}
NOT_ALONE: Final = frozenset(name for names in COMPANIONS.values() for name in names)
# A cell that holds what a row has without it, too, says nothing.
DEFAULTS: Final = {"PRIORITY": "4", "INDENT": "1", "IS_COLLAPSED": "FALSE"}
VIEW: Final = "Settings of Todoist's views are not kept."
NO_PLACE: Final = "FocusFlow has no place for this column."
REASONS: Final = {
    "DESCRIPTION": "Categories have no description.",
    "AUTHOR": "Imported tasks are yours: authors are not kept.",
    "RESPONSIBLE": "Tasks cannot be given to other people yet.",
    "meta": VIEW,
    "IS_COLLAPSED": VIEW,
}


class Report:
    """Losses in the order in which they are found."""

    def __init__(self) -> None:
        self.losses: list[Loss] = []

    def drop(self, row: Row, column: str, reason: str) -> None:
        """Note a row that is not kept: the cell that names it, even if empty, and the others."""
        self.lose(row, column, reason)
        for other in telling(row):
            if other != column:
                self.lose(row, other, reason)

    def lose_others(self, row: Row, *handled: str) -> None:
        """Note the cells of a row that nothing else has handled."""
        for column in telling(row):
            if column not in handled:
                self.lose(row, column, REASONS.get(column, NO_PLACE))

    def lose(self, row: Row, column: str, reason: str) -> None:
        """Note a cell, together with what says how to read it."""
        companions = ", ".join(filter(None, map(row.text, COMPANIONS.get(column, ()))))
        text = row.text(column) + (f" ({companions})" if companions else "")
        self.losses.append(Loss(row.line, column, text, reason))


def telling(row: Row) -> list[str]:
    """Return the columns, beside the type, in which the row says something."""
    return [
        column
        for column, text in row.said.items()
        if column != "TYPE" and column not in NOT_ALONE and text.upper() != DEFAULTS.get(column)
    ]
