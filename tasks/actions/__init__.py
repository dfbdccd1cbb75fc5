"""Changes of tasks and categories that touch more than one row, from every interface."""

from accounts.actions.order import place
from tasks.actions.bulk import (
    MOST_TASKS,
    Action,
    Change,
    NeedsDueDateError,
    UnseenError,
    change_many,
)
from tasks.actions.completion import (
    CompletionError,
    DoneAlreadyError,
    Moment,
    NoSeriesError,
    NothingToUndoError,
    OpenSubtasksError,
    SeriesError,
    complete,
    reopen,
    skip,
    undo,
)
from tasks.actions.editing import edit, in_zone
from tasks.actions.quick_add import NameProblem, QuickAddError, Reading, quick_add, read
from tasks.actions.tags import MOST_TAGS, TooManyTagsError, set_tags
from tasks.actions.todoist import ForeignImportError, Imported, import_todoist
from tasks.actions.trash import NotInTrashError, empty_trash, purge, restore, trash

__all__ = [
    "MOST_TAGS",
    "MOST_TASKS",
    "Action",
    "Change",
    "CompletionError",
    "DoneAlreadyError",
    "ForeignImportError",
    "Imported",
    "Moment",
    "NameProblem",
    "NeedsDueDateError",
    "NoSeriesError",
    "NotInTrashError",
    "NothingToUndoError",
    "OpenSubtasksError",
    "QuickAddError",
    "Reading",
    "SeriesError",
    "TooManyTagsError",
    "UnseenError",
    "change_many",
    "complete",
    "edit",
    "empty_trash",
    "import_todoist",
    "in_zone",
    "place",
    "purge",
    "quick_add",
    "read",
    "reopen",
    "restore",
    "set_tags",
    "skip",
    "trash",
    "undo",
]
