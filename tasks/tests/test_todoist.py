"""Reading of Todoist's exports, and what their rows come to."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime
from typing import Final
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.todoist import Export, Limits, Plan, TodoistError, plan_import, read_export
from tasks.todoist.dates import UnkeptDateError, read_date
from tasks.todoist.export import COLUMNS, Row

LIMITS = Limits(
    title=255,
    description=1_000,
    category=100,
    earliest=datetime(1900, 1, 1, tzinfo=UTC),
    latest=datetime(9998, 12, 31, tzinfo=UTC),
)
BERLIN = ZoneInfo("Europe/Berlin")
SIXTEEN = (
    *COLUMNS,
    *("DURATION", "DURATION_UNIT", "meta", "DEADLINE", "DEADLINE_LANG", "IS_COLLAPSED"),
)
# As Todoist exports a backup's projects: fifteen, in another order.
FIFTEEN: Final = (
    *("TYPE", "CONTENT", "DESCRIPTION", "IS_COLLAPSED", "PRIORITY", "INDENT", "AUTHOR"),
    *("RESPONSIBLE", "DATE", "DATE_LANG", "TIMEZONE", "DURATION", "DURATION_UNIT"),
    *("DEADLINE", "DEADLINE_LANG"),
)
HEADER = ",".join(COLUMNS)


def make_csv(*rows: dict[str, str], columns: tuple[str, ...] = COLUMNS) -> bytes:
    """Write rows as CSV; cells that a row does not name are empty."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, columns, restval="")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def make_task_row(content: str = "Mow the lawn", **cells: str) -> dict[str, str]:
    """Make a task's row as Todoist writes it when nothing special is set."""
    return {"TYPE": "task", "CONTENT": content, "PRIORITY": "4", "INDENT": "1"} | cells


def make_plan(
    *rows: dict[str, str], file: str = "Garden.csv", columns: tuple[str, ...] = COLUMNS
) -> Plan:
    """Plan the import of rows for owner 1 in Berlin."""
    export = read_export(file, make_csv(*rows, columns=columns))
    return plan_import(export, owner=1, zone=BERLIN, limits=LIMITS)


def told(plan: Plan) -> list[tuple[int, str, str]]:
    """Return the losses without their reasons."""
    return [(loss.line, loss.column, loss.text) for loss in plan.losses]


# --- Reading --------------------------------------------------------------------------------------


@pytest.mark.parametrize("columns", [COLUMNS, SIXTEEN, FIFTEEN, tuple(reversed(COLUMNS))])
def test_export_finds_columns_by_name(columns: tuple[str, ...]) -> None:
    data = make_csv(make_task_row("Mow", DESCRIPTION="Twice"), columns=columns)

    (row,) = read_export("Garden.csv", data).rows

    assert (row.kind, row.text("CONTENT"), row.text("DESCRIPTION")) == ("task", "Mow", "Twice")


def test_export_with_byte_order_mark_is_read() -> None:
    data = b"\xef\xbb\xbf" + make_csv(make_task_row("Mähen"))

    (row,) = read_export("Garden.csv", data).rows

    assert row.text("CONTENT") == "Mähen"


@pytest.mark.parametrize(
    ("cell", "content"),
    [
        ('"Rake, then mow"', "Rake, then mow"),
        ('"Say ""hello"""', 'Say "hello"'),
        ('"Rake\nMow"', "Rake\nMow"),
        ("  Rake ", "Rake"),
    ],
)
def test_export_cell_is_unquoted(cell: str, content: str) -> None:
    data = f"{HEADER}\ntask,{cell},,4,1,,,,,\n".encode()

    (row,) = read_export("Garden.csv", data).rows

    assert row.text("CONTENT") == content


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_export_counts_lines_through_cells_of_several(newline: str) -> None:
    lines = [HEADER, 'task,Rake,"one', 'two",4,1,,,,,', ",,,,,,,,,", "", "task,Mow,,4,1,,,,,"]

    export = read_export("Garden.csv", newline.join(lines).encode())

    assert [row.line for row in export.rows] == [2, 6]
    assert export.empty_rows == 2


@pytest.mark.parametrize(
    ("file", "project"),
    [
        ("Garden.csv", "Garden"),
        ("/backup/Garden.CSV", "Garden"),
        ("Garden [220474322].csv", "Garden"),
        ("Garden [6Crg8jQ886Wh4P5g].csv", "Garden"),
        ("Garden [2026].csv", "Garden [2026]"),
        ("Garden [weekly].csv", "Garden [weekly]"),
        ("v1.2 plan.csv", "v1.2 plan"),
        ("Ga\u0308rten.csv", "G\u00e4rten"),
    ],
)
def test_export_project_is_named_by_the_file(file: str, project: str) -> None:
    export = read_export(file, make_csv())

    assert export.project == project


@pytest.mark.parametrize(
    ("data", "message"),
    [
        pytest.param(b"", "line 1: the header lacks TYPE, CONTENT, DESC", id="empty file"),
        pytest.param(b"a,b\n1,2\n", "line 1: the header lacks TYPE, CONTENT", id="another table"),
        pytest.param(
            HEADER.replace(",", ";").encode(), "with commas between the cells.", id="semicolons"
        ),
        pytest.param(
            HEADER.replace("INDENT,", "").encode(),
            "line 1: the header lacks INDENT.",
            id="no INDENT",
        ),
        pytest.param(
            HEADER.encode() + b",DATE", "line 1: the header has DATE twice.", id="column twice"
        ),
        pytest.param(
            f"{HEADER}\ntask,Rake\xe4".encode("latin-1"),
            "line 2: the text is not UTF-8. Save the file as CSV in UTF-8",
            id="latin-1",
        ),
        pytest.param(HEADER.encode("utf-16"), "line 1: the text is not UTF-8.", id="utf-16"),
        pytest.param(
            f"{HEADER}\n\ntask,Ra\0ke,,4,1,,,,,".encode(), "line 3: there is a NUL", id="NUL"
        ),
        pytest.param(
            f"{HEADER}\ntask,Rake,,4,1,,,,\n".encode(),
            "line 2: the row has 9 cells and the header 10.",
            id="cell missing",
        ),
        pytest.param(
            f"{HEADER}\ntask,Rake, mow,,4,1,,,,,\n".encode(),
            "line 2: the row has 11 cells and the header 10.",
            id="comma without quotes",
        ),
        pytest.param(
            f'{HEADER}\ntask,Mow,,4,1,,,,,\ntask,"Rake,,4,1,,,,,\n\n'.encode(),
            "line 3: the row that starts here is not valid CSV",
            id="quote never closed",
        ),
        pytest.param(
            f'{HEADER}\ntask,"Rake" it,,4,1,,,,,\n'.encode(),
            "line 2: the row that starts here is not valid CSV",
            id="text after the quote",
        ),
        pytest.param(
            f"{HEADER}\ntask,{'a' * 200_000},,4,1,,,,,\n".encode(),
            "line 2: the row that starts here is not valid CSV",
            id="cell without end",
        ),
    ],
)
def test_export_broken_is_refused(data: bytes, message: str) -> None:
    with pytest.raises(TodoistError) as error:
        read_export("Garden.csv", data)

    assert message in str(error.value)
    assert str(error.value).startswith("Garden.csv, line ")


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (make_task_row(""), "the task has no CONTENT. Give it a name"),
        (make_task_row("  "), "the task has no CONTENT."),
        ({"TYPE": "section"} | {"DESCRIPTION": "x"}, "the section has no CONTENT."),
        (make_task_row(PRIORITY="0"), "PRIORITY is “0”. Set it to 1, 2, 3 or 4"),
        (make_task_row(PRIORITY="5"), "PRIORITY is “5”."),
        (make_task_row(PRIORITY="p1"), "PRIORITY is “p1”."),
        (make_task_row(INDENT="0"), "INDENT is “0”. Set it to 1, or"),
        (make_task_row(INDENT="-1"), "INDENT is “-1”."),
        (make_task_row(INDENT="1.0"), "INDENT is “1.0”."),
        (make_task_row(INDENT="²"), "INDENT is “²”."),
        (make_task_row(INDENT="9" * 5_000), "INDENT is “999"),
        (
            make_task_row(INDENT="3"),
            "INDENT is 3, but the task above is not of level 2 or more. ",
        ),
    ],
)
def test_export_row_that_breaks_the_format_is_refused(row: dict[str, str], message: str) -> None:
    with pytest.raises(TodoistError) as error:
        read_export("Garden.csv", make_csv(make_task_row(), row))

    assert f"Garden.csv, line 3: {message}" in str(error.value)


def test_export_sub_task_right_after_a_section_is_refused() -> None:
    rows = make_task_row(), {"TYPE": "section", "CONTENT": "Beds"}, make_task_row(INDENT="2")

    with pytest.raises(TodoistError, match=r"line 4: INDENT is 2, .* Set it to 1 or less"):
        read_export("Garden.csv", make_csv(*rows))


def test_export_without_priority_and_indent_is_read() -> None:
    plan = make_plan(make_task_row(PRIORITY="", INDENT=""))

    assert len(plan.tasks) == 1
    assert plan.losses == ()


# --- Dates ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "zone", "instant"),
    [
        # A day is its start, in the zone of the row or of the person (Berlin).
        ("2026-06-13", "", "2026-06-12T22:00"),
        ("2026-06-13", "Asia/Tokyo", "2026-06-12T15:00"),
        ("2028-02-29", "", "2028-02-28T23:00"),
        ("2026-06-13T18:30", "", "2026-06-13T16:30"),
        ("2026-06-13 18:30", "", "2026-06-13T16:30"),
        ("2026-06-13T18:30:15", "America/Chicago", "2026-06-13T23:30:15"),
        ("2026-06-13T18:30:00.000000Z", "America/Chicago", "2026-06-13T18:30"),
        ("2026-06-13T18:30:00-05:00", "", "2026-06-13T23:30"),
        ("2026-06-13T18:30+0530", "", "2026-06-13T13:00"),
        # An offset needs no zone.
        ("2026-06-13T18:30:00-05:00", "Mars/Olympus", "2026-06-13T23:30"),
        # Both nights on which the clock is changed: skipped, then shown twice.
        ("2026-03-29T02:30", "", "2026-03-29T01:30"),
        ("2026-10-25T02:30", "", "2026-10-25T00:30"),
        # The day starts at one o'clock: its midnight was skipped.
        ("2026-04-24", "Africa/Cairo", "2026-04-23T22:00"),
    ],
)
def test_date_iso_is_an_instant(text: str, zone: str, instant: str) -> None:
    at = read_date(text, zone, BERLIN)

    assert at == datetime.fromisoformat(instant).replace(tzinfo=UTC)
    assert at.tzinfo is UTC


@pytest.mark.parametrize(
    ("text", "zone", "reason"),
    [
        ("every Monday", "", "Only a date such as"),
        ("tomorrow at 5pm", "", "Only a date such as"),
        ("13 Jun", "", "Only a date such as"),
        ("2026-06-13 at 18:30", "", "Only a date such as"),
        ("every 2026-06-13", "", "Only a date such as"),
        ("20260613", "", "Only a date such as"),
        ("2026-W24-6", "", "Only a date such as"),
        ("2026-06-13T24:00", "", "Only a date such as"),
        ("2026-06-13\n", "", "Only a date such as"),
        ("٢٠٢٦-٠٦-١٣", "", "Only a date such as"),
        ("2026-02-29", "", "There is no such date"),
        ("2026-06-13T18:60", "", "There is no such date"),
        ("2026-06-13T18:30+99:00", "", "There is no such date"),
        ("0000-01-01", "", "There is no such date"),
        ("0001-01-01", "Asia/Tokyo", "There is no such date"),
        ("2026-06-13", "Mars/Olympus", "The time zone Mars/Olympus is not known here."),
        ("2026-06-13", "../../etc/passwd", "The time zone ../../etc/passwd is not known"),
        ("2026-06-13", "Europe", "The time zone Europe is not known"),
    ],
)
def test_date_other_is_not_guessed(text: str, zone: str, reason: str) -> None:
    with pytest.raises(UnkeptDateError, match="^" + reason.replace(".", r"\.")):
        read_date(text, zone, BERLIN)


@pytest.mark.parametrize(
    ("text", "is_kept"),
    [
        ("1899-12-31T23:59:59Z", False),
        ("1900-01-01T00:00:00Z", True),
        ("9998-12-31T00:00:00Z", True),
        ("9998-12-31T00:00:01Z", False),
        ("9999-12-31", False),
    ],
)
def test_date_outside_the_years_is_reported(text: str, is_kept: bool) -> None:
    plan = make_plan(make_task_row(DATE=text))

    assert (plan.tasks[0].due_date is not None) is is_kept
    assert [loss.reason for loss in plan.losses] == (
        [] if is_kept else ["A due date lies in the years 1900 to 9998."]
    )


# --- What rows come to ----------------------------------------------------------------------------


def test_plan_keeps_a_plain_task() -> None:
    plan = make_plan(
        make_task_row("Mow @home", DESCRIPTION=" Twice\n", DATE="2026-06-13", DATE_LANG="en")
    )

    (task,) = plan.tasks
    assert (task.title, task.description, task.category) == ("Mow @home", " Twice\n", "Garden")
    assert task.due_date == datetime(2026, 6, 12, 22, tzinfo=UTC)
    assert plan.losses == ()


def test_plan_category_is_the_section_under_its_project() -> None:
    plan = make_plan(
        make_task_row("Loose"),
        {"TYPE": "section", "CONTENT": "Beds"},
        make_task_row("Weed"),
        {"TYPE": "section", "CONTENT": "Shed"},
    )

    assert [task.category for task in plan.tasks] == ["Garden", "Garden / Beds"]
    assert [draft.name for draft in plan.categories] == ["Garden", "Garden / Beds", "Garden / Shed"]


def test_plan_sections_of_one_name_are_one_category() -> None:
    section = {"TYPE": "section", "CONTENT": "Beds"}

    plan = make_plan(section, make_task_row("Weed"), section, make_task_row("Weed"))

    assert [draft.name for draft in plan.categories] == ["Garden / Beds"]
    assert told(plan) == [(4, "CONTENT", "Beds")]
    assert len({task.uid for task in plan.tasks}) == 2


def test_plan_long_section_is_shortened_and_reported() -> None:
    plan = make_plan({"TYPE": "section", "CONTENT": "b" * 101})

    (category,) = plan.categories
    assert category.name == "Garden / " + "b" * 90 + "…"
    assert told(plan) == [(2, "CONTENT", "b" * 101)]


@pytest.mark.parametrize(("length", "is_kept"), [(255, True), (256, False)])
def test_plan_long_title_moves_to_the_description(length: int, is_kept: bool) -> None:
    title = "t" * length

    plan = make_plan(make_task_row(title, DESCRIPTION="Twice"))

    (task,) = plan.tasks
    assert task.title == (title if is_kept else "t" * 254 + "…")
    assert task.description == ("Twice" if is_kept else f"{title}\n\nTwice")
    assert told(plan) == ([] if is_kept else [(2, "CONTENT", title)])


def test_plan_description_at_the_limit_is_kept() -> None:
    plan = make_plan(make_task_row(DESCRIPTION="d" * 1_000))

    assert len(plan.tasks[0].description) == 1_000


@pytest.mark.parametrize(("title", "description"), [("t", "d" * 1_001), ("t" * 256, "d" * 743)])
def test_plan_description_beyond_the_limit_is_refused(title: str, description: str) -> None:
    with pytest.raises(TodoistError, match=r"^Garden\.csv, line 2: the DESCRIPTION is longer"):
        make_plan(make_task_row(title, DESCRIPTION=description))


@pytest.mark.parametrize("name", ["g" * 101, "Gar\udce4den", "Gar\nden", " "])
def test_plan_project_that_cannot_be_a_category_is_refused(name: str) -> None:
    with pytest.raises(TodoistError, match=r"Rename the file: 1 to 100 letters before \.csv"):
        make_plan(make_task_row(), file=f"{name}.csv")


def test_plan_uids_are_the_same_each_time() -> None:
    rows = make_task_row("Weed"), make_task_row("Weed"), {"TYPE": "section", "CONTENT": "Beds"}

    first, second = make_plan(*rows), make_plan(*rows)

    assert first == second


@pytest.mark.parametrize(
    ("rows", "file", "owner"),
    [
        pytest.param([make_task_row("Rake")], "Garden.csv", 1, id="title"),
        pytest.param([make_task_row("Mow")], "Yard.csv", 1, id="project"),
        pytest.param([make_task_row("Mow")], "Garden [220474322].csv", 1, id="project's id"),
        pytest.param([make_task_row("Mow")], "Garden.csv", 2, id="owner"),
        pytest.param(
            [{"TYPE": "section", "CONTENT": "Beds"}, make_task_row("Mow")],
            "Garden.csv",
            1,
            id="section",
        ),
        pytest.param([make_task_row("Mow"), make_task_row("Mow")], "Garden.csv", 1, id="count"),
    ],
)
def test_plan_uid_depends_on(rows: list[dict[str, str]], file: str, owner: int) -> None:
    (task,) = make_plan(make_task_row("Mow")).tasks

    other = plan_import(read_export(file, make_csv(*rows)), owner=owner, zone=BERLIN, limits=LIMITS)

    assert other.tasks[-1].uid != task.uid


def test_plan_sub_task_names_its_parent() -> None:
    plan = make_plan(
        make_task_row("Mow"),
        make_task_row("Refuel", INDENT="2"),
        make_task_row("Find the can", INDENT="3"),
        make_task_row("Rake", INDENT="2"),
    )

    assert [(loss.line, loss.column, loss.text, loss.reason) for loss in plan.losses] == [
        (3, "INDENT", "2", "Sub-tasks cannot be kept yet: this was one of “Mow” (line 2)."),
        (4, "INDENT", "3", "Sub-tasks cannot be kept yet: this was one of “Refuel” (line 3)."),
        (5, "INDENT", "2", "Sub-tasks cannot be kept yet: this was one of “Mow” (line 2)."),
    ]


def test_plan_comment_names_its_task() -> None:
    note = {"TYPE": "note", "CONTENT": "Mind the hedgehog", "DATE": "2026-06-01T08:00:00Z"}
    section = {"TYPE": "section", "CONTENT": "Beds"}

    plan = make_plan(note, make_task_row("Mow"), note, section, note)

    assert [(loss.line, loss.column, loss.reason) for loss in plan.losses] == [
        (2, "CONTENT", "Comments cannot be kept yet."),
        (2, "DATE", "Comments cannot be kept yet."),
        (4, "CONTENT", "Comments cannot be kept yet: this was one on “Mow” (line 3)."),
        (4, "DATE", "Comments cannot be kept yet: this was one on “Mow” (line 3)."),
        (6, "CONTENT", "Comments cannot be kept yet."),
        (6, "DATE", "Comments cannot be kept yet."),
    ]


@pytest.mark.parametrize(
    ("cells", "losses"),
    [
        ({"PRIORITY": "4", "INDENT": "1", "IS_COLLAPSED": "False"}, []),
        ({"DATE_LANG": "en", "TIMEZONE": "Asia/Tokyo"}, []),
        ({"DURATION_UNIT": "minute", "DEADLINE_LANG": "en"}, []),
        ({"PRIORITY": "1"}, [("PRIORITY", "1")]),
        ({"AUTHOR": "Ann (7)"}, [("AUTHOR", "Ann (7)")]),
        ({"RESPONSIBLE": "Ben (8)"}, [("RESPONSIBLE", "Ben (8)")]),
        ({"DURATION": "30", "DURATION_UNIT": "minute"}, [("DURATION", "30 (minute)")]),
        ({"DEADLINE": "Friday", "DEADLINE_LANG": "en"}, [("DEADLINE", "Friday (en)")]),
        ({"meta": "x=1"}, [("meta", "x=1")]),
        ({"IS_COLLAPSED": "TRUE"}, [("IS_COLLAPSED", "TRUE")]),
        (
            {"DATE": "morgen", "DATE_LANG": "de", "TIMEZONE": "Asia/Tokyo"},
            [("DATE", "morgen (de, Asia/Tokyo)")],
        ),
        (
            {"DATE": "2026-06-13", "TIMEZONE": "Mars/Olympus"},
            [("DATE", "2026-06-13 (Mars/Olympus)")],
        ),
        ({"DATE": "2026-06-13", "TIMEZONE": "Europe/Berlin"}, []),
        ({"DATE": "2026-06-13", "TIMEZONE": "Asia/Tokyo"}, [("TIMEZONE", "Asia/Tokyo")]),
    ],
)
def test_plan_reports_cells_of_a_task(cells: dict[str, str], losses: list[tuple[str, str]]) -> None:
    plan = make_plan(make_task_row(**cells), columns=SIXTEEN)

    assert told(plan) == [(2, column, text) for column, text in losses]


def test_plan_reports_where_a_time_zone_went() -> None:
    plan = make_plan(make_task_row(DATE="2026-06-13", TIMEZONE="Asia/Tokyo"))

    assert plan.losses[0].reason == "Tasks have no time zone yet: kept as 2026-06-12T15:00Z."


def test_plan_reports_cells_of_a_section() -> None:
    section = {"TYPE": "section", "CONTENT": "Beds", "PRIORITY": "4", "IS_COLLAPSED": "FALSE"}

    plan = make_plan(section | {"DESCRIPTION": "South side"}, columns=SIXTEEN)

    assert told(plan) == [(2, "DESCRIPTION", "South side")]


def test_plan_reports_rows_that_are_no_tasks() -> None:
    plan = make_plan(
        {"TYPE": "meta", "CONTENT": "view_style=board"},
        {"TYPE": "filter", "CONTENT": "Today", "DATE": "x"},
        {"CONTENT": "No type"},
        {"TYPE": "note"},
    )

    assert told(plan) == [
        (2, "CONTENT", "view_style=board"),
        (3, "TYPE", "filter"),
        (3, "CONTENT", "Today"),
        (3, "DATE", "x"),
        (4, "TYPE", ""),
        (4, "CONTENT", "No type"),
        (5, "CONTENT", ""),
    ]


def test_plan_reports_columns_it_does_not_know() -> None:
    plan = make_plan(make_task_row(COLOUR="red") | {"": "x"}, columns=(*COLUMNS, "COLOUR", ""))

    assert told(plan) == [(2, "COLOUR", "red"), (2, "column 12", "x")]
    assert plan.losses[0].reason == "FocusFlow has no place for this column."


# --- Any text -------------------------------------------------------------------------------------

ANY_TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=30)
DATES = st.sampled_from(["", "2026-06-13", "2026-06-13T18:30", "every day", "9999-12-31"])
ROWS = st.fixed_dictionaries(
    {
        "TYPE": st.sampled_from(["task", "task", "section", "note", "meta", "filter", ""]),
        "CONTENT": st.sampled_from(["Mow", "Rake", "r" * 300]) | ANY_TEXT,
        "PRIORITY": st.sampled_from(["", "1", "4"]),
        "INDENT": st.sampled_from(["", "1", "2"]),
        "DATE": DATES | ANY_TEXT,
        "TIMEZONE": st.sampled_from(["", "Europe/Berlin", "Asia/Tokyo", "Mars/Olympus"]) | ANY_TEXT,
    },
    optional={
        column: ANY_TEXT
        for column in SIXTEEN
        if column not in {"TYPE", "CONTENT", "PRIORITY", "INDENT", "DATE", "TIMEZONE"}
    },
)
FILES = st.lists(ROWS, max_size=8)


def write_as_todoist_would(rows: list[dict[str, str]]) -> bytes:
    """Write rows after naming what has no name and moving up sub-tasks without a parent."""
    has_parent = False
    for row in rows:
        row["CONTENT"] = row["CONTENT"] if row["CONTENT"].strip() else "Nameless"
        if row["TYPE"] == "task":
            row["INDENT"] = row["INDENT"] if has_parent else "1"
        has_parent = row["TYPE"] != "section" and (has_parent or row["TYPE"] == "task")
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
    if row.kind == "section":
        names = {draft.name for draft in plan.categories}
        return column == "CONTENT" and f"Garden / {row.text(column)}" in names
    task = next((task for task in plan.tasks if task.line == row.line), None)
    if task is None:
        return False
    description = row.cells["DESCRIPTION"]
    return {
        "CONTENT": task.title == row.text("CONTENT"),
        "DESCRIPTION": task.description in {description, f"{row.text('CONTENT')}\n\n{description}"},
        "DATE": task.due_date is not None,
    }.get(column, False)


@settings(deadline=None)
@given(
    data=st.binary()
    | st.text().map(lambda text: text.encode(errors="surrogatepass"))
    | FILES.map(lambda rows: make_csv(*rows, columns=SIXTEEN)),
    cut=st.integers(0, 500),
)
def test_export_of_any_bytes_is_planned_or_refused(data: bytes, cut: int) -> None:
    refusal = ""

    try:
        export = read_export("Garden.csv", data[:-cut] if cut else data)
        plan_import(export, owner=1, zone=BERLIN, limits=LIMITS)
    except TodoistError as error:
        refusal = str(error)

    assert refusal == "" or refusal.startswith("Garden.csv, line ")


@settings(deadline=None)
@given(data=FILES.map(write_as_todoist_would))
def test_plan_of_any_rows_accounts_for_every_cell(data: bytes) -> None:
    export = read_export("Garden.csv", data)

    plan = plan_import(export, owner=1, zone=BERLIN, limits=LIMITS)

    reported = {loss.line for loss in plan.losses}
    tasks = [row for row in export.rows if row.kind == "task"]
    assert [task.line for task in plan.tasks] == [row.line for row in tasks]
    assert all(row.line in reported for row in export.rows if row.kind not in {"task", "section"})
    assert list_unaccounted(export, plan) == []
