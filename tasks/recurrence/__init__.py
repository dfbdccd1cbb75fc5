"""Recurrence rules by RFC 5545: their text, what they mean, and how people's rules are written.

Every function takes the time as an argument, and none knows of the database.

- `text` reads and writes `FREQ=WEEKLY;BYDAY=MO`, `validity` says what is refused;
- `expansion` gives the local times of a rule;
- `building` makes the rules that people mean.
"""

from tasks.recurrence.building import month_rule, pin, year_rule
from tasks.recurrence.rule import ByDay, Frequency, Rule, RuleError
from tasks.recurrence.text import format_dtstart, format_rule, parse_dtstart, parse_rule

__all__ = [
    "ByDay",
    "Frequency",
    "Rule",
    "RuleError",
    "format_dtstart",
    "format_rule",
    "month_rule",
    "parse_dtstart",
    "parse_rule",
    "pin",
    "year_rule",
]
