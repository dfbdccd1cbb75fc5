"""The title of a task: the words that were not read."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final

from tasks.quick_add.words import STOPS, Word

# What joins a date to a title has nothing to join when the date is gone.
JOINTS: Final = " ,;:-\N{EN DASH}—|"


def make_title(words: Sequence[Word], used: Collection[int]) -> str:
    """Return the words that were not used, with single spaces between them.

    The end of a sentence that was used stays as a mark of it: "Call Ann tomorrow. Bring cake"
    becomes "Call Ann. Bring cake".
    """
    kept: list[str] = []
    stop = ""
    for place, word in enumerate(words):
        if place in used:
            stop = word.stop if word.ends_clause else stop
            continue
        if kept and stop and kept[-1][-1] not in STOPS:
            kept[-1] += stop
        kept.append(word.text)
        stop = ""
    title = " ".join(kept)
    title = title.lstrip(JOINTS) if 0 in used else title
    return title.rstrip(JOINTS) if len(words) - 1 in used else title
