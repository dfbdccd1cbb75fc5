"""Recurrence rules a second time, day by day and without any shortcut, to compare with.

It reads RRULE text by itself, walks from a year before DTSTART, and shares no code with the app.
"""

from __future__ import annotations

import calendar
from collections import defaultdict
from datetime import date, datetime, time, timedelta
from functools import cache

NAMES = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"]
DAY = timedelta(days=1)


def list_occurrences(text: str, dtstart: datetime, last_day: date) -> list[datetime]:
    """Return the local times of a rule from DTSTART to a last day."""
    parts = dict(part.split("=") for part in text.split(";"))
    fill_from_dtstart(parts, dtstart)
    frequency, interval = parts["FREQ"], int(parts.get("INTERVAL", "1"))
    sets: dict[object, list[datetime]] = defaultdict(list)
    order: list[object] = []
    home = None
    rest = 366 if frequency == "YEARLY" else 31  # completes the last period
    for day in days_between(date(dtstart.year - 1, 1, 1), last_day + rest * DAY):
        for hour in range(24) if frequency == "HOURLY" else [0]:
            key = period_of(day, hour, frequency, parts)
            if not order or order[-1] != key:
                order.append(key)
            if day == dtstart.date() and hour == (dtstart.hour if frequency == "HOURLY" else 0):
                home = len(order) - 1
            if fits(day, parts):
                sets[key] += times_on(day, hour, parts)
    assert home is not None
    found: list[datetime] = []
    for index, key in enumerate(order):
        if (index - home) % interval == 0:
            found += choose(sorted(sets[key]), parts.get("BYSETPOS"))
    return [at for at in found if at >= dtstart and at.date() <= last_day]


def days_between(first: date, last: date) -> list[date]:
    return [first + DAY * offset for offset in range((last - first).days + 1)]


def fill_from_dtstart(parts: dict[str, str], dtstart: datetime) -> None:
    """Add what RFC 5545 takes from DTSTART."""
    frequency = parts["FREQ"]
    if frequency != "HOURLY":
        parts.setdefault("BYHOUR", str(dtstart.hour))
    parts.setdefault("BYMINUTE", str(dtstart.minute))
    parts.setdefault("BYSECOND", str(dtstart.second))
    named = {"BYDAY", "BYMONTHDAY", "BYYEARDAY"} & parts.keys()
    if (frequency == "WEEKLY" or "BYWEEKNO" in parts) and not named:
        parts["BYDAY"] = NAMES[dtstart.weekday()]
    elif frequency == "MONTHLY" and not named:
        parts["BYMONTHDAY"] = str(dtstart.day)
    elif frequency == "YEARLY" and not named:
        parts.setdefault("BYMONTH", str(dtstart.month))
        parts["BYMONTHDAY"] = str(dtstart.day)
    elif (
        frequency == "YEARLY"
        and "BYMONTHDAY" in named
        and not parts.keys() & {"BYYEARDAY", "BYWEEKNO"}
    ):
        parts.setdefault("BYMONTH", str(dtstart.month))


def week_of(day: date, start: str) -> date:
    """Return the first day of a week."""
    while NAMES[day.weekday()] != start:
        day -= DAY
    return day


def week_year(day: date, start: str) -> int:
    """Return the year that has four days or more of a day's week."""
    week = [week_of(day, start) + DAY * offset for offset in range(7)]
    return max({other.year for other in week}, key=lambda y: sum(d.year == y for d in week))


@cache
def weeks_of(year: int, start: str) -> list[date]:
    """Return the first days of a year's weeks."""
    around = days_between(date(year, 1, 1) - 7 * DAY, date(year, 12, 31) + 7 * DAY)
    return sorted({week_of(day, start) for day in around if week_year(day, start) == year})


def week_in_year(day: date, start: str) -> set[int]:
    """Return a day's week in its year, counted from the first and from the last."""
    weeks = weeks_of(week_year(day, start), start)
    place = weeks.index(week_of(day, start))
    return {place + 1, place - len(weeks)}


def period_of(day: date, hour: int, frequency: str, parts: dict[str, str]) -> object:
    if frequency == "YEARLY":
        return week_year(day, parts.get("WKST", "MO")) if "BYWEEKNO" in parts else day.year
    if frequency == "MONTHLY":
        return day.year, day.month
    if frequency == "WEEKLY":
        return week_of(day, parts.get("WKST", "MO"))
    return (day, hour) if frequency == "HOURLY" else day


def numbers(parts: dict[str, str], name: str) -> list[int]:
    return [int(number) for number in parts[name].split(",")]


def fits(day: date, parts: dict[str, str]) -> bool:
    length = calendar.monthrange(day.year, day.month)[1]
    year_length = 366 if calendar.isleap(day.year) else 365
    year_day = (day - date(day.year, 1, 1)).days
    places = {
        "BYMONTH": {day.month},
        "BYMONTHDAY": {day.day, day.day - length - 1},
        "BYYEARDAY": {year_day + 1, year_day - year_length},
    }
    for name, place in places.items():
        if name in parts and not place & set(numbers(parts, name)):
            return False
    weeks = week_in_year(day, parts.get("WKST", "MO")) if "BYWEEKNO" in parts else set()
    if "BYWEEKNO" in parts and not weeks & set(numbers(parts, "BYWEEKNO")):
        return False
    return "BYDAY" not in parts or any(
        is_day(day, name, parts) for name in parts["BYDAY"].split(",")
    )


def is_day(day: date, name: str, parts: dict[str, str]) -> bool:
    if day.weekday() != NAMES.index(name[-2:]):
        return False
    if len(name) == 2:
        return True
    if parts["FREQ"] == "MONTHLY" or "BYMONTH" in parts:
        length = calendar.monthrange(day.year, day.month)[1]
        span = days_between(day.replace(day=1), day.replace(day=length))
    else:
        span = days_between(date(day.year, 1, 1), date(day.year, 12, 31))
    same = [other for other in span if other.weekday() == day.weekday()]
    nth = int(name[:-2])
    index = nth - 1 if nth > 0 else nth
    return -len(same) <= index < len(same) and same[index] == day


def times_on(day: date, hour: int, parts: dict[str, str]) -> list[datetime]:
    hours = numbers(parts, "BYHOUR") if "BYHOUR" in parts else range(24)
    if parts["FREQ"] == "HOURLY":
        hours = [hour] if hour in hours else []
    return [
        datetime.combine(day, time(hour, minute, second))
        for hour in hours
        for minute in numbers(parts, "BYMINUTE")
        for second in numbers(parts, "BYSECOND")
    ]


def choose(times: list[datetime], positions: str | None) -> list[datetime]:
    if positions is None:
        return times
    chosen = set()
    for position in map(int, positions.split(",")):
        chosen |= set(times[position - 1 : position] if position > 0 else [])
        chosen |= {times[position]} if -len(times) <= position < 0 else set()
    return sorted(chosen)
