"""The examples of docs/filters.md do what the page says."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
from django.conf import settings

from accounts.models import User
from tasks.filters import FilterError, parse
from tasks.filters.days import find_days, read_days
from tasks.models import Tag, Task, TaskTag
from tasks.quick_add.clock import Clock
from tasks.tests.make import make_category, make_task
from tasks.tests.test_filtering import BERLIN, NOW, day, show


def read_rows() -> Iterator[dict[str, str]]:
    """Give the rows of the page's tables, each cell by its column."""
    header: list[str] = []
    page = settings.BASE_DIR / "docs" / "filters.md"
    for line in page.read_text().splitlines():
        cells = [cell.strip().replace("\\|", "|") for cell in line.strip("|").split(" | ")]
        if line.startswith(("| Filter", "| Date")):
            header = cells
        elif line.startswith("| `"):
            yield {name: cell.strip("`") for name, cell in zip(header, cells, strict=True)}


ROWS = list(read_rows())


def pick(column: str) -> list[tuple[str, ...]]:
    """Return the rows of the tables that end with a column."""
    return [tuple(row.values()) for row in ROWS if list(row)[-1] == column]


def test_page_has_examples() -> None:
    columns = {name for row in ROWS for name in row}

    assert columns == {"Filter", "Reads as", "Shows", "Date", "Days", "Same as", "Column", "Says"}
    assert len(ROWS) > 70


@pytest.mark.parametrize(("text", "days"), pick("Days"))
def test_date_of_the_page(text: str, days: str) -> None:
    clock = Clock(NOW, BERLIN, date(2026, 11, 24), 0)

    read = read_days(text, 1)

    assert read is not None
    assert " to ".join(map(str, dict.fromkeys(find_days(read, clock)))) == days


@pytest.mark.parametrize(("text", "column", "message"), pick("Says"))
def test_error_of_the_page(text: str, column: str, message: str) -> None:
    with pytest.raises(FilterError) as caught:
        parse(text)

    assert (caught.value.column, caught.value.message) == (int(column), message)


@pytest.mark.parametrize(("text", "same"), pick("Same as"))
def test_name_of_the_page(text: str, same: str) -> None:
    assert parse(text) == parse(same)


# --- The tasks of the page ------------------------------------------------------------------------


@pytest.fixture
def tasks(ann: User) -> User:
    """Give Ann the tasks that the page names."""
    ann.time_zone = "Europe/Berlin"
    ann.save()
    work, home = make_category(ann, "Work"), make_category(ann, "Home improvement")
    today, all_day = day("2026-11-24"), {"all_day": True}
    milk = make_task(ann, "milk", due_date=today, priority=1, estimate_minutes=15, **all_day)
    report = make_task(
        ann,
        "report",
        due_date=today.replace(hour=16),
        priority=5,
        estimate_minutes=120,
        category=work,
    )
    call = make_task(
        ann, "call", due_date=today.replace(hour=8), priority=9, description="ask about milk"
    )
    make_task(ann, "bill", due_date=day("2026-11-23"), category=home, **all_day)
    sunday = {"due_date": day("2026-11-29"), "rrule": "FREQ=WEEKLY;BYDAY=SU"}
    make_task(ann, "plants", **sunday, **all_day)
    trip = {"start_date": day("2026-11-25"), "due_date": day("2026-12-01")}
    make_task(ann, "trip", **trip, **all_day)
    idea = make_task(ann, "idea")
    make_task(ann, "draft", parent=report, category=work)
    make_task(ann, "letter", completed=True, completed_at=day("2026-11-23"))
    for task, name in ((milk, "errand"), (call, "errors")):
        tag = Tag.objects.create(user=ann, name=name)
        TaskTag.objects.create(user=ann, task=task, tag=tag)
    Task.objects.update(created_at=NOW, updated_at=NOW)
    created_at = datetime(2026, 10, 1, 12, tzinfo=UTC)
    Task.objects.filter(pk=idea.pk).update(created_at=created_at, updated_at=NOW)
    return ann


@pytest.mark.parametrize(("text", "titles"), pick("Shows"))
def test_filter_of_the_page(tasks: User, text: str, titles: str) -> None:
    assert show(tasks, text) == set(titles.split(", ")) - {"-"}


@pytest.mark.parametrize(("text", "same"), pick("Reads as"))
def test_brackets_of_the_page(tasks: User, text: str, same: str) -> None:
    shown = show(tasks, text)

    assert shown
    assert shown == show(tasks, same)
