"""Text as searches compare it."""

# ruff: noqa: RUF001  # characters that look alike are what this is about

from __future__ import annotations

import sys
from collections.abc import Iterator
from unicodedata import normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.folding import MOST_WORDS, SearchError, fold, join_parts, split_search

IOTA_SUBSCRIPT = "\u0345"


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Milk", "milk"),
        ("  two\t words\u00a0\n", "two words"),
        ("Straße STRASSE ẞ", "strasse strasse ss"),
        ("Déjà vu, Ängström", "deja vu, angstrom"),
        ("Ångström \u212bngström", "angstrom angstrom"),
        # The four letters i of Turkish.
        ("İ I i ı Işık", "i i i i isik"),
        ("ΣΊΣΥΦΟΣ σίσυφος", "σισυφοσ σισυφοσ"),
        ("ᾳ", "α"),
        ("Ёлка Й", "елка и"),
        # Strokes and joined letters have no decomposition in Unicode.
        ("Łódź Ørsted Đi Ærø œuvre", "lodz orsted di aero oeuvre"),
        ("ﬁn ĳs ＡＢＣ １２ ½ x² ①", "fin ijs abc 12 1/ 2 x2 1"),
        ("don’t “quote” – dash", 'don\' t " quote" - dash'),
        ("soft\u00adhyphen zero\u200cwidth", "softhyphen zerowidth"),
        # A word begins after punctuation.
        ("foo-bar_baz (x) a.b@c.org", "foo- bar_ baz ( x) a. b@ c. org"),
        ("50% C:\\x", "50% c: \\ x"),
        # Scripts without spaces: each character is a word.
        ("明日の会議", "明 日 の 会 議"),
        ("한국어", "한 국 어"),
        ("\u1112\u1161\u11ab", "한"),
        # Voicing makes another letter, in half width too.
        ("ガ カ ｶﾞ か\u3099", "ガ カ ガ が"),
        ("की का के", "की का के"),
        ("שָׁלוֹם مُحَمَّد", "שלום محمد"),
        # A heart with and without its colour, a family, a keycap.
        ("❤️ ❤ x🎂y", "❤ ❤ x 🎂 y"),
        ("👨\u200d👩 1️⃣", "👨 👩 1"),
        ("a\x00b\x07c", "a b c"),
        ("\ud800x", "\ud800x"),
        ("\u0301\u200d", ""),
        ("", ""),
    ],
)
def test_text_is_folded(text: str, folded: str) -> None:
    assert fold(text) == folded


@given(st.text(st.characters(max_codepoint=127)))
def test_text_of_ascii_is_folded_like_all_text(text: str) -> None:
    # A letter beyond ASCII, apart from the rest.
    assert fold(text) == fold(f"{text} é").removesuffix("e").removesuffix(" ")


def test_every_character_folds_for_good() -> None:
    folded = {character: fold(character) for character in characters()}

    changed = [character for character, once in folded.items() if fold(once) != once]

    assert not changed


def test_every_character_folds_as_its_other_forms_do() -> None:
    # Capitals write the iota below a vowel behind it.
    whole = [c for c in characters() if IOTA_SUBSCRIPT not in normalize("NFKD", c)]

    different = [
        character
        for character in whole
        for form in (character.upper(), character.lower(), normalize("NFD", character))
        if fold(form) != fold(character)
    ]

    assert not different


def characters() -> Iterator[str]:
    """Yield every character of the first two planes, and others that fold in their own way."""
    yield from map(chr, range(0x20000))
    yield from map(chr, range(0xE0000, 0xE1000))
    yield chr(sys.maxunicode)


@given(st.text())
def test_folding_again_changes_nothing(text: str) -> None:
    folded = fold(text)

    assert fold(folded) == folded
    assert folded == " ".join(folded.split())


@given(st.text(), st.text())
def test_texts_fold_as_if_alone(one: str, other: str) -> None:
    assert fold(f"{one}\n{other}") == f"{fold(one)} {fold(other)}".strip()


@given(st.text())
def test_normal_forms_fold_alike(text: str) -> None:
    forms = {fold(normalize(form, text)) for form in ("NFC", "NFD", "NFKC", "NFKD")}

    assert forms == {fold(text)}


@given(st.text(st.characters(max_codepoint=0x24F)), st.data())
def test_part_of_a_text_folds_to_a_part(text: str, data: st.DataObject) -> None:
    # Letters with their accents in one character: a cut between the two is no part of a text.
    start, stop = sorted(data.draw(st.tuples(*[st.integers(0, len(text))] * 2)))

    assert fold(text[start:stop]) in fold(text)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Milk", ["milk"]),
        ("milk  bread milk MILK", ["milk", "bread"]),
        ('"oat  milk" bread', ["oat milk", "bread"]),
        ("“oat milk”", ["oat milk"]),
        # Short ones where words begin.
        ("ab a", [" ab", " a"]),
        ("abc", ["abc"]),
        ("a-b", ["a- b"]),
        ('"a b"', [" a b"]),
        ("会 会議 会議室", [" 会", " 会 議", "会 議 室"]),
        ("🎂", [" 🎂"]),
        # Quotes that open or close nothing.
        ('5" pipe', [' 5"', "pipe"]),
        ('"un balanced', ['" un', "balanced"]),
        ('a"b c"d', ['a" b', 'c" d']),
        ('"milk"bread', ['" milk" bread']),
        # Wildcards of SQL are characters.
        ("50% a_b \\", ["50%", "a_ b", " \\"]),
        # Nothing is left to look for.
        ("", []),
        (" \t", []),
        ('""', []),
        ("\u0301", []),
        ("\x00", []),
        ("a\x00b", [" a b"]),
    ],
)
def test_search_is_split(text: str, parts: list[str]) -> None:
    assert split_search(text) == parts


def test_too_many_words_are_refused() -> None:
    words = [f"word{number}" for number in range(MOST_WORDS + 1)]

    assert len(split_search(" ".join(words[1:]))) == MOST_WORDS
    with pytest.raises(SearchError, match="at most 20 words"):
        split_search(" ".join(words))


@given(st.text(st.characters(exclude_categories=["Z", "Cc"], exclude_characters='"“”„')))
def test_text_is_found_by_itself(text: str) -> None:
    stored = join_parts(title=text, tags=[], description="")

    assert all(part in stored for part in split_search(text))


def test_parts_of_a_task_are_told_apart() -> None:
    joined = join_parts("Buy Milk", ["Errand", "at home"], "Oat, if\nany")

    assert joined == " buy milk\n at home\t errand\n\n oat, if any"


@given(st.text(), st.lists(st.text()), st.text())
def test_only_the_joints_hold_breaks(title: str, tags: list[str], description: str) -> None:
    joined = join_parts(title, tags, description)

    assert joined.count("\n") == 3
    assert joined.count("\t") == max(len(tags) - 1, 0)
    assert joined.index("\n\n") >= joined.index("\n")
