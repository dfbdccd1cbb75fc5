"""Series of occurrences by RFC 5545: what a rule says, when it is due, and how it reads.

Every function takes the time as an argument, and none knows of the database.

- `text` reads and writes `FREQ=WEEKLY;BYDAY=MO`, `validity` says what is refused;
- `expansion` gives the local times of a rule, `wall_clock` their instants, `series` both;
- `due` says what comes next and what lies ahead;
- `building` makes the rules that people mean, `description` says a rule in English.
"""

from tasks.recurrence.building import month_rule, pin, year_rule
from tasks.recurrence.description import describe, describe_with_start
from tasks.recurrence.due import Expansion, NextDue, Span, between, next_due, open_between
from tasks.recurrence.rule import ByDay, Frequency, Rule, RuleError
from tasks.recurrence.series import Mode, Occurrence, Recurrence, make_recurrence, occurrences
from tasks.recurrence.text import format_dtstart, format_rule, parse_dtstart, parse_rule

__all__ = [
    "ByDay",
    "Expansion",
    "Frequency",
    "Mode",
    "NextDue",
    "Occurrence",
    "Recurrence",
    "Rule",
    "RuleError",
    "Span",
    "between",
    "describe",
    "describe_with_start",
    "format_dtstart",
    "format_rule",
    "make_recurrence",
    "month_rule",
    "next_due",
    "occurrences",
    "open_between",
    "parse_dtstart",
    "parse_rule",
    "pin",
    "year_rule",
]
