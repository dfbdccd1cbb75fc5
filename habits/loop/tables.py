"""CSV tables (RFC 4180) in UTF-8, as Loop writes them."""

from __future__ import annotations

import codecs
import csv
import io
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from habits.loop.problems import AGAIN, LoopError, Place

MOST_CELLS: Final = 5_000
type Record = tuple[Place, list[str]]


@dataclass(frozen=True, slots=True)
class Row:
    """A row that is not empty: where it starts, and its cells by column."""

    place: Place
    cells: Mapping[str, str]

    def text(self, *columns: str) -> str:
        """Return the cell of the first of these columns that the file has, "" where it has none."""
        return next((self.cells[name].strip() for name in columns if name in self.cells), "")


def decode(place: Place, data: bytes) -> str:
    """Return the text of UTF-8 bytes, with or without a byte order mark."""
    data = data.removeprefix(codecs.BOM_UTF8)
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        sentence = "the text is not UTF-8. Give the zip as Loop exports it."
        raise LoopError(place.at(line), sentence) from error
    nul = text.find("\0")
    if nul >= 0:
        line = text.count("\n", 0, nul) + 1
        sentence = "there is a NUL character (U+0000). Give the zip as Loop exports it."
        raise LoopError(place.at(line), sentence)
    return text


def read_records(place: Place, text: str, first_line: int = 1) -> Iterator[Record]:
    """Give the records that are not empty, each with the line it starts on."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    line = first_line
    try:
        for cells in reader:
            if len(cells) > MOST_CELLS:
                sentence = f"the row has more than {MOST_CELLS} cells. {AGAIN}"
                raise LoopError(place.at(line), sentence)
            if any(cell.strip() for cell in cells):
                yield place.at(line), cells
            line = first_line + reader.line_num
    except csv.Error as error:
        sentence = f"the row that starts here is not valid CSV ({error}). {AGAIN}"
        raise LoopError(place.at(line), sentence) from error


def read_rows(
    header: Record, records: Iterable[Record], needed: Iterable[set[str]]
) -> Iterator[Row]:
    """Give rows by the header's names; of each set of `needed` one column has to be there."""
    place, cells = header
    names = [cell.strip() or f"column {number}" for number, cell in enumerate(cells, start=1)]
    missing = [" or ".join(sorted(group)) for group in needed if not group & set(names)]
    if missing:
        sentence = f"the header lacks {', '.join(missing)}. Give the zip as Loop exports it."
        raise LoopError(place, sentence)
    twice = [name for name, count in Counter(names).items() if count > 1]
    if twice:
        raise LoopError(place, f"the header has {', '.join(twice)} twice. {AGAIN}")
    for line, values in records:
        yield read_row(line, names, values)


def read_row(place: Place, names: list[str], cells: list[str]) -> Row:
    """Return a row with as many cells as the header."""
    if len(cells) != len(names):
        sentence = f"the row has {len(cells)} cells and the header {len(names)}. {AGAIN}"
        raise LoopError(place, sentence)
    return Row(place, dict(zip(names, cells, strict=True)))
