"""Which rules are refused, though each of their parts can be read.

`check_combination` asks the rule alone; `check_occurs` and `check_end` ask it with its DTSTART.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import lru_cache
from itertools import islice
from typing import Final

from tasks.recurrence.expansion import FIRST_DAY, LAST_DAY, expand
from tasks.recurrence.rule import Frequency, Rule, RuleError

TIMES_A_DAY_MAX: Final = 24
LONGEST_WAIT: Final = timedelta(days=3_653)  # ten years with three leap days
# How much of a series is looked at. Weekdays come back to their dates after 28 years.
HORIZON: Final = timedelta(days=40 * 366)
OCCURRENCES: Final = 1_000

MONTHLY_OR_YEARLY: Final = (Frequency.MONTHLY, Frequency.YEARLY)
HOURLY_OR_YEARLY: Final = (Frequency.HOURLY, Frequency.YEARLY)

# What is wrong when it holds, and what to say then.
FORBIDDEN: Final[tuple[tuple[Callable[[Rule], bool], str], ...]] = (
    (
        lambda rule: rule.count is not None and rule.until is not None,
        "COUNT and UNTIL both end the series. Keep one of them.",
    ),
    (
        lambda rule: bool(rule.by_week_no) and rule.freq is not Frequency.YEARLY,
        "BYWEEKNO numbers the weeks of a year. Use it with FREQ=YEARLY.",
    ),
    (
        lambda rule: bool(rule.by_year_day) and rule.freq not in HOURLY_OR_YEARLY,
        "BYYEARDAY numbers the days of a year. Use it with FREQ=YEARLY.",
    ),
    (
        lambda rule: bool(rule.by_month_day) and rule.freq is Frequency.WEEKLY,
        "BYMONTHDAY numbers the days of a month. Use it with FREQ=MONTHLY or YEARLY.",
    ),
    (
        lambda rule: has_nth(rule) and rule.freq not in MONTHLY_OR_YEARLY,
        "BYDAY counts weekdays. Use its numbers with FREQ=MONTHLY or YEARLY.",
    ),
    (
        lambda rule: has_nth(rule) and bool(rule.by_week_no),
        "BYDAY counts weekdays in weeks. Leave its numbers or BYWEEKNO away.",
    ),
    (
        lambda rule: bool(rule.by_set_pos) and not selects(rule),
        "BYSETPOS picks from what other BY parts give. Add one, or leave it away.",
    ),
    (
        lambda rule: times_a_day(rule) > TIMES_A_DAY_MAX,
        "More than 24 times a day are too many. Name fewer in BYHOUR, BYMINUTE and BYSECOND.",
    ),
)


def check_combination(rule: Rule) -> None:
    """Raise RuleError where parts exclude each other."""
    for is_wrong, sentence in FORBIDDEN:
        if is_wrong(rule):
            raise RuleError(sentence)


def has_nth(rule: Rule) -> bool:
    """Whether a weekday has a number."""
    return any(by.nth for by in rule.by_day)


def selects(rule: Rule) -> bool:
    """Whether a part beside BYSETPOS gives days or times."""
    by_time = rule.by_hour or rule.by_minute or rule.by_second
    return bool(rule.picks_days or rule.by_month or by_time)


def times_a_day(rule: Rule) -> int:
    """Return how often a rule can occur on one day."""
    hours = len(rule.by_hour) or (24 if rule.freq is Frequency.HOURLY else 1)
    return hours * (len(rule.by_minute) or 1) * (len(rule.by_second) or 1)


# --- With DTSTART ---------------------------------------------------------------------------------


def check_dtstart(dtstart: datetime) -> None:
    """Raise RuleError where a series starts outside of the years that FocusFlow keeps."""
    if not FIRST_DAY <= dtstart.date() <= LAST_DAY:
        raise RuleError("DTSTART lies outside the years 1900 to 9998. Choose another.")


# What is checked as it is read is checked again as it is written, and an import holds the same rule
# many times.
@lru_cache(maxsize=1_024)
def check_occurs(rule: Rule, dtstart: datetime, last_day: date | None) -> None:
    """Raise RuleError where more than ten years of a series have no occurrence.

    `last_day` is the day of UNTIL, after which nothing is missing. Looks at 1,000 occurrences or
    40 years, so that it takes no longer for any rule.
    """
    horizon = min(dtstart.date(), LAST_DAY - HORIZON) + HORIZON
    horizon = min(horizon, last_day or horizon)
    last, seen = dtstart.date(), 0
    for local in islice(expand(rule, dtstart, dtstart, LONGEST_WAIT), OCCURRENCES):
        day, seen = local.date(), seen + 1
        if day > horizon or day - last > LONGEST_WAIT:
            break
        last = day
    else:
        if seen == OCCURRENCES:
            return
        day = LAST_DAY
    if min(day, horizon) - last > LONGEST_WAIT:
        raise RuleError(
            f"No day fits the rule for more than ten years after {last}. Check INTERVAL and the BY "
            "parts."
        )
