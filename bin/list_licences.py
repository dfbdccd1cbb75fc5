"""List the licences of what FocusFlow is made of and runs on; end with 1 where one does not fit.

    python bin/list_licences.py [--requirements FILE] [--static FOLDER]

FocusFlow is under GPL-3.0-or-later. What it imports (requirements.txt, and what that brings) and
the front-end files of others that it ships have to be under licences that may be combined with
that; one that nobody knows is refused too. What only tests it (the group dev of pyproject.toml)
runs beside it and is combined with nothing.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections import deque
from collections.abc import Iterable, Iterator
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent

# By the list of the Free Software Foundation, https://www.gnu.org/licenses/license-list.html.
COMPATIBLE = frozenset(
    {
        "0BSD",
        "Apache-2.0",
        "BSD-2-Clause",
        "BSD-3-Clause",
        "CC0-1.0",
        "GPL-3.0-only",
        "GPL-3.0-or-later",
        "ISC",
        "LGPL-2.1-or-later",
        "LGPL-3.0-only",
        "LGPL-3.0-or-later",
        "MIT",
        "MIT-0",
        "MPL-2.0",
        "PSF-2.0",
        "Unlicense",
        "Zlib",
    }
)
# Other words for these, in the fields of packages that do not write SPDX yet.
WORDS = {
    "Apache 2.0": "Apache-2.0",
    "Apache Software License": "Apache-2.0",
    "BSD": "BSD-3-Clause",
    "BSD 3-Clause OR Apache-2.0": "BSD-3-Clause OR Apache-2.0",
    "BSD License": "BSD-3-Clause",
    "ISC License (ISCL)": "ISC",
    "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "Python Software Foundation License": "PSF-2.0",
}
# What the metadata of a package leaves out, as its own LICENSE file says.
READ = {
    "pysqlite3": "Zlib",  # no field names it
    "qrcode": "BSD-3-Clause AND MIT",  # a classifier adds "Other/Proprietary"
}
# Words of the text of a licence that lies beside front-end files; the first that are found decide.
TEXTS = {
    "Apache-2.0": r"Apache License\s+Version 2\.0",
    "MPL-2.0": r"Mozilla Public License Version 2\.0",
    "OFL-1.1": r"SIL OPEN FONT LICENSE Version 1\.1",
    "0BSD": r"BSD Zero Clause License|Zero-Clause BSD",
    "MIT": r"Permission is hereby granted, free of charge",
    "ISC": r"Permission to use, copy, modify, and/?or distribute this software",
    "BSD-3-Clause": r"Redistribution and use in source and binary forms[\s\S]*Neither the name",
    "BSD-2-Clause": r"Redistribution and use in source and binary forms",
}
# Fonts may be shipped under this one with any program.
SHIPPED = COMPATIBLE | {"OFL-1.1"}


# A package's name, with its extras.
Wanted = tuple[str, frozenset[str]]


def main() -> int:
    """Print the list; return the code to end with."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--requirements", type=Path, default=ROOT / "requirements.txt")
    parser.add_argument("--project", type=Path, default=ROOT, help="where apps have static files")
    arguments = parser.parse_args()
    asked = requirements_in(arguments.requirements.read_text())
    wrong = show(
        ((f"{found.name} {found.version}", licence_of(found)) for found in closure(asked)),
        COMPATIBLE,
    )
    wrong += show(vendored(arguments.project), SHIPPED)
    return 1 if wrong else 0


def show(licences: Iterable[tuple[str, str]], accepted: frozenset[str]) -> int:
    """Print names with their licences; return how many do not fit."""
    wrong = 0
    for name, licence in licences:
        fits = fits_in(licence, accepted)
        wrong += not fits
        print(f"{'' if fits else 'DOES NOT FIT: '}{name}: {licence or 'unknown'}")
    return wrong


def requirements_in(text: str) -> list[Requirement]:
    """Return what a file of requirements asks for on this machine."""
    lines = (line.partition(" #")[0].strip() for line in text.splitlines())
    asked = [Requirement(line) for line in lines if line and not line.startswith("#")]
    return [each for each in asked if each.marker is None or each.marker.evaluate()]


def closure(asked: Iterable[Requirement]) -> list[Distribution]:
    """Return what these requirements bring, with what that brings, by name."""
    found: dict[str, Distribution] = {}
    pending: list[Wanted] = [
        (canonicalize_name(each.name), frozenset(each.extras)) for each in asked
    ]
    seen = set(pending)
    while pending:
        name, extras = pending.pop()
        try:
            found[name] = distribution(name)
        except PackageNotFoundError:
            raise SystemExit(f"{name} is not installed: make setup") from None
        for further in needed_by(found[name], extras):
            if further not in seen:
                seen.add(further)
                pending.append(further)
    return [found[name] for name in sorted(found)]


def needed_by(
    package: Distribution, extras: frozenset[str]
) -> Iterator[tuple[str, frozenset[str]]]:
    """Yield what a package with these extras requires here."""
    for line in package.requires or ():
        each = Requirement(line)
        chosen = [{"extra": extra} for extra in ("", *extras)]
        if each.marker is None or any(map(each.marker.evaluate, chosen)):
            yield canonicalize_name(each.name), frozenset(each.extras)


def licence_of(package: Distribution) -> str:
    """Return a package's licence as an SPDX expression; empty where none is known."""
    name, fields = canonicalize_name(package.name), package.metadata
    if name in READ:
        return READ[name]
    if expression := fields.get("License-Expression"):
        return str(expression)
    classifiers = [
        line.rpartition(" :: ")[2]
        for line in fields.get_all("Classifier", [])
        if line.startswith("License ::") and not line.endswith("OSI Approved")
    ]
    words = classifiers or [line for line in (fields.get("License") or "").splitlines()[:1] if line]
    # Several without a word between them: all of them hold.
    return " AND ".join(WORDS.get(word, word) for word in words)


def fits_in(expression: str, accepted: frozenset[str]) -> bool:
    """Say whether an SPDX expression (its annex D) leaves a choice of accepted licences."""
    tokens = deque(re.findall(r"[()]|[^()\s]+", expression))
    return bool(tokens) and any_fits(tokens, accepted) and not tokens


def any_fits(tokens: deque[str], accepted: frozenset[str]) -> bool:
    """Read alternatives: one has to fit."""
    fits = all_fit(tokens, accepted)
    while tokens and tokens[0] == "OR":
        tokens.popleft()
        fits = all_fit(tokens, accepted) or fits
    return fits


def all_fit(tokens: deque[str], accepted: frozenset[str]) -> bool:
    """Read what holds together: each has to fit."""
    fits = one_fits(tokens, accepted)
    while tokens and tokens[0] == "AND":
        tokens.popleft()
        fits = one_fits(tokens, accepted) and fits
    return fits


def one_fits(tokens: deque[str], accepted: frozenset[str]) -> bool:
    """Read one licence, or an expression in brackets."""
    first = tokens.popleft() if tokens else ""
    if first != "(":
        return first in accepted
    fits = any_fits(tokens, accepted)
    return bool(tokens) and tokens.popleft() == ")" and fits


def vendored(project: Path) -> Iterator[tuple[str, str]]:
    """Yield the front-end packages of others: folders below a vendor/, each with its licence.

    A minified file anywhere else is somebody's, and its licence is not known.
    """
    for path in sorted(project.glob("*/static/**/*")):
        name = path.relative_to(project).as_posix()
        if path.parent.name == "vendor":
            yield name, licence_in(path)
        elif ".min." in path.name and "vendor" not in path.parts:
            yield name, ""


def licence_in(folder: Path) -> str:
    """Return the licence whose text lies in a folder; empty where none is recognised."""
    for path in sorted(folder.glob("LICEN[CS]E*")):
        text = " ".join(path.read_text().split())
        for licence, words in TEXTS.items():
            if re.search(words, text):
                return licence
    return ""


if __name__ == "__main__":
    sys.exit(main())
