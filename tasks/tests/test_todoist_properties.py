"""What holds of any Todoist export: it is refused, or each of its cells is kept or reported."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.tests.test_quick_add_properties import SENTENCES
from tasks.tests.test_recurrence import ZONES
from tasks.tests.test_todoist import LIMITS, SIXTEEN, make_csv
from tasks.todoist import Export, Plan, Reader, TodoistError, plan_import, read_export
from tasks.todoist.export import Row

ANY_TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=30)
DATES = st.sampled_from(
    [
        *("", "2026-06-13", "2026-06-13T18:30", "2026-06-13T18:30-05:00", "9999-12-31"),
        *("13 Jun 2026", "13 Jun", "every day", "every! 3 days at 9am", "every mon until friday"),
    ]
)
WORDS = st.lists(st.sampled_from(["Mow", "@home", "@Home", "@5min", "a@b", "@" + "l" * 60]))
ROWS = st.fixed_dictionaries(
    {
        "TYPE": st.sampled_from(["task", "task", "task", "section", "note", "meta", "filter", ""]),
        "CONTENT": st.sampled_from(["Mow", "Rake", "r" * 300]) | WORDS.map(" ".join) | ANY_TEXT,
        "PRIORITY": st.sampled_from(["", "1", "2", "3", "4"]),
        "INDENT": st.sampled_from(["", *"12345678"]),
        "DATE": DATES | SENTENCES | ANY_TEXT,
        "DATE_LANG": st.sampled_from(["", "en", "de"]) | ANY_TEXT,
        "TIMEZONE": st.sampled_from(["", "Europe/Berlin", "Asia/Tokyo", "Mars/Olympus"]) | ANY_TEXT,
        "DEADLINE": DATES,
        "DURATION": st.sampled_from(["", "30", "0", "1000000"]),
        "DURATION_UNIT": st.sampled_from(["", "minute", "day"]),
    },
    optional=dict.fromkeys(
        ("DESCRIPTION", "AUTHOR", "RESPONSIBLE", "meta", "DEADLINE_LANG"), ANY_TEXT
    ),
)
READERS = st.builds(
    Reader,
    st.integers(1, 9),
    st.datetimes(datetime(1971, 1, 1), datetime(2900, 1, 1), timezones=st.just(UTC)),
    ZONES,
    st.integers(1, 7),
    st.integers(0, 6),
)
FILES = st.lists(ROWS, max_size=12)


def write_as_todoist_would(rows: list[dict[str, str]]) -> bytes:
    """Write rows after naming what has no name and moving up sub-tasks without a parent."""
    level = 0
    for row in rows:
        row["CONTENT"] = row["CONTENT"] if row["CONTENT"].strip() else "Nameless"
        if row["TYPE"] == "task":
            level = min(level + 1, int(row["INDENT"] or 1))
            row["INDENT"] = str(level)
        level = 0 if row["TYPE"] == "section" else level
    return make_csv(*rows, columns=SIXTEEN)


def list_unaccounted(export: Export, plan: Plan) -> list[tuple[int, str]]:
    """Return the cells that are neither kept nor reported."""
    reported = {(loss.line, loss.column) for loss in plan.losses}
    return [
        (row.line, column)
        for row in export.rows
        for column in row.cells
        if row.text(column)
        and (row.line, column) not in reported
        and not says_nothing(row, column)
        and not is_kept(row, column, plan)
    ]


def says_nothing(row: Row, column: str) -> bool:
    """Say whether a cell has no meaning beside the others of its row."""
    if column == "TYPE":
        return row.kind in {"task", "section", "note", "meta"}
    mains = {"DATE_LANG": "DATE", "TIMEZONE": "DATE"}
    mains |= {"DURATION_UNIT": "DURATION", "DEADLINE_LANG": "DEADLINE"}
    defaults = {("PRIORITY", "4"), ("INDENT", "1"), ("IS_COLLAPSED", "FALSE")}
    return column in mains or (column, row.text(column).upper()) in defaults


def is_kept(row: Row, column: str, plan: Plan) -> bool:
    """Say whether a cell stands in a draft."""
    text = row.text(column)
    if row.kind == "section":
        names = {draft.name for draft in plan.categories}
        return column == "CONTENT" and f"Garden / {text}" in names
    above = [task for task in plan.tasks if task.line <= row.line]
    if row.kind == "note":
        kept = column in {"CONTENT", "AUTHOR", "DATE"}
        return bool(above) and kept and text in above[-1].description
    if row.kind != "task":
        return False
    task = above[-1]
    words = {*task.title.split(), *(f"@{name}" for name in task.tags)}
    return {
        "CONTENT": words == set(text.split()),
        "DESCRIPTION": row.cells["DESCRIPTION"] in task.description,
        "PRIORITY": task.priority == {"1": 1, "2": 5, "3": 9}.get(text),
        "INDENT": task.level == row.level,
        "DATE": task.dates.due_date is not None,
        "DEADLINE": task.dates.due_date is not None,
        "DURATION": str(task.estimate_minutes) == text,
    }.get(column, False)


@settings(deadline=None)
@given(
    data=st.binary()
    | st.text().map(lambda text: text.encode(errors="surrogatepass"))
    | FILES.map(lambda rows: make_csv(*rows, columns=SIXTEEN)),
    cut=st.integers(0, 500),
    reader=READERS,
)
def test_export_of_any_bytes_is_planned_or_refused(data: bytes, cut: int, reader: Reader) -> None:
    refusal = ""

    try:
        export = read_export("Garden.csv", data[:-cut] if cut else data)
        plan_import(export, reader=reader, limits=LIMITS)
    except TodoistError as error:
        refusal = str(error)

    assert refusal == "" or refusal.startswith("Garden.csv, line ")


@settings(deadline=None)
@given(data=FILES.map(write_as_todoist_would), reader=READERS)
def test_plan_of_any_rows_accounts_for_every_cell(data: bytes, reader: Reader) -> None:
    export = read_export("Garden.csv", data)

    plan = plan_import(export, reader=reader, limits=LIMITS)

    reported = {loss.line for loss in plan.losses}
    tasks = [row for row in export.rows if row.kind == "task"]
    kinds = {"task", "section", "note"}
    assert [task.line for task in plan.tasks] == [row.line for row in tasks]
    assert all(row.line in reported for row in export.rows if row.kind not in kinds)
    assert list_unaccounted(export, plan) == []


@settings(deadline=None)
@given(data=FILES.map(write_as_todoist_would), reader=READERS)
def test_plan_of_any_rows_is_one_that_tables_take(data: bytes, reader: Reader) -> None:
    plan = plan_import(read_export("Garden.csv", data), reader=reader, limits=LIMITS)

    levels: dict[UUID | None, int] = {None: 0}
    for task in plan.tasks:
        start, due = task.dates.start_date, task.dates.due_date
        assert task.level == levels[task.parent] + 1 <= LIMITS.levels
        assert 1 <= len(task.title) <= LIMITS.title
        assert len(task.description) <= LIMITS.description
        assert all(1 <= len(tag) <= LIMITS.tag for tag in task.tags)
        assert due is None or LIMITS.earliest <= due <= LIMITS.latest
        assert start is None or (due is not None and start < due)
        levels[task.uid] = task.level
    assert len(levels) == len(plan.tasks) + 1
