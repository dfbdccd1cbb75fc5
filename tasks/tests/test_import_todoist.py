"""Writing of what a Todoist export comes to, by the action and by the command."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from threading import Barrier

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from accounts.tests.make import make_user
from tasks.actions import ForeignImportError, Imported, import_todoist
from tasks.models import Category, Task
from tasks.tests.make import make_category, make_task
from tasks.todoist import TodoistError, read_export

HEADER = "TYPE,CONTENT,DESCRIPTION,PRIORITY,INDENT,AUTHOR,RESPONSIBLE,DATE,DATE_LANG,TIMEZONE"
WIDE_HEADER = f"{HEADER},DURATION,DURATION_UNIT,meta,DEADLINE,DEADLINE_LANG,IS_COLLAPSED"

# Quotes, a comment, dates in words, tasks before the section.
QUOTED = f"""{HEADER}
task,Sharpen the shears,,4,1,Ann (7),,2026-06-13,en,Europe/Berlin
note,"Ask Ben, he has a stone",,,,,,,,
task,"Order seeds, bulbs","Two bags,
no tulips",3,1,Ann (7),,,en,
section,Beds,,,,,,,,
task,"Plant ""Gloire"" roses",,1,1,Ann (7),,every week,en,
task,Paint the fence,,2,1,Ann (7),,2 May,en,
"""
# Sub-tasks, a repetition, a comment at the end.
NESTED = f"""{HEADER}
section,House,,,,,,,,
task,Clean the gutters,"Spring, autumn",1,1,Ben (8),,2026-10-10,en,UTC
task,Fetch the ladder,,4,2,Ben (8),,,en,
task,Rinse the pipe,,3,2,Ben (8),,,en,
task,Read the meter,,4,1,Ben (8),,every Friday,en,
note,In the cellar,,,,,,,,
"""
# Sixteen columns: labels, people, duration, deadline, an instant with its offset.
WIDE = f"""{WIDE_HEADER}
section,Kitchen,All but the oven,,,,,,,,,,,,,FALSE
task,Buy salt @shop,A large bag,1,1,Ann (7),Ben (8),today at 6pm,en,Mars/Olympus,20,minute,,May,en,
note,Not iodised,,,,,,,,,,,,,,
task,Fill the mill,Before supper,4,2,Ann (7),,2026-08-13T18:30:00-05:00,en,America/Chicago,,,,,,
"""


def run_import(user: User, text: str, file: str = "Garden.csv") -> Imported:
    """Import a text as its own owner."""
    (result,) = import_todoist(user=user, by=user, exports=[read_export(file, text.encode())])
    return result


def make_text(*rows: str) -> str:
    """Make an export of tasks (given their titles) and sections (given with a # before)."""
    lines = [
        f"section,{row[1:]},,,,,,,," if row.startswith("#") else f"task,{row},,4,1,,,,,"
        for row in rows
    ]
    return "\n".join([HEADER, *lines])


def list_tasks(user: User) -> list[tuple[str, str | None]]:
    """Return titles and names of categories, in the order of writing."""
    return list(user.tasks.order_by("id").values_list("title", "category__name"))


# --- The action -----------------------------------------------------------------------------------


def test_import_writes_tasks_into_their_categories(ann: User) -> None:
    result = run_import(ann, QUOTED)

    assert list_tasks(ann) == [
        ("Sharpen the shears", "Garden"),
        ("Order seeds, bulbs", "Garden"),
        ('Plant "Gloire" roses', "Garden / Beds"),
        ("Paint the fence", "Garden / Beds"),
    ]
    assert (result.tasks_made, result.categories_made) == (4, 2)
    assert (result.tasks_there, result.categories_there) == (0, 0)


def test_import_writes_the_fields_of_a_task(ann: User) -> None:
    run_import(ann, QUOTED)

    dated, described = ann.tasks.order_by("id")[:2]
    assert dated.due_date == datetime(2026, 6, 12, 22, tzinfo=UTC)
    assert dated.completed is False
    assert dated.version == 1
    assert described.description == "Two bags,\nno tulips"
    assert described.due_date is None


def test_import_reads_a_day_in_the_owners_zone(db: None) -> None:
    tokyo = make_user("ann@example.org", time_zone="Asia/Tokyo")

    run_import(tokyo, f"{HEADER}\ntask,Mow,,4,1,,,2026-06-13,,")

    assert Task.objects.get().due_date == datetime(2026, 6, 12, 15, tzinfo=UTC)


@pytest.mark.parametrize("text", [QUOTED, NESTED, WIDE])
def test_import_twice_makes_nothing_new(ann: User, text: str) -> None:
    first = run_import(ann, text)
    before = list(ann.tasks.order_by("id").values())

    second = run_import(ann, text)

    assert list(ann.tasks.order_by("id").values()) == before
    assert (second.tasks_made, second.categories_made) == (0, 0)
    assert (second.tasks_there, second.categories_there) == (
        first.tasks_made,
        first.categories_made,
    )
    assert second.losses == first.losses


def test_import_of_equal_rows_keeps_both(ann: User) -> None:
    run_import(ann, make_text("Mow", "Mow"))

    result = run_import(ann, make_text("Mow", "Mow", "Mow"))

    assert list_tasks(ann) == [("Mow", "Garden")] * 3
    assert (result.tasks_made, result.tasks_there) == (1, 2)


def test_import_again_leaves_what_the_owner_changed(ann: User) -> None:
    run_import(ann, make_text("Mow", "Rake"))
    ann.tasks.get(title="Mow").change(title="Mow slowly", completed=True, category=None)

    run_import(ann, make_text("Mow", "Rake"))

    mow, rake = ann.tasks.order_by("id")
    assert (mow.title, mow.completed, mow.category, mow.version) == ("Mow slowly", True, None, 2)
    assert rake.version == 1


def test_import_uses_the_owners_category_of_that_name(ann: User) -> None:
    category = make_category(ann, "Garden")

    result = run_import(ann, make_text("Mow"))

    assert ann.tasks.get().category == category
    assert (result.categories_made, result.categories_there) == (0, 1)


def test_import_uses_a_category_that_was_renamed_since(ann: User) -> None:
    run_import(ann, make_text("#Beds", "Weed"))
    ann.categories.get().change(name="Roses")
    make_category(ann, "Garden / Beds")

    run_import(ann, make_text("#Beds", "Weed", "Water"))

    assert list_tasks(ann) == [("Weed", "Roses"), ("Water", "Roses")]


def test_import_leaves_a_category_deleted_whose_tasks_are_there(ann: User) -> None:
    run_import(ann, make_text("Mow"))
    ann.categories.get().delete()

    run_import(ann, make_text("Mow"))

    assert not ann.categories.exists()


def test_import_makes_categories_of_empty_sections(ann: User) -> None:
    result = run_import(ann, make_text("#Beds"))

    assert ann.categories.get().name == "Garden / Beds"
    assert result.categories_made == 1


def test_import_leaves_other_peoples_rows(ann: User, mallory: User) -> None:
    theirs = make_category(mallory, "Garden")
    make_task(mallory, "Mow")

    run_import(ann, make_text("Mow"))

    assert ann.tasks.get().category != theirs
    assert list_tasks(mallory) == [("Mow", None)]
    theirs.refresh_from_db()
    assert theirs.version == 1


def test_import_beside_a_strangers_task_of_equal_uid_makes_the_task(
    ann: User, mallory: User
) -> None:
    run_import(ann, make_text("Mow"))
    task = ann.tasks.get()
    task.delete()
    make_task(mallory, uid=task.uid)

    result = run_import(ann, make_text("Mow"))

    assert (result.tasks_made, result.tasks_there) == (1, 0)


def test_import_of_two_people_is_each_ones_own(ann: User, ben: User) -> None:
    run_import(ann, make_text("Mow"))

    result = run_import(ben, make_text("Mow"))

    assert result.tasks_made == 1
    assert list_tasks(ben) == [("Mow", "Garden")]


def test_import_of_projects_with_equal_sections_keeps_them_apart(ann: User) -> None:
    run_import(ann, make_text("#Later", "Mow"), file="Garden.csv")

    run_import(ann, make_text("#Later", "Mow"), file="Work.csv")

    assert list_tasks(ann) == [("Mow", "Garden / Later"), ("Mow", "Work / Later")]


def test_import_of_two_projects_of_one_name_keeps_both(ann: User) -> None:
    files = "Garden [220474322].csv", "Garden [220474323].csv"
    exports = [read_export(file, make_text("Mow").encode()) for file in files]

    results = import_todoist(user=ann, by=ann, exports=exports)

    assert list_tasks(ann) == [("Mow", "Garden")] * 2
    assert [result.categories_made for result in results] == [1, 0]


def test_import_of_two_files_of_one_name_is_refused(ann: User) -> None:
    files = "old/Garden.csv", "new/Garden.csv"
    exports = [read_export(file, make_text("Mow").encode()) for file in files]

    with pytest.raises(
        TodoistError, match=r"^old/Garden\.csv: another of these files has this name"
    ):
        import_todoist(user=ann, by=ann, exports=exports)


def test_import_into_another_account_is_refused(ann: User, olga: User) -> None:
    export = read_export("Garden.csv", make_text("Mow").encode())

    with pytest.raises(ForeignImportError):
        import_todoist(user=ann, by=olga, exports=[export])

    assert not Task.objects.exists()


def test_import_that_cannot_be_kept_writes_nothing(ann: User) -> None:
    texts = {
        "Garden.csv": make_text("Mow"),
        "Work.csv": f"{HEADER}\ntask,a,{'d' * 50_001},4,1,,,,,",
    }
    exports = [read_export(file, text.encode()) for file, text in texts.items()]

    with pytest.raises(
        TodoistError, match=r"^Work\.csv, line 2: the DESCRIPTION is longer than 50000"
    ):
        import_todoist(user=ann, by=ann, exports=exports)

    assert not Task.objects.exists()
    assert not Category.objects.exists()


def test_import_keeps_what_the_tables_just_hold(ann: User) -> None:
    text = f"{HEADER}\nsection,{'s' * 300},,,,,,,,\ntask,{'t' * 300},{'d' * 49_698},4,1,,,,,"

    run_import(ann, text)

    task = ann.tasks.select_related("category").get()
    assert task.category is not None
    assert (len(task.title), len(task.description), len(task.category.name)) == (255, 50_000, 100)


def test_import_of_more_rows_takes_no_more_queries(ann: User) -> None:
    counts = []
    for file, rows in ("Few.csv", 2), ("Many.csv", 500):
        text = make_text(*(row for n in range(rows) for row in (f"#Bed {n}", f"Weed {n}")))
        with CaptureQueriesContext(
            connection,
        ) as queries:
            run_import(ann, text, file)
        counts.append(len(queries))

    assert counts[0] == counts[1] <= 9


@pytest.mark.django_db(transaction=True)
def test_import_twice_at_once_makes_rows_once(transactional_db: None) -> None:
    ann = make_user("ann@example.org")
    start = Barrier(2)

    def run(_: int) -> Imported:
        try:
            start.wait()
            return run_import(ann, QUOTED)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as threads:
        results = list(threads.map(run, range(2)))

    assert sorted(result.tasks_made for result in results) == [0, 4]
    assert ann.tasks.count() == 4


# --- The command ----------------------------------------------------------------------------------

Save = Callable[..., str]


class Terminal(StringIO):
    """An output that says it is a terminal."""

    def isatty(self) -> bool:
        """Say so."""
        return True


@pytest.fixture
def save(tmp_path: Path) -> Save:
    """Return a function that saves a text as a file and returns its path."""

    def save_file(text: str, name: str = "Garden.csv") -> str:
        path = tmp_path / name
        path.write_bytes(text.encode())
        return str(path)

    return save_file


def call(*arguments: str, output: StringIO | None = None) -> str:
    """Run the command for Ann and return what it prints."""
    output = StringIO() if output is None else output
    call_command("import_todoist", *arguments, "--user", "Ann@Example.org", stdout=output)
    return output.getvalue()


WORDS = "Only a date such as 2026-12-31 or 2026-12-31T18:00 can be kept yet."
AUTHORS = "Imported tasks are yours: authors are not kept."
PRIORITIES = "Tasks have no priority yet."


@pytest.mark.parametrize(
    ("text", "report"),
    [
        pytest.param(
            QUOTED,
            [
                "read: tasks 4, sections 1, notes 1, other rows 0, empty rows 0",
                "made: tasks 4, categories 2",
                "already there: tasks 0, categories 0",
                "not kept: 11:",
                (
                    "line 2, TIMEZONE: Europe/Berlin - Tasks have no time zone yet: "
                    "kept as 2026-06-12T22:00Z."
                ),
                f"line 2, AUTHOR: Ann (7) - {AUTHORS}",
                (
                    "line 3, CONTENT: Ask Ben, he has a stone - Comments cannot be kept yet: "
                    "this was one on “Sharpen the shears” (line 2)."
                ),
                f"line 4, PRIORITY: 3 - {PRIORITIES}",
                f"line 4, AUTHOR: Ann (7) - {AUTHORS}",
                f"line 7, DATE: every week (en) - {WORDS}",
                f"line 7, PRIORITY: 1 - {PRIORITIES}",
                f"line 7, AUTHOR: Ann (7) - {AUTHORS}",
                f"line 8, DATE: 2 May (en) - {WORDS}",
                f"line 8, PRIORITY: 2 - {PRIORITIES}",
                f"line 8, AUTHOR: Ann (7) - {AUTHORS}",
            ],
            id="quoted",
        ),
        pytest.param(
            NESTED,
            [
                "read: tasks 4, sections 1, notes 1, other rows 0, empty rows 0",
                "made: tasks 4, categories 1",
                "already there: tasks 0, categories 0",
                "not kept: 10:",
                f"line 3, PRIORITY: 1 - {PRIORITIES}",
                f"line 3, AUTHOR: Ben (8) - {AUTHORS}",
                (
                    "line 4, INDENT: 2 - Sub-tasks cannot be kept yet: "
                    "this was one of “Clean the gutters” (line 3)."
                ),
                f"line 4, AUTHOR: Ben (8) - {AUTHORS}",
                (
                    "line 5, INDENT: 2 - Sub-tasks cannot be kept yet: "
                    "this was one of “Clean the gutters” (line 3)."
                ),
                f"line 5, PRIORITY: 3 - {PRIORITIES}",
                f"line 5, AUTHOR: Ben (8) - {AUTHORS}",
                f"line 6, DATE: every Friday (en) - {WORDS}",
                f"line 6, AUTHOR: Ben (8) - {AUTHORS}",
                (
                    "line 7, CONTENT: In the cellar - Comments cannot be kept yet: "
                    "this was one on “Read the meter” (line 6)."
                ),
            ],
            id="nested",
        ),
        pytest.param(
            WIDE,
            [
                "read: tasks 2, sections 1, notes 1, other rows 0, empty rows 0",
                "made: tasks 2, categories 1",
                "already there: tasks 0, categories 0",
                "not kept: 11:",
                "line 2, DESCRIPTION: All but the oven - Categories have no description.",
                f"line 3, DATE: today at 6pm (en, Mars/Olympus) - {WORDS}",
                f"line 3, PRIORITY: 1 - {PRIORITIES}",
                f"line 3, AUTHOR: Ann (7) - {AUTHORS}",
                "line 3, RESPONSIBLE: Ben (8) - Tasks cannot be given to other people yet.",
                "line 3, DURATION: 20 (minute) - Tasks have no duration yet.",
                "line 3, DEADLINE: May (en) - Tasks have no deadline beside their due date yet.",
                (
                    "line 4, CONTENT: Not iodised - Comments cannot be kept yet: "
                    "this was one on “Buy salt @shop” (line 3)."
                ),
                (
                    "line 5, INDENT: 2 - Sub-tasks cannot be kept yet: "
                    "this was one of “Buy salt @shop” (line 3)."
                ),
                (
                    "line 5, TIMEZONE: America/Chicago - Tasks have no time zone yet: "
                    "kept as 2026-08-13T23:30Z."
                ),
                f"line 5, AUTHOR: Ann (7) - {AUTHORS}",
            ],
            id="wide",
        ),
        pytest.param(
            make_text("Mow", "#Beds"),
            [
                "read: tasks 1, sections 1, notes 0, other rows 0, empty rows 0",
                "made: tasks 1, categories 2",
                "already there: tasks 0, categories 0",
                "not kept: nothing",
            ],
            id="plain",
        ),
    ],
)
def test_command_reports_line_by_line(ann: User, save: Save, text: str, report: list[str]) -> None:
    path = save(text)

    printed = call(path)

    assert [line.strip() for line in printed.splitlines()] == [path, *report]


def test_command_reports_every_file(ann: User, save: Save) -> None:
    paths = save(QUOTED, "Garden.csv"), save(NESTED, "Work.csv")

    printed = call(*paths)

    assert printed.index(paths[0]) < printed.index(paths[1])
    assert ann.tasks.count() == 8


def test_command_counts_other_and_empty_rows(ann: User, save: Save) -> None:
    path = save(f"{HEADER}\nmeta,view_style=board,,,,,,,,\n,,,,,,,,,\n\nfilter,x,,,,,,,,\n")

    printed = call(path)

    assert "read: tasks 0, sections 0, notes 0, other rows 2, empty rows 2" in printed


def test_command_again_reports_what_is_there(ann: User, save: Save) -> None:
    path = save(QUOTED)
    call(path)

    printed = call(path)

    assert "made: tasks 0, categories 0" in printed
    assert "already there: tasks 4, categories 2" in printed


def test_command_dry_run_changes_nothing_and_says_so(ann: User, save: Save) -> None:
    path = save(QUOTED)

    printed = call(path, "--dry-run")

    assert printed.startswith("Dry run: nothing was changed.")
    assert "would be made: tasks 4, categories 2" in printed
    assert f"line 7, PRIORITY: 1 - {PRIORITIES}" in printed
    assert not Task.objects.exists()
    assert not Category.objects.exists()


def test_command_json_is_one_object(ann: User, save: Save) -> None:
    path = save(make_text("Mow", "Mow") + "\nnote,Mind the hedgehog,,,,,,,,")

    report = json.loads(call(path, "--json", "--dry-run"))

    assert report == {
        "dry_run": True,
        "files": [
            {
                "file": path,
                "read": {"tasks": 2, "sections": 0, "notes": 1, "other_rows": 0, "empty_rows": 0},
                "made": {"tasks": 2, "categories": 1},
                "already_there": {"tasks": 0, "categories": 0},
                "not_kept": [
                    {
                        "line": 4,
                        "column": "CONTENT",
                        "text": "Mind the hedgehog",
                        "reason": "Comments cannot be kept yet: this was one on “Mow” (line 3).",
                    }
                ],
            }
        ],
    }


def test_command_draws_a_table_on_a_terminal(ann: User, save: Save) -> None:
    path = save(f"{HEADER}\nnote,[red]stop[/red],,,,,,,,\n")

    printed = call(path, output=Terminal())

    assert "Why it is not kept" in printed
    assert "[red]stop[/red]" in printed
    assert "line 2, CONTENT" not in printed


@pytest.mark.parametrize("output", [StringIO, Terminal])
def test_command_prints_no_control_characters_of_the_file(
    ann: User, save: Save, output: type[StringIO]
) -> None:
    path = save(f'{HEADER}\nnote,"a\x1b[2J\nb\x9b",,,,,,,,\n')

    printed = call(path, output=output())

    assert r"a\x1b[2J\nb\x9b" in printed
    assert "\x1b[2J" not in printed


def test_command_for_an_unknown_address_is_refused(ann: User, save: Save) -> None:
    path = save(QUOTED)

    with pytest.raises(
        CommandError, match=r"Nobody here has the e-mail address x@example\.org\."
    ) as e:
        call_command("import_todoist", path, "--user", "x@example.org")

    assert e.value.returncode == 1


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            f"{HEADER}\ntask,Mow,,9,1,,,,,\n",
            r"Work\.csv, line 2: PRIORITY is “9”\. .* Nothing was imp",
        ),
        ("Mow\nRake\n", r"Work\.csv, line 1: the header lacks TYPE, .* Nothing was imported\."),
    ],
)
def test_command_with_a_second_file_broken_changes_nothing(
    ann: User, save: Save, text: str, message: str
) -> None:
    paths = save(QUOTED, "Garden.csv"), save(text, "Work.csv")

    with pytest.raises(CommandError, match=message) as error:
        call(*paths)

    assert error.value.returncode == 1
    assert not Task.objects.exists()


def test_command_with_a_file_that_cannot_be_read_changes_nothing(
    ann: User, save: Save, tmp_path: Path
) -> None:
    path = save(QUOTED)

    for missing in tmp_path / "Work.csv", tmp_path:
        with pytest.raises(
            CommandError, match=r": it cannot be read \(.+\)\. Give a CSV file .+ Nothing was"
        ):
            call(path, str(missing))

    assert not Task.objects.exists()


def test_command_refuses_a_file_that_is_too_large(
    ann: User, save: Save, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = save(QUOTED)
    size = len(QUOTED.encode())
    monkeypatch.setattr("tasks.management.commands.import_todoist.FILE_SIZE", size - 1)

    with pytest.raises(CommandError, match=r"Garden\.csv: it is larger than .* a single project\."):
        call(path)


def test_command_reads_a_file_of_just_the_size_allowed(
    ann: User, save: Save, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = save(QUOTED)
    size = len(QUOTED.encode())
    monkeypatch.setattr("tasks.management.commands.import_todoist.FILE_SIZE", size)

    call(path)

    assert ann.tasks.count() == 4


def test_command_shows_a_file_name_without_its_control_characters(ann: User, save: Save) -> None:
    path = save(QUOTED, "Gar\x1bden.csv")

    with pytest.raises(
        CommandError, match=r"Gar\\x1bden\.csv: the file is named after the project"
    ):
        call(path)
