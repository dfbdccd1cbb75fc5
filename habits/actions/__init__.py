"""Changes of habits, check-ins and days of rest that touch more than one row, from every interface.

What follows from the rows is derived by these themselves (`habits.deriving`), whoever writes them.
"""

from habits.actions.checkins import add_to_checkin, clear_checkin, find_checkin, set_checkin
from habits.actions.editing import edit, without_unasked
from habits.actions.loop import Imported, import_loop
from habits.actions.rests import add_rest, change_rest, remove_rest
from habits.deriving import rederive
from habits.models.habit import CheckInError

__all__ = [
    "CheckInError",
    "Imported",
    "add_rest",
    "add_to_checkin",
    "change_rest",
    "clear_checkin",
    "edit",
    "find_checkin",
    "import_loop",
    "rederive",
    "remove_rest",
    "set_checkin",
    "without_unasked",
]
