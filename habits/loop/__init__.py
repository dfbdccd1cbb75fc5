"""Loop Habit Tracker's exports: read strictly, then turned into drafts of habits.

`reading` tells the two forms apart: `csv_export` reads the zip of CSV files (`archive`, `tables`),
`backup` the SQLite database (`database`). Both come to `contents`, and refuse with a `LoopError`
what can only come from a broken or edited file. `plan` drafts habits, check-ins and days of rest
beside what is there; what they have no place for becomes a `Loss` that names its place.
"""

from habits.loop.contents import Entry, Export, Kind, LoopHabit, Reminder
from habits.loop.drafts import (
    CheckInDraft,
    HabitDraft,
    HabitThere,
    Limits,
    Plan,
    RestDraft,
    ScheduleDraft,
)
from habits.loop.plan import plan_import
from habits.loop.problems import LoopError, Loss, Place
from habits.loop.reading import read_export, read_file

__all__ = [
    "CheckInDraft",
    "Entry",
    "Export",
    "HabitDraft",
    "HabitThere",
    "Kind",
    "Limits",
    "LoopError",
    "LoopHabit",
    "Loss",
    "Place",
    "Plan",
    "Reminder",
    "RestDraft",
    "ScheduleDraft",
    "plan_import",
    "read_export",
    "read_file",
]
