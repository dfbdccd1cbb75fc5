"""A text as signs and terms, each with the column at which it begins."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from tasks.filters.errors import FilterError

LENGTH_MAX: Final = 2_000
# Each alternative begins with a character of its own, so that none is looked at twice.
TOKEN: Final = re.compile(
    r"(?P<sign>&&?|\|\|?|[!()])|"
    r'(?:\\\S|"(?:\\.|[^"\\])*"|“(?:\\.|[^”\\])*”|[^&|!()"“”\\])+',
    re.DOTALL,
)
# Control characters, which PostgreSQL does not store or nobody sees, and halves of characters.
UNFIT: Final = re.compile(r"[\x00-\x08\x0e-\x1f\x7f\ud800-\udfff]")


@dataclass(frozen=True)
class Token:
    """One of the signs & | ! ( ), or the text of a term."""

    text: str
    column: int
    is_sign: bool = False

    def has_sign(self, sign: str) -> bool:
        """Whether it is this sign."""
        return self.is_sign and self.text == sign


def scan(text: str) -> Iterator[Token]:
    """Give the signs and terms of a text; raises FilterError for what can be neither."""
    check(text)
    place = 0
    while place < len(text):
        match = TOKEN.match(text, place)
        if match is None:
            raise FilterError(explain(text[place]), place + 1)
        found, place = match[0], match.end()
        core = found.strip()
        if match["sign"]:
            yield Token(found[0], match.start() + 1, is_sign=True)
        elif core:
            yield Token(core, match.start() + found.index(core[0]) + 1)


def check(text: str) -> None:
    """Refuse a text that is too long or holds characters that no filter has."""
    if len(text) > LENGTH_MAX:
        raise FilterError(f"A filter has at most {LENGTH_MAX:,} characters.", LENGTH_MAX + 1)
    unfit = UNFIT.search(text)
    if unfit:
        raise FilterError("Remove this character: it cannot be shown.", unfit.start() + 1)


def explain(character: str) -> str:
    """Return what to do about a character with which nothing begins."""
    if character == "\\":
        return "Write the character that is meant as text directly after the backslash."
    if character == "”":
        return "Write a quotation mark before the text, too, or \\” for the character."
    return f"Close this quotation mark, or write \\{character} for the character."
