"""The Content-Type of a request, read before Django does.

Django reads it while it makes the request, where nothing answers for an error: a charset that names
a codec of bytes, such as zlib, or a parameter in letters that are none.
"""

from __future__ import annotations

from django.utils.http import parse_header_parameters

UNKNOWN = "application/octet-stream"
CHARSETS = frozenset({"utf-8", "utf8"})


def readable_type(header: str) -> str:
    """Return the header; that of bytes of no known kind where it is none, or not of UTF-8."""
    try:
        _, parameters = parse_header_parameters(header)
    except (ValueError, LookupError):
        return UNKNOWN
    return header if parameters.get("charset", "utf-8").lower() in CHARSETS else UNKNOWN
