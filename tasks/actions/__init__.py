"""Changes of tasks and categories that touch more than one row, from every interface."""

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
from tasks.actions.editing import edit
from tasks.actions.order import place
from tasks.actions.tags import set_tags
from tasks.actions.todoist import ForeignImportError, Imported, import_todoist
from tasks.actions.trash import NotInTrashError, empty_trash, purge, restore, trash

__all__ = [
    "CompletionError",
    "DoneAlreadyError",
    "ForeignImportError",
    "Imported",
    "Moment",
    "NoSeriesError",
    "NotInTrashError",
    "NothingToUndoError",
    "OpenSubtasksError",
    "SeriesError",
    "complete",
    "edit",
    "empty_trash",
    "import_todoist",
    "place",
    "purge",
    "reopen",
    "restore",
    "set_tags",
    "skip",
    "trash",
    "undo",
]
