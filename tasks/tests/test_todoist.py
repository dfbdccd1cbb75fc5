"""Reading of Todoist's exports, and what their rows come to."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from tasks.todoist import (
    Limits,
    Plan,
    Reader,
    TaskDraft,
    TodoistError,
    plan_import,
    read_export,
)
from tasks.todoist.export import COLUMNS
from tasks.todoist.labels import split_labels

LIMITS = Limits(
    title=255,
    description=1_000,
    category=100,
    tag=50,
    tags=50,
    levels=5,
    estimate=100_000,
    earliest=datetime(1900, 1, 1, tzinfo=UTC),
    latest=datetime(9998, 12, 31, tzinfo=UTC),
)
BERLIN = ZoneInfo("Europe/Berlin")
# Tuesday, 24 November 2026, 10:00 in Berlin.
ANN = Reader(1, datetime(2026, 11, 24, 9, tzinfo=UTC), BERLIN)
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
    *rows: dict[str, str], file: str = "Garden.csv", columns: tuple[str, ...] = SIXTEEN
) -> Plan:
    """Plan the import of rows for owner 1 in Berlin."""
    export = read_export(file, make_csv(*rows, columns=columns))
    return plan_import(export, reader=ANN, limits=LIMITS)


def make_draft(content: str = "Mow the lawn", **cells: str) -> TaskDraft:
    """Plan the import of a single task."""
    (task,) = make_plan(make_task_row(content, **cells)).tasks
    return task


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


# --- What rows come to ----------------------------------------------------------------------------


def test_plan_keeps_a_plain_task() -> None:
    plan = make_plan(
        make_task_row("Mow", DESCRIPTION=" Twice\n", DATE="2026-06-13", DATE_LANG="en")
    )

    (task,) = plan.tasks
    assert (task.title, task.description, task.category) == ("Mow", " Twice\n", "Garden")
    assert (task.level, task.parent, task.tags, task.priority) == (1, None, (), 0)
    assert task.dates.due_date == datetime(2026, 6, 12, 22, tzinfo=UTC)
    assert (task.dates.all_day, task.dates.time_zone) == (True, "Europe/Berlin")
    assert plan.losses == ()


@pytest.mark.parametrize(("cell", "priority"), [("1", 1), ("2", 5), ("3", 9), ("4", 0), ("", 0)])
def test_plan_keeps_the_priority(cell: str, priority: int) -> None:
    assert make_draft(PRIORITY=cell).priority == priority


@pytest.mark.parametrize(
    ("duration", "unit", "minutes", "reason"),
    [
        ("30", "minute", 30, None),
        ("100000", "minute", 100_000, None),
        ("", "None", None, None),
        ("100001", "minute", None, "An estimate is 1 to 100000 minutes."),
        ("0", "minute", None, "An estimate is 1 to 100000 minutes."),
        ("half", "minute", None, "An estimate is 1 to 100000 minutes."),
        ("³", "minute", None, "An estimate is 1 to 100000 minutes."),
        ("9" * 5_000, "minute", None, "An estimate is 1 to 100000 minutes."),
        # A task that goes on for days is not work on it by day and night.
        ("2", "day", None, "An estimate is in minutes."),
        ("30", "", None, "An estimate is in minutes."),
    ],
)
def test_plan_keeps_a_duration_in_minutes(
    duration: str, unit: str, minutes: int | None, reason: str | None
) -> None:
    plan = make_plan(make_task_row(DURATION=duration, DURATION_UNIT=unit))

    assert plan.tasks[0].estimate_minutes == minutes
    assert [loss.reason for loss in plan.losses] == ([reason] if reason else [])


# --- Labels ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "title", "labels"),
    [
        ("Buy milk @errand @5min", "Buy milk", ("errand", "5min")),
        ("@errand Buy milk", "Buy milk", ("errand",)),
        ("Buy  @errand  milk", "Buy  milk", ("errand",)),
        ("Buy @errand milk @errand", "Buy milk", ("errand",)),
        ("Buy @Errand milk @errand", "Buy milk", ("Errand", "errand")),
        ("Rake\nMow\n@out_side", "Rake\nMow", ("out_side",)),
        ("Paint @🏠 @büro", "Paint", ("🏠", "büro")),
        # Nothing would be left.
        ("@errand", "@errand", ("errand",)),
        # What is no label.
        ("Write to ann@example.org", "Write to ann@example.org", ()),
        ("Write to @ann@example.org", "Write to @ann@example.org", ()),
        ("Meet @ noon", "Meet @ noon", ()),
        ("Ask @ann, then call", "Ask @ann, then call", ()),
        ("Say (@ann)", "Say (@ann)", ()),
        ("Write @-- or @|", "Write @-- or @|", ()),
    ],
)
def test_labels_leave_the_title(content: str, title: str, labels: tuple[str, ...]) -> None:
    said = split_labels(content, longest=50, most=50)

    assert (said.title, said.names) == (title, labels)


def test_plan_label_that_is_too_long_stays_in_the_title() -> None:
    plan = make_plan(make_task_row(f"Mow @{'l' * 51} @home @{'m' * 50}"))

    (task,) = plan.tasks
    assert task.title == f"Mow @{'l' * 51}"
    assert task.tags == ("home", "m" * 50)
    assert [loss.reason for loss in plan.losses] == [
        f"A tag has at most 50 characters: in the title stays @{'l' * 51}."
    ]


def test_plan_label_beyond_the_number_stays_in_the_title() -> None:
    plan = make_plan(make_task_row("Mow " + " ".join(f"@l{n}" for n in range(52))))

    (task,) = plan.tasks
    assert (task.title, len(task.tags)) == ("Mow @l50 @l51", 50)
    assert [loss.reason for loss in plan.losses] == [
        "A task has at most 50 tags: in the title stays @l50, @l51."
    ]


def test_plan_title_is_measured_without_labels() -> None:
    plan = make_plan(make_task_row("t" * 255 + " @home"))

    assert (plan.tasks[0].title, plan.losses) == ("t" * 255, ())


# --- Categories, titles, UIDs ---------------------------------------------------------------------


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


def test_plan_uids_are_those_of_earlier_versions() -> None:
    """Which made them when labels stayed in titles and days were instants."""
    row = make_task_row("Mow @home", DATE="2026-06-13", INDENT="2", PRIORITY="1")

    plan = make_plan(make_task_row("Mow @home"), row, file="Garden [220474322].csv")

    assert [task.uid for task in plan.tasks] == [
        UUID("c8872c68-d591-500c-8459-ab9f5af7498f"),
        UUID("9572c803-2814-5e41-9785-15eb42c86035"),
    ]


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

    other = plan_import(
        read_export(file, make_csv(*rows)), reader=replace(ANN, owner=owner), limits=LIMITS
    )

    assert other.tasks[-1].uid != task.uid


# --- Sub-tasks, comments --------------------------------------------------------------------------


def list_parents(plan: Plan) -> list[tuple[str, int, str | None]]:
    """Return titles and levels, and the titles of parents."""
    titles: dict[UUID | None, str] = {task.uid: task.title for task in plan.tasks}
    return [(task.title, task.level, titles.get(task.parent)) for task in plan.tasks]


def test_plan_sub_task_has_its_parent() -> None:
    section = {"TYPE": "section", "CONTENT": "Beds"}

    plan = make_plan(
        make_task_row("Mow"),
        make_task_row("Refuel", INDENT="2"),
        make_task_row("Find the can", INDENT="3"),
        make_task_row("Rake", INDENT="2"),
        make_task_row("Water"),
        section,
        make_task_row("Weed"),
    )

    assert list_parents(plan) == [
        ("Mow", 1, None),
        ("Refuel", 2, "Mow"),
        ("Find the can", 3, "Refuel"),
        ("Rake", 2, "Mow"),
        ("Water", 1, None),
        ("Weed", 1, None),
    ]
    assert plan.losses == ()


def test_plan_sub_task_that_is_too_deep_is_beside_its_parent() -> None:
    plan = make_plan(*(make_task_row(f"t{n}", INDENT=str(n)) for n in (1, 2, 3, 4, 5, 6, 7, 6, 5)))

    assert list_parents(plan)[4:] == [(f"t{n}", 5, "t4") for n in (5, 6, 7, 6, 5)]
    assert [(loss.line, loss.column, loss.text, loss.reason) for loss in plan.losses] == [
        (line, "INDENT", text, f"There are at most 5 levels: this is beside the task that it {of}.")
        for line, text, of in (
            (7, "6", "belongs to, “t5” (line 6)"),
            (8, "7", "belongs to, “t6” (line 7)"),
            (9, "6", "belongs to, “t5” (line 6)"),
        )
    ]


def test_plan_comment_goes_to_the_description() -> None:
    note = {"TYPE": "note", "CONTENT": " Mind the hedgehog\nand the toad "}
    signed = note | {"AUTHOR": "Ben (8)", "DATE": "2026-06-01T08:00:00Z"}

    plan = make_plan(
        make_task_row("Mow", DESCRIPTION="Twice"), note, signed, make_task_row("Rake"), note
    )

    assert [task.description for task in plan.tasks] == [
        (
            "Twice\n\nMind the hedgehog\nand the toad\n\n"
            "Mind the hedgehog\nand the toad\n— Ben (8), 2026-06-01T08:00:00Z"
        ),
        "Mind the hedgehog\nand the toad",
    ]
    assert plan.losses == ()


def test_plan_comment_on_nothing_is_reported() -> None:
    note = {"TYPE": "note", "CONTENT": "Mind the hedgehog", "DATE": "2026-06-01T08:00:00Z"}
    section = {"TYPE": "section", "CONTENT": "Beds"}

    plan = make_plan(note, make_task_row("Mow"), {"TYPE": "note", "AUTHOR": "Ben"}, section, note)

    reason = "There is no task above that this comment is on."
    assert [(loss.line, loss.column, loss.reason) for loss in plan.losses] == [
        (2, "CONTENT", reason),
        (2, "DATE", reason),
        (4, "CONTENT", "The comment is empty."),
        (4, "AUTHOR", "The comment is empty."),
        (6, "CONTENT", reason),
        (6, "DATE", reason),
    ]


@pytest.mark.parametrize(("length", "is_kept"), [(498, True), (499, False)])
def test_plan_comment_that_is_too_long_is_reported(length: int, is_kept: bool) -> None:
    note = {"TYPE": "note", "CONTENT": "n" * length}

    plan = make_plan(make_task_row("Mow", DESCRIPTION="d" * 500), note)

    assert len(plan.tasks[0].description) == (1_000 if is_kept else 500)
    assert [loss.reason for loss in plan.losses] == (
        []
        if is_kept
        else ["With it the description of “Mow” (line 2) would be longer than 1000 characters."]
    )


# --- What is reported -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cells", "losses"),
    [
        ({"PRIORITY": "4", "INDENT": "1", "IS_COLLAPSED": "False"}, []),
        ({"DATE_LANG": "en", "TIMEZONE": "Asia/Tokyo"}, []),
        ({"DURATION_UNIT": "minute", "DEADLINE_LANG": "en"}, []),
        ({"PRIORITY": "1"}, []),
        ({"AUTHOR": "Ann (7)"}, [("AUTHOR", "Ann (7)")]),
        ({"RESPONSIBLE": "Ben (8)"}, [("RESPONSIBLE", "Ben (8)")]),
        ({"DURATION": "30", "DURATION_UNIT": "minute"}, []),
        ({"DURATION": "3", "DURATION_UNIT": "day"}, [("DURATION", "3 (day)")]),
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
        ({"DATE": "2026-06-13", "TIMEZONE": "Asia/Tokyo"}, []),
        ({"DATE": "every day", "DATE_LANG": "en", "TIMEZONE": "Asia/Tokyo"}, []),
        ({"DATE": "every 3 days", "DATE_LANG": "en"}, [("DATE", "every 3 days (en)")]),
        (
            {"DATE": "2026-06-13T18:30Z", "TIMEZONE": "Mars/Olympus"},
            [("TIMEZONE", "Mars/Olympus")],
        ),
    ],
)
def test_plan_reports_cells_of_a_task(cells: dict[str, str], losses: list[tuple[str, str]]) -> None:
    plan = make_plan(make_task_row(**cells), columns=SIXTEEN)

    assert told(plan) == [(2, column, text) for column, text in losses]


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
