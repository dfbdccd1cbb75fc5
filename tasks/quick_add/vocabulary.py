"""The words that quick add knows: one table for each kind, in small letters."""

from __future__ import annotations

from datetime import time
from typing import Final

from tasks.recurrence.rule import WEEKEND, WORKDAYS, Frequency
from tasks.recurrence.words import MONTHS as MONTH_NAMES
from tasks.recurrence.words import WEEKDAYS as WEEKDAY_NAMES

# --- Dates ----------------------------------------------------------------------------------------

FULL_WEEKDAYS: Final = {name.casefold(): day for day, name in enumerate(WEEKDAY_NAMES)}
SHORT_WEEKDAYS: Final = {
    **{name[:3]: day for name, day in FULL_WEEKDAYS.items()},
    "tues": 1,
    "weds": 2,
    "thur": 3,
    "thurs": 3,
}
WEEKDAYS: Final = FULL_WEEKDAYS | SHORT_WEEKDAYS
# As a series: every Monday, on Mondays.
PLURAL_WEEKDAYS: Final = WEEKDAYS | {f"{name}s": day for name, day in FULL_WEEKDAYS.items()}
WEEKDAY_GROUPS: Final = {
    **dict.fromkeys(("weekday", "weekdays", "workday", "workdays"), WORKDAYS),
    **dict.fromkeys(("weekend", "weekends"), WEEKEND),
}

FULL_MONTHS: Final = {name.casefold(): month for month, name in enumerate(MONTH_NAMES, start=1)}
SHORT_MONTHS: Final = {name[:3]: month for name, month in FULL_MONTHS.items()} | {"sept": 9}
MONTHS: Final = FULL_MONTHS | SHORT_MONTHS
ABBREVIATIONS: Final = frozenset(SHORT_WEEKDAYS | SHORT_MONTHS)

TODAY: Final = {"today": 0, "tomorrow": 1}

NUMBER_NAMES: Final = (
    *("one", "two", "three", "four", "five", "six"),
    *("seven", "eight", "nine", "ten", "eleven", "twelve"),
)
NUMBERS: Final = {name: number for number, name in enumerate(NUMBER_NAMES, start=1)}
ARTICLES: Final = {"a": 1, "an": 1}
ORDINALS: Final = {"first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "last": -1}

# Of what is added to a date: minutes and hours make an instant of it.
SPANS: Final = {
    **{name: name for name in ("minute", "hour", "day", "week", "month", "year")},
    **{f"{name}s": name for name in ("minute", "hour", "day", "week", "month", "year")},
    "min": "minute",
    "mins": "minute",
    "hr": "hour",
    "hrs": "hour",
}

# --- Times ----------------------------------------------------------------------------------------

DAY_PARTS: Final = {
    "morning": time(9),
    "noon": time(12),
    "afternoon": time(15),
    "evening": time(19),
    "night": time(22),
}
AFTER_IN_THE: Final = {part: DAY_PARTS[part] for part in ("morning", "afternoon", "evening")}
AFTER_AT: Final = {part: DAY_PARTS[part] for part in ("noon", "night")}
TONIGHT: Final = time(20)
HALVES: Final = {"am": 0, "a.m": 0, "pm": 12, "p.m": 12}

# --- Rules ----------------------------------------------------------------------------------------

EVERY: Final = frozenset({"every", "ev", "each"})
# The frequency, and how many of it the unit is.
UNITS: Final = {
    "hour": (Frequency.HOURLY, 1),
    "day": (Frequency.DAILY, 1),
    "week": (Frequency.WEEKLY, 1),
    "month": (Frequency.MONTHLY, 1),
    "quarter": (Frequency.MONTHLY, 3),
    "year": (Frequency.YEARLY, 1),
}
PLURAL_UNITS: Final = UNITS | {f"{unit}s": meaning for unit, meaning in UNITS.items()}
ADVERBS: Final = {
    "hourly": UNITS["hour"],
    "daily": UNITS["day"],
    "weekly": UNITS["week"],
    "monthly": UNITS["month"],
    "quarterly": UNITS["quarter"],
    "yearly": UNITS["year"],
    "annually": UNITS["year"],
}
STARTING: Final = frozenset({"starting", "starts", "start", "beginning", "from"})
UNTIL: Final = frozenset({"until", "till", "til", "ending", "ends"})
AND: Final = frozenset({"and", "&"})

# --- Words around dates ---------------------------------------------------------------------------

# What may stand before a date or a time and is read with it.
CONNECTORS: Final = frozenset({"on", "by", "due", "at"})
# A date after one of these is not when to do it: "tickets for 25 dec", "closed until friday".
NOT_AFTER: Final = frozenset(
    {
        *("for", "about", "of", "since", "until", "till", "from", "after", "before", "between"),
        *("than", "to", "through", "during", "like", "vs", "versus", "not", "except", "was"),
    }
)
# A weekday after one of these is a noun: "the Monday meeting", "my sat nav", "we sat".
DETERMINERS: Final = frozenset(
    {
        *("a", "an", "the", "my", "your", "his", "her", "our", "their", "its", "no", "any", "some"),
        *("i", "you", "he", "she", "we", "they", "it", "who", "that", "last", "every", "each"),
    }
)
# A weekday before one of these is not a part of the noun that follows: "call Mon about taxes".
FUNCTION_WORDS: Final = frozenset(
    {
        *("about", "after", "and", "as", "at", "because", "before", "but", "by", "during", "every"),
        *("for", "from", "if", "in", "into", "near", "of", "on", "or", "over", "since", "so"),
        *(
            "than",
            "then",
            "till",
            "to",
            "until",
            "unless",
            "via",
            "when",
            "while",
            "with",
            "without",
        ),
    }
)
# Short names of days that are words of their own.
ENGLISH_WORDS: Final = frozenset({"sat", "sun", "wed", "mon"})
NAMED_DAYS: Final = frozenset(
    {
        *(("black", "friday"), ("good", "friday"), ("casual", "friday"), ("cyber", "monday")),
        *(("easter", "monday"), ("easter", "sunday"), ("palm", "sunday")),
        *(("ash", "wednesday"), ("fat", "tuesday"), ("shrove", "tuesday"), ("giving", "tuesday")),
        *(("maundy", "thursday"), ("holy", "saturday")),
    }
)

# What a backslash keeps from being read.
READ_WORDS: Final = frozenset(
    {
        *(EVERY | ADVERBS.keys() | TODAY.keys() | PLURAL_WEEKDAYS.keys() | MONTHS.keys()),
        *(DAY_PARTS.keys() | NUMBERS.keys() | CONNECTORS),
        *("tonight", "next", "this", "in", "end", "day", "p1", "p2", "p3", "p4"),
    }
)
