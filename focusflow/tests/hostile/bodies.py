"""Bodies as no client of ours would send them."""

from __future__ import annotations

import json
from typing import Any, NamedTuple  # JSON holds values of every type.
from urllib.parse import quote

from hypothesis import strategies as st

from focusflow.tests.hostile.values import values, words

JSON, FORM = "application/json", "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data; boundary=x"
# More than a parser should follow.
DEEP = 100_000

KINDS = (
    *(
        "",
        ";",
        "*/*",
        "json",
        "text/plain",
        "application/xml",
        "APPLICATION/JSON ",
        "application/json;;",
    ),
    *("application/json; charset=utf-16", "application/json; charset=nonsense"),
    *(
        f"{FORM}; charset={name}"
        for name in ("utf-16", "latin-1", "zlib", "idna", "nonsense", "\xff")
    ),
    *("multipart/form-data", "multipart/form-data; boundary=", "multipart/mixed; boundary=x"),
    *("multipart/form-data; boundary=\xe9", f"multipart/form-data; boundary={'x' * 300}"),
    "multipart/form-data; boundary*=utf-8''x%00",
)

Pairs = list[tuple[str, Any]]


class Body(NamedTuple):
    """Bytes, and what they are said to be."""

    content: bytes
    kind: str


def to_json(pairs: Pairs, *, escapes: bool = True) -> bytes:
    """Write an object in which a name may stand twice, and what JSON does not have may stand."""
    members = (
        f"{json.dumps(name, ensure_ascii=escapes)}:{json.dumps(value, ensure_ascii=escapes)}"
        for name, value in pairs
    )
    return ("{" + ",".join(members) + "}").encode("utf-8", "surrogatepass")


def to_form(pairs: Pairs) -> bytes:
    """Write a form, with what UTF-8 does not have."""
    return "&".join(f"{escape(name)}={escape(value)}" for name, value in pairs).encode()


def to_multipart(pairs: Pairs) -> bytes:
    """Write a form in parts; values that are lists become files."""
    parts = (part(name, value) for name, value in pairs)
    return b"".join(b"--x\r\n" + one for one in parts) + b"--x--\r\n"


def part(name: str, value: Any) -> bytes:
    """Write one part."""
    label = name.replace('"', "%22").replace("\r", "").replace("\n", "")
    file = '; filename="../\u202e\x00.html"' if isinstance(value, list) else ""
    head = f'Content-Disposition: form-data; name="{label}"{file}\r\n\r\n'
    return (head + text_of(value) + "\r\n").encode("utf-8", "surrogatepass")


def text_of(value: Any) -> str:
    """Return a value as a form would have it."""
    return value if isinstance(value, str) else json.dumps(value)


def escape(value: Any) -> str:
    """Escape a value for an address or a form."""
    return quote(text_of(value).encode("utf-8", "surrogatepass"), safe="")


def broken(content: bytes) -> list[bytes]:
    """Return what a parser has to tell from the JSON that it was."""
    text = content.decode("utf-8", "replace")
    return [
        *(
            b"",
            b" ",
            b"\x00",
            b"null",
            b"0",
            b'""',
            b"[]",
            b"[{}]",
            b"{}",
            b"\xff\xfe",
            b"\xef\xbb\xbf",
        ),
        *(
            content[:-1],
            content + b"x",
            content + content,
            b"\xef\xbb\xbf" + content,
            b"[" + content + b"]",
        ),
        *(text.encode("utf-16"), text.encode("utf-32"), content.replace(b'"', b"'")),
        *(
            b"[" * DEEP,
            b"[" * DEEP + b"]" * DEEP,
            b'{"a":' * DEEP,
            b'{"a":' * DEEP + b"1" + b"}" * DEEP,
        ),
        *(
            b'{"a":1,' * 1000,
            b"1" * 5000,
            b"-",
            b"1e99999",
            b'"\\ud800"',
            b'"\\u0000"',
            b'"' + b"\\" * 999,
        ),
    ]


@st.composite
def bodies(draw: st.DrawFn, objects: st.SearchStrategy[Pairs]) -> Body:
    """Draw a body that is mostly JSON of these objects."""
    pairs = draw(objects)
    kind = draw(st.integers(0, 19))
    if kind < 12:
        return Body(to_json(pairs, escapes=kind > 2), JSON)
    if kind < 14:
        return Body(to_form(pairs), FORM)
    if kind < 16:
        return Body(to_multipart(pairs), MULTIPART)
    if kind < 17:
        return Body(json.dumps(draw(values)).encode(), JSON)
    if kind < 19:
        return Body(draw(st.sampled_from(broken(to_json(pairs)))), JSON)
    content = draw(st.sampled_from((to_json(pairs), to_form(pairs), to_multipart(pairs))))
    return Body(content, draw(st.sampled_from(KINDS)))


def queries(names: tuple[str, ...]) -> st.SearchStrategy[str]:
    """Draw the query of an address: mostly these names, and mostly few."""
    name = st.sampled_from(names) | words if names else words
    whole = ("&", "=", "&&=&", "%", "%zz=%", "?", "a;b", "a=1&" * 1001, "\xff=\xff", "%ff=%ff")
    few = st.lists(st.tuples(name, words), max_size=3).map(lambda pairs: to_form(pairs).decode())
    return few | st.sampled_from(whole)
