"""What a text has to look like, for the code that reads it and for the OpenAPI document.

Regular expressions that Python's `re` and ECMA 262 read alike.
"""

from __future__ import annotations

from typing import Any, Final  # JSON Schema.

from focusflow.models import KEY_LENGTH

LARGEST_ID: Final = 2**63 - 1
ID: Final[dict[str, Any]] = {
    "type": "integer",
    "format": "int64",
    "minimum": 1,
    "maximum": LARGEST_ID,
}

TEXT: Final = r"^[^\u0000]*$"
# Python's strip() takes more for white space than ECMA's \s does.
FILLED_TEXT: Final = r"^[^\u0000]*[^\s\u0000\u001c-\u001f\u0085][^\u0000]*$"

# The years of `focusflow.instants`.
INSTANT: Final[dict[str, Any]] = {
    "type": "string",
    "format": "date-time",
    "pattern": "^(?:19[0-9]{2}|[2-8][0-9]{3}|9[0-8][0-9]{2}|99[0-8][0-9]|999[0-8])-",
}

DAY: Final[dict[str, Any]] = INSTANT | {"format": "date"}

# A time on the clock on the wall.
CLOCK: Final[dict[str, Any]] = {
    "type": "string",
    "pattern": "^(?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9])?$",
}

# Between the quotes of a structured field, or without them.
KEY: Final = f'"?([!#-~](?:[ !#-~]{{0,{KEY_LENGTH - 2}}}[!#-~])?)"?'
