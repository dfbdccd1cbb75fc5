"""Conditional requests: a row's ETag is its version (RFC 9110, sections 8.8.3 and 13.1.1)."""

from __future__ import annotations

import re

STRONG_TAG = re.compile(r'(?:^|[\s,])"([^"]*)"')


def etag(version: int) -> str:
    """Return the entity tag of a row with this version."""
    return f'"{version}"'


def matches(if_match: str, version: int) -> bool:
    """Say whether the value of an If-Match header names this version.

    A star matches every row; a weak tag (``W/"1"``) matches none, since the comparison is strong.
    """
    if if_match.strip() == "*":
        return True
    return str(version) in STRONG_TAG.findall(if_match)
