"""Loop's colours, and which of the names of FocusFlow is nearest to each.

Source: PaletteColor.kt and the migrations 14 and 21 in github.com/iSoron/uhabits. A table says what
is nearest: by distances between red, green and blue the darkest grey would be a brown.
"""

from __future__ import annotations

from typing import Final

NAMES: Final = {
    "#D32F2F": "red",
    "#E64A19": "orange",  # deep orange
    "#F57C00": "orange",
    "#FF8F00": "orange",  # amber
    "#F9A825": "yellow",
    "#AFB42B": "yellow",  # lime
    "#7CB342": "green",  # light green
    "#388E3C": "green",
    "#00897B": "teal",
    "#00ACC1": "teal",  # cyan
    "#039BE5": "blue",  # light blue
    "#1976D2": "blue",
    "#303F9F": "blue",  # indigo
    "#5E35B1": "purple",  # deep purple
    "#8E24AA": "purple",
    "#D81B60": "pink",
    "#5D4037": "brown",
    "#303030": "grey",
    "#757575": "grey",
    "#AAAAAA": "grey",
}
PALETTE: Final = tuple(NAMES)
# Where the thirteen colours of the schema versions 14 to 20 are in the palette since 21.
OLD_PALETTE: Final = (0, 1, 4, 5, 7, 8, 9, 10, 13, 14, 15, 17, 19)
FIRST_WITH_INDEX: Final = 14
FIRST_WITH_PALETTE: Final = 21


def colour_at(number: int, version: int) -> str:
    """Return the colour of a backup as #RRGGBB; an unknown number as it is.

    The number is a place in the palette of the schema version, and ARGB in the oldest ones.
    """
    if version < FIRST_WITH_INDEX:
        return f"#{number & 0xFFFFFF:06X}"
    places = OLD_PALETTE if version < FIRST_WITH_PALETTE else range(len(PALETTE))
    return PALETTE[places[number]] if 0 <= number < len(places) else str(number)
