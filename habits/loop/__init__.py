"""Loop Habit Tracker's exports, read strictly.

`reading` tells the two forms apart: `csv_export` reads the zip of CSV files (`archive`, `tables`),
`backup` the SQLite database (`database`). Both come to `contents`, and refuse with a `LoopError`
what can only come from a broken or edited file. What is no reason to stop becomes a `Loss` that
names its place.
"""

from habits.loop.contents import Entry, Export, Kind, LoopHabit, Reminder
from habits.loop.problems import LoopError, Loss, Place
from habits.loop.reading import read_export, read_file

__all__ = [
    "Entry",
    "Export",
    "Kind",
    "LoopError",
    "LoopHabit",
    "Loss",
    "Place",
    "Reminder",
    "read_export",
    "read_file",
]
