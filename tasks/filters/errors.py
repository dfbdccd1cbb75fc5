"""What is said of a filter that cannot be read."""

from __future__ import annotations

from typing import Final

# More of a wrong text than this is not repeated.
SHOWN: Final = 40


class FilterError(ValueError):
    """A text is no filter; `message` says what to do, `column` (from 1) where in the text."""

    def __init__(self, message: str, column: int) -> None:
        super().__init__(message, column)
        self.message = message
        self.column = column

    def __str__(self) -> str:
        return f"Column {self.column}: {self.message}"


def quote(text: str) -> str:
    """Return a part of the text in quotation marks, shortened."""
    text = " ".join(text.split())
    return f"“{text[:SHOWN]}…”" if len(text) > SHOWN else f"“{text}”"
