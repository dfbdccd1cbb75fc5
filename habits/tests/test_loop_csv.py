"""Reading of Loop's CSV exports."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from habits.loop import Export, LoopError, LoopHabit, read_export
from habits.loop.contents import Kind
from habits.tests.loop_files import (
    FIRST,
    SECOND,
    THIRD,
    make_csv,
    make_entry,
    make_export,
    make_habit,
    make_habits_csv,
    make_zip,
    without_places,
)

GLASSES = make_habit("Water", kind="at_least", target=Decimal(8), unit="glasses")


def read(*habits: LoopHabit, **files: str) -> Export:
    """Read an export of habits and other files, whose slashes are two underscores."""
    text = {path.replace("__", "/") + ".csv": content for path, content in files.items()}
    return read_export("loop.zip", make_zip({"Habits.csv": make_habits_csv(habits)} | text))


def read_marks(text: str, habit: LoopHabit | None = None) -> Export:
    """Read an export of one habit with these marks."""
    files = {"Habits.csv": make_habits_csv([habit or make_habit()]), "001 Any/Checkmarks.csv": text}
    return read_export("loop.zip", make_zip(files))


def refuse(data: bytes) -> str:
    """Return why an export is refused."""
    with pytest.raises(LoopError) as refusal:
        read_export("loop.zip", data)
    return str(refusal.value)


def refuse_habits(text: str) -> str:
    """Return why a Habits.csv is refused."""
    return refuse(make_zip({"Habits.csv": text}))


def refuse_marks(text: str, habit: LoopHabit | None = None) -> str:
    """Return why marks are refused."""
    habits = make_habits_csv([habit or make_habit()])
    return refuse(make_zip({"Habits.csv": habits, "001 Any/Checkmarks.csv": text}))


def told(export: Export) -> list[tuple[str, str, str]]:
    """Return the losses without their reasons."""
    return [(str(loss.place), loss.field, loss.text) for loss in export.losses]


# --- Habits ---------------------------------------------------------------------------------------


def test_export_of_today_is_read() -> None:
    habits = [
        make_habit(
            "Wake, up “early”",
            question="Did you?",
            description="Before\nsix",
            numerator=2,
            denominator=3,
            archived=True,
            entries=(
                make_entry("2026-01-01", "1", 'With "quotes", and\ntwo lines'),
                make_entry("2026-01-02", "0"),
                make_entry("2026-01-03", None, "Ill"),
            ),
        ),
        make_habit(
            "Run",
            position=2,
            kind="at_most",
            target=Decimal("10.5"),
            unit="km",
            denominator=7,
            entries=(make_entry("2026-01-01", "7.25"), make_entry("2026-01-04", "0")),
        ),
    ]

    export = read_export("loop.zip", make_export(habits))

    assert without_places(export) == habits
    assert export.losses == ()


@pytest.mark.parametrize(
    ("columns", "question", "description"),
    [
        (FIRST, "What for?", ""),
        (SECOND, "Did you?", "What for?"),
        (THIRD, "Did you?", "What for?"),
        (tuple(reversed(THIRD)), "Did you?", "What for?"),
    ],
)
def test_export_of_any_year_has_its_columns(
    columns: tuple[str, ...], question: str, description: str
) -> None:
    habit = make_habit(question="Did you?", description="What for?", numerator=3, denominator=7)

    (read_habit,) = read_export(
        "loop.zip", make_zip({"Habits.csv": make_habits_csv([habit], columns)})
    ).habits

    assert (read_habit.question, read_habit.description) == (question, description)
    assert (read_habit.numerator, read_habit.denominator, read_habit.kind) == (3, 7, "yes_no")


def test_export_column_that_is_unknown_is_told() -> None:
    text = make_csv([[*FIRST, "Mood"], ["001", "Run", "", "1", "1", "#D32F2F", "good"]])

    export = read_export("loop.zip", make_zip({"Habits.csv": text}))

    assert ("loop.zip, Habits.csv, line 2", "Mood", "good") in told(export)


def test_export_numbers_may_be_in_any_digits() -> None:
    text = make_csv([FIRST, ["٠٠٢", "Run", "", "1", "1", "#D32F2F"]])

    (habit,) = read_export("loop.zip", make_zip({"Habits.csv": text})).habits

    assert habit.position == 2


@pytest.mark.parametrize(
    ("cells", "sentence"),
    [
        ({"Name": " "}, "no name"),
        ({"Position": "first"}, "Position is “first”, which is no number"),
        ({"FrequencyNumerator": "0"}, "0 times in 1 days"),
        ({"FrequencyDenominator": "-7"}, "which is no number"),
        ({"Type": "MOOD"}, "MOOD"),
        ({"Type": "NUMERICAL", "Target Type": "ABOUT", "Target Value": "1.0"}, "ABOUT"),
        ({"Type": "NUMERICAL", "Target Type": "AT_MOST", "Target Value": "NaN"}, "NaN"),
        ({"Type": "NUMERICAL", "Target Type": "AT_MOST", "Target Value": ""}, "no number"),
        ({"Type": "NUMERICAL", "Target Type": "AT_MOST", "Target Value": "-1.0"}, "-1.0"),
        ({"Type": "NUMERICAL", "Target Type": "AT_LEAST", "Target Value": "1.0E9"}, "1.0E+9"),
        ({"Archived?": "perhaps"}, "Archived? is “perhaps”"),
    ],
)
def test_export_habit_that_cannot_be_is_refused(cells: dict[str, str], sentence: str) -> None:
    row = {"Position": "001", "Name": "Run", "FrequencyNumerator": "1", "FrequencyDenominator": "1"}
    row |= cells

    refusal = refuse_habits(make_csv([THIRD, [row.get(column, "") for column in THIRD]]))

    assert refusal.startswith("loop.zip, Habits.csv, line 2: ")
    assert sentence in refusal


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "line 1: the header lacks Position, Name, Freq"),
        ("Position,Name,Name,Interval,NumRepetitions\n1,a,b,1,1\n", "has Name twice"),
        (f"{','.join(FIRST)}\n001,Run\n", "line 2: the row has 2 cells and the header 6"),
        (f'{",".join(FIRST)}\n001,"Run,,1,1,\n', "line 2: the row that starts here is not valid"),
        (f"{','.join(FIRST)}\n1,a,,1,1,\n1,b,,1,1,\n", "line 3: a row above has this Position"),
        (f"{','.join(FIRST)}\n1,a\0,,1,1,\n", "line 2: there is a NUL"),
    ],
)
def test_export_habits_that_are_broken_are_refused(text: str, sentence: str) -> None:
    refusal = refuse_habits(text)

    assert refusal.startswith("loop.zip, Habits.csv, ")
    assert sentence in refusal


@pytest.mark.parametrize("encoding", ["latin-1", "utf-16"])
def test_export_in_another_encoding_is_refused(encoding: str) -> None:
    text = make_habits_csv([make_habit("Run"), make_habit("Übung", position=2)])

    refusal = refuse(make_zip({"Habits.csv": text.encode(encoding)}))

    assert "not UTF-8" in refusal
    assert "line 3" in refusal or encoding == "utf-16"


def test_export_with_byte_order_mark_is_read() -> None:
    text = make_habits_csv([make_habit("Übung")]).encode("utf-8-sig")

    (habit,) = read_export("loop.zip", make_zip({"Habits.csv": text})).habits

    assert habit.name == "Übung"


# --- Marks ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("mark", "kind", "value"),
    [
        *(("YES_MANUAL", "yes_no", "1"), ("2", "yes_no", "1")),
        *(("NO", "yes_no", "0"), ("0", "yes_no", "0")),
        *(("SKIP", "yes_no", None), ("3", "yes_no", None)),
        *(("SKIP", "at_least", None), ("3", "at_most", None)),
        *(("NO", "at_most", "0"), ("0", "at_least", "0")),
        # As Loop writes two thousandths and one of a numerical habit.
        *(("YES_MANUAL", "at_least", "0.002"), ("YES_AUTO", "at_least", "0.001")),
        *(("7000", "at_least", "7"), ("10500", "at_most", "10.5"), ("4", "at_most", "0.004")),
        ("999999999999", "at_least", "999999999.999"),
    ],
)
def test_mark_has_a_value(mark: str, kind: Kind, value: str | None) -> None:
    target = None if kind == "yes_no" else Decimal(1)

    export = read_marks(
        f"Date,Value,Notes\n2026-01-31,{mark},\n", make_habit(kind=kind, target=target)
    )

    (habit,) = without_places(export)
    assert habit.entries == (make_entry("2026-01-31", value),)


@pytest.mark.parametrize(
    ("mark", "kind"),
    [
        *(("YES_AUTO", "yes_no"), ("1", "yes_no"), ("UNKNOWN", "yes_no"), ("-1", "yes_no")),
        *(("UNKNOWN", "at_least"), ("-1", "at_most")),
    ],
)
def test_mark_that_nobody_made_is_neither_kept_nor_lost(mark: str, kind: Kind) -> None:
    target = None if kind == "yes_no" else Decimal(1)

    export = read_marks(
        f"Date,Value,Notes\n2026-01-31,{mark},\n", make_habit(kind=kind, target=target)
    )

    assert export.habits[0].entries == ()
    assert export.losses == ()


def test_note_on_a_day_without_a_mark_is_told() -> None:
    export = read_marks("Date,Value,Notes\n2026-01-31,YES_AUTO,Forgot\n2026-01-30,UNKNOWN,\n")

    place = "loop.zip, 001 Any/Checkmarks.csv, line 2"
    assert told(export) == [(place, "note", "Forgot")]


@pytest.mark.parametrize(
    "text",
    [
        "Date,Value,Notes\n2016-02-29,2,\n2016-02-28,0,\n",
        "Date,Value\n2016-02-29,YES_MANUAL\n2016-02-28,NO\n",
        "2016-02-29,2\n2016-02-28,0\n",
        "2016-02-29,2\r\n\r\n2016-02-28,0\r\n",
        "Notes,Value,Date\n,2,2016-02-29\n,0,2016-02-28\n",
    ],
)
def test_marks_of_any_year_are_read(text: str) -> None:
    (habit,) = without_places(read_marks(text))

    assert habit.entries == (make_entry("2016-02-28", "0"), make_entry("2016-02-29", "1"))


@pytest.mark.parametrize("text", ["", "\n", "Date,Value,Notes\n"])
def test_marks_may_be_none(text: str) -> None:
    export = read_marks(text)

    assert (export.habits[0].entries, export.losses) == ((), ())


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("Date,Value\n2015-02-29,2\n", "line 2: “2015-02-29” is no day"),
        ("Date,Value\n20150227,2\n", "line 2: “20150227” is no day"),
        ("Date,Value\n1969-12-31,2\n", "line 2: 1969-12-31 is before 1970-01-01"),
        ("Date,Value\n2015-02-27,2\n2015-02-27,0\n", "line 3: 2015-02-27 is there twice"),
        ("Date,Value\n2015-02-27,MAYBE\n", "line 2: “MAYBE” is no value"),
        ("Date,Value\n2015-02-27,1.5\n", "line 2: “1.5” is no value"),
        ("Date,Value\n2015-02-27,7000\n", "line 2: the value 7000 is an amount"),
        ("Date,Value\n2015-02-27,-3\n", "line 2: the value -3 is an amount"),
        ("Date,Value\n2015-02-27\n", "line 2: the row has 1 cells and the header 2"),
        ("Date,Mark\n2015-02-27,2\n", "line 1: the header lacks Value"),
        ('2015-02-27,"2\n', "line 1: the row that starts here is not valid CSV"),
    ],
)
def test_marks_that_are_broken_are_refused(text: str, sentence: str) -> None:
    refusal = refuse_marks(text)

    assert refusal.startswith(f"loop.zip, 001 Any/Checkmarks.csv, {sentence}")


@pytest.mark.parametrize("mark", ["1000000000000", "-2", "999999999999999999"])
def test_amount_that_cannot_be_kept_is_refused(mark: str) -> None:
    refusal = refuse_marks(f"2015-02-27,{mark}\n", GLASSES)

    assert refusal.startswith("loop.zip, 001 Any/Checkmarks.csv, line 1: the amount is ")


# --- Folders and the file at the top --------------------------------------------------------------


def test_habit_without_a_folder_beside_others_is_told() -> None:
    files = {
        "Habits.csv": make_habits_csv([make_habit(), make_habit("Run", position=2)]),
        "002 Run/Checkmarks.csv": "2026-01-01,2\n",
    }

    export = read_export("loop.zip", make_zip(files))

    assert [len(habit.entries) for habit in export.habits] == [0, 1]
    assert told(export) == [("loop.zip, Habits.csv, line 2", "marks", "Meditate")]


@pytest.mark.parametrize(
    ("folders", "sentence"),
    [
        (
            ["002 Run"],
            "loop.zip, 002 Run/Checkmarks.csv: Habits.csv has no habit with the number 2",
        ),
        (["001 Run", "001 Swim"], "loop.zip, 001 Swim/Checkmarks.csv: a second folder has"),
    ],
)
def test_folder_of_no_one_habit_is_refused(folders: list[str], sentence: str) -> None:
    files = {f"{folder}/Checkmarks.csv": "" for folder in folders}

    refusal = refuse(make_zip({"Habits.csv": make_habits_csv([make_habit()])} | files))

    assert refusal.startswith(sentence)


@pytest.mark.parametrize("root", ["", "Loop Habits CSV 2026-01-01/", "a/b/"])
def test_export_may_lie_in_a_folder_beside_litter(root: str) -> None:
    files = {
        f"{root}Habits.csv": make_habits_csv([make_habit()]),
        f"{root}Scores.csv": "",
        f"{root}001 Meditate/": "",
        f"{root}001 Meditate/Checkmarks.csv": "2026-01-01,2\n",
        f"{root}.DS_Store": "\0",
        f"__MACOSX/{root}._Habits.csv": "\0",
    }

    export = read_export("loop.zip", make_zip(files))

    assert len(export.habits[0].entries) == 1
    assert export.losses == ()


def test_file_that_is_unknown_is_told() -> None:
    files = {"Habits.csv": make_habits_csv([]), "Notes.txt": "Remember", "Run/Checkmarks.csv": ""}

    export = read_export("loop.zip", make_zip(files))

    assert told(export) == [
        ("loop.zip", "file", "Notes.txt"),
        ("loop.zip", "file", "Run/Checkmarks.csv"),
    ]


@pytest.mark.parametrize(
    ("paths", "sentence"),
    [
        ([], "no Habits.csv is in this zip"),
        (["habits.csv"], "no Habits.csv is in this zip"),
        (["a/Habits.csv", "b/Habits.csv"], "several exports are in this zip"),
    ],
)
def test_zip_of_no_one_export_is_refused(paths: list[str], sentence: str) -> None:
    refusal = refuse(make_zip(dict.fromkeys(paths, make_habits_csv([]))))

    assert refusal.startswith(f"loop.zip: {sentence}")


def test_marks_at_the_top_are_read_where_folders_have_none() -> None:
    habits = [make_habit("Rest, or not"), replace(GLASSES, position=2)]
    top = "Date,Rest, or not,Water,\n2026-01-02,YES_MANUAL,NO,\n2026-01-01,SKIP,8000,\n"

    export = read(*habits, Checkmarks=top, Scores="Date,Rest, or not,Water,\n")

    first, second = without_places(export)
    assert first.entries == (make_entry("2026-01-01", None), make_entry("2026-01-02", "1"))
    assert second.entries == (make_entry("2026-01-01", "8"), make_entry("2026-01-02", "0"))
    assert export.losses == ()


def test_marks_at_the_top_may_be_of_some_habits() -> None:
    habits = [make_habit("Run"), make_habit("Swim", position=2), make_habit("Row", position=3)]

    export = read(*habits, Checkmarks="Date,Row,Run,\r\n2026-01-01,2,0,\r\n")

    assert [habit.entries for habit in without_places(export)] == [
        (make_entry("2026-01-01", "0"),),
        (),
        (make_entry("2026-01-01", "1"),),
    ]
    assert told(export) == [("loop.zip, Habits.csv, line 3", "marks", "Swim")]


def test_marks_in_folders_come_before_those_at_the_top() -> None:
    files = {
        "Habits.csv": make_habits_csv([make_habit()]),
        "Checkmarks.csv": "Date,Meditate,\n2026-01-01,NO,\n",
        "001 Meditate/Checkmarks.csv": "2026-01-01,2\n",
    }

    (habit,) = without_places(read_export("loop.zip", make_zip(files)))

    assert habit.entries == (make_entry("2026-01-01", "1"),)


@pytest.mark.parametrize(
    ("names", "top", "sentence"),
    [
        (["Run", "Run"], "Date,Run,\n", "line 1: the columns cannot be told apart"),
        (["Run"], "Date,Swim,\n", "line 1: the columns cannot be told apart"),
        (["Run"], "Date,Run,Run,\n", "line 1: the columns cannot be told apart"),
        (["Run"], "Date,Run,\n2026-01-01,\n", "line 2: the row has 1 cells and the header 2"),
        (["Run"], "Date,Run,\n2026-01-01,2,\n2026-02-30,2,\n", "line 3: “2026-02-30” is no day"),
        (["Run"], "Date,Run,\n2026-01-01,2,\n\n2026-01-01,2,\n", "line 4: 2026-01-01 is there"),
    ],
)
def test_marks_at_the_top_that_are_broken_are_refused(
    names: list[str], top: str, sentence: str
) -> None:
    habits = [make_habit(name, position=place) for place, name in enumerate(names, start=1)]

    refusal = refuse(make_zip({"Habits.csv": make_habits_csv(habits), "Checkmarks.csv": top}))

    assert refusal.startswith(f"loop.zip, Checkmarks.csv, {sentence}")


def test_equal_names_in_the_order_of_the_file_are_told_apart() -> None:
    habits = [make_habit("Run"), make_habit("Run", position=2)]

    export = read(*habits, Checkmarks="Date,Run,Run,\n2026-01-01,2,0,\n")

    assert [habit.entries[0].value for habit in export.habits] == [1, 0]


def test_row_of_too_many_cells_is_refused() -> None:
    refusal = refuse_habits(",".join(FIRST) + "\n" + "," * 5_000 + "x\n")

    assert refusal.startswith("loop.zip, Habits.csv, line 2: the row has more than 5000 cells")
