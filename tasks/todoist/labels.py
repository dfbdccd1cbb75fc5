"""Todoist's labels, which its export writes into titles: "Buy milk @errand @5min"."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

# White space behind a label goes with it.
WORD: Final = re.compile(r"(?<!\S)@(\S+)(?:\s+|$)")
# With punctuation at its end it is a word of a sentence, and "@ann@example.org" is an address.
NOT_IN_LABELS: Final = frozenset('@"“”()|&!?,')
NOT_AT_END: Final = (".", ",", ";", ":", "!", "?")


@dataclass(frozen=True)
class Labelled:
    """A title without its labels, and their names, each once.

    What is nothing but labels stays as it is. `too_long` and `too_many` stay in the title.
    """

    title: str
    names: tuple[str, ...]
    too_long: tuple[str, ...]
    too_many: tuple[str, ...]


def split_labels(content: str, *, longest: int, most: int) -> Labelled:
    """Return what a task's CONTENT says: a title, and at most `most` labels of some length."""
    labels = list(dict.fromkeys(filter(is_label, WORD.findall(content))))
    too_long = [name for name in labels if len(name) > longest]
    short = [name for name in labels if len(name) <= longest]
    kept = short[:most]
    title = WORD.sub(without(set(kept)), content).strip()
    return Labelled(title or content, tuple(kept), tuple(too_long), tuple(short[most:]))


def is_label(word: str) -> bool:
    """Whether what follows an @ is a name: letters, digits or pictures, and no sentence's end."""
    is_named = any(character.isalnum() or not character.isascii() for character in word)
    return is_named and NOT_IN_LABELS.isdisjoint(word) and not word.endswith(NOT_AT_END)


def without(names: set[str]) -> Callable[[re.Match[str]], str]:
    """Return a function that takes these labels out of a text."""
    return lambda match: "" if match[1] in names else match[0]
