"""Reading words from left to right: what stands next, and a way back when it does not fit."""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Mapping, Sequence
from functools import wraps
from typing import Concatenate

from tasks.quick_add.words import Word


class Cursor:
    """A place among words, from the first of a phrase on. It stops at the end of the clause."""

    def __init__(self, words: Sequence[Word], begin: int) -> None:
        self.words = words
        self.begin = begin
        self.position = begin

    def peek(self) -> str:
        """Return the key of the next word; "" where none can be read."""
        if self.position >= len(self.words) or not self.words[self.position].is_readable:
            return ""
        goes_on = self.position == self.begin or not self.words[self.position - 1].ends_clause
        return self.words[self.position].key if goes_on else ""

    def take[T](self, table: Mapping[str, T]) -> T | None:
        """Return what a table says of the next word, and go on if it says something."""
        value = table.get(self.peek())
        self.position += value is not None
        return value

    def skip(self, keys: Container[str]) -> bool:
        """Go on if the next word is one of these, and say whether it was."""
        key = self.peek()
        is_there = key != "" and key in keys
        self.position += is_there
        return is_there

    def match(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        """Return how the whole next word matches, and go on if it does."""
        found = pattern.fullmatch(self.peek())
        self.position += found is not None
        return found

    @property
    def last(self) -> Word:
        """The word that was read last."""
        return self.words[self.position - 1]


def attempt[**P, R](
    read: Callable[Concatenate[Cursor, P], R],
) -> Callable[Concatenate[Cursor, P], R]:
    """Make a reader go back to where it began when it returns None."""

    @wraps(read)
    def wrapper(cursor: Cursor, /, *args: P.args, **kwargs: P.kwargs) -> R:
        begin = cursor.position
        value = read(cursor, *args, **kwargs)
        if value is None:
            cursor.position = begin
        return value

    return wrapper
