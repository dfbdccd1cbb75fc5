"""Where a request that fits the OpenAPI document may be refused, and why no document can tell."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import Any, NamedTuple  # JSON


class Refusal(NamedTuple):
    """A status that these operations may answer, for a fault at this place of the request."""

    operations: str
    status: int
    # A JSON pointer, or a parameter; empty for the request as a whole.
    place: str
    reason: str


REFUSALS = (
    Refusal("*_list", 400, "cursor", "a cursor is one that the list has handed out"),
    Refusal("tasks_list", 400, "category", "the category of a filter has to be there"),
    Refusal("tasks_list", 400, "parent", "the task of a filter has to be there"),
    Refusal("occurrences_list", 400, "task", "the task of a filter has to be there"),
    Refusal("tasks_list", 400, "filter", "a filter has a grammar"),
    Refusal("tasks_list", 400, "ordering", "some orders are those of one of the lists"),
    Refusal("tasks_*", 400, "#/category", "the category has to be there"),
    Refusal("tasks_*", 400, "#/parent", "the parent has to be there, and not too deep"),
    Refusal("agenda_list", 400, "from", "the last days that there are are not the first of many"),
    Refusal("tasks_*", 400, "#/due_date", "a series needs one"),
    Refusal("tasks_*", 400, "#/due_day", "a day is that of the instant beside it"),
    Refusal("tasks_*", 400, "#/time_zone", "the names are those of the tz database"),
    Refusal("tasks_*", 400, "#/rrule", "a rule has a grammar, and a beginning"),
    Refusal("tasks_*", 400, "#", "a task starts before it is due"),
    Refusal("tasks_*update", 409, "", "a task is completed after its subtasks, and no series is"),
    *(
        Refusal(f"tasks_{name}_create", 409, "", "what is done is done once, and undone once")
        for name in ("complete", "skip", "undo")
    ),
    *(
        Refusal("tasks_bulk_create", 400, f"#/{name}", "each action has members of its own")
        for name in ("cascade", "due_date", "priority", "tags")
    ),
    Refusal("tasks_bulk_create", 409, "", "all of the tasks have to be there, and ready for it"),
    Refusal("quick_add_*", 400, "#/text", "what is left of a line has to be a title"),
    Refusal("habits_list", 400, "group", "the group of a filter has to be there"),
    Refusal("rests_list", 400, "habit", "the habit of a filter has to be there"),
    Refusal("habits_*", 400, "#/group", "the group has to be there"),
    Refusal("rests_*", 400, "#/habit", "the habit has to be there"),
    *(
        Refusal("habits_*", 400, f"#/{name}", "each frequency and kind has members of its own")
        for name in ("times", "span", "weekdays", "target")
    ),
    Refusal("rests_*", 400, "#/first_day", "rest does not end before it begins"),
    Refusal("habits_checkins_*", 400, "day", "the days are those from the habit's start to today"),
    Refusal("habits_checkins_*", 400, "#/value", "yes is 1 and no is 0, and thousandths are exact"),
    Refusal(
        "habits_checkins_*", 400, "#/amount", "what is left is neither less than 0 nor too much"
    ),
    Refusal("habit_groups_*", 400, "#/name", "a name is used once"),
    *(
        Refusal("*_place_create", 400, place, "one of the two rows is sent, and has to be there")
        for place in ("#", "#/before", "#/after")
    ),
    Refusal("categories_*", 400, "#/name", "a name is used once"),
    Refusal("tags_*", 400, "#/name", "a name is used once, in letters of any case"),
    Refusal("filters_*", 400, "#/name", "a name is used once"),
    Refusal("filters_*", 400, "#/query", "a filter has a grammar"),
    Refusal("users_*", 400, "#/email", "an address is used once, and may be refused in its form"),
    Refusal("users_*", 400, "#/password", "a password that is easy to guess is refused"),
    Refusal("users_*", 400, "#/time_zone", "the names are those of the tz database"),
    Refusal("users_*", 400, "#/language", "the languages are those of the installation"),
    Refusal("users_*", 409, "", "the last superuser stays"),
    Refusal("*", 412, "", "If-Match names a version that the row no longer has"),
    Refusal("*_create", 422, "", "the Idempotency-Key came before, with another body"),
    Refusal("tokens_create", 409, "", "a secret is not shown again for the same Idempotency-Key"),
)


def is_accepted(operation: str, status: int, problem: dict[str, Any]) -> bool:
    """Say whether each fault that the problem names is one that an operation may have."""
    places = {
        fault.get("pointer", fault.get("parameter", "")) for fault in problem.get("errors", [{}])
    }
    return places <= {
        refusal.place
        for refusal in REFUSALS
        if refusal.status == status and fnmatchcase(operation, refusal.operations)
    }
