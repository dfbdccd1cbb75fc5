"""Text as searches compare it: without case, accents and the ways to write a character twice.

One function folds what is stored and what is looked for, so that both databases find the same: each
compares characters and knows nothing of languages. The steps are those of Unicode's compatibility
caseless matching (The Unicode Standard, section 3.13, D146), with the accents taken out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Final
from unicodedata import category, combining, east_asian_width, normalize

# A search of more words is refused: each costs a look at every row that the index cannot rule out.
MOST_WORDS: Final = 20
# Shorter ones are in nearly every text, and are looked for where words begin.
SHORTEST_PART: Final = 3

# Combining classes of accents: overlays, the points of Hebrew, Arabic and Syriac, and whatever
# stands above, below or beside a letter. The classes between are letters' own parts in the scripts
# of India, South-East Asia and Tibet, and the voicing of kana: without it papa would be haha.
ACCENTS: Final = frozenset({1, *range(10, 37), *range(200, 241)})
# Format characters (zero-width joiners, soft hyphens) and marks that enclose another character.
UNSEEN: Final = frozenset({"Cf", "Me"})
# They choose between a coloured and a plain picture, or between forms of an ideograph.
VARIANTS: Final = frozenset(map(chr, [0x34F, *range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)]))
# Letters whose stroke, or join, Unicode takes for no mark; and what keyboards that think along
# write in place of the plain quote or dash.
ALIKE: Final = str.maketrans(
    {"\u0131": "i", "ł": "l", "ø": "o", "đ": "d", "ð": "d", "ħ": "h", "ŧ": "t"}
    | {"æ": "ae", "œ": "oe", "þ": "th", "\u2044": "/"}
    | dict.fromkeys("\u2018\u2019\u201a\u201b\u02bc", "'")
    | dict.fromkeys("\u201c\u201d\u201e\u201f", '"')
    | dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-")
)
# Words in quotes, or one word; a quote inside of a word (5" pipe) is a character like another.
TERM: Final = re.compile(
    r'(?<!\S)["\u201c\u201d\u201e]([^"\u201c\u201d\u201e]*)["\u201c\u201d\u201e](?!\S)|(\S+)'
)


class SearchError(ValueError):
    """A search that cannot be made."""


def fold(text: str) -> str:
    """Return the text folded: lower case, without accents, each word after a single space.

    Folding again changes nothing. A word begins after white space or punctuation; each ideograph,
    kana, Hangul syllable and picture is a word by itself, as they are written without spaces:
    "Déjà-vu: 会議" becomes "deja- vu: 会 議". The four letters i of Turkish are one. Characters of
    a later Unicode than this Python's stay as they are.
    """
    if text.isascii():
        return " ".join(text.lower().translate(ASCII).split())
    bare = "".join(map(without_accent, normalize("NFKD", text)))
    letters = normalize("NFC", bare.casefold().translate(ALIKE))
    return " ".join("".join(map(set_apart, letters)).split())


@lru_cache(maxsize=4096)
def without_accent(character: str) -> str:
    """Return a decomposed character, or nothing for an accent and for what nobody sees."""
    is_left_out = (
        combining(character) in ACCENTS or category(character) in UNSEEN or character in VARIANTS
    )
    return "" if is_left_out else character


@lru_cache(maxsize=4096)
def set_apart(character: str) -> str:
    """Return a character with a space where it ends a word, and before one that begins its own.

    By itself, whatever its neighbours: so a part of a text folds to a part of the folded text.
    """
    kind = category(character)
    if kind == "Cc":
        return " "
    if kind == "So" or (kind[0] != "M" and east_asian_width(character) == "W"):
        return f" {character} "
    return f"{character} " if kind[0] in "PS" else character


# What `set_apart` makes of each: text of ASCII alone, which is most of it, is folded eight times as
# fast by a table. No step but this and the small letters changes any of it.
ASCII: Final = [set_apart(chr(number)) for number in range(128)]


def join_parts(title: str, tags: Iterable[str], description: str) -> str:
    """Return what is searched of a task: its title, its tags and its description, folded.

    Each part, and each tag, starts with a space as all other words do, and ends where no search
    reaches across: a line break after the title, two after the tags, a tab between tags.
    """
    line = "\t ".join(sorted(map(fold, tags)))
    return f"{head_of(title)} {line}{tail_of(description)}"


def head_of(title: str) -> str:
    """Return what stands before the tags."""
    return f" {fold(title)}\n"


def tail_of(description: str) -> str:
    """Return what stands behind the tags."""
    return f"\n\n {fold(description)}"


def split_search(text: str) -> list[str]:
    """Return what has to be in `join_parts`' text, all of it, in any order, for a search.

    That are its words; words in double quotes are one. One that folds to fewer than three
    characters comes with the space before it, so that it is found where words begin. Nothing for a
    search without any character that is left after folding. Raises SearchError for too many.
    """
    found = (fold(quoted or word) for quoted, word in TERM.findall(text))
    parts = list(dict.fromkeys(as_part(folded) for folded in found if folded))
    if len(parts) > MOST_WORDS:
        raise SearchError(f"Search for at most {MOST_WORDS} words, or put some of them in quotes.")
    return parts


def as_part(folded: str) -> str:
    """Return a folded word as it is looked for."""
    is_short = len(folded.replace(" ", "")) < SHORTEST_PART
    return f" {folded}" if is_short else folded
