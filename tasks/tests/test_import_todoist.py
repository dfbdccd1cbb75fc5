"""Writing of what a Todoist export comes to, by the action and by the command."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from pathlib import Path
from threading import Barrier
from uuid import UUID

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings

from accounts.history import Action, Event
from accounts.models import User
from accounts.tests.make import make_user
from accounts.versioning import completed
from tasks.actions import ForeignImportError, Imported, import_todoist, place, set_tags, trash
from tasks.actions.todoist import make_row
from tasks.models import Category, Tag, Task
from tasks.tests.make import make_category, make_task
from tasks.tests.test_todoist import LIMITS
from tasks.tests.test_todoist_properties import FILES, READERS, write_as_todoist_would
from tasks.todoist import Reader, TodoistError, plan_import, read_export

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


# Labels, three levels, a series in another zone, a date before its deadline.
LIVED = f"""{WIDE_HEADER}
task,Plant out @garden,,1,1,,,2026-12-01,en,Asia/Tokyo,,None,,2026-12-24,en,
task,Dig @Garden @tools,,2,2,,,every! 3 days at 9am,en,Asia/Tokyo,45,minute,,,,
task,Sharpen the spade,,3,3,,,,,,,,,,,
task,Water,,4,2,,,,,,,,,,,
note,The cans leak,,,,Ben (8),,2026-06-01T08:00:00Z,,,,,,,,
"""
# Tuesday, 24 November 2026, 09:00 UTC, 18:00 in Tokyo.
TUESDAY = datetime(2026, 11, 24, 9, tzinfo=UTC)
LATER = TUESDAY + timedelta(days=200)


def run_import(user: User, text: str, file: str = "Garden.csv", at: datetime = TUESDAY) -> Imported:
    """Import a text as its own owner."""
    exports = [read_export(file, text.encode())]
    (result,) = import_todoist(user=user, by=user, exports=exports, at=at)
    return result


def make_text(*rows: str) -> str:
    """Make an export of tasks (given their titles) and sections (given with a # before)."""
    lines = [
        f"section,{row[1:]},,,,,,,," if row.startswith("#") else f"task,{row},,4,1,,,,,"
        for row in rows
    ]
    return "\n".join([HEADER, *lines])


def make_tree(*levels: int) -> str:
    """Make an export of tasks t1, t2, … on these levels."""
    rows = [f"task,t{n},,4,{level},,,,," for n, level in enumerate(levels, start=1)]
    return "\n".join([HEADER, *rows])


def list_tasks(user: User) -> list[tuple[str, str | None]]:
    """Return titles and names of categories, in the order by hand."""
    return list(user.tasks.order_by("position").values_list("title", "category__name"))


def list_parents(user: User) -> list[tuple[str, str | None]]:
    """Return titles and those of parents, in the order by hand."""
    return list(user.tasks.order_by("position").values_list("title", "parent__title"))


def list_tags(task: Task) -> list[str]:
    """Return the names of a task's tags."""
    return sorted(task.task_tags.values_list("tag__name", flat=True))


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
    assert (dated.all_day, dated.due_day) == (True, date(2026, 6, 13))
    assert dated.completed is False
    assert dated.version == 1
    assert described.description == "Two bags,\nno tulips"
    assert described.due_date is None


def test_import_reads_a_day_in_the_owners_zone(db: None) -> None:
    tokyo = make_user("ann@example.org", time_zone="Asia/Tokyo")

    run_import(tokyo, f"{HEADER}\ntask,Mow,,4,1,,,2026-06-13,,")

    assert Task.objects.get().due_date == datetime(2026, 6, 12, 15, tzinfo=UTC)


def test_import_writes_all_that_it_keeps(ann: User) -> None:
    run_import(ann, LIVED)

    plant, dig, _, water = ann.tasks.order_by("position")
    tokyo_days = (datetime(2026, 11, 30, 15, tzinfo=UTC), datetime(2026, 12, 23, 15, tzinfo=UTC))
    assert (plant.start_date, plant.due_date) == tokyo_days
    assert (plant.all_day, plant.time_zone) == (True, "Asia/Tokyo")
    assert (plant.priority, plant.title, list_tags(plant)) == (1, "Plant out", ["garden"])
    assert (dig.rrule, dig.dtstart) == ("FREQ=DAILY;INTERVAL=3", "20261127T090000")
    assert (dig.repeat_from, dig.time_zone) == ("completion", "Asia/Tokyo")
    assert (dig.due_date, dig.all_day) == (datetime(2026, 11, 27, tzinfo=UTC), False)
    assert (dig.priority, dig.estimate_minutes, list_tags(dig)) == (5, 45, ["garden", "tools"])
    assert water.description == "The cans leak\n— Ben (8), 2026-06-01T08:00:00Z"
    assert (water.priority, water.time_zone) == (0, ann.time_zone)


def test_import_writes_trees_in_the_order_of_the_file(ann: User) -> None:
    run_import(ann, make_tree(1, 2, 3, 4, 5, 6, 2, 1, 2))

    assert list_parents(ann) == [
        *(("t1", None), ("t2", "t1"), ("t3", "t2"), ("t4", "t3"), ("t5", "t4")),
        *(("t6", "t4"), ("t7", "t1"), ("t8", None), ("t9", "t8")),
    ]


def test_import_puts_new_rows_behind_those_before_them(ann: User) -> None:
    exports = [
        read_export(file, make_text("Mow", "#Beds", "Weed").encode())
        for file in ("Garden.csv", "Work.csv")
    ]

    import_todoist(user=ann, by=ann, exports=exports, at=TUESDAY)
    run_import(ann, make_text("Water"), "Balcony.csv", at=LATER)

    categories = list(ann.categories.order_by("position").values_list("name", flat=True))
    assert categories == ["Garden", "Garden / Beds", "Work", "Work / Beds", "Balcony"]
    assert list_tasks(ann) == [
        ("Mow", "Garden"),
        ("Weed", "Garden / Beds"),
        ("Mow", "Work"),
        ("Weed", "Work / Beds"),
        ("Water", "Balcony"),
    ]


def test_import_leaves_room_to_move_a_task_between_others(ann: User) -> None:
    run_import(ann, make_text("Mow", "Rake", "Water"))
    mow, rake, water = ann.tasks.order_by("position")

    place(row=water, neighbour=rake, before=True)

    after = dict(ann.tasks.values_list("title", "position"))
    assert (after["Mow"], after["Rake"]) == (mow.position, rake.position)
    assert mow.position < after["Water"] < rake.position


def test_import_uses_tags_that_are_there_in_letters_of_any_case(ann: User) -> None:
    own = Tag.objects.create(user=ann, name="GARDEN")
    Tag.objects.create(user=make_user("ben@example.org"), name="tools")

    run_import(ann, LIVED)

    assert sorted(ann.tags.values_list("name", flat=True)) == ["GARDEN", "tools"]
    assert own.task_tags.count() == 2


def test_import_names_a_new_tag_as_it_is_written_first(ann: User) -> None:
    run_import(ann, make_text("Mow @Home @home", "Rake @home"))

    assert ann.tags.get().name == "Home"
    assert ann.task_tags.count() == 2


def test_import_leaves_an_event_of_each_task_and_its_tags(ann: User) -> None:
    run_import(ann, make_text("Mow @home", "Rake"))

    mow, rake = ann.tasks.order_by("position")
    events = Event.objects.filter(kind="task").order_by("id")
    assert list(events.values_list("row_id", "action", "after__tags")) == [
        (mow.pk, Action.CREATED, None),
        (rake.pk, Action.CREATED, None),
        (mow.pk, Action.CHANGED, ["home"]),
    ]


@pytest.mark.parametrize("text", [QUOTED, NESTED, WIDE, LIVED])
def test_import_twice_makes_nothing_new(ann: User, text: str) -> None:
    first = run_import(ann, text)
    before = list(ann.tasks.order_by("id").values())

    second = run_import(ann, text, at=LATER)

    assert list(ann.tasks.order_by("id").values()) == before
    assert (second.tasks_made, second.categories_made) == (0, 0)
    assert (second.tasks_there, second.categories_there) == (
        first.tasks_made,
        first.categories_made,
    )
    assert second.losses == first.losses


# As the version before sub-tasks, tags and series made them, for the account with the id 1.
EARLIER_UIDS = (
    "6f822568-ccf5-56ab-b357-a0bb4e42aeb4",
    "dd36b817-915a-5282-819f-c2e307b67c3e",
    "4280d676-b021-5dc3-bc54-d057b9997c8c",
    "43bf1dc5-d54b-5d75-b321-55f99ba4afa5",
)


def test_import_of_what_an_earlier_version_imported_makes_nothing(db: None) -> None:
    first = make_user("first@example.org", pk=1)
    garden = make_category(first, "Garden", uid=UUID("e0483f88-e554-5e17-b05b-98d65a9ac837"))
    for uid in EARLIER_UIDS:
        make_task(first, uid=UUID(uid), category=garden, due_date=TUESDAY)
    before = list(first.tasks.order_by("id").values())

    result = run_import(first, LIVED)

    assert (result.tasks_made, result.categories_made) == (0, 0)
    assert list(first.tasks.order_by("id").values()) == before
    assert not first.tags.exists()


def test_import_again_after_the_owner_changed_everything_makes_nothing(ann: User) -> None:
    run_import(ann, LIVED)
    plant, dig, spade, water = ann.tasks.order_by("position")
    set_tags(task=plant, names=["roses"])
    ann.tags.exclude(name="roses").delete()
    plant.change(rrule="FREQ=DAILY", start_date=None, due_date=TUESDAY, all_day=False)
    spade.change(parent=water, position=0, title="Sharpen it")
    trash(task=dig, at=TUESDAY)
    before = list(ann.tasks.order_by("id").values())

    result = run_import(ann, LIVED)

    assert result.tasks_made == 0
    assert list(ann.tasks.order_by("id").values()) == before
    assert list(ann.tags.values_list("name", flat=True)) == ["roses"]


def test_import_puts_a_new_subtask_below_the_task_that_is_there(ann: User) -> None:
    run_import(ann, make_tree(1, 2))

    result = run_import(ann, make_tree(1, 2, 3, 2), at=LATER)

    assert list_parents(ann) == [("t1", None), ("t2", "t1"), ("t3", "t2"), ("t4", "t1")]
    assert result.losses == ()


def test_import_below_a_task_in_the_trash_makes_a_task_by_itself(ann: User) -> None:
    run_import(ann, make_tree(1, 2))
    trash(task=ann.tasks.get(title="t2"), at=TUESDAY)

    result = run_import(ann, make_tree(1, 2, 3, 4), at=LATER)

    assert list_parents(ann)[2:] == [("t3", None), ("t4", "t3")]
    assert [(loss.line, loss.column, loss.text, loss.reason) for loss in result.losses] == [
        (
            4,
            "INDENT",
            "3",
            "The task that it belongs to is in the trash: this is a task by itself.",
        )
    ]


def test_import_below_a_task_that_was_moved_down_stays_within_the_levels(ann: User) -> None:
    run_import(ann, make_tree(1, 2))
    top = ann.tasks.get(title="t1")
    above: Task | None = None
    for title in "abc":
        above = make_task(ann, title, parent=above)
    top.change(parent=above)

    result = run_import(ann, make_tree(1, 2, 3, 4, 2), at=LATER)

    parents = dict(list_parents(ann))
    assert (parents["t3"], parents["t4"], parents["t5"]) == ("t1", "t1", "t1")
    reason = "The task that it belongs to is on the last level here: this is beside it."
    assert [(loss.line, loss.text, loss.reason) for loss in result.losses] == [
        (4, "3", reason),
        (5, "4", reason),
    ]


def test_import_below_a_task_that_was_deleted_makes_it_again(ann: User) -> None:
    run_import(ann, make_tree(1, 2))
    ann.tasks.get(title="t1").delete()

    result = run_import(ann, make_tree(1, 2))

    assert list_parents(ann) == [("t1", None), ("t2", "t1")]
    assert result.tasks_made == 2


def test_import_of_equal_rows_keeps_both(ann: User) -> None:
    run_import(ann, make_text("Mow", "Mow"))

    result = run_import(ann, make_text("Mow", "Mow", "Mow"), at=LATER)

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

    run_import(ann, make_text("#Beds", "Weed", "Water"), at=LATER)

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

    results = import_todoist(user=ann, by=ann, exports=exports, at=TUESDAY)

    assert list_tasks(ann) == [("Mow", "Garden")] * 2
    assert [result.categories_made for result in results] == [1, 0]


def test_import_of_two_files_of_one_name_is_refused(ann: User) -> None:
    files = "old/Garden.csv", "new/Garden.csv"
    exports = [read_export(file, make_text("Mow").encode()) for file in files]

    with pytest.raises(
        TodoistError, match=r"^old/Garden\.csv: another of these files has this name"
    ):
        import_todoist(user=ann, by=ann, exports=exports, at=TUESDAY)


def test_import_into_another_account_is_refused(ann: User, olga: User) -> None:
    export = read_export("Garden.csv", make_text("Mow").encode())

    with pytest.raises(ForeignImportError):
        import_todoist(user=ann, by=olga, exports=[export], at=TUESDAY)

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
        import_todoist(user=ann, by=ann, exports=exports, at=TUESDAY)

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
    for file, rows in ("Few.csv", 2), ("Many.csv", 200):
        text = make_text(*(row for n in range(rows) for row in (f"#Bed {n}", f"Weed {n}")))
        text += "".join(
            f"\ntask,t{n} @{file}{n},,4,{level},,,every 3 days,,"
            for n in range(rows)
            for level in range(1, 8)
        )
        with CaptureQueriesContext(connection) as queries:
            run_import(ann, text, file)
        counts.append(len(queries))

    assert counts == [21, 21]


@settings(max_examples=50, deadline=None)
@given(data=FILES.map(write_as_todoist_would), reader=READERS)
def test_import_of_any_rows_writes_what_was_planned(data: bytes, reader: Reader) -> None:
    """What the model derives from a draft is what the draft says, so that no row is refused."""
    owner = User(pk=reader.owner, time_zone=reader.zone.key)
    plan = plan_import(read_export("Garden.csv", data), reader=reader, limits=LIMITS)

    for draft in plan.tasks:
        values = make_row(owner, draft, {draft.category: 1}, 0)
        row = Task(**values)
        row.derive()
        (new,) = completed(Task, [(1, values)], [])

        assert (row.start_date, row.due_date) == (draft.dates.start_date, draft.dates.due_date)
        series = draft.dates.recurrence
        assert row.rrule == (series.rrule if series else "")
        assert row.time_zone == (draft.dates.time_zone or reader.zone.key)
        # Of values all is derived as of an instance.
        names = Task.derived_from.keys() - {"search_text"}
        assert {name: new[name] for name in names} == {name: getattr(row, name) for name in names}


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


MOVING = "Another day whenever it is read: only a date with its year is kept."
AUTHORS = "Imported tasks are yours: authors are not kept."


@pytest.mark.parametrize(
    ("text", "report"),
    [
        pytest.param(
            QUOTED,
            [
                "read: tasks 4, sections 1, notes 1, other rows 0, empty rows 0",
                "made: tasks 4, categories 2",
                "already there: tasks 0, categories 0",
                "not kept: 6:",
                f"line 2, AUTHOR: Ann (7) - {AUTHORS}",
                f"line 4, AUTHOR: Ann (7) - {AUTHORS}",
                (
                    "line 7, DATE: every week (en) - "
                    "Kept, from the import on: the file does not say which day is next."
                ),
                f"line 7, AUTHOR: Ann (7) - {AUTHORS}",
                f"line 8, DATE: 2 May (en) - {MOVING}",
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
                "not kept: 4:",
                *(f"line {line}, AUTHOR: Ben (8) - {AUTHORS}" for line in (3, 4, 5, 6)),
            ],
            id="nested",
        ),
        pytest.param(
            WIDE,
            [
                "read: tasks 2, sections 1, notes 1, other rows 0, empty rows 0",
                "made: tasks 2, categories 1",
                "already there: tasks 0, categories 0",
                "not kept: 6:",
                "line 2, DESCRIPTION: All but the oven - Categories have no description.",
                (
                    "line 3, DATE: today at 6pm (en, Mars/Olympus) - "
                    "The time zone Mars/Olympus is not known here."
                ),
                ("line 3, DEADLINE: May (en) - The time zone Mars/Olympus is not known here."),
                f"line 3, AUTHOR: Ann (7) - {AUTHORS}",
                "line 3, RESPONSIBLE: Ben (8) - Tasks cannot be given to other people yet.",
                f"line 5, AUTHOR: Ann (7) - {AUTHORS}",
            ],
            id="wide",
        ),
        pytest.param(
            make_text("Mow @home", "#Beds"),
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
    assert f"line 8, DATE: 2 May (en) - {MOVING}" in printed
    assert not Task.objects.exists()
    assert not Category.objects.exists()


def test_command_json_is_one_object(ann: User, save: Save) -> None:
    path = save(make_text("Mow", "Mow") + "\ntask,Rake,,4,1,,,13 Jun,en,")

    report = json.loads(call(path, "--json", "--dry-run"))

    assert report == {
        "dry_run": True,
        "files": [
            {
                "file": path,
                "read": {"tasks": 3, "sections": 0, "notes": 0, "other_rows": 0, "empty_rows": 0},
                "made": {"tasks": 3, "categories": 1},
                "already_there": {"tasks": 0, "categories": 0},
                "not_kept": [
                    {
                        "line": 4,
                        "column": "DATE",
                        "text": "13 Jun (en)",
                        "reason": MOVING,
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
        CommandError, match=r"Nobody here has the e-mail address x@example\.org: give"
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
