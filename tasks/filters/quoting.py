"""Names and texts: in quotes or without, where a backslash makes text of a character."""

from __future__ import annotations

import re
from typing import Final

from tasks.filters.errors import FilterError, quote
from tasks.filters.tree import Mark, Named
from tasks.folding import SearchError, split_search

# In quotes, of which keyboards of phones make curly ones, or plain. After a backslash comes any
# character, in plain text none of white space.
QUOTED_TEXT: Final = re.compile(r'"(?:\\.|[^"\\])*"|“(?:\\.|[^”\\])*”', re.DOTALL)
PLAIN_TEXT: Final = re.compile(r'(?:\\\S|[^"“”\\])*')
NAME: Final = re.compile(
    r'[#@](?P<name>"(?:\\.|[^"\\])*"|“(?:\\.|[^”\\])*”|(?:\\\S|[^\s"“”\\*#@])*)'
    r"(?P<star>\*?)(?P<rest>.*)",
    re.DOTALL,
)
ESCAPED: Final = re.compile(r"\\(.)", re.DOTALL)

# What needs no quotes.
PLAIN_NAME: Final = re.compile(r'[^\s&|!()"“”\\*#@]+')


def read_name(text: str, column: int) -> Named:
    """Read `#Work`, `@"two words"` or `@err*`; raises FilterError for anything else."""
    match = NAME.fullmatch(text)
    if match is None:
        raise ValueError(f"{text!r} does not begin with # or @.")
    mark, name = Mark(text[0]), remove_quotes(match["name"])
    if not name.strip() and not match["star"]:
        raise FilterError(f"Write a name directly after {mark}, such as {mark}home.", column)
    rest = match["rest"]
    if rest:
        place = len(text) - len(rest.lstrip())
        raise FilterError(explain_rest(text, match), column + place)
    return Named(mark, name, is_beginning=bool(match["star"]))


def explain_rest(text: str, match: re.Match[str]) -> str:
    """Return what to do about what follows a name."""
    rest = match["rest"]
    in_quotes = f'{text[0]}"…"'
    if rest[0].isspace():
        return (
            f"Write & or | before {quote(rest)}; a name of several words needs quotes: {in_quotes}."
        )
    if match["star"]:
        return "Write * at the end of a name only, or \\* for the character."
    return f"Write & or | before {quote(rest)}, or put the whole name in quotes: {in_quotes}."


def read_text(text: str, column: int) -> str:
    """Read the text after `search:`; raises FilterError where there is none."""
    core = text.strip()
    column += len(text) - len(text.lstrip())
    if not (QUOTED_TEXT.fullmatch(core) or PLAIN_TEXT.fullmatch(core)):
        message = 'Put quotation marks around the whole text, or write \\" for the character.'
        raise FilterError(message, column)
    found = remove_quotes(core)
    if not found.strip():
        raise FilterError("Write what to look for, such as search: milk.", column)
    try:
        split_search(found)
    except SearchError as error:
        raise FilterError(str(error), column) from error
    return found


def remove_quotes(text: str) -> str:
    """Return what a name or a text says."""
    core = text[1:-1] if text[:1] in {'"', "“"} else text
    return ESCAPED.sub(r"\1", core)


def write_name(named: Named) -> str:
    """Return a name as `read_name` reads it."""
    needs_quotes = named.name and not PLAIN_NAME.fullmatch(named.name)
    name = add_quotes(named.name) if needs_quotes else named.name
    return f"{named.mark}{name}{'*' * named.is_beginning}"


def write_text(text: str) -> str:
    """Return a text as `read_text` reads it."""
    is_plain = all(map(PLAIN_NAME.fullmatch, text.split(" ")))
    return text if is_plain else add_quotes(text)


def add_quotes(text: str) -> str:
    """Return a text in quotes."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
