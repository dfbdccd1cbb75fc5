"""A text as words: where each stands, and which of them may be read."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

from tasks.quick_add.vocabulary import ABBREVIATIONS, EVERY, READ_WORDS

# A quoted text is one word, with a mark before it and what follows it up to white space. The search
# for its end stops at the next quote, so that it never covers the same characters twice.
WORD: Final = re.compile(r'(?P<quoted>"[^"]*"|“[^“”]*”)\S*|[#@](?:"[^"]*"|“[^“”]*”)\S*|\S+')
QUOTES: Final = '"“'
MARKS: Final = "#@~"
STOPS: Final = ",.;:!?"
MIDDLE: Final = ","


@dataclass(frozen=True)
class Word:
    """A word of a text, from character `start` up to `end`.

    `text` is what the title shows of it, `key` what is looked up: in small letters and without the
    punctuation at its end, which is `stop`. A word that is not readable is only ever text.
    """

    text: str
    start: int
    end: int
    key: str
    stop: str = ""
    is_readable: bool = True

    @property
    def is_capital(self) -> bool:
        """Whether it begins with a capital letter."""
        return self.text[:1].isupper()

    @property
    def ends_clause(self) -> bool:
        """Whether no phrase goes on after it: not so after a comma, `Dec.` and `every!`."""
        is_part = self.key in EVERY or (self.stop == "." and self.key in ABBREVIATIONS)
        return bool(self.stop.strip(MIDDLE)) and not is_part


def split_words(text: str, ignore: Iterable[tuple[int, int]] = ()) -> list[Word]:
    """Return the words of a text; those that touch a span to ignore are not readable."""
    ignored = bytearray(len(text))
    for start, end in ignore:
        start, end = (min(max(place, 0), len(text)) for place in (start, end))
        ignored[start:end] = b"\1" * (end - start)
    words = (make_word(match) for match in WORD.finditer(text))
    return [
        replace(word, is_readable=word.is_readable and not any(ignored[word.start : word.end]))
        for word in words
    ]


def make_word(match: re.Match[str]) -> Word:
    """Return the word that was found in a text."""
    text, (start, end) = match[0], match.span()
    core = text.rstrip(STOPS)
    is_escaped = text[0] == "\\" and is_escape(text[1:])
    return Word(
        text=text[1:] if is_escaped else text,
        start=start,
        end=end,
        key=core.casefold(),
        stop=text[len(core) :],
        is_readable=not is_escaped and match["quoted"] is None,
    )


def is_escape(text: str) -> bool:
    """Whether a text would be read without a backslash before it."""
    key = text.rstrip(STOPS).casefold()
    is_mark = text[:1] in {*MARKS, *QUOTES} or text.startswith(("!!", "//"))
    return bool(text) and (is_mark or text[0].isdigit() or key in READ_WORDS)
